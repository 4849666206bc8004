"""Discord's Markdown as text: measuring, escaping and splitting. Knows the syntax, not answers and not the network.

Lengths are UTF-16 code units, the larger of the two ways in which Discord's clients and servers count, so a text that
fits here fits everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

MARKER = re.compile(r"(?<!\\)\[(\d+)\](?!\()")
ZERO_WIDTH = "\u200b"

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
_SYNTAX = re.compile(r"[\\*_`\[\]<]|~(?=~)|(?<=~)~|\|(?=\|)|(?<=\|)\||(?<=:)/(?=/)")
_PING = re.compile(r"@(?=everyone|here|[!&]?\d)", re.IGNORECASE)
_LINE_START = re.compile(r"(?m)^([ \t]*)(?=(?:#{1,3}|>{1,3}|-#?|\+)(?:\s|$))")
_NUMBERED = re.compile(r"(?m)^([ \t]*\d+)(?=\.\s)")
_SENTENCE_END = re.compile(r"[.!?…。！？][\"'”’»)\\\]*_]*(?:\s*\[\d+\])*\s+")
_MARKERS_NEXT = re.compile(r"\s*\[\d+\]")
_WHOLE = re.compile(r"\[[^\[\]\n]{0,200}\]\(<[^>\n]*>\)|\[\d+\]|\\.|\*\*")
_FENCE = re.compile(r"(?m)^(?:> )?(```[^\s`]*)")


def width(text: str) -> int:
    """Length in UTF-16 code units."""
    return len(text) + sum(character > "\uffff" for character in text)


def clean(text: str) -> str:
    """The text without control characters, text-direction overrides and halves of surrogate pairs."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def one_line(text: str) -> str:
    """The text cleaned, every run of white space made one space."""
    return " ".join(clean(text).split())


def escape(text: str) -> str:
    """The text so that Discord shows its characters: no formatting, link, preview, mention, emoji or timestamp.

    Only what Discord would act on is touched, so ordinary prose comes out as it went in.
    """
    text = _SYNTAX.sub(lambda found: "\\" + found.group(), clean(text))
    text = _PING.sub("@" + ZERO_WIDTH, text)
    text = _LINE_START.sub(r"\1\\", text)
    return _NUMBERED.sub(r"\1\\", text)


def shorten(text: str, limit: int) -> str:
    """At most `limit` code units, cut at a word where there is one, with an ellipsis that shows the cut."""
    if width(text) <= limit:
        return text
    kept = _fitting(text, limit - 1)
    space = kept.rfind(" ")
    return (kept[:space] if space > len(kept) // 2 else kept).rstrip() + "…"


def brief(text: str, limit: int) -> str:
    """The text on one line, escaped, in at most `limit` code units (8 or more), an ellipsis where it was cut."""
    plain = one_line(text)
    shown = escape(shorten(plain, limit))
    # Escaping at most doubles a text, and adds two more where a line begins.
    return shown if width(shown) <= limit else escape(shorten(plain, limit // 2 - 2))


def split(text: str, limit: int) -> list[str]:
    """Pieces of at most `limit` code units, cut at a paragraph, else a line, a sentence, a word, a character.

    A marker stays with the words before it, an escape or a masked link is never cut, a code fence that a cut would
    break is closed and opened again, and a quoted line goes on as a quoted line. `limit` must be at least 32.
    """
    if limit < 32:
        raise ValueError(f"limit is {limit} and must be at least 32")
    pieces: list[str] = []
    rest = text.strip("\n")
    prefix = ""
    while width(prefix + rest) > limit:
        cut = _cut(rest, limit - width(prefix) - len("\n```"))
        head = prefix + rest[:cut].rstrip()
        inside_line = "\n" not in rest[:cut][-1:] and not rest[cut:].startswith("\n")
        fence = _open_fence(head)
        rest = rest[cut:].lstrip("\n") if fence else rest[cut:].lstrip()
        quoted = inside_line and head.rsplit("\n", 1)[-1].startswith("> ")
        pieces.append(head + "\n```" if fence else head)
        prefix = (fence + "\n") if fence else ("> " if quoted and rest else "")
    if rest.strip():
        pieces.append(prefix + rest)
    return [piece for piece in pieces if piece.strip()]


def join_within(blocks: Iterable[str], limit: int, separator: str = "\n", more: str = "…and {} more") -> str:
    """As many whole blocks as fit, and a last line that says how many did not."""
    kept: list[str] = []
    waiting = list(blocks)
    room = limit - width(separator + more.format(10**6))
    while waiting and width(separator.join([*kept, waiting[0]])) <= room:
        kept.append(waiting.pop(0))
    if waiting and width(separator.join([*kept, *waiting])) <= limit:
        return separator.join([*kept, *waiting])
    return separator.join([*kept, more.format(len(waiting))] if waiting else kept)


def _fitting(text: str, limit: int) -> str:
    kept = text[:limit]
    while width(kept) > limit:
        kept = kept[: len(kept) - max(1, (width(kept) - limit) // 2)]
    return kept


def _cut(text: str, limit: int) -> int:
    """Where to cut: an index in 1..limit, as late as possible at the best kind of border."""
    window = _fitting(text, limit)
    half = len(window) // 2
    borders = (
        [found.end() for found in re.finditer(r"\n\n+", window)],
        [found.end() for found in re.finditer(r"\n", window)],
        [found.end() for found in _SENTENCE_END.finditer(window)],
        [found.end() for found in re.finditer(r"\s+", window)],
    )
    for least in (half, 0):
        for positions in borders:
            good = [at for at in positions if at > least and window[:at].strip() and _may_cut(text, at)]
            if good:
                return good[-1]
    return _hard_cut(text, len(window))


def _may_cut(text: str, at: int) -> bool:
    return not _MARKERS_NEXT.match(text, at) and _whole_until(text, at) == at


def _hard_cut(text: str, at: int) -> int:
    cut = _whole_until(text, at)
    while cut > 1 and _MARKERS_NEXT.match(text, cut):
        cut -= 1
    return cut if cut > 1 or at <= 1 else at


def _whole_until(text: str, at: int) -> int:
    """`at`, or the start of the escape, marker or link that lies across it."""
    for found in _WHOLE.finditer(text):
        if found.start() >= at:
            break
        if found.end() > at:
            return found.start() or at
    return at


def _open_fence(text: str) -> str:
    """The opening line of the fence that `text` leaves open, or "" when it leaves none open."""
    fences = _FENCE.findall(text)
    return fences[-1] if len(fences) % 2 else ""
