"""A model's reply, read as it comes: sentences, each with the numbers that it cites, and nothing but plain prose.

What a statement may be made of is listed, not what it may not: letters, digits, blanks and the marks of ordinary prose.
So no link, image, mention, tag or code can come of a reply, whatever a passage talked the model into. Knows characters
and markers; must not know passages, models or how an answer is shown.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from retrieval.ask.quotes import visible
from retrieval.ingest.sentences import sentences

LONGEST = 600  # characters of a sentence
_MARKS = frozenset(" .,;:!?'\"()-‐‑–—…%‰$€£₽¥₴°&/+=“”‘’«»„‚‹›§№·。，、！？：；「」『』（）")
_MARKER = re.compile(r"\s*[\[【［][ \t]*\^?(?P<numbers>\d{1,3}(?:[ \t]*[-–,;][ \t]*\d{1,3})*)[ \t]*[\]】］]")
_AFTER_STOP = re.compile(r"(?<=[.!?…\"”»’)\]])[ \t]+(?=\[\d)")
_MARKED_END = re.compile(r"[.!?…][\"”»’)]*\s*(?:\[\d+\])+\s*$|\]\s*[.!?…]\s*$")
_BULLET = re.compile(r"^\s*(?:[-*•·>]+|#{1,6}|\(?\d{1,2}[.)])\s+")
_EMPHASIS = re.compile(r"\*\*|__|(?<!\w)[*_](?=\S)|(?<=\S)[*_](?!\w)|`")
_TURN = re.compile(r"^\W*(?:system|assistant|user|human|developer|tool|sources?|references?)\s*:", re.I)
_LINK = re.compile(
    r"//|www\.|\b(?:mailto|javascript|data|vbscript|tel|file|blob|ftp|https?)\s*:"
    r"|(?<![\w.])(?:[\w-]{2,}\.)+(?:com|org|net|info|io|ru|ua|uk|eu|de|gg|me|co|ly|to|xyz|top|app|dev|site|link|zip|cn|su"
    r"|рф|укр)\b|&#|&\w+;|\w/\w+/\w",
    re.I,
)
_OPENERS = ("<think>", "<thinking>", "<reasoning>")
_THOUGHT = re.compile(r"^\s*<(think|thinking|reasoning)>.*?</\1>\s*", re.S | re.I)
_UNBROKEN = re.compile(r"[^\s–—]{41,}")


@dataclass(frozen=True, slots=True)
class Written:
    """A sentence of a reply without its markers, the numbers that it cites, and why it may not be shown, if so."""

    text: str
    numbers: tuple[int, ...]
    refused: str = ""


class Reply:
    """Cuts a reply into sentences while it comes. `text` is all of it so far."""

    def __init__(self) -> None:
        self.text = ""
        self._begun = ""  # what has come and is in no sentence yet
        self._thinking = True  # a model may think aloud first
        self._paused = False  # markers may still come for a sentence that a pause let go

    def add(self, piece: str) -> list[Written]:
        """The sentences that the piece completes: those with something behind them."""
        self.text += piece
        self._begun = _with_plain_markers(self._begun + piece)
        if self._thinking and self._is_thinking():
            return []
        if self._paused:
            self._begun = re.sub(r"^(?:\s*\[\d+\])+", "", self._begun)
            self._paused = not self._begun.strip(" []")
        whole, self._begun = _complete(self._begun)
        return _read(whole)

    def rest(self) -> list[Written]:
        """The sentences that are left at the reply's end."""
        whole, self._begun = "" if self._thinking and self._is_thinking() else self._begun, ""
        return _read(whole)

    def pause(self) -> list[Written]:
        """Called when nothing came for a while: a last sentence with its stop and its markers is complete, too."""
        if not _MARKED_END.search(self._begun) or _is_open(self._begun):
            return []
        self._paused = True
        return self.rest()

    def _is_thinking(self) -> bool:
        """Whether the reply so far is thought, which is left out, or too short to tell."""
        self._begun = _THOUGHT.sub("", self._begun)
        begun = self._begun.lstrip().lower()
        self._thinking = not begun or begun.startswith(_OPENERS) or any(o.startswith(begun) for o in _OPENERS)
        return self._thinking


def read_sentence(raw: str) -> Written | None:
    """One raw sentence: markers taken out, emphasis and bullets dropped; None where no words are left."""
    if re.match(r"\s*(?:```|~~~)", raw):
        return None
    numbers: list[int] = []
    for match in _MARKER.finditer(raw):
        numbers += _numbers(match["numbers"])
    heads = _MARKER.match(raw) is not None
    text = _BULLET.sub("", _EMPHASIS.sub("", _MARKER.sub("", _BULLET.sub("", raw))))
    text = re.sub(r"\s+", " ", visible(unicodedata.normalize("NFC", text))).strip()
    text = re.sub(r"\s+([.,;:!?])", r"\1", text)
    if not any(character.isalnum() for character in text):
        return None
    refused = "it is a list of sources, which only Parley makes" if heads else not_prose(text)
    return Written(text, tuple(dict.fromkeys(numbers)), refused)


def not_prose(text: str) -> str:
    """Why a text is more than plain prose, "" when it is not."""
    strange = next((c for c in text if c not in _MARKS and unicodedata.category(c)[0] not in "LMN"), None)
    if strange is not None:
        return (
            f"it holds “{strange}”, which is markup, not prose"
            if strange.isprintable()
            else "it holds control characters"
        )
    if _LINK.search(text):
        return "it holds a link or an address"
    if _TURN.match(text):
        return "it plays a part in the conversation"
    if len(text) > LONGEST or _UNBROKEN.search(text):
        return "it is too long for a sentence, or encoded"
    return ""


def _with_plain_markers(text: str) -> str:
    """[1, 2], 【1】 and [^1] as [1][2], [1] and [1], directly behind the stop or the marker before them."""
    plain = _MARKER.sub(lambda found: _gap(found) + "".join(f"[{n}]" for n in _numbers(found["numbers"])), text)
    return _AFTER_STOP.sub("", plain)


def _gap(found: re.Match[str]) -> str:
    return found.group()[: len(found.group()) - len(found.group().lstrip())]


def _complete(begun: str) -> tuple[str, str]:
    """What of the text is certainly whole sentences, and the rest."""
    line = begun.rfind("\n") + 1
    spans = sentences(begun[line:])
    for start, _ in reversed(spans[1:]):
        border = line + start
        worded = any(
            character.isalpha() for character in begun[border:]
        )  # a piece without a letter joins the one before
        if worded and not _is_open(begun[line:border]) and not begun.startswith("[", border):
            return begun[:border], begun[border:]
    return begun[:line], begun[line:]


def _read(whole: str) -> list[Written]:
    """Sentences with the markers behind their stops; a quotation of several sentences stays in one."""
    found: list[str] = []
    for line in whole.split("\n"):
        for index, (start, end) in enumerate(sentences(line)):
            piece = line[start:end]
            if index and (_is_open(found[-1]) or not any(character.isalpha() for character in piece)):
                found[-1] += f" {piece}"
            else:
                found.append(piece)
    return [written for raw in found if (written := read_sentence(raw)) is not None]


def _is_open(text: str) -> bool:
    """Whether a double quotation mark still waits for its partner."""
    return text.count('"') % 2 == 1 or any(text.count(o) > text.count(c) for o, c in ("“”", "«»", "「」"))


def _numbers(listed: str) -> list[int]:
    """2; 2, 5; 2-4."""
    found: list[int] = []
    for part in re.split(r"[,;]", listed):
        ends = [int(number) for number in re.findall(r"\d+", part)]
        found += range(ends[0], min(ends[-1], ends[0] + 20) + 1)
    return found
