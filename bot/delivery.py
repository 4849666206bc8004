"""Whether an answer reaches its reader whole: renders it as the bot would and names every fault. Pure.

The evaluation finds `check` by the entry point group `parley.delivery`.
"""

from __future__ import annotations

import datetime
import re

from bot.markdown import width
from bot.render import CONTENT_LIMIT, EMBED_LIMIT, Page, markers, render
from retrieval import Answer

EMBEDS_LIMIT = 6000

_PING = re.compile(r"@everyone|@here|(?<!\\)<@[!&]?\d+>")
_LISTED = re.compile(r"(?m)^\*\*\[(\d+)\]\*\*")


def check(answer: Answer) -> list[str]:
    """The faults of the messages that would show this answer, in words; empty when there is none."""
    today = datetime.date(2000, 1, 1)  # the age shown does not matter here
    found: list[str] = []
    for embeds in (True, False):
        where = "with embeds" if embeds else "without embeds"
        pages = render(answer, today=today, quoted=True, embeds=embeds)
        found.extend(f"{where}: {fault}" for fault in faults(pages, answer))
    return found


def faults(pages: tuple[Page, ...], answer: Answer) -> list[str]:
    """What is wrong with the pages of an answer: lengths, pings, markers, sources."""
    found = [fault for number, page in enumerate(pages, start=1) for fault in _page_faults(number, page)]
    body = "\n".join(page.content for page in pages)
    listed = {int(n) for page in pages for n in _LISTED.findall(f"{page.content}\n{page.sources}")}
    shown = set(markers(_LISTED.sub("", body)))
    if answer.answered:
        wanted = {n for statement in answer.statements for n in statement.citations}
        known = {citation.n for citation in answer.citations}
        found.extend(f"marker [{n}] resolves to no source" for n in sorted(shown - listed))
        found.extend(f"marker [{n}] of the answer is not shown" for n in sorted(wanted - shown))
        found.extend(f"source [{n}] is not listed" for n in sorted(known - listed))
    elif shown or listed:
        found.append("an abstention shows markers")
    return found


def _page_faults(number: int, page: Page) -> list[str]:
    found: list[str] = []
    if not page.content.strip():
        found.append(f"page {number} is empty")
    if width(page.content) > CONTENT_LIMIT:
        found.append(f"page {number} has {width(page.content)} characters, {CONTENT_LIMIT} are allowed")
    if width(page.sources) > min(EMBED_LIMIT, EMBEDS_LIMIT):
        found.append(f"page {number} has an embed of {width(page.sources)} characters, {EMBED_LIMIT} are allowed")
    found.extend(f"page {number} would ping: {ping}" for ping in _PING.findall(f"{page.content}\n{page.sources}"))
    if len(re.findall(r"(?m)^```", page.content)) % 2:
        found.append(f"page {number} leaves a code fence open")
    return found
