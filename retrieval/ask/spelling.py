"""Slips of the keyboard in a question ("Febuary", "amunition") read as the words of the sources that are meant.

A word is a slip when neither the sources nor common English have it and one letter left out, doubled, exchanged or
turned round makes a word of the sources of it (Damerau 1964; the first letter is seldom missed, and a last letter
exchanged or one left over in a short word more often makes another word). Knows spelling; nothing of meaning or scores.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from retrieval.ask.wordtable import word_table
from retrieval.index.lexical import fold, stem

SHORTEST = 5  # letters of a word that is mended: of shorter ones too many are one letter apart
SHORTENED = 6  # letters of a word from which one may be taken away: "kinda" is not "kind"
_WORD = re.compile(r"[^\W\d_]+")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def mended(question: str, forms: Callable[[], Mapping[str, int]]) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The question with its slips mended, and the pairs of what was written and what it was read as.

    Args:
        question: as asked. A word that opens like a name may only have lost, gained or turned round letters: names
            that differ by one letter (Zelensky, Zelenska) are different names.
        forms: gives the sources' words and in how many passages each stands; called only when there is a strange word.
    """
    strange = [match for match in _WORD.finditer(question) if _is_strange(match.group())]
    if not strange:
        return question, ()
    known = forms()
    read: list[tuple[str, str]] = []
    for match in reversed(strange):
        word, plain = match.group(), fold(match.group())
        near = {form for form in _one_away(plain, exchanged=word.islower()) if form in known}
        if near and not _is_a_form(plain, known):
            best = min(near, key=lambda form: (-known[form], form))
            best = best.capitalize() if word[0].isupper() else best
            question = question[: match.start()] + best + question[match.end() :]
            read.append((word, best))
    return question, tuple(reversed(read))


def _is_strange(word: str) -> bool:
    plain = fold(word)
    usual = word.islower() or word[1:].islower()
    return len(plain) >= SHORTEST and plain.isascii() and usual and stem(plain) not in word_table().row


def _is_a_form(word: str, known: Mapping[str, int]) -> bool:
    """Whether the sources have the word in another form; stems keep the first letter, so only few are made."""
    return any(form[0] == word[0] and stem(form) == stem(word) for form in known)


def _one_away(word: str, *, exchanged: bool) -> set[str]:
    """All spellings one slip away, the first letter kept."""
    found = set()
    for at in range(1, len(word) + 1):
        head, tail = word[:at], word[at:]
        found |= {head + letter + tail for letter in _LETTERS}
        if tail and len(word) >= SHORTENED:
            found.add(head + tail[1:])
        if len(tail) > 1:
            found.add(head + tail[1] + tail[0] + tail[2:])
        if len(tail) > 1 and exchanged:
            found |= {head + letter + tail[1:] for letter in _LETTERS}
    return found - {word}
