"""Small texts as passages, as ingest makes them, for the tests of evidence."""

from __future__ import annotations

import hashlib

from retrieval.ingest.split import split
from retrieval.types import Document, Hit, Passage, Source

SEED = """# Examining the Impasse

Russia's persistent rejection of ceasefire proposals has hindered peace. Several core factors underpin this position:

- Geopolitical Objectives: Securing long-term influence over Eastern Europe remains a top priority for Moscow.
- Territorial Advantages: Military advances have yielded control over areas that Russia is unlikely to surrender.
- Domestic Political Climate: Nationalistic rhetoric reinforces public backing for continued military operations.

## What may follow

Key elements shaping the impact include:

| Tactical Approach | Likelier Outcome |
| Bilateral Negotiations | Diminished hostilities; groundwork laid for ceasefire discussions |
| Tightening Economic Sanctions | Moscow faces increased financial constraints potentially prompting reassessment |
"""


def document(name: str, text: str, date: str = "", publisher: str = "", title: str = "") -> Document:
    """A document of one text."""
    source = Source(name, title or name, publisher, date)
    return Document(source, text, hashlib.sha256(text.encode()).hexdigest()[:8])


def passages(name: str, text: str, date: str = "", publisher: str = "", title: str = "") -> list[Passage]:
    """The passages of one text."""
    return split(document(name, text, date, publisher, title))


def hits(*groups: list[Passage]) -> list[Hit]:
    """The passages as hits, in the order given."""
    return [Hit(passage, 1.0 / (1 + place)) for place, passage in enumerate(p for group in groups for p in group)]
