"""`/check` and "Fact-check this": what the sources say of each sentence of a text."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence

from bot import store
from bot.asking import Asked, in_pool, new_stored
from bot.markdown import clean
from bot.panels import check_panel
from bot.parts import Parts
from bot.progress import Progress
from bot.render import Page
from bot.reply import Reply
from bot.store import Stored
from bot.views import check_view
from bot.words import plural
from retrieval import Check, Citation, UsageError

CLAIMS_LIMIT = 4

_SENTENCE = re.compile(r"(?<=[.!?…])\s+|(?<=[.!?…][\"”’»)])\s+|\n+")
_LEAST_WORDS = 3


def claims_of(text: str) -> list[str]:
    """The sentences of a text that can be checked: not questions, lead-ins or two words."""
    sentences = [part.strip(" \t-*>•") for part in _SENTENCE.split(clean(text)) if part]
    return [one for one in sentences if len(one.split()) >= _LEAST_WORDS and not one.endswith(("?", ":"))]


async def check_and_store(parts: Parts, asked: Asked, reply: Reply) -> Stored:
    """Checks the claims in the question's text, stores and shows what came of it.

    Raises:
        UsageError: there is nothing in it to check.
    """
    claims = claims_of(asked.question)
    if not claims:
        raise UsageError("There is no statement in that to check. A claim is a sentence, such as “X said Y in 2022”.")
    checks = await in_pool(parts, reply, lambda progress: _check_all(parts, asked, claims[:CLAIMS_LIMIT], progress))
    stored = dataclasses.replace(new_stored(asked), checks=number_on(checks))
    await parts.database.run(store.save, stored)
    content = check_panel(stored.checks)
    if len(claims) > CLAIMS_LIMIT:
        content += f"\n-# Only the first {CLAIMS_LIMIT} of {plural(len(claims), 'sentence')} were checked."
    message_id = await reply.finish(Page(content), check_view(stored))
    await parts.database.run(store.link_message, message_id, stored.id)
    return stored


def number_on(checks: Sequence[Check]) -> tuple[Check, ...]:
    """The checks with their citations numbered on from one to the next, so that each number is one passage."""
    numbered: list[Check] = []
    used = 0
    for check in checks:
        count = len(check.evidence_for)
        supporting = _number(check.evidence_for, used)
        against = _number(check.evidence_against, used + count)
        used += count + len(against)
        numbered.append(dataclasses.replace(check, evidence_for=supporting, evidence_against=against))
    return tuple(numbered)


def _number(citations: Sequence[Citation], used: int) -> tuple[Citation, ...]:
    return tuple(dataclasses.replace(cited, n=n) for n, cited in enumerate(citations, start=used + 1))


def _check_all(parts: Parts, asked: Asked, claims: Sequence[str], progress: Progress) -> list[Check]:
    """In a thread of the pool."""
    engine = parts.shelves.engine(asked.asker.guild_id)
    checks: list[Check] = []
    for place, claim in enumerate(claims, start=1):
        if len(claims) > 1:
            progress.note(f"-# Checking sentence {place} of {len(claims)} …")
        checks.append(engine.check(claim))
    return checks
