"""The words by which English says why somebody refuses, or what may be done and what it is expected to bring.

Each cue is a pattern and what it counts; cues are added up. Knows language about conflicts and bargains; nothing of
units, of passages, or of what any particular corpus says.
"""

from __future__ import annotations

import re

ENOUGH = 2.0
"""What the cues of a kind must add up to for a sentence of ordinary length to be of that kind."""

ORDINARY, EVERY = 45, 15
"""Words of an ordinary sentence, and how many more ask for one more: a long enumeration holds every cue by chance."""

_Cues = tuple[tuple[float, re.Pattern[str]], ...]


def _cues(*listed: tuple[float, str]) -> _Cues:
    return tuple((counts, re.compile(pattern, re.IGNORECASE)) for counts, pattern in listed)


_PEACE = (
    r"\b(?:cease-?fires?|truces?|peace|negotiat\w+|talks|settlement|deal|agree(?:s|d|ments?)?|arrangements?|compromise|concessions?|arbitration"
    r"|withdraw\w*|armistice|freez\w+|guarantees?|dialogue|(?:political|diplomatic|peaceful)"
    r" (?:re)?solution|yields?|hostilities)\b"
)
REFUSAL = re.compile(
    r"\b(?:refus\w+|reject\w+|resist\w*|oppos(?:es?|ed|ing|ition)|object(?:s|ed|ing|ions?)|declin\w+|unwilling\w*"
    r"|reluctan\w+|insist\w*|against a (?:long )?(?:ceasefire|truce)|will not|would not (?:agree|accept|stop)"
    r"|hard(?:er)? (?:for \w+ )?to (?:accept|give|present|yield)|is harder"
    r"|(?<!create )(?<!creating )conditions? (?:for|of)|conditional on|demand(?:s|ed|ing)"
    r"|price of|ruled out|unacceptable)\b",
    re.IGNORECASE,
)
_REASON = (
    r"(?:, since (?!\d)|\b(?:because|so that|for fear|fear(?:s|ed) that|would risk"
    r"|given that|as long as|due to|on the grounds? that|which makes|therefore|the reason|(?:one|a|an)"
    r" (?:more |further |second |another |military |third )*(?:reason|factor|motive|obstacle)|root causes?)\b)"
)
_CONDITION = (
    r"\b(?:only (?:when|after|if|once)|not (?:before|until|unless)|(?:key |main |first )conditions? (?:for|of|was|were"
    r"|is|that)|made (?:it|them|this) conditional|conditional on|added conditions|in return for|before (?:a |any )"
    r"(?:ceasefire|truce|talks)|(?:part|one) of (?:his|her|its|their|the|a) (?:\w+ )?(?:terms|price"
    r"|conditions)|(?:would|could) be (?:restored|resumed|possible) when|should (?:first )?(?:lead to|remove))\b"
    r"|\b(?:terms|conditions|demands) of \d"
)
_GAIN = (
    r"\b(?:advanc(?:ing|es?)|believes? (?:that )?(?:it|he|she|they) (?:is|are|can|will)|expect\w* (?:to (?:win|gain)|a"
    r" victory|more)|time is on|escalatory dominance|nothing to lose|outweigh\w*|unlikely to surrender)\b"
)
_WEIGHING = (
    r"\b(?:would (?:mean|suit|let|allow|give|leave|only|help|stop|breach|freeze)|suits?\b|main goal|real aim|wanted"
    r"|treats? .{0,30}as (?:a|part|the)|a matter of|named the|loosened"
    r"|use (?:the|a|\d+).{0,30}(?:pause|truce|ceasefire))"
)
OUTRIGHT = (
    r"\b(?:is|was|are|were|remains?|as|gave|gives|named?|names) (?:a|an|the|one|another|one of [\w’']+) (?:\w+ )?"
    r"(?:factor|reason|motive|obstacle)s?\b|\bone (?:more |further )?reason (?:to|why|for)\b"
)
"""What calls something a factor by name."""
FACTOR = _cues(
    (1.0, REFUSAL.pattern),
    (1.0, _REASON),
    (1.5, _CONDITION),
    (1.0, _GAIN),
    (0.75, _WEIGHING),
    (0.5, _PEACE),
    (2.0, OUTRIGHT),
    (1.0, _PEACE + r".{0,120}\bwould (?:mean|suit|only|let|allow|give|help)"),
    (-1.0, r"\b(?:should|must|needs?)\b.{0,40}\bnot\b.{0,30}\bbecause\b"),
)  # fmt: skip

_MEANS = (
    r"\b(?:sanctions?|tariffs?|pressure|relief|leverage|levers?|inducements?|incentives?|offers?|threat\w*|cap"
    r"|embargo\w*|isolat\w+|aid|arms|assets|guarantees?|dialogue|observers?|monitor\w*|mediat\w+|exchanges?|summits?|meetings?"
    r"|coalition|force|measures?|obligations|deterren\w+|deter|compel\w*|persua\w+|costs|steps?|package|truces?)\b"
)
_PURPOSE = (
    r"\b(?:so that|so as to|in order to|creat\w+ (?:the )?conditions|aim(?:s|ed|ing)? (?:at|to)|goal|meant to"
    r"|designed to|intended to|expect(?:ing|ed)? \w+"
    r"|in the (?:hope|expectation)|to (?:press|push|bring|make|move|persuade"
    r"|induce|compel|force|get|raise|deny"
    r"|seek|facilitate|de ?- ?escalate|hold)\b"
    r"|would (?:limit|cut|bring|raise|press|force|make|prevent|push|reduce)|until|unless (?:there|it|he|they)"
    r"|rais(?:e|es|ing) the costs?(?: of)?|intensif\w+|clears? the way|helps? to|prevent\w*|to demand)\b"
)
_ADVICE = (
    r"\b(?:should|must|needs?|suggests?|recommend\w*|advis\w+|propos(?:e[sd]?|ing)|can (?:serve|be used|help|use|offer)"
    r"|could (?:be used|help|offer)|may (?:use|offer)|had better"
    r"|works? (?:best|in)|holds? best)\b"
)
_TARGETED = (
    r"\b(?:pressure on (?:the )?(?-i:[A-Z]\w+)|leverage on|intensify pressure"
    r"|press(?:ed|ing)? (?:the )?(?-i:[A-Z]\w+) to"
    r"|costs? of .{0,20}\bwar"
    r"|a step towards|threaten(?:s|ed|ing)? .{0,80}\bunless)\b"
)
TACTIC = _cues(
    (0.75, _MEANS),
    (0.75, _PURPOSE),
    (0.75, _ADVICE),
    (1.25, _TARGETED),
    (0.5, _PEACE),
    (1.5, r"\b(?:clears? the way|(?:would|to|will|:) (?:bring|facilitate)|makes? possible)\b.{0,50}" + _PEACE),
    (2.0, r"\b(?:(?:one|a|an|another|second|first|third|the|building) (?:[\w-]+ )?tactic\b|tactic (?:is|that)"
     r"|(?:the )?expected outcome|(?:is|are) meant to|as (?:a |an )?(?:lever|inducement|bargaining chip)\b"
     r"|serve as (?:pressure|payment|leverage))"),
)  # fmt: skip
BARGAIN = re.compile(
    r"\b(?:cease-?fires?|truces?|armistice|concessions?|hostilities|arbitration|sanctions?|tariffs?|tactics?"
    r"|inducements?|leverage|levers?|coerc\w+|compellence|stalemate|mediators?"
    r"|peace (?:talks|plans?|deal|settlement|initiatives?|process)"
    r"|(?:political|diplomatic|peaceful|peace) (?:re)?(?:solution|settlement)|settlement terms|any settlement"
    r"|freez\w+ the|military aid|escalat\w+|refus\w+"
    r"|end(?:ing)? (?:to |of )?(?:the |its |this |their )?(?:war|fighting|conflict)"
    r"|pressure on (?:the )?(?-i:[A-Z]\w+)|(?:costs?|reason) of .{0,20}\bwar|mediation"
    r"|guarantees?|reject\w+|annex\w+)\b",
    re.IGNORECASE,
)
"""What a sentence speaks of when its cues are about a conflict at all, and not about a harvest or a budget."""


def weigh(text: str, cues: _Cues) -> float:
    """What the cues found in the text add up to."""
    return sum(counts for counts, pattern in cues if pattern.search(text))


def enough(text: str) -> float:
    """What the cues must add up to for a text of this length."""
    return ENOUGH + max(0, len(text.split()) - ORDINARY) / EVERY
