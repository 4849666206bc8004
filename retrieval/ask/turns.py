"""Whose turn a sentence of an interview belongs to: what the interviewer says is not the speaker's word.

Knows how transcripts mark turns ("MUIR: …", "Q: …", "THE PRESIDENT: …"). Knows nothing of questions or scores.
"""

from __future__ import annotations

import re
from functools import lru_cache

from retrieval.types import Passage, Unit

_TURN = re.compile(r"\W*(?P<who>Q|Question|Interviewer|Moderator|Reporter|(?:[A-Z][A-Z.'’-]*[A-Z.]\s?){1,4})\s?:\s+\S")
_OFFICE = re.compile(
    r"\b(?:PRESIDENT|SECRETARY|MINISTER|CHANCELLOR|AMBASSADOR|GENERAL|SENATOR|ADMIRAL|KING|QUEEN|SPOKES\w+)\b"
)


@lru_cache(maxsize=256)
def others(passage: Passage) -> dict[Unit, str]:
    """The units of turns that are not the source's speaker's, each with the name over its turn; none where the source
    names no speaker. People in office are left out: they may speak for themselves beside the speaker."""
    speaker = passage.source.publisher
    if not speaker or passage.source.kind == "brief":
        return {}
    found: dict[Unit, str] = {}
    who = ""
    for unit in passage.units:
        if begins := _TURN.match(passage.slice(unit.start, unit.end)):
            who = "" if _is_speaker(begins["who"], speaker) else begins["who"]
        if who:
            found[unit] = who
    return found


def _is_speaker(who: str, speaker: str) -> bool:
    """Whether a turn is the speaker's own, by name, or that of somebody in office."""
    return bool(_OFFICE.search(who)) or who.split()[-1].strip(".").lower() in speaker.lower().split()
