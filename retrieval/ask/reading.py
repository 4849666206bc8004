"""What a reader is: a model that reads question and passage together. Only the shape; no model is loaded here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class Reading(Protocol):
    """What a reader made of one passage: does it answer, and with which words (spans in the text, best first)."""

    @property
    def probability(self) -> float:
        """That the passage answers the question, 0..1."""
        ...

    @property
    def spans(self) -> Sequence[tuple[int, int]]:
        """Where the answering words stand in the text that was read."""
        ...


class Reader(Protocol):
    """Reads passages for one question."""

    def read(self, question: str, texts: Sequence[str]) -> Sequence[Reading]:
        """A reading for each text, in their order."""
        ...
