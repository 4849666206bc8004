"""Ingest and index together: incremental, safe to kill, one thing to open; the same battery on fake and real models."""

from __future__ import annotations

import dataclasses
import errno
import multiprocessing
import threading
from pathlib import Path

import pytest
from filelock import FileLock

from retrieval.engine import Engine
from retrieval.errors import (
    IndexBusyError,
    IndexMismatchError,
    NoIndexError,
    UnknownPassageError,
    UnusableIndexError,
    UsageError,
)
from retrieval.ingest import ingest as ingest_module
from retrieval.ingest.ingest import Batch, Report
from retrieval.ingest.load import Failed, Loaded
from retrieval.models import OnnxEmbedder
from retrieval.settings import Settings
from retrieval.types import Source
from tests.fakes import WordEmbedder

GRAIN = "The grain deal ended on 17 July 2023. Moscow said that its own exports were hindered."
SWAP = "Prisoners were exchanged in May 2025. Each side freed one thousand people in three days."
TRUCE = "An energy truce was announced in March 2025. Both sides accused the other of breaking it."


def batch(**texts: str) -> Batch:
    return Batch("mine", [Loaded(Source(name, f"On {name}"), text) for name, text in texts.items()])


@pytest.fixture(params=["words", "real"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Engine:
    """The same battery over the fake embedder and the real one."""
    embedder = WordEmbedder() if request.param == "words" else request.getfixturevalue("embedder")
    return Engine(Settings(home=tmp_path), embedder, tmp_path / "index")


def top(engine: Engine, query: str) -> str:
    return engine.search(query, 1)[0].passage.source.id


def test_incremental_by_content(engine: Engine) -> None:
    """Added, unchanged, changed, removed; unchanged passages are never embedded again."""
    first = engine.ingest([batch(grain=GRAIN, swap=SWAP)])
    assert (first.added, first.embedded) == (("grain", "swap"), first.passages)
    second = engine.ingest([batch(grain=GRAIN, swap=SWAP)])
    assert (second.unchanged, second.embedded) == (("grain", "swap"), 0)
    assert second.index_version == first.index_version
    third = engine.ingest([batch(grain=GRAIN + " Türkiye mediated.", truce=TRUCE)])
    assert (third.added, third.changed, third.removed) == (("truce",), ("grain",), ("swap",))
    assert top(engine, "energy truce") == "truce"
    assert all(hit.passage.source.id != "swap" for hit in engine.search("prisoners exchanged", 10))


def test_a_source_that_failed_today_is_not_removed(engine: Engine) -> None:
    engine.ingest([batch(grain=GRAIN, swap=SWAP)])
    report = engine.ingest([Batch("mine", [Loaded(Source("grain", "On grain"), GRAIN), Failed("swap", "no rights")])])
    assert report.failed == (("swap", "no rights"),)
    assert report.removed == ()
    assert top(engine, "prisoners exchanged") == "swap"


def test_another_origin_leaves_the_first_alone(engine: Engine) -> None:
    engine.ingest([batch(grain=GRAIN)])
    report = engine.ingest([Batch("other", [Loaded(Source("swap", "On swap"), SWAP)])])
    assert (report.added, report.removed) == (("swap",), ())
    assert {source.id for source in engine.sources()} == {"grain", "swap"}


def test_removing_a_source(engine: Engine) -> None:
    engine.ingest([batch(grain=GRAIN, swap=SWAP)])
    assert engine.ingest([], remove=["swap"]).removed == ("swap",)
    assert [source.id for source in engine.sources()] == ["grain"]


def test_the_same_texts_have_the_same_version_and_ids_everywhere(engine: Engine, tmp_path: Path) -> None:
    engine.ingest([batch(grain=GRAIN, swap=SWAP)])
    other = Engine(engine.settings, engine.embedder, tmp_path / "elsewhere")
    other.ingest([batch(swap=SWAP)])
    other.ingest([batch(grain=GRAIN, swap=SWAP)])
    assert other.index_version == engine.index_version
    assert set(other.index.lexical.ids) == set(engine.index.lexical.ids)


def test_an_old_citation_still_opens(engine: Engine) -> None:
    """Superseded texts are kept until someone purges them."""
    engine.ingest([batch(grain=GRAIN)])
    old = engine.search("grain deal", 1)[0].passage
    engine.ingest([batch(grain="A new text about the grain deal of 2022.")])
    engine.ingest([batch(grain="A third text about the grain deal of 2022.")])
    assert engine.show(old.id).text == old.text
    assert not engine.is_current(old)
    inside = f"{old.source.id}@{old.document_hash}#{old.start + 4}-{old.start + 14}"
    assert engine.show(inside).text == "grain deal"
    assert engine.purge() == 2
    with pytest.raises(UnknownPassageError):
        engine.show(old.id)


@pytest.mark.parametrize("wrong", ["", "grain", "grain@12345678", "grain@12345678#0-9", "x@zzzzzzzz#1-2"])
def test_a_wrong_id_is_a_clear_error(engine: Engine, wrong: str) -> None:
    engine.ingest([batch(grain=GRAIN)])
    with pytest.raises(UnknownPassageError):
        engine.show(wrong)


def test_a_running_engine_follows_a_new_manifest(engine: Engine) -> None:
    engine.ingest([batch(grain=GRAIN)])
    running = Engine(engine.settings, engine.embedder, engine.folder)
    assert top(running, "prisoners exchanged") == "grain"
    engine.ingest([batch(grain=GRAIN, swap=SWAP)])
    assert top(running, "prisoners exchanged") == "swap"
    assert running.index_version == engine.index_version


def test_searching_while_another_thread_ingests(engine: Engine) -> None:
    """Every search answers from a whole index, the old or the new."""
    engine.ingest([batch(grain=GRAIN)])
    stop, seen = threading.Event(), []

    def search() -> None:
        while not stop.is_set():
            seen.append(top(engine, "grain deal July"))

    thread = threading.Thread(target=search)
    thread.start()
    try:
        for count in range(1, 4):
            engine.ingest([batch(grain=GRAIN, **{f"s{n}": f"{SWAP} Note {n}." for n in range(count)})])
    finally:
        stop.set()
        thread.join(30)
    assert seen
    assert set(seen) == {"grain"}


def test_limiting_to_a_source(engine: Engine) -> None:
    engine.ingest([batch(grain=GRAIN, swap=SWAP)])
    assert {hit.passage.source.id for hit in engine.search("May 2025", 5, sources=["grain"])} == {"grain"}
    with pytest.raises(UsageError, match="grain"):
        engine.search("May", 5, sources=["gran"])


@pytest.mark.parametrize("mode", ["hybrid", "dense", "lexical"])
def test_modes_rank_from_high_to_low(engine: Engine, mode: str) -> None:
    engine.ingest([batch(grain=GRAIN, swap=SWAP, truce=TRUCE)])
    hits = engine.search("prisoners exchanged in May 2025", 3, mode)
    assert hits[0].passage.source.id == "swap"
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_an_index_of_another_model_is_refused(engine: Engine) -> None:
    engine.ingest([batch(grain=GRAIN)])
    other = WordEmbedder()
    other.fingerprint = "another-64"
    with pytest.raises(IndexMismatchError, match="parley ingest"):
        Engine(engine.settings, other, engine.folder).search("grain", 1)
    mended = Engine(engine.settings, other, engine.folder)
    assert mended.ingest([batch(grain=GRAIN)]).embedded == 1
    assert top(mended, "grain deal") == "grain"


def test_lost_vectors_are_noticed(engine: Engine) -> None:
    """An index whose Chroma folder was deleted says so, with the command that mends it."""
    engine.ingest([batch(grain=GRAIN)])
    dense = engine.index.dense
    dense.remove(dense.all_ids())
    with pytest.raises(UnusableIndexError, match="parley ingest"):
        Engine(engine.settings, engine.embedder, engine.folder).search("grain", 1)


def test_no_index_says_how_to_build_one(engine: Engine) -> None:
    with pytest.raises(NoIndexError, match="parley ingest"):
        engine.search("grain", 1)


def test_two_ingests_at_once(engine: Engine) -> None:
    engine.ingest([batch(grain=GRAIN)])
    with FileLock(engine.folder / "ingest.lock"), pytest.raises(IndexBusyError, match="wait"):
        engine.ingest([batch(swap=SWAP)])
    assert engine.ingest([batch(grain=GRAIN, swap=SWAP)]).added == ("swap",)


def test_a_full_disk_loses_nothing(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """No room left at the last step: a clear message, and the index answers as before."""
    engine.ingest([batch(grain=GRAIN)])

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(ingest_module, "write_manifest", full)
        with pytest.raises(UnusableIndexError, match="No space left"):
            engine.ingest([batch(grain=GRAIN, swap=SWAP)])
    assert [source.id for source in Engine(engine.settings, engine.embedder, engine.folder).sources()] == ["grain"]


def test_interrupted_while_embedding(engine: Engine) -> None:
    """Ctrl-C between two chunks: the next ingest goes on, and what was embedded is not embedded again."""
    engine.ingest([batch(grain=GRAIN)])

    def interrupt(stage: str, done: int, total: int) -> None:
        if stage == "words":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        engine.ingest([batch(grain=GRAIN, swap=SWAP)], progress=interrupt)
    assert top(engine, "prisoners exchanged") == "grain"
    assert engine.ingest([batch(grain=GRAIN, swap=SWAP)]).embedded == 0


def test_an_empty_index_answers_nothing(engine: Engine) -> None:
    report = engine.ingest([Batch("mine", [])])
    assert isinstance(report, Report)
    assert engine.search("grain", 3) == []


def _ingest_forever(folder: str, count: int) -> None:
    engine = Engine(Settings(home=Path(folder)), WordEmbedder(), Path(folder) / "index")
    for round_ in range(10_000):
        engine.ingest([batch(grain=GRAIN, **{f"s{n}": f"{SWAP} Note {n} of round {round_}." for n in range(count)})])


@pytest.mark.slow
def test_killed_at_fifty_random_moments(tmp_path: Path) -> None:
    """SIGKILL anywhere in ingest: the index answers as before or as after, and the next ingest mends the rest."""
    import random

    clock = random.Random(7)
    engine = Engine(Settings(home=tmp_path), WordEmbedder(), tmp_path / "index")
    engine.ingest([batch(grain=GRAIN)])
    start = multiprocessing.get_context("spawn")
    for kill in range(50):
        process = start.Process(target=_ingest_forever, args=(str(tmp_path), 6))
        process.start()
        process.join(0.9 + 1.6 * clock.random())
        process.kill()
        process.join(10)
        fresh = Engine(Settings(home=tmp_path), WordEmbedder(), tmp_path / "index")
        assert top(fresh, "grain deal July") == "grain", kill
        hits = fresh.search("prisoners exchanged in May 2025", 20)
        rounds = {hit.passage.text.split("round ")[-1] for hit in hits if hit.passage.source.id != "grain"}
        assert len(rounds) <= 1, (kill, rounds)  # never half of one round and half of another
        for hit in hits:
            text = fresh.document(hit.passage.id.rpartition("#")[0]).text
            assert text[hit.passage.start : hit.passage.end] == hit.passage.text
        fresh.index.close()
    final = Engine(Settings(home=tmp_path), WordEmbedder(), tmp_path / "index")
    report = final.ingest([batch(grain=GRAIN)])
    assert report.passages == 1
    assert top(final, "prisoners") == "grain"


def test_sources_keep_their_present_titles(engine: Engine) -> None:
    """A new title or date of an unchanged text is shown, and counts as a change."""
    engine.ingest([batch(grain=GRAIN)])
    renamed = Loaded(Source("grain", "The corridor", date="2024-01-01"), GRAIN)
    report = engine.ingest([Batch("mine", [renamed])])
    assert report.changed == ("grain",)
    shown = engine.search("grain deal", 1)[0].passage.source
    assert (shown.title, shown.date) == ("The corridor", "2024-01-01")
    assert dataclasses.replace(shown, title="", date="") == Source("grain", "")


def test_int8_is_the_default(embedder: OnnxEmbedder) -> None:
    assert embedder.fingerprint.endswith("-int8")
