"""Where a sentence ends: rules over the characters around each stop.

Knows abbreviations, initials, numbers, quotes and brackets of English, Russian, Ukrainian and some German, and the
stops of CJK and South Asian scripts. Knows nothing of documents, blocks or passages.
"""

from __future__ import annotations

import re

_CLOSERS = "\"'”’»›“)\\]}*_"
_REFERENCES = r"(?:\[(?:\d{1,3}|[a-z]|note \d{1,2}|citation needed)\])"
_CANDIDATE = re.compile(
    rf"(?P<blank>\n[ \t\r]*\n\s*)"
    rf"|(?P<line>\n[ \t\r]*)"
    rf"|(?P<cjk>[。！？｡]+[」』”’）)\"']*\s*)"
    rf"|(?P<stop>[.!?…؟۔।॥]+)(?P<tail>(?:{_REFERENCES}|[{_CLOSERS}]){{0,12}})"
    r"(?P<gap>[ \t\u00a0\u2000-\u200a\u3000]+|(?=\s)|$|(?=[^\W\d_]))"
)
_WORD_BEFORE = re.compile(r"[^\W_][\w.&'’-]*$")
_WORD_AFTER = re.compile(r"[\s\"'“”‘’«»„(\[*_¿¡–—-]*(\w[\w'’]*)?")
_LINE_STARTS_BLOCK = re.compile(r"(?:[-*•·–—]\s|\#{1,6}\s|\||\(?(?:\d{1,3}|[a-zA-Z])[.)]\s)")
_DOMAIN = re.compile(r"(?:com|org|net|gov|io|ru|ua|uk|eu|int|js|py|info)\b", re.IGNORECASE)


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


_NEVER = _words(
    """mr mrs ms messrs mx dr prof gen col lt sgt capt cpt cmdr maj brig adm sen rep reps gov pres amb rev fr hon st sts
    ste mt ft vs v cf viz eg ie e.g i.e ca approx esp incl al. supt dep asst assoc sgts gens sens govs profs drs gd
    z.b d.h bzw nr vgl im ul г гг им ул см напр акад проф ген т.е т.к т.н пос обл стр гор м вул ім див напр р рр проф
    с полк"""
)
_BEFORE_NUMBER = _words(
    """no nos art arts fig figs p pp par para paras sec secs vol vols ch chap chs res doc docs pt ed eds app tab eq n nn
    jan feb mar apr jun jul aug sep sept oct nov dec op reg regs ser ст пп ч рис табл гл т c"""
)
_MAY_END = _words(
    """inc ltd co corp jr sr bros llc plc a.m p.m am pm ph.d m.d b.a m.a d.c dept est univ assn intl govt natl et.al al
    ave blvd rd mass calif conn penn wash"""
)
STARTERS = _words(
    """the a an this that these those it its he she they we i you his her their our my your there here in on at by for
    from with without as but and or nor so yet if when while where why how what who which although though because since
    after before during until once despite however moreover furthermore meanwhile also then thus therefore nevertheless
    according both each every some many most all no not one two three another other such even only still today
    yesterday under over between among through first second third finally additionally similarly instead unlike like
    is are was were do does did has have had can could would should will may might let please
    это он она они мы я вы в на по но и а что как если когда так также однако кроме после при за из для с к
    це він вона вони ми я ви у й але та що як якщо коли так також проте після за з для"""
)
_MONTHS_AFTER_ORDINAL = _words("januar februar märz april mai juni juli august september oktober november dezember")
_LOOK_BACK = 240
_WRAPPED_LINE = 120


def sentences(text: str, start: int = 0) -> list[tuple[int, int]]:
    """Cuts a text into sentences.

    Args:
        text: any text; a blank line, a list item, a heading or a table row always begins a new sentence.
        start: is added to every offset, for a text that is a slice of a longer one.

    Returns:
        Half-open spans in order, without surrounding whitespace; together they hold every non-blank character.
    """
    spans: list[tuple[int, int]] = []
    begin = 0
    for match in _CANDIDATE.finditer(text):
        if match.start() < begin:
            continue
        if _ends_sentence(text, begin, match):
            _append(text, begin, _end_of(match), spans)
            begin = match.end()
    _append(text, begin, len(text), spans)
    return [(start + first, start + last) for first, last in spans]


def _end_of(match: re.Match[str]) -> int:
    """The end of the words themselves, before the gap that follows them."""
    return match.end("tail") if match["stop"] else match.end()


def _append(text: str, begin: int, end: int, spans: list[tuple[int, int]]) -> None:
    """Adds the trimmed span, or lengthens the span before by one that has no letter or digit."""
    piece = text[begin:end]
    stripped = piece.strip()
    if not stripped:
        return
    first = begin + len(piece) - len(piece.lstrip())
    last = first + len(stripped)
    wordless = not any(character.isalnum() for character in stripped)
    if wordless and spans and "\n" not in text[spans[-1][1] : first]:
        spans[-1] = (spans[-1][0], last)
    else:
        spans.append((first, last))


def _ends_sentence(text: str, begin: int, match: re.Match[str]) -> bool:
    """Whether a sentence that began at `begin` ends at this stop or line end."""
    if match["blank"] or match["cjk"]:
        return True
    if match["line"] is not None:
        return _line_ends_sentence(text, begin, match)
    return _stop_ends_sentence(text, begin, match)


def _line_ends_sentence(text: str, begin: int, match: re.Match[str]) -> bool:
    """A line end is a border before a block mark, after a stop, or where the lines are too long to be wrapped."""
    if _LINE_STARTS_BLOCK.match(text, match.end()):
        return True
    before = text[max(begin, match.start() - 1) : match.start()]
    if before == ":" or match.end() == len(text):
        return True
    line_begin = text.rfind("\n", 0, match.start()) + 1
    line_end = text.find("\n", match.end())
    next_length = (line_end if line_end >= 0 else len(text)) - match.end()
    wrapped = match.start() - line_begin <= _WRAPPED_LINE and next_length <= _WRAPPED_LINE
    return not wrapped and not text[match.end()].islower()


def _stop_ends_sentence(text: str, begin: int, match: re.Match[str]) -> bool:
    """Whether the stop is a full stop and not part of an abbreviation, a number or a bracket."""
    after = _WORD_AFTER.match(text, match.end())
    word_after = (after.group(1) or "") if after else ""
    if match["gap"] == "" and match.end() < len(text) and not text[match.end()].isspace():
        return _glued(text, match, word_after)
    if match.end() >= len(text):
        return True
    next_character = text[match.end()]
    if next_character in ",;:)]%" or (word_after and word_after[0].islower()):
        return False
    if text[match.start() - 1 : match.start()] in ("[", "(") and match["tail"][:1] in ("]", ")"):
        return False
    if _within_bracket(text, max(begin, match.start() - _LOOK_BACK), match.end("tail")):
        return False
    stop = match["stop"]
    if stop != ".":
        elliptic = stop.startswith(("..", "…")) and stop[-1] in ".…"
        spaced = match.start() > 0 and text[match.start() - 1].isspace()
        return not (elliptic and spaced) or word_after.lower() in STARTERS
    return bool(match["tail"].strip(")")) or _dot_ends_sentence(text, begin, match.start(), word_after)


def _dot_ends_sentence(text: str, begin: int, dot: int, word_after: str) -> bool:
    """Whether the word before a single full stop may be the last word of a sentence."""
    found = _WORD_BEFORE.search(text[max(begin, dot - 40) : dot])
    if found is None:
        return True
    word = found.group()
    lower = word.lower()
    starter = (word_after.lower() in STARTERS and not word_after.isupper()) or word_after in ("I", "A")
    lead_end = dot - len(word)
    alone = lead_end - begin <= 8 and not text[begin:lead_end].strip(" \t\n(\"'“«")
    if alone and ((word.isdigit() and len(word) <= 3) or len(word) == 1):
        return False
    if lower in _NEVER and not (lower == "im" and word != "Im"):
        return False
    if lower in _BEFORE_NUMBER:
        return not (word_after[:1].isdigit() or (word_after.isupper() and set(word_after) <= set("IVXLC")))
    if word in ("д", "п") and text[max(begin, dot - 5) : dot - 1].rstrip().endswith(("т.", "т")):
        return True
    if len(word) == 1 and word.isalpha():
        return starter
    if lower in _MAY_END or _is_acronym(word):
        return starter
    return not (word.isdigit() and len(word) <= 2 and word_after.lower() in _MONTHS_AFTER_ORDINAL)


def _is_acronym(word: str) -> bool:
    """U.S, p.m, U.N.S.C: single letters with dots between."""
    return "." in word and all(len(part) <= 1 for part in word.split("."))


def _within_bracket(text: str, begin: int, end: int) -> bool:
    """Whether a round bracket opened since `begin` is closed soon after `end`."""
    opened = text.rfind("(", begin, end)
    if opened < 0 or text.find(")", opened, end) >= 0:
        return False
    closed = text.find(")", end, end + 120)
    return closed >= 0 and "(" not in text[end:closed]


def _glued(text: str, match: re.Match[str], word_after: str) -> bool:
    """A stop with no space after it ends a sentence when it joins two plain words: "…the war.The prospect…"."""
    before = text[max(0, match.start() - 3) : match.start()]
    if match["tail"] and not match["tail"].startswith("[") and match["stop"] == ".":
        return False
    if len(before) < 3 or not before.isalpha() or not before.islower():
        return False
    titled = word_after in ("A", "I") or (word_after[:1].isupper() and word_after[1:].islower())
    if not titled or _DOMAIN.match(text, match.end()):
        return False
    token_begin = max(text.rfind(" ", 0, match.start()), text.rfind("\n", 0, match.start())) + 1
    token = text[token_begin : match.end() + 40].split(None, 1)[0]
    return not any(mark in token for mark in "/@_\\=") and "." not in token[: match.start() - token_begin]
