"""Characters and inline markup that a scrape leaves behind.

Knows mojibake, ligatures, invisible characters, entities, HTML tags and Markdown emphasis. Knows nothing of lines that
belong together, tables or headings.
"""

from __future__ import annotations

import html
import re
import unicodedata

_LINE_ENDS = re.compile(r"\r\n?|[\x0b\x85\u2028\u2029]")
_INVISIBLE = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)
_SPACES = re.compile(r"[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
_LIGATURE = re.compile("[ﬀ-ﬆ]")
_MOJIBAKE_MARK = re.compile(
    r"â€|Ã[\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|Â[\u00a0-\u00bf]|(?:[ÐÑ][\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]){2}"
)
_HIGH_RUN = re.compile(r"[\u0080-\u00ff€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]{2,}")
_MENDED = re.compile(r"[\u00a0-\u017f\u0400-\u04ff\u2010-\u2044€™\u2190-\u2193\u2248\u2260\u2264\u2265\s]+")
_ENTITY = re.compile(r"&(?:#\d{2,7}|#x[0-9a-fA-F]{2,6}|[a-zA-Z]{2,12}\d{0,2});")
_NESTED = re.compile(r"&(?:amp;|#0{0,5}38;|#[xX]0{0,4}26;)+")
_HIDDEN = re.compile(r"<(?:(!--)|(script|style|noscript|template|head)\b[^<>]{0,300}>)", re.IGNORECASE)
_HEADING_TAG = re.compile(r"<h([1-6])\b[^<>]{0,300}>(.{0,300}?)</h\1\s*>", re.DOTALL | re.IGNORECASE)
_ITEM_TAG = re.compile(r"<li\b[^<>]{0,300}>\s*", re.IGNORECASE)
_CELL_TAG = re.compile(r"</t[dh]\s*>\s*<t[dh]\b[^<>]{0,300}>", re.IGNORECASE)
_BLOCK_TAG = re.compile(
    r"</?(?:p|div|br|ul|ol|tr|table|tbody|thead|section|article|header|footer|nav|aside|blockquote|figure|figcaption|hr"
    r"|h[1-6])\b[^<>]{0,300}/?>",
    re.IGNORECASE,
)
_INLINE_TAG = re.compile(
    r"</?(?:a|b|i|u|em|strong|span|font|small|sup|sub|img|cite|abbr|mark|code|li|td|th|label|button|q|s|del|ins|time|wbr"
    r"|svg|path|picture|source|iframe|input|form)\b(?:\s[^<>]{0,500})?/?>",
    re.IGNORECASE,
)
_IMAGE = re.compile(r"!\[([^\[\]]{0,300})\]\([^()\s]{1,1000}(?:\s\"[^\"]{0,300}\")?\)")
_LINK = re.compile(
    r"\[([^\[\]]{1,500})\]\((?:https?:|mailto:|/|#|\.)[^()\s]{0,1000}(?:\([^()\s]{0,200}\)[^()\s]{0,200})?(?:\s\"[^\"]{0,300}\")?\)"
)
_STRONG = re.compile(r"(\*\*|__)(?=\S)([^*_\n]{1,500}?)(?<=\S)\1(?!\w)")
_EMPHASIS = re.compile(r"(?<![\w*\\])\*(?=[^\s*])([^*\n]{1,300}?)(?<=[^\s*])\*(?![\w*])")
_UNDERLINE = re.compile(r"(?<![\w_\\])_(?=[^\s_])([^_\n]{1,300}?)(?<=[^\s_])_(?![\w_])")
_CODE = re.compile(r"(?<!`)`([^`\n]{1,200})`(?!`)")
_EDIT_MARK = re.compile(r"\s?\[(?:edit|edit source|править|править код|ред\.|правити)\]", re.IGNORECASE)
_SENTENCE_GLUE = re.compile(r"(?<![\w/@.:])([\w’'-]{0,40}[a-zа-яіїєґ]{3}[.!?])(?=[A-ZА-ЯІЇЄҐ][a-zа-яіїєґ]*[ ,’'])")
_DOTTED_NAME = re.compile(r"(?:Com|Org|Net|Gov|Js|Py)\b")


def clean_characters(text: str) -> str:
    """Characters as the author meant them: one kind of line end and space, composed letters, no invisible marks."""
    text = _LINE_ENDS.sub("\n", text).replace("\x0c", "\n\n")
    if "&" in text:
        text = _ENTITY.sub(_unescape, _NESTED.sub("&", text))
    if text.isascii():
        return _INVISIBLE.sub("", text)
    text = _SPACES.sub(" ", _INVISIBLE.sub("", _mend_mojibake(text)))
    text = _LIGATURE.sub(lambda match: _LIGATURES[match.group()], text)
    return unicodedata.normalize("NFC", text)


def strip_markup(text: str) -> str:
    """Text without HTML tags, link targets and emphasis; tags of blocks become line ends, headings and items marks."""
    if "<" in text:
        text = drop_hidden(text)
        text = _HEADING_TAG.sub(lambda m: f"\n\n{'#' * int(m[1])} {' '.join(m[2].split())}\n\n", text)
        text = _CELL_TAG.sub(" | ", _ITEM_TAG.sub("\n- ", text))
        text = _INLINE_TAG.sub("", _BLOCK_TAG.sub("\n", text))
    if "[" in text:
        text = _EDIT_MARK.sub("", _LINK.sub(r"\1", _IMAGE.sub(r"\1", text)))
    if "*" in text or "_" in text:
        text = _UNDERLINE.sub(r"\1", _EMPHASIS.sub(r"\1", _STRONG.sub(_keep_bold_line, text)))
    if "`" in text:
        text = _CODE.sub(r"\1", text)
    return _SENTENCE_GLUE.sub(_add_space, text)


def drop_hidden(text: str) -> str:
    """A page without comments, scripts, styles and its head, as far as they are closed."""
    kept: list[str] = []
    at = 0
    lowered = text.lower()
    while match := _HIDDEN.search(text, at):
        closing = "-->" if match.group(1) else f"</{match.group(2).lower()}"
        closed = lowered.find(closing, match.end())
        end = lowered.find(">", closed) + 1 if closed >= 0 else 0
        if not end:
            break
        kept += [text[at : match.start()], " "]
        at = end
    return "".join([*kept, text[at:]])


def _unescape(match: re.Match[str]) -> str:
    found = html.unescape(match.group())
    return match.group() if found.startswith("&") and found != "&" else found


def _keep_bold_line(match: re.Match[str]) -> str:
    """Bold words lose their marks, except a line of its own: that is a heading, and is made one later."""
    text = match.string
    line_begin = text.rfind("\n", 0, match.start()) + 1
    line_end = text.find("\n", match.end())
    alone = text[line_begin : match.start()].strip() + text[match.end() : line_end if line_end >= 0 else None].strip()
    return match.group() if not alone else match.group(2)


def _add_space(match: re.Match[str]) -> str:
    """A space between two sentences that a scrape glued, but not inside the name of a site or a file."""
    if _DOTTED_NAME.match(match.string, match.end()):
        return match.group()
    return match.group() + " "


def _mend_mojibake(text: str) -> str:
    """Turns UTF-8 that was read as Windows-1252 back ("â€™" to "’"), only in a text that plainly holds such."""
    if not _MOJIBAKE_MARK.search(text):
        return text
    return _HIGH_RUN.sub(_mend_run, text)


def _mend_run(match: re.Match[str]) -> str:
    found = bytearray()
    for character in match.group():
        try:
            found += character.encode("cp1252")
        except UnicodeEncodeError:
            if ord(character) > 255:
                return match.group()
            found.append(ord(character))
    try:
        mended = found.decode("utf-8")
    except UnicodeDecodeError:
        return match.group()
    return mended if _MENDED.fullmatch(mended) else match.group()
