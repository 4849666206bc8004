"""Lexical search: BM25 over stemmed words, kept on disk and memory-mapped.

bm25s (Lù 2024, arXiv 2407.03618) weighs each word in each passage once, at ingest; a question only adds up weights,
for which it need not be imported (it brings SciPy). Scores are BM25, 0 or more, higher is better.
"""

from __future__ import annotations

import hashlib
import json
import logging
import math
import re
import shutil
import tempfile
import threading
import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.errors import UnusableIndexError
from retrieval.index.spellings import SPELLINGS

Links = Sequence[Sequence[Sequence[int]]]
LEXICAL_VERSION = "6"
POSTINGS = ("starts", "rows", "weights")
K1, B = 0.9, 0.4  # as for short passages: beats 1.2, 0.75 by .02 nDCG@10 on multi-hop questions, the same elsewhere
FORM = 4  # letters of the shortest word whose forms are kept
_WORD = re.compile(r"(?<![\w-])[a-z]{1,5}-\d{1,3}(?![\w-])|[^\W_]+(?:['’][^\W_]+)*")  # "G-7" is one word, as "G7" is
_LETTERS = re.compile(r"[^\W\d_]+")
_POSSESSIVE = re.compile(r"['’]s?$")
_STOPWORDS = frozenset(
    """a an and are as at be been being but by can could did do does for from had has have he her hers him his how i if
    in into is it its me my no nor not of off on or our out over own she should so some such than that the their them
    then there these they this those through to too under until up very was we were what when where which while who
    whom why will with would you your yours about again all also any because before below between both down during each
    few further here just more most once only other same after above against am don now s t re ve ll""".split()
)
_lock = threading.Lock()


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """The Snowball stem of one lower-case word; words in other scripts come back as they are."""
    return str(_stemmer()(SPELLINGS.get(word, word)))


def terms(text: str) -> list[str]:
    """The stems that BM25 counts: folded, accents and possessives off, the commonest words left out.

    A text of nothing but common words keeps them, so that "who are they" still finds something.
    """
    words = [_POSSESSIVE.sub("", word.replace("’", "'").replace("-", "")) for word in _WORD.findall(fold(text))]
    kept = [word for word in words if word not in _STOPWORDS]
    return [stem(word) for word in kept or words if word]


def is_common(word: str) -> bool:
    """Whether a folded word is one of the commonest, which BM25 leaves out."""
    return word in _STOPWORDS


def fold(text: str) -> str:
    """Lower case, compatibility forms unified, accents of Latin letters off ("Türkiye" and "Turkiye" are one word)."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    kept = (
        c for at, c in enumerate(decomposed) if not (unicodedata.combining(c) and decomposed[at - 1 : at].isascii())
    )
    return unicodedata.normalize("NFC", "".join(kept))


class Lexical:
    """BM25 over the passages of one manifest, and the links of their names, in the order of `ids`.

    `documents` are the distinct source ids in that order; `document[row]` is the number of a passage's document,
    `rows[number]` are the passages of a document, `links` is what `names.link_passages` made.
    """

    def __init__(self, folder: Path) -> None:
        """Opens what `build_lexical` wrote.

        Raises:
            UnusableIndexError: files are missing or damaged.
        """
        try:
            self.ids: list[str] = json.loads((folder / "ids.json").read_text(encoding="utf-8"))
            self.links: list[list[list[int]]] = json.loads((folder / "links.json").read_text(encoding="utf-8"))
            self._terms: dict[str, int] = json.loads((folder / "terms.json").read_text(encoding="utf-8"))
            # Term t is in the passages rows[starts[t]:starts[t + 1]], and adds weights[...] to their scores.
            self._starts, self._rows, self._weights = (_map(folder / f"{name}.npy") for name in POSTINGS)
        except (OSError, ValueError, KeyError) as error:
            raise UnusableIndexError(
                f"the word index in {folder} is damaged or of an earlier Parley ({error}); run: parley ingest"
            ) from error
        self.folder = folder
        self.row = {passage: row for row, passage in enumerate(self.ids)}
        sources = [passage.rpartition("@")[0] for passage in self.ids]
        self.documents = list(dict.fromkeys(sources))
        number = {source: at for at, source in enumerate(self.documents)}
        self.document = np.array([number[source] for source in sources], dtype=np.int32)
        self.rows: dict[int, list[int]] = {}
        for row, source in enumerate(sources):
            self.rows.setdefault(number[source], []).append(row)

    @cached_property
    def forms(self) -> dict[str, int]:
        """In how many passages each folded word of some length stands; nothing in an index of an earlier Parley."""
        path = self.folder / "forms.json"
        held: dict[str, int] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
        return held

    def scores(self, query: str) -> NDArray[np.float32]:
        """BM25 of every passage, an array (passages,) in the order of `ids`."""
        scores = np.zeros(len(self.ids), dtype=np.float32)
        for term in terms(query):
            if (number := self._terms.get(term)) is not None and self.ids:
                held = slice(self._starts[number], self._starts[number + 1])
                scores[self._rows[held]] += self._weights[held]
        return scores

    def rarity(self, word: str) -> float:
        """Robertson's idf of a word's stem, 0 or more; a word that no passage holds is as rare as can be."""
        number = self._terms.get(stem(fold(word)))
        held = 0 if number is None else int(self._starts[number + 1] - self._starts[number])
        return math.log(1 + (len(self.ids) - held + 0.5) / (held + 0.5))


def forms_of(texts: Sequence[str]) -> Counter[str]:
    """In how many of the texts each folded word of at least FORM letters stands."""
    found: Counter[str] = Counter()
    for text in texts:
        found.update({word for word in _LETTERS.findall(fold(text)) if len(word) >= FORM})
    return found


def build_lexical(folder: Path, ids: Sequence[str], texts: Sequence[str], links: Links) -> str:
    """Writes the index of passages below `folder` and returns its name, which is the hash of what it holds.

    `texts` are what is searched for each of `ids`, title and headings included; `links` what `link_passages` made.
    """
    digest = hashlib.sha256(LEXICAL_VERSION.encode())
    for passage, text in zip(ids, texts, strict=True):
        digest.update(f"{passage}\x00{text}\x00".encode())
    name = digest.hexdigest()[:16]
    if (folder / name / "ids.json").is_file():
        return name
    folder.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix=f"{name}-", dir=folder))
    try:
        _build([terms(text) for text in texts], scratch)
        (scratch / "forms.json").write_text(json.dumps(forms_of(texts), ensure_ascii=False), encoding="utf-8")
        (scratch / "links.json").write_text(json.dumps(links), encoding="utf-8")
        (scratch / "ids.json").write_text(json.dumps(list(ids), ensure_ascii=False), encoding="utf-8")
        shutil.rmtree(folder / name, ignore_errors=True)
        scratch.rename(folder / name)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return name


def _build(corpus: list[list[str]], folder: Path) -> None:
    import bm25s

    logging.getLogger("bm25s").setLevel(logging.WARNING)  # it tells of each step on stderr
    index = bm25s.BM25(method="lucene", k1=K1, b=B)
    # A passage without words (or a field that is empty everywhere) still has its row: a term nobody asks for.
    index.index([words or ["\x00"] for words in corpus] or [["\x00"]], show_progress=False)
    for name, key in zip(POSTINGS, ("indptr", "indices", "data"), strict=True):
        np.save(folder / f"{name}.npy", index.scores[key])
    (folder / "terms.json").write_text(json.dumps(index.vocab_dict, ensure_ascii=False), encoding="utf-8")


def _map(path: Path) -> NDArray[Any]:
    mapped: NDArray[Any] = np.load(path, mmap_mode="r")
    return mapped


@lru_cache(maxsize=1)
def _stemmer():  # type: ignore[no-untyped-def]  # PyStemmer has no types
    import Stemmer

    stemmer = Stemmer.Stemmer("english", 0)  # its own cache is not thread-safe; `stem` has one

    def locked(word: str) -> str:
        with _lock:
            return str(stemmer.stemWord(word))

    return locked
