"""Lines that are about the page and not of its text: navigation, sharing, cookies, page numbers, running headers.

Knows lines one by one and how often they come back. A line is dropped only whole, and only when nothing else is in it.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise

_BOILERPLATE = re.compile(
    r"""(?:
      skip\ to\ (?:main\ |the\ )?(?:content|navigation|search)|jump\ to\ (?:content|navigation|search)
    | (?:share|tweet|pin|email|e-mail|print|save|copy\ link|whatsapp|telegram|facebook|twitter|linkedin|reddit|x)
      (?:\ (?:this|on|via|with|to|by|article|page|story|post|link|facebook|twitter|x|linkedin|whatsapp|email|reddit))*
    | (?:share|tweet|email|print|save|copy\ link|facebook|twitter|linkedin|whatsapp|telegram|reddit|x)
      (?:[\s,|/·•]+(?:share|tweet|email|print|save|copy\ link|facebook|twitter|linkedin|whatsapp|telegram|reddit|x))+
    | (?:we|this\ (?:web)?site)\ uses?\ cookies\b.{0,400}
    | by\ (?:continuing|using|browsing)\b.{0,120}\bcookies\b.{0,120}
    | (?:accept|reject|allow|manage|deny)\ (?:all\ )?(?:cookies|preferences)?
    | cookie\ (?:settings|policy|preferences|notice)
    | (?:sign|log)\ ?(?:in|up|out)(?:\ (?:to|for)\ .{0,80})?|register|subscribe(?:\ (?:now|today))?
    | subscribe\ to\ (?:our|the)\b.{0,80}newsletter.{0,40}|sign\ up\ (?:for|to)\b.{0,80}newsletters?.{0,40}
    | advertisement|sponsored(?:\ content)?|story\ continues\ below.{0,30}|article\ continues\ (?:below|after).{0,30}
    | (?:read|see)\ (?:more|also):\ .{1,120}
    | (?:read|learn|see|show|load|view)\ (?:more|less|all|comments)|read\ next
    | related\ (?:articles?|stories|posts|news|topics|content)
    | most\ (?:read|popular|viewed)|you\ may\ (?:also\ )?like|recommended\ for\ you|trending(?:\ now)?
    | more\ from\ .{1,40}
    | (?:leave\ a|post\ a|\d+)\ (?:comment|reply)s?|comments?\ (?:\(\d+\)|are\ closed)\.?|no\ comments(?:\ yet)?
    | (?:back|return|scroll)\ to\ (?:the\ )?top|top\ of\ page
    | (?:previous|next)(?:\ (?:article|post|page|story))?
    | follow\ us(?:\ on\b.{0,80})?|download\ (?:our|the)\ app|listen\ to\ (?:this\ )?article
    | \d{1,3}\ min(?:ute)?s?\ read
    | (?:©|\(c\)|copyright)\s.{0,120}|.{0,80}all\ rights\ reserved\.?
    | terms\ (?:of\ (?:use|service)|and\ conditions)|privacy\ policy
    | official\ websites?\ uses?\ \.gov|secure\ \.gov\ websites?\ uses?\ https|an\ official\ website\ of\ .{1,60}
    | here['’]s\ how\ you\ know|tags?|\[?\d{0,3}\]?\ ?https?://\S+|the\ wayback\ machine\ -\ .{1,300}
    | (?:\d{4}-\d{4}\ )?archived\ content
    | menu|search|close|toggle\ (?:navigation|menu)|main\ menu|breadcrumbs?|loading\.{0,3}
    | click\ here(?:\ to\ .{0,60})?
    | home|about(?:\ us)?|contact(?:\ us)?|faqs?|sitemap|site\ map|careers|newsletters?
    | поделиться(?:\ .{0,30})?|реклама|читать\ (?:далее|также).{0,60}|подписаться.{0,60}|войти|поиск|меню|комментарии
    )[\s.!:→»›]*""",
    re.IGNORECASE | re.VERBOSE,
)
_NAVIGATION = re.compile(
    r"""home|news|world|politics|business|economy|opinion|sports?|culture|videos?|photos|about(?:\ us)?|contact(?:\ us)?
    |search|log\ ?in|sign\ (?:in|up)|subscribe|menu|live|weather|travel|health|science|technology|tech|africa|americas
    |asia|europe|middle\ east|tv|radio|podcasts|newsletters?|more|sections|events|jobs|archive|help|site\ ?map
    |privacy(?:\ policy)?|terms(?:\ of\ use)?|главная|новости|политика|экономика|общество|контакты|спорт|культура|видео
    |фото|о\ нас|головна|новини|політика|економіка|суспільство|контакти|про\ нас""",
    re.IGNORECASE | re.VERBOSE,
)
_MENU = re.compile(
    _NAVIGATION.pattern
    + r"""|mission|history|leadership|directory|directories|administrative|administration|careers
    |newsroom|press|media|resources|programs?|services|offices|topics|publications|library|donate|shop|faqs?|staff""",
    re.IGNORECASE | re.VERBOSE,
)
_MENU_WORDS_MAX = 25
_NAVIGATION_SPLIT = re.compile(r"\s*(?:[|>»›·•]|\s/\s|\s{3,})\s*")
_PAGE_MARK = re.compile(
    r"(?:page|стр\.?|сторінка)\s*\d{1,4}(?:\s*(?:of|из|з|/)\s*\d{1,4})?|[-–—]\s*\d{1,4}\s*[-–—]"
    r"|(?:\d{2}-\d{5}\s+)?\d{1,3}\s?/\s?\d{1,3}(?:\s+\d{2}-\d{5})?",
    re.IGNORECASE,
)
_OPENING_MARKS = re.compile(r"^[^\w©(]+")
_BARE_NUMBER = re.compile(r"\d{1,4}(?:\s?/\s?\d{1,4})?")
_NUMBERED = re.compile(  # counts things of the text, not pages
    r"\(?\d{1,3}[.)]\s|(?:article|chapter|section|part|annex|point|step|table|figure|day|phase|статья|стаття|глава)\b",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"\d+")
_FURNITURE_MAX = 100


def drop_page_lines(lines: Sequence[str]) -> list[str]:
    """The lines without those that only serve the page; a dropped line leaves an empty one."""
    furniture = _running_lines(lines) | _page_numbers(lines) | _menus(lines)
    return ["" if at in furniture or _serves_page(line) else line for at, line in enumerate(lines)]


def _serves_page(line: str) -> bool:
    """Whether a whole line is navigation, sharing, cookies or a page mark."""
    words = _OPENING_MARKS.sub("", line).rstrip("*_[]|# \t")
    if not words or len(words) > 600:
        return False
    if _PAGE_MARK.fullmatch(line.strip()) or _BOILERPLATE.fullmatch(words):
        return True
    parts = [part.strip() for part in _NAVIGATION_SPLIT.split(words) if part.strip()]
    return len(parts) >= 3 and sum(bool(_NAVIGATION.fullmatch(part)) for part in parts) * 2 >= len(parts)


def _menus(lines: Sequence[str]) -> set[int]:
    """Runs of short lines among which at least three are words of a menu, up to the last such word."""
    found: set[int] = set()
    run: list[int] = []
    for at, line in enumerate([*lines, "The end."]):
        words = line.strip()
        if not words:
            continue
        if len(words) <= _MENU_WORDS_MAX and words[0].isupper() and words[-1].isalpha():
            run.append(at)
            continue
        named = [place for place, at in enumerate(run) if _MENU.fullmatch(lines[at].strip())]
        if len(named) >= 3 and len(run) >= 5:
            found.update(run[: named[-1] + 1])
        run = []
    return found


def _running_lines(lines: Sequence[str]) -> set[int]:
    """Lines that come back with another number each time ("Annual report 12"), or beside a page number."""
    places: dict[str, list[int]] = defaultdict(list)
    for at, line in enumerate(lines):
        words = line.strip()
        plain = 3 <= len(words) <= _FURNITURE_MAX and words[0] not in "-#|•*" and words[-1] not in ".!?;,:"
        if plain and any(character.isalpha() for character in words) and not _NUMBERED.match(words):
            places[_DIGITS.sub("0", words)].append(at)
    found: set[int] = set()
    for shape, where in places.items():
        if len(where) < 3 or min(second - first for first, second in pairwise(where)) < 4:
            continue
        numbers = [_DIGITS.findall(lines[at])[-1:] for at in where]
        counting = "0" in shape and all(int(first[0]) < int(second[0]) for first, second in pairwise(numbers))
        beside = sum(_by_page_number(lines, at) for at in where) * 2 >= len(where)
        if counting or beside:
            found.update(where if counting or where[0] > 3 else where[1:])  # at the very top it is the title
    return found


def _by_page_number(lines: Sequence[str], at: int) -> bool:
    near = [line.strip() for line in [*lines[max(0, at - 2) : at], *lines[at + 1 : at + 3]]]
    return any(_BARE_NUMBER.fullmatch(words) or _PAGE_MARK.fullmatch(words) for words in near)


def _page_numbers(lines: Sequence[str]) -> set[int]:
    """Lines that are a number and nothing else, when at least three of them count upwards by ones."""
    found = [
        (at, int(_DIGITS.findall(line)[0])) for at, line in enumerate(lines) if _BARE_NUMBER.fullmatch(line.strip())
    ]
    steps = Counter(b[1] - a[1] for a, b in pairwise(found) if b[0] - a[0] > 5)
    return {at for at, _ in found} if len(found) >= 3 and steps[1] * 2 >= len(found) - 1 else set()
