"""The reader that ships with the package: the very file, run by ONNX Runtime."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from threading import Thread

import numpy as np
import pytest

from retrieval.ask.read import mix
from retrieval.errors import ModelError
from retrieval.reader import NOTHING, OnnxReader, above
from tests.retrieval.ask.passages import passages

HELD = Path(__file__).parent / "reading_held.jsonl"
TOWN = "The mayor of Ormsey opened the bridge on 3 May 2019. The engineer Ida Lund designed it. It has four arches."


@pytest.fixture(scope="module")
def reader() -> OnnxReader:
    return OnnxReader(1)


def test_the_file_is_the_one_its_weights_were_fitted_with() -> None:
    """The sha256 in mix.json is that of the model, and the model is as small as promised."""
    model = (files("retrieval") / "data" / "reader" / "reader.int8.onnx").read_bytes()
    assert hashlib.sha256(model).hexdigest() == mix().model
    assert len(model) < 30_000_000


def test_of_a_long_question_the_end_is_read(reader: OnnxReader) -> None:
    """What is asked comes last: a long tale before it does not push it out."""
    (passage,) = passages("town", TOWN)
    tale = "I was told by a friend who likes old towns that one cannot cross the river there without paying, " * 4
    (reading,) = reader.read(f"{tale}but who designed the bridge?", [passage])
    assert int(np.argmax(reading.units)) == 1


def test_each_question_finds_its_sentence(reader: OnnxReader) -> None:
    """Three questions of one passage point at three sentences."""
    (passage,) = passages("town", TOWN)
    asked = ["When did the mayor open the bridge?", "Who designed the bridge?", "How many arches does the bridge have?"]
    assert [int(np.argmax(reader.read(question, [passage])[0].units)) for question in asked] == [0, 1, 2]


def test_company_changes_nothing(reader: OnnxReader) -> None:
    """A passage reads the same alone and beside others."""
    given = [*passages("town", TOWN), *passages("long", f"{TOWN} {TOWN.replace('Ormsey', 'Varn')} {TOWN}")]
    together = reader.read("Who designed the bridge?", given)
    assert together == [reader.read("Who designed the bridge?", [passage])[0] for passage in given]


def test_what_stands_over_a_passage_is_read_and_never_pointed_at(reader: OnnxReader) -> None:
    """Title, publisher and date change the reading; the answer's words stay inside the passage."""
    (bare,) = passages("town", TOWN)
    source = replace(bare.source, title="The bridge at Ormsey", publisher="Ormsey Courier", date="2019-05-04")
    titled = replace(bare, source=source, headings=("Opening",))
    assert above(titled) == "The bridge at Ormsey > Opening | Ormsey Courier, 2019-05-04"
    assert above(replace(titled, source=replace(source, kind="brief"))) == "The bridge at Ormsey > Opening"
    one, other = reader.read("Who designed the bridge?", [bare, titled])
    assert one.answers != other.answers
    for start, end in other.spans:
        assert 0 <= start < end <= len(TOWN)


def test_odd_input(reader: OnnxReader) -> None:
    """No passage, a question of signs or of 4,000 characters, a passage far too long: numbers, not errors."""
    assert reader.read("Who?", []) == []
    (short,) = passages("town", TOWN)
    for question in ("???", "a" * 4000, "Почему?"):
        assert np.isfinite(reader.read(question, [short])[0].answers)
    long = passages("long", " ".join(f"Sentence number {n} is here." for n in range(300)))
    for reading, passage in zip(reader.read("Which sentence?", long), long, strict=True):
        assert len(reading.units) == len(passage.units)
        assert min(reading.units) >= NOTHING


def test_threads_read_alike(reader: OnnxReader) -> None:
    """Eight threads at once get what one gets."""
    (passage,) = passages("town", TOWN)
    expected, found = reader.read("Who designed the bridge?", [passage]), []
    threads = [
        Thread(target=lambda: found.append(reader.read("Who designed the bridge?", [passage]))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [one[0].units for one in found] == [pytest.approx(expected[0].units)] * 8


def test_a_damaged_model_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A file that is not there gives a message that says what to do."""
    from retrieval import reader as module

    monkeypatch.setattr(module, "files", lambda package: tmp_path)
    module._open.cache_clear()
    with pytest.raises(ModelError, match="PARLEY_READER=false"):
        OnnxReader(1).read("Who?", passages("town", TOWN))
    module._open.cache_clear()


def test_the_card_s_figure_is_reproduced(reader: OnnxReader) -> None:
    """Held-out questions in both roles: the share that scores higher where the passage answers, as the card says."""
    right = []
    for line in HELD.read_text(encoding="utf-8").splitlines():
        pair = json.loads(line)
        yes, no = (
            max(one.answers for one in reader.read(pair["question"], passages("p", pair[side])))
            for side in ("answers", "near")
        )
        right.append(yes > no)
    card = (files("retrieval") / "data" / "reader" / "card.md").read_text(encoding="utf-8")
    assert f"{sum(right)} of {len(right)}" in card
