"""The word index: bm25s's own scores, from files that a question reads without bm25s."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import bm25s
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.errors import UnusableIndexError
from retrieval.index.lexical import K1, B, Lexical, build_lexical, terms

WORDS = "Minsk Istanbul ceasefire truce grain sanctions talks Kremlin corridor Odesa the of 2022 13".split()
TEXTS = st.lists(st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join), min_size=1, max_size=8)


def built(folder: Path, texts: list[str]) -> Lexical:
    ids = [f"source-{number}@00000000#0-{len(text) + 1}" for number, text in enumerate(texts)]
    return Lexical(folder / build_lexical(folder, ids, texts, [[] for _ in texts]))


@given(TEXTS, st.lists(st.sampled_from([*WORDS, "unheard"]), max_size=6).map(" ".join))
@settings(max_examples=60, deadline=None)
def test_scores_are_those_of_bm25s(tmp_path_factory: pytest.TempPathFactory, texts: list[str], query: str) -> None:
    """Whatever the texts and the question, also words asked twice, words that nobody says and passages without any."""
    reference = bm25s.BM25(method="lucene", k1=K1, b=B)
    reference.index([terms(text) or ["\x00"] for text in texts], show_progress=False)
    known = [term for term in terms(query) if term in reference.vocab_dict]
    wanted = reference.get_scores(known) if known else np.zeros(len(texts))
    assert np.array_equal(built(tmp_path_factory.mktemp("words"), texts).scores(query), wanted)


def test_the_forms_of_words_are_kept(tmp_path: Path) -> None:
    """Folded, long enough, by the passages that hold them; an index of an earlier Parley has none."""
    index = built(tmp_path, ["Talks in Minsk, talks", "The Minsk talks of 2015 in Zürich"])
    assert index.forms == {"talks": 2, "minsk": 2, "zurich": 1}
    (index.folder / "forms.json").unlink()
    assert Lexical(index.folder).forms == {}


def test_a_rare_word_is_rarer(tmp_path: Path) -> None:
    index = built(tmp_path, ["talks in Minsk", "talks in Istanbul", "talks"])
    assert index.rarity("unheard") > index.rarity("Minsk") > index.rarity("talks") > 0


def test_no_passages_no_scores(tmp_path: Path) -> None:
    assert built(tmp_path, []).scores("Minsk").shape == (0,)


def test_a_missing_file_is_a_clear_error(tmp_path: Path) -> None:
    name = build_lexical(tmp_path, ["a@00000000#0-1"], ["Minsk"], [[]])
    (tmp_path / name / "weights.npy").unlink()
    with pytest.raises(UnusableIndexError, match="parley ingest"):
        Lexical(tmp_path / name)


def test_a_question_needs_neither_bm25s_nor_scipy(tmp_path: Path) -> None:
    name = build_lexical(tmp_path, ["a@00000000#0-1"], ["Minsk"], [[]])
    code = (
        f"import sys; from pathlib import Path; from retrieval.index.lexical import Lexical; "
        f"print(Lexical(Path({str(tmp_path / name)!r})).scores('Minsk')[0] > 0, "
        "{'bm25s', 'scipy'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stdout.split() == ["True", "set()"]
