"""Questions for what somebody or a certain text says: asked of that speaker's texts, or of that text, as the topic.

In a speech the speaker's name stands over the text and not in it, so the words of "What did Jordan say about Crimea?"
would miss every sentence of Jordan's; nor does an article call itself "the article". Knows sources and names; must not
know scores or how passages are found.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence

from retrieval.ask.facts import content
from retrieval.ask.features import stems_of
from retrieval.ask.names import names, unnamed
from retrieval.types import Evidence, Query, Source

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
_TEXT = (
    r"(?:the|that|this) (?P<which>(?:[\w-]+ ){0,2})(?P<kind>article|brief|report|speech|statement|treaty|memorandum"
    r"|resolution|encyclop(?:a|ae)dia)"
)
_IN_TEXT = re.compile(rf"[, ]*\b(?:acc(?:ording)?\.? to|in|from|by) {_TEXT}\b,? *", re.IGNORECASE)
_TEXT_SAYS = re.compile(
    rf"(?:\b(?:do|does|did)|^what['’]?s) {_TEXT} (?P<verb>list|name|give|mention|describe|expect|suggest|see|propose"
    r"|identify|offer|recommend|report|discuss|call|predict|say)\b(?P<rest>.*)$",
    re.IGNORECASE,
)
_PASSIVE = {"give": "given", "see": "seen", "identify": "identified", "say": "said"}
_PLURAL = re.compile(r"\b(?:what|which)\b.*[^su]s$", re.IGNORECASE)
_SAID_OF = re.compile(r"^What is said (?:about|on|of|regarding|concerning) (?P<topic>.+?)\??$")
_ANY_TEXT = frozenset(("seed", "original", "main", "same", "first", "shipped", "above", "whole", "entire"))


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


def told_in(query: Query, sources: Sequence[Source]) -> Query | None:
    """A question for what "the article" or another text of a kind says, asked of that one text.

    None where no text is meant, where the question is limited to some sources already, or where there is not exactly
    one source of the kind, or of the kind and with a title of the words that are said of it.
    """
    question = query.standalone
    found = _TEXT_SAYS.search(question) or _IN_TEXT.search(question)
    if found is None or query.sources or len(sources) < 2:
        return None
    said = [word for word in found["which"].lower().split() if word not in _ANY_TEXT]
    kind = found["kind"].lower().replace("pedia", "paedia")
    meant = [one for one in sources if one.kind == kind and all(word in one.title.lower() for word in said)]
    if len(meant) != 1:
        return None
    if found.re is _TEXT_SAYS:
        before, rest = question[: found.start()].strip() or "What", found["rest"].strip().rstrip("?. ")
        asked = _passive(before, found["verb"].lower(), rest)
    else:
        asked = f"{question[: found.start()]} {question[found.end() :]}".strip().replace(" ?", "?")
    return dataclasses.replace(query, standalone=asked[:1].upper() + asked[1:], sources=(meant[0].id,))


def speaking_of(query: Query, evidence: Sequence[Evidence]) -> list[Evidence]:
    """Of a text asked what it says of a topic, the units that have every word of the topic; best first.

    They answer such a question by themselves. None where the question is of another form.
    """
    topic = _SAID_OF.match(query.standalone)
    wanted = {word.stem for word in content(topic["topic"])} if topic else set()
    telling = [one for one in evidence if wanted and wanted <= set(stems_of(f"{one.unit.lead_in} . {one.quote}"))]
    return [one for one in telling if not one.quote.rstrip().endswith("?")] or telling


def _passive(before: str, verb: str, rest: str) -> str:
    """ "What tactics", "list", "for peace" as "What tactics are listed for peace?"."""
    if verb == "say" and not _LEADING.match(rest):
        return f"{before} {rest}?"
    done = _PASSIVE.get(verb) or f"{verb.removesuffix('e')}ed"
    if before.lower() == "how":
        return f"How is {rest} {done}?"
    return f"{before} {'are' if _PLURAL.search(before) else 'is'} {done} {rest}".rstrip() + "?"


def _is_by(who: str, source: Source) -> bool:
    """Whether a source's publisher or title has every name of the speaker; a brief speaks for nobody else."""
    return source.kind != "brief" and not unnamed(f"By {who}", f"{source.publisher} . {source.title}")
