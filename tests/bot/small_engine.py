"""A small engine over a folder of texts, for tests of the bot: deterministic, and what it says depends on the texts.

A sentence that shares two longer words with the question answers it. Each line of `<folder>/texts/<name>.txt` is a
passage. `delay` seconds pass in every answer, so that a slow engine can be had.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from bot.engine import Added
from retrieval import (
    Answer,
    Check,
    Citation,
    Hit,
    Passage,
    Query,
    Source,
    Statement,
    Trace,
    Turn,
    Unit,
    UnknownPassageError,
    UsageError,
)
from retrieval.ask.dates import Date
from retrieval.views.build import Dated, Group
from retrieval.views.compare import Pair, Said
from retrieval.views.recognise import Finding, Kind

TEXTS = {
    "minsk": "Minsk II | The second Minsk agreement was signed in February 2015.\nIts ceasefire never held for long.",
    "impasse": "Examining the Impasse | Territorial advantages are a factor in Russian reluctance to a ceasefire.\n"
    "Economic leverage adjustment is a tactic that other countries may use on Russia.\n"
    "Domestic political climate is another factor in Russian reluctance.",
}


def make_folder(folder: Path, texts: dict[str, str] | None = None) -> Path:
    """A collection on disk."""
    (folder / "texts").mkdir(parents=True)
    for name, text in (TEXTS if texts is None else texts).items():
        (folder / "texts" / f"{name}.txt").write_text(text, encoding="utf-8")
    return folder


class SmallEngine:
    """Answers from the texts in a folder."""

    def __init__(self, folder: Path, delay: float = 0.0) -> None:
        self.folder = folder
        self.delay = delay
        self.asked: list[tuple[str, tuple[Turn, ...]]] = []
        self.breaks: Exception | None = None

    @property
    def index_version(self) -> str:
        whole = "".join(f"{path.name}{path.read_text(encoding='utf-8')}" for path in self._files())
        return hashlib.sha256(whole.encode()).hexdigest()[:12]

    def reload(self) -> str:
        return self.index_version

    def sources(self) -> list[Source]:
        return [self._source(path) for path in self._files()]

    def show(self, passage_id: str) -> Passage:
        for passage in self._passages():
            if passage.id == passage_id:
                return passage
        raise UnknownPassageError(f"no passage {passage_id}")

    def ask(
        self,
        question: str,
        history: Sequence[Turn] = (),
        sources: Sequence[str] = (),
        *,
        on_stage: Callable[[str], None] | None = None,
        on_statement: Callable[[Statement], None] | None = None,
    ) -> Answer:
        self.asked.append((question, tuple(history)))
        if self.breaks is not None:
            raise self.breaks
        unknown = set(sources) - {source.id for source in self.sources()}
        if unknown:
            raise UsageError(f"no source is called {min(unknown)!r}")
        for stage in ("retrieve", "rerank", "answer"):
            if on_stage is not None:
                on_stage(stage)
            time.sleep(self.delay / 3)
        earlier = " ".join(turn.text for turn in history if turn.role == "user")
        standalone = f"{question} {earlier}".strip() if len(words(question)) < 2 else question
        hits = self._search(standalone, sources)
        good = [hit for hit in hits if hit.score >= 2][:4]
        cited = tuple(_citation(n, hit) for n, hit in enumerate(good, start=1))
        for citation in cited:
            if on_statement is not None:
                on_statement(Statement(citation.quote, (citation.n,)))
        return Answer(
            query=Query(question, standalone, tuple(history), tuple(sources)),
            answered=bool(good),
            support=0.9 if good else 0.1,
            reason=None if good else "no_evidence" if question.strip() else "empty_question",
            statements=tuple(Statement(cited.quote, (cited.n,)) for cited in cited),
            citations=cited,
            nearest=() if good else tuple(hits[:2]),
            retrieved=tuple(hits),
            engine="small",
            index_version=self.index_version,
            seconds={"retrieve": 0.01, "answer": 0.02, "total": 0.03},
            trace=Trace(missing=() if good else ("an answer",)),
        )

    def groups(self, kind: Kind, actor: str = "", sources: Sequence[str] = ()) -> list[Group]:
        """Each passage that holds the word is a finding of its own."""
        found = [passage for passage in self._passages() if kind in passage.text and actor in passage.text]
        return [Group(kind, one.text[:20], (_finding(kind, one),)) for one in found]

    def timeline(self, actor: str = "", since: str = "", until: str = "") -> list[Dated]:
        """Each passage that holds a year, on the first of it."""
        found = [(one, re.search(r"\b(?:19|20)\d\d\b", one.text)) for one in self._passages() if actor in one.text]
        dated = [Dated(Date(int(year[0]), 1, 1), one, _unit(one)) for one, year in found if year]
        return [one for one in dated if since <= one.iso and (not until or one.iso <= until)]

    def compare(self, left: str, right: str, topic: str = "") -> list[Pair]:
        """The first passage of each."""
        said = {one.source.id: Said(one, _unit(one), 0.9) for one in reversed(self._passages())}
        if not {left, right} <= said.keys():
            raise UsageError(f"no source is called {left!r} or none {right!r}")
        return [Pair(topic or "all", said[left], said[right])]

    def check(self, claim: str) -> Check:
        time.sleep(self.delay)
        found = [hit for hit in self._search(claim, ()) if hit.score >= 2][:2]
        cited = tuple(_citation(n, hit) for n, hit in enumerate(found, start=1))
        return Check(claim, "supported" if cited else "not_enough", 0.9 if cited else 0.2, cited, (), {"total": 0.01})

    def _files(self) -> list[Path]:
        return sorted((self.folder / "texts").glob("*.txt"))

    def _source(self, path: Path) -> Source:
        title = path.read_text(encoding="utf-8").partition(" | ")[0]
        return Source(path.stem, title, "The Desk", "2024-03-15", url=f"https://example.org/{path.stem}")

    def _passages(self) -> list[Passage]:
        found: list[Passage] = []
        for path in self._files():
            source, at = self._source(path), 0
            body = path.read_text(encoding="utf-8").partition(" | ")[2]
            key = hashlib.sha256(body.encode()).hexdigest()[:8]
            for line in body.split("\n"):
                found.append(Passage(source, key, at, at + len(line), line, ("Part one",)))
                at += len(line) + 1
        return found

    def _search(self, query: str, sources: Sequence[str]) -> list[Hit]:
        wanted = words(query)
        scored = [
            Hit(passage, float(len(wanted & words(passage.text))), place, None)
            for place, passage in enumerate(self._passages(), start=1)
            if not sources or passage.source.id in sources
        ]
        return sorted(scored, key=lambda hit: -hit.score)


class SmallWorkshop:
    """Makes small engines; a text without " | " cannot be read, and no address can be fetched."""

    def __init__(self, delay: float = 0.0) -> None:
        self.delay = delay

    def open(self, folder: Path) -> SmallEngine:
        return SmallEngine(folder, self.delay)

    def add(self, folder: Path, origins: Sequence[str]) -> Added:
        added, changed, failed = [], [], []
        for origin in origins:
            path = Path(origin)
            if "://" in origin or " | " not in path.read_text(encoding="utf-8", errors="replace"):
                failed.append((origin, f"{origin} could not be read"))
                continue
            target = folder / "texts" / f"{path.stem}.txt"
            (changed if target.exists() else added).append(path.stem)
            shutil.copyfile(path, target)
        return Added(tuple(added), tuple(changed), (), tuple(failed))

    def remove(self, folder: Path, sources: Sequence[str]) -> None:
        for source in sources:
            (folder / "texts" / f"{source}.txt").unlink()


def _unit(passage: Passage) -> Unit:
    return Unit(passage.start, passage.end, "sentence")


def _finding(kind: Kind, passage: Passage) -> Finding:
    return Finding(kind, passage.text[:20], "", "", "", "", passage, _unit(passage))


def words(text: str) -> set[str]:
    """The longer words, without their endings."""
    return {word[:7] for word in re.findall(r"\w{5,}", text.casefold())}


def _citation(n: int, hit: Hit) -> Citation:
    passage = hit.passage
    bold = ((passage.start, passage.start + passage.text.index(" ")),)
    return Citation(n, passage.id, passage.source, passage.text, passage.start, passage.end, bold)
