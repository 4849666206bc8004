"""What the bot needs of an engine, and how it gets one for a folder. Knows the engine's names, nothing inside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

from retrieval import Answer, Check, Passage, Source, Statement, Turn

if TYPE_CHECKING:
    from retrieval import Dated, Engine, Group, Pair


class Answers(Protocol):
    """An engine as the bot sees it; `retrieval.Engine` is one."""

    @property
    def folder(self) -> Path:
        """Where its index lies."""

    @property
    def index_version(self) -> str:
        """The version of the index that the next question is asked of."""

    def ask(
        self,
        question: str,
        history: Sequence[Turn] = (),
        sources: Sequence[str] = (),
        *,
        on_stage: Callable[[str], None] | None = None,
        on_statement: Callable[[Statement], None] | None = None,
    ) -> Answer:
        """A cited answer or an abstention; each stage is told as it begins, each statement once it is verified."""

    def check(self, claim: str) -> Check:
        """What the sources say of a claim."""

    def groups(self, kind: Literal["factor", "tactic"], actor: str = "", sources: Sequence[str] = ()) -> list[Group]:
        """Factors or tactics under their heads."""

    def timeline(self, actor: str = "", since: str = "", until: str = "") -> list[Dated]:
        """What is dated to the day, oldest first."""

    def compare(self, left: str, right: str, topic: str = "") -> list[Pair]:
        """What two sources say, side by side."""

    def show(self, passage_id: str) -> Passage:
        """A passage by its id."""

    def sources(self) -> list[Source]:
        """What the index holds."""

    def reload(self) -> str:
        """Opens the index afresh; its version."""


@dataclass(frozen=True, slots=True)
class Added:
    """What adding to a collection did: ids of sources, and what could not be read with the reason."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: tuple[str, ...]
    failed: tuple[tuple[str, str], ...]


class Workshop(Protocol):
    """Makes engines for folders, and adds to them."""

    def open(self, folder: Path) -> Answers:
        """The engine of the index in a folder."""

    def add(self, folder: Path, origins: Sequence[str]) -> Added:
        """Reads files and addresses into the index in a folder."""

    def remove(self, folder: Path, sources: Sequence[str]) -> None:
        """Takes sources out of the index in a folder."""


class EngineWorkshop:
    """Engines that share one embedding model, the base engine's."""

    def __init__(self, base: Engine) -> None:
        self._base = base

    def open(self, folder: Path) -> Engine:
        """The engine of the index in a folder."""
        from retrieval import Engine

        return Engine(self._base.settings, self._base.embedder, folder)

    def add(self, folder: Path, origins: Sequence[str]) -> Added:
        """Reads files and addresses into the index in a folder."""
        from retrieval import batches_of

        engine = self.open(folder)
        report = engine.ingest(batches_of(origins, engine.settings, engine.known_entries()))
        return Added(report.added, report.changed, report.unchanged, report.failed)

    def remove(self, folder: Path, sources: Sequence[str]) -> None:
        """Takes sources out of the index in a folder."""
        self.open(folder).ingest([], remove=sources)
