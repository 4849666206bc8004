"""Questions for what somebody says of something: asked of that speaker's own texts, where there are any, as the topic.

In a speech the speaker's name stands over the text and not in it, so the words of "What did Jordan say about Crimea?"
would miss every sentence of Jordan's. Knows sources and names; must not know scores or how passages are found.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence

from retrieval.ask.names import names, unnamed
from retrieval.types import Query, Source

_OPENS = r"^(?:(?:and|so|but|ok)[, ]+)?"
_VERB = (
    r"(?:sa(?:y|id)|stated?|argued?|claim(?:ed)?|declared?|announced?|tell|told|think|thought|wr(?:ite|itten|ote)"
    r"|warn(?:ed)?)"
)
_SAID = re.compile(
    rf"{_OPENS}what (?:did|does|do|has|have|had) (?P<who>.{{2,80}}?) (?:\w+ly )?{_VERB}\b(?P<rest>.*)$", re.IGNORECASE
)
_HELD = re.compile(
    rf"{_OPENS}what (?:is|was|are|were) (?P<who>.{{2,80}}?)['’]s? "
    r"(?:position|views?|stance|opinion|attitude|line|policy|reaction|response|assessment) "
    r"(?P<rest>(?:on|of|to|about|towards?|regarding)\b.*)$",
    re.IGNORECASE,
)
_DESCRIBED = re.compile(
    r"^how (?:did|does|do|has|have|had) (?P<who>.{2,80}?) (?:describe|characteri[sz]e|see|view|assess|justify|explain"
    r"|call|react to|respond to|comment on|put)\w*\b(?P<rest>.*)$",
    re.IGNORECASE,
)
_REPORTS = re.compile(
    r"\b(?:said|says|stated|states|told|according to|argued|claimed|declared|announced|warned|described|called|wrote"
    r"|insisted|replied|answered|added)\b",
    re.IGNORECASE,
)
_ACCORDING = re.compile(r"^according to (?P<who>[^,]{2,80}), (?P<rest>.+)$", re.IGNORECASE)
_TOPIC = re.compile(r"^.{0,60}?\b(?:about|regarding|concerning)\b\s*", re.IGNORECASE)
_LEADING = re.compile(r"^\s*(?:about|on|of|regarding|concerning|as to|that|to|over)\b\s*", re.IGNORECASE)


def reports(text: str) -> bool:
    """Whether a text tells what somebody has said."""
    return bool(_REPORTS.search(text))


def spoken_by(query: Query, sources: Sequence[Source]) -> Query | None:
    """The topic of a question for what somebody says, asked of the texts of that speaker alone.

    None where the question is of another form, where it is limited to some sources already, or where no source is by
    that speaker: neither publisher nor title has the name, or every source does.
    """
    question = query.standalone.strip().rstrip("?. ")
    found = next((m for form in (_SAID, _HELD, _DESCRIBED, _ACCORDING) if (m := form.match(question))), None)
    if found is None or query.sources or not names(f"By {found['who']}"):
        return None
    by = tuple(source.id for source in sources if _is_by(found["who"], source))
    if not by or len(by) == len(sources):
        return None
    rest = _LEADING.sub("", _TOPIC.sub("", found["rest"])).strip()
    if found.re is not _ACCORDING:
        rest = f"What is said about {rest or 'this'}?"
    return dataclasses.replace(query, standalone=rest, sources=by)


def _is_by(who: str, source: Source) -> bool:
    """Whether a source's publisher or title has every name of the speaker; a brief speaks for nobody else."""
    return source.kind != "brief" and not unnamed(f"By {who}", f"{source.publisher} . {source.title}")
