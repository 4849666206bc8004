"""Whether quoted words stand in a text: verbatim, contiguous, as written, whatever the typography.

Knows characters only: marks of quotation, dashes, ligatures, blanks, line ends, borders of words. Knows nothing of
meaning, passages, models or scores.

What is equal: typographic variants of one character (curly, straight and angled quotation marks and apostrophes; all
dashes, with or without blanks around; ligatures; full-width letters; composed and decomposed accents), blanks of any
kind, and what a reader does not see (soft hyphens, zero-width characters, the hyphen of a word broken at a line end).
What is not: letters, case, digits, accents, word order, a word more or less. A quote's first letter may be small where
the source's is a capital only because a sentence begins there, and the comma or full stop before a closing mark belongs
to the sentence around it (American usage). An ellipsis inside a quote is taken at its word: something was left out, so
the quote is stitched; the two pieces can be quoted apart.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from retrieval.ingest.sentences import sentences

QuoteVerdict = Literal["found", "misattributed", "stitched", "absent"]

_SINGLE = "'‘’‚‛‹›`´ʼ＇"
_DOUBLE = '"“”„‟«»「」『』〝〞〟＂'
_CLOSED_BY = {
    '"': '"”', "“": '”"', "”": "”", "„": "“”\"", "‟": "”\"", "«": "»", "»": "«»", "‹": "›", "›": "‹›",
    "「": "」", "『": "』", "〝": "〞〟", "＂": "＂", "‘": "’'", "‚": "‘’", "'": "'’", "‛": "’", "`": "'´`",
}  # fmt: skip
_DASHES = "-‐‑‒–—―−﹘﹣－"
_WORD_HYPHENS = "-‐‑－﹣"
_BARRIER = "\x1e"  # between blocks and list items: no quote reaches across
_BROKEN = "\x1f"  # a hyphen at a line end: part of the word or of the line, nobody knows
_NEGATED_SIGNS = "不没沒無无非未勿"
_INVISIBLE = re.compile(
    r"[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\U000e0000-\U000e007f]"
)
_COMPATIBLE = re.compile(r"[\ufb00-\ufdff\ufe70-\ufefc\uff01-\uff5e\u0132\u0133\u01c4-\u01cc]")
_TOKEN = re.compile(
    rf"(?P<unseen>(?:{_INVISIBLE.pattern})+)"
    rf"|(?P<broken>(?<=[^\W\d_])[{_WORD_HYPHENS}\u00ad][ \t]*\r?\n[ \t]*(?=[^\W\d_]))"
    r"|(?P<block>\s*\n\s*\n\s*|\s*\n\s*(?:[-*•·–—|]\s|\#{1,6}\s|\d{1,3}[.)]\s))"
    rf"|(?P<dash>\s*[{_DASHES}]+\s*)"
    r"|(?P<dots>…+|\.(?:[ \u00a0\u2009\u202f]?\.){2,})"
    rf"|(?P<mark>[{_SINGLE}{_DOUBLE}]+)"
    r"|(?P<blank>\s+)"
    r"|(?P<letter>.[\u0300-\u036f\u0483-\u0487\u1ab0-\u1aff\u20d0-\u20ff]*)",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Quotation:
    """Words between marks of quotation: `sentence[start:end] == text`, the marks left out."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Match:
    """What became of a quote. `text` is the index of the text that holds it, cited ones first; -1 where none does.

    `start` and `end` count characters of that text as it was given, before any normalisation.
    """

    verdict: QuoteVerdict
    text: int = -1
    start: int = -1
    end: int = -1


@dataclass(frozen=True, slots=True)
class Normal:
    """A text with its typography levelled, and for each of its characters the span it had in the original."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]


def visible(text: str) -> str:
    """The text without the characters that nobody sees: soft hyphens, zero-width and direction marks, tags."""
    return _INVISIBLE.sub("", text)


def quotations(sentence: str) -> list[Quotation]:
    """The quoted words of a sentence, outermost marks only; an unclosed mark reaches to the sentence's end."""
    found: list[Quotation] = []
    position = 0
    while position < len(sentence):
        mark = sentence[position]
        if mark in _DOUBLE or (mark in _SINGLE and _opens(sentence, position)):
            end = _closing(sentence, position)
            if end is None and mark in "”»」』":  # closes what an earlier sentence opened
                found = [Quotation(0, position, sentence[:position])]
            elif end is not None or mark in _DOUBLE:
                stop = len(sentence) if end is None else end
                found.append(Quotation(position + 1, stop, sentence[position + 1 : stop]))
                position = stop
        position += 1
    return [quotation for quotation in found if any(character.isalnum() for character in quotation.text)]


def find(quoted: str, cited: Sequence[str], others: Sequence[str] = ()) -> Match:
    """Looks for quoted words in the texts that are cited for them, then in others.

    Returns:
        found: contiguous in a cited text; misattributed: contiguous in another text only; stitched: made of pieces
        that are there, or with an ellipsis inside; absent: anything else.
    """
    wanted = _as_quoted(quoted)
    if not any(character.isalnum() for character in wanted):
        return Match("absent")
    for verdict, texts, shift in (("found", cited, 0), ("misattributed", others, len(cited))):
        for index, text in enumerate(texts):
            span = next(_spans(wanted, text), None)
            if span is not None:
                return Match("found" if verdict == "found" else "misattributed", shift + index, *span)
    return Match("stitched" if "…" in wanted or _is_stitched(wanted, [*cited, *others]) else "absent")


@lru_cache(maxsize=512)
def normalise(text: str) -> Normal:
    """Levels typography and keeps, for each character that is left, where it stood."""
    characters: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "letter"
        piece = match.group()
        if kind == "unseen":
            continue
        if kind == "letter":
            levelled = unicodedata.normalize("NFKC" if _COMPATIBLE.match(piece) else "NFC", piece)
        else:
            levelled = {"broken": _BROKEN, "block": _BARRIER, "dash": "-", "dots": "…", "mark": "'", "blank": " "}[kind]
        if levelled == " " and characters and characters[-1] == " ":
            continue
        begin = match.start() + len(piece) - len(piece.lstrip())  # a dash is levelled with the blanks around it
        for character in levelled:
            characters.append(character)
            starts.append(begin if kind == "dash" else match.start())
            ends.append(begin + len(piece.strip()) if kind == "dash" else match.end())
    return Normal("".join(characters), tuple(starts), tuple(ends))


def _opens(sentence: str, position: int) -> bool:
    """Whether a single mark opens a quotation rather than being an apostrophe: a blank before it, a letter after."""
    before = sentence[position - 1] if position else " "
    after = sentence[position + 1 : position + 4]
    decade = sentence[position] in "'’" and re.match(r"\d\ds?(?!\w)", after) is not None
    decade = decade and (after[2:3] == "s" or _closing(sentence, position) is None)
    return not before.isalnum() and before not in ".,;!?" and bool(after[:1].strip()) and not decade


def _closing(sentence: str, opening: int) -> int | None:
    closers = _CLOSED_BY.get(sentence[opening], sentence[opening])
    for position in range(opening + 1, len(sentence)):
        if sentence[position] not in closers:
            continue
        after = sentence[position + 1 : position + 2]
        if sentence[opening] in _DOUBLE or not after.isalnum():
            return position
    return None


def _as_quoted(quoted: str) -> str:
    """A quote ready to be looked for: levelled, without an ellipsis or blanks at its ends."""
    unwrapped = re.sub(rf"(?<![{_WORD_HYPHENS}\u00ad])\s*\n\s*", " ", quoted)
    return normalise(unwrapped).text.replace(_BROKEN, "").strip(" …")


def _spans(wanted: str, text: str) -> Iterator[tuple[int, int]]:
    """Where the wanted words stand in the text, as offsets of the text as given."""
    normal = normalise(text)
    for form in dict.fromkeys((wanted, wanted.rstrip(".,"))):
        for first, last in _occurrences(form, normal):
            start, end = normal.starts[first], normal.ends[last - 1]
            if _on_borders(text, start, end):
                yield start, end


def _occurrences(form: str, normal: Normal) -> Iterator[tuple[int, int]]:
    """Half-open index pairs into the normal text; its first letter may be a capital where a sentence begins."""
    if not form:
        return
    loose = _BROKEN in normal.text
    pattern = re.compile((_BROKEN + "?").join(_either(character) for character in form)) if loose else None
    for candidate in dict.fromkeys((form, form[0].upper() + form[1:])):
        if pattern is not None and candidate == form:
            places = [match.span() for match in pattern.finditer(normal.text)]
        else:
            places = [(at, at + len(candidate)) for at in _indexes(candidate, normal.text)]
        for first, last in places:
            if candidate == form or _begins_sentence(normal, first):
                yield first, last


def _either(character: str) -> str:
    return f"[-{_BROKEN}]" if character == "-" else re.escape(character)


def _indexes(wanted: str, text: str) -> Iterator[int]:
    at = text.find(wanted)
    while at >= 0:
        yield at
        at = text.find(wanted, at + 1)


def _begins_sentence(normal: Normal, first: int) -> bool:
    before = normal.text[:first].rstrip(" '-")
    if not before or before[-1] in f"{_BARRIER}:":
        return True
    return any(start == first for start, _ in sentences(normal.text.replace(_BARRIER, "\n")))


def _on_borders(text: str, start: int, end: int) -> bool:
    """Whether a match begins and ends where words and numbers do: not "agree" in "disagree" nor "500" in "1,500"."""
    return _is_border(text, start, -1) and _is_border(text, end - 1, 1)


def _is_border(text: str, inside: int, step: int) -> bool:
    """Whether the word that holds the character at `inside` stops there, looking backward (-1) or forward (1)."""
    own = text[inside]
    at = _next_seen(text, inside + step, step)
    if at is None:
        return True
    there, beyond = text[at], _next_seen(text, at + step, step)
    behind = text[beyond] if beyond is not None else " "
    if own.isdigit() and step == 1 and there in "%‰°":
        return False
    if own.isdigit() and step == -1 and there in "$€£₽¥₴-−+":
        return there in "-" and behind.isalpha()
    if own.isdigit() and behind.isdigit() and (there in ".,:/" or there in _DASHES):
        return False
    if not own.isalnum():
        return True
    if _is_unspaced(own):
        return not (step == -1 and there in _NEGATED_SIGNS)
    if there.isalnum():
        return False
    if there in _SINGLE and own.isalpha() and behind.isalpha():
        return step == 1 and behind.lower() == "s"
    return not (there in _WORD_HYPHENS and behind.isalnum())


def _next_seen(text: str, at: int, step: int) -> int | None:
    while 0 <= at < len(text):
        if not _INVISIBLE.match(text[at]) and not unicodedata.combining(text[at]):
            return at
        at += step
    return None


def _is_unspaced(character: str) -> bool:
    """Whether the character's script writes no blanks between words."""
    return "\u0e00" <= character <= "\u0eff" or "\u3040" <= character <= "\u9fff"


def _is_stitched(wanted: str, texts: Sequence[str]) -> bool:
    """Whether the wanted words fall into pieces of two words or more that are all there."""
    words = wanted.split(" ")
    position, pieces = 0, 0
    while position < len(words):
        length = next(
            (
                size
                for size in range(len(words) - position, 1, -1)
                if any(next(_spans(" ".join(words[position : position + size]), text), None) for text in texts)
            ),
            0,
        )
        if not length:
            return False
        position, pieces = position + length, pieces + 1
    return pieces > 1
