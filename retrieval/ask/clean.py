"""The question as it can be asked: without control characters, and without orders to the program ("Ignore your …").

Nothing here obeys or refuses an order: Parley has no instructions to ignore. Left in, its words would be searched for
and would count against every passage. Knows English; knows nothing of passages or scores.
"""

from __future__ import annotations

import re
import unicodedata

from retrieval.errors import UsageError

LONGEST_QUESTION = 4000  # characters; a longer one is a text, not a question
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")  # a terminal's colours, pasted with the words
_TAGGED = re.compile(
    r"<\s*(system|assistant|user|instructions?|prompt|im_start)\b[^>]{0,40}>.{0,1000}?<\s*/\s*\1\s*>", re.I
)
_LABELLED = re.compile(r"^\s*(?:###\s*)?(?:system|assistant|instructions?)\s*:\s*", re.I)
_SENTENCE = re.compile(r"[^.!?;\n]+(?:[.!?;\n]+|$)")
_ORDER = re.compile(
    r"^\W*(?:(?:please|now|first|then|and|also|you (?:must|should|will)|i want you to)\W+)*"
    r"(?:(?:ignore|disregard|forget|override|bypass)\b.{0,60}"
    r"\b(?:instructions?|rules?|prompts?|guidelines|sources|above|previous|everything)\b"
    r"|(?:print|reveal|show|repeat|output|tell me|leak)\b.{0,40}"
    r"\b(?:your|the|system)\s+(?:\w+\s+)?(?:prompts?|instructions?)\b"
    r"|(?:answer|respond|reply)\b.{0,30}\bwithout\b.{0,20}\b(?:sources?|citations?|citing)\b"
    r"|(?:pretend|act)\b.{0,20}\b(?:to be|as|you are)\b|you are now\b|from now on\b)",
    re.I,
)


def clean_question(question: str) -> str:
    """The question without control and direction characters, blanks collapsed.

    Raises:
        UsageError: it is longer than anybody's question.
    """
    text = unicodedata.normalize("NFC", _CONTROL.sub(" ", _ESCAPES.sub("", question)))
    text = re.sub(r"\s+", " ", text).strip()
    if len(text) > LONGEST_QUESTION:
        raise UsageError(f"the question has {len(text)} characters; ask in at most {LONGEST_QUESTION}")
    return text


def is_foreign(question: str) -> bool:
    """Whether most letters of a question are of another script than the Latin one: it can hardly be read here."""
    letters = [character for character in question if character.isalpha()]
    latin = sum("LATIN" in unicodedata.name(character, "") for character in letters)
    return bool(letters) and latin < len(letters) / 2


def without_orders(question: str) -> str:
    """The question less sentences and tagged parts that address the program; as it was where nothing else is left."""
    untagged = _LABELLED.sub("", _TAGGED.sub(" ", question))
    kept = [match.group() for match in _SENTENCE.finditer(untagged) if not _ORDER.search(match.group())]
    left = " ".join("".join(kept).split())
    return left if any(character.isalnum() for character in left) else question
