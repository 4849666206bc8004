"""How speeches and communiqués word a step with its purpose, and a party's aim: longer patterns than single cues.

A step is told as such where means, an end and the link between them stand in one sentence; an aim where an actor is
said to want, think or seek something about the war. Knows language about conflicts; nothing of units or passages.
"""

from __future__ import annotations

import re

from retrieval.ask.names import names

_MEANS = (
    r"(?:sanctions?|restrictions?|measures|tariffs?|pressure|leverage|inducements?|incentives?|embargo\w*"
    r"|assistance|aid"
    r"|weapons|support|assets|guarantees?|dialogue|negotiations?|talks|consultations?|diplomacy|observers?|monitor\w*"
    r"|mediat\w+|good offices|contact group|coalition|efforts|steps|package|truces?|cease ?- ?fire|ceasefires?"
    r"|peace (?:plan|formula)|declaration|agreement|deal|amnesty|initiatives?|missions?|export controls|loans?"
    r"|resolution"
    r"|contacts|proposals?|roadmap|plan)"
)
_LINK = (
    r"(?:so that|so as to|in order to|aim(?:s|ed|ing)? (?:at|to)|with (?:the aim|a view) (?:of|to)|designed to"
    r"|meant to"
    r"|intended to|as (?:a|an) (?:\w+ )?step towards?|(?:that|which) (?:will|would|could|may)|will|would"
    r"|to(?! (?:the|a|an|its|their|his|our|implement|support)\b)"
    r"|(?:has|have|is|are)(?: \w+){0,2}|by \w+ing|contribut\w+ to|help\w*|conducive to"
    r"|in (?:the )?(?:pursuit|search|interests?) of)"
)
_END = (
    r"(?:(?:lasting|just|sustainable|bring|achieve|restore|secure|reach|attain) (?:[\w,]+ ){0,3}peace|a peaceful"
    r"|(?<!after a )(?<!before a )(?<!during a )(?:cease ?- ?fire|ceasefires?)|(?:political|diplomatic"
    r"|negotiated|peaceful|tangible|lasting) (?:re)?solution"
    r"|(?:political|peace|negotiated) settlement|end (?:to )?(?:the |its |this |their )?(?:war|fighting|conflict"
    r"|aggression|hostilities|violence)|stop (?:the |its |\w+'s )?(?:war|fighting|aggression|hostilities|violence)"
    r"|de ?- ?escalat\w+|reconciliation|(?:slow down|stem) the flow|(?:deny|denying|cut|limit"
    r"|reduce)\w* .{0,30}revenues?"
    r"|(?:degrad|weaken|hinder|imped|undermin|limit|disrupt)\w+ .{0,60}(?:war|capacity|ability|access)"
    r"|rais\w+ the costs?|isolate|demand that|pays? for the damage"
    r"|put an end to|bring (?:\w+ ){0,2}stability|prevent\w* (?-i:[A-Z]\w+) from"
    r"|ensure that .{0,60}(?:aggression|war|costs)"
    r"|deter (?:further |future |any )?(?:\w+ )?(?:aggression|attacks?)|(?:ease|reduce|lower"
    r"|defuse) (?:the )?tensions?"
    r"|(?:pave|prepare|open|show) the way|lay\w* the (?:ground|foundation)\w*|creat\w+ (?:the )?conditions"
    r"|build\w* (?:trust"
    r"|confidence)|(?:bring|get|push|draw)\w* .{0,40}to (?:a|the) (?:negotiating |bargaining )?table"
    r"|strengthen .{0,60}(?:hand|table)"
    r"|ends? its aggression|compl(?:y|ies) with|re ?- ?establish .{0,20}(?:sovereignty|control|order))"
)
_TALKS = (
    r"(?:dialogue|negotiations?|negotiat(?:e|ing)|talks|mediation|good offices|restraint|diplomacy|diplomatic efforts"
    r"|consultations?|monitoring)"
)
_URGED = (
    r"(?:must|should|needs? to|essential|importance of|necessary|calls? (?:on|upon|for)|urges?|hopes?"
    r"|encourages?|appeals?"
    r"|committed to|commitment to|continue|persevere|only (?:viable )?(?:means|way)|possible|by|prepared|obligated)"
)
_OUTCOME = (
    r"(?:peace\w*|solutions?|(?:peaceful|political|negotiated) settlement|settlement of the (?:crisis|conflict)"
    r"|resol(?:ution|ved?) .{0,30}(?:conflict|crisis|dispute)|be resolved|stability"
    r"|stabiliz\w+|reconciliation|settled|end (?:the|of|to)|stop|de ?- ?escalat\w+)"
)
_BURDEN = (
    r"\b(?:impos\w+|rais\w+|increas\w+|exact\w*) (?:[\w,-]+ ){0,6}costs?\b(?: (?:on|of|to|for)\b|(?=\s*[.,;]))"
    r"|\bfac(?:e|ing) (?:(?:severe|serious|steep|further|swift|massive|grave|high|economic|and) )+costs?\b"
    r"|\b(?:apply|exert|put|increas\w+|intensif\w+|maintain)\w* (?:[\w,-]+ ){0,3}pressure (?:on|upon)\b"
    r"|\b(?:cut|isolat)\w* .{0,60}\b(?:off )?from (?:the |our )?(?:global|international|world|western)\b"
    r"|\b(?:remain|stay|kept|keep) (?:frozen|immobili[sz]ed) (?:until|unless)"
)
_THIRD = (
    r"\b(?:calls? (?:on|upon)|asks?|request|urges?|hopes?|expects?) .{0,200}\b(?:to|will) (?:press|convince|persuade"
    r"|restrain|weigh in|pick up|use (?:its|their|his|her) influence)\b"
    r"|\bbring (?:all )?(?:its|their|your) (?:influence|weight) to bear\b"
    r"|\buse (?:its|their|his|her|your) (?:influence|leverage|weight)\b.{0,80}\bto (?:convince|persuade|get"
    r"|bring|restrain"
    r"|press)|\b(?:ask|tell|get) .{0,60} to call\b|\bweigh in (?:on|with)\b"
)
_STRENGTH = (
    r"\bnegotiat\w+ .{0,40}\bfrom (?:a )?positions? of strength\b|\b(?:clear|strong|unmistakable"
    r"|unambiguous) (?:signal|message) (?:to|that)\b"
    r"|\bsignals? to (?:the )?(?-i:[A-Z])|\b(?:only|best) way\b.{0,80}\b(?:negotiat\w+|dialogue|talks|pressure"
    r"|diplomacy)\b"
    r"|\bonly (?:an? |the )?(?:\w+ ){0,2}(?:dialogue|negotiat\w+|talks|diplomacy|pressure"
    r"|solution)\b.{0,120}\b(?:can|will|could)\b"
    r"|\b(?:crisis|conflict|war|dispute)\b.{0,40}\b(?:settled|resolved|solved|ended)\b.{0,40}\b(?:by|through)\b"
    r"|\b(?:strengthen|bring|get|push|draw)\w* .{0,80}\b(?:to|at) (?:a|the) (?:negotiating|bargaining) table\b"
    r"|\bbring\w* .{0,20}\b(?:parties|sides) together\b"
    r"|\b(?:further|additional|more|new|stronger|tougher) (?:\w+ ){0,2}(?:sanctions|costs"
    r"|consequences)\b.{0,80}\b(?:if|unless|until)\b"
    r"|\bif\b.{0,100}\b(?:continu|refus|fail|escalat|choos)\w*.{0,120}\b(?:sanctions|costs|consequences)\b"
    r"|\bthen (?:maybe|perhaps) .{0,40}(?:ready|willing) to\b|\bstrongest (?:possible )?(?:position|hand)\b"
)
_STEP = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b{_MEANS}\b.{{0,110}}\b{_LINK}\b.{{0,60}}\b{_END}",
        rf"\b{_LINK}\b.{{0,40}}\b{_END}.{{0,140}}\b(?:by|through|via|call for)\b.{{0,60}}\b{_MEANS}\b",
        rf"\b{_URGED}\b.{{0,250}}\b{_TALKS}\b.{{0,160}}\b{_OUTCOME}\b",
        rf"\b{_OUTCOME}\b.{{0,130}}\b(?:through|by|by means of|only)\b.{{0,60}}\b{_TALKS}\b",
        rf"\b{_MEANS}\b.{{0,80}}\buntil\b.{{0,40}}\b(?:ends?|stops?|pays?|compl(?:y|ies)|withdraws?|agrees?"
        rf"|is a resolution)\b",
        r"\b(?:sanctions?|restrictive measures|tribunal)\b.{0,130}\bhold\w* .{0,80}\b(?:to account|accountable"
        r"|responsible)\b",
        _BURDEN,
        _THIRD,
        _STRENGTH,
    )
)
_DEPLORED = re.compile(
    r"\bfail\w* to\b|\bit is (?:unfortunate|unacceptable|regrettable)\b|\balternative to\b"
    r"|\b(?:efforts?|initiatives?|talks|process|dialogue)\b.{0,40}\b(?:fac(?:e|es|ed|ing)|stall\w*|collaps\w+)\b"
    r"|\b(?:hinder|hamper|undermin|obstruct|derail)\w* (?:the )?(?:\w+ ){0,3}(?:efforts?|initiatives?|talks"
    r"|process|dialogue)\b",
    re.IGNORECASE,
)
"""What says that a step failed or is missed, and so recommends none."""

_SEIZE = (
    r"(?:conquer|subjugat|control|destroy|break|eras|expan|divid|weaken|annex|toppl|rebuild|absorb|dominat|seiz"
    r"|power)\w*"
)
_PARTY = r"(?-i:(?:[A-Z][\w’']+|[Hh]e|[Ss]he|[Tt]hey))"
_AIM = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\b(?<!our )(?<!my )(?:ultimate|overwhelming|real|main|true|strategic|war|political) (?:aim|objective|goal"
        r"|motive|ambition)s?\b.{0,80}\b(?:is|was|were|are|remains?)\b",
        r"\bwith the (?:aim|goal|purpose|intention) of (?:weaken|destroy|subjugat|conquer|control|eras|break|prevent"
        r"|keep|divid)ing\b",
        rf"\b{_PARTY} (?:has |have |still |also )?(?:thinks?|thought|believ\w+|assum\w+|calculat\w+|bets?"
        rf"|hop(?:es?|ed)"
        r"|fear\w*|want(?:s|ed)?|is (?:convinced|betting)) (?:that )?(?:.{0,30}\b)?(?:could|can|would|will|to"
        r"|not)\b.{0,60}"
        r"\b(?:outlast|divid\w+|break|wait|conquer|control|restor\w+|win\b|erase|destroy|weaken|subjugat\w+|join NATO"
        r"|tire|collapse|crumble|fracture|the war|annex\w*|roll over)",
        rf"\b(?:(?-i:[A-Z]\w+)['’]s|(?<![a-z])his|its|their) (?:\w+ ){{0,3}}(?:objectives?|aims?|goals?|ambitions?"
        rf"|appetite|obsession|desire|designs?) (?:of|to|for|is|was|remains?)\b.{{0,40}}\b(?:{_SEIZE}|unchanged)\b",
        rf"\b{_PARTY} (?:thought|believ\w+|assum\w+) .{{0,60}}\b(?:weak|divided|with open arms|collapse|roll over)\b",
        r"\b(?:no intention of|(?:no|not) interest(?:ed)? in|not (?:yet )?(?:ready|willing) to"
        r"|unwilling to) .{0,40}\b(?:peace"
        r"|negotiat\w+|talks?|stop\w*|end\w*|implement\w*|cease-?fire|agree\w*|compromise)\b",
        r"\b(?:can ?not|can['’]t) be trusted\b|\bwants? (?:commitments?|guarantees?|assurances?) (?:on|of|that)\b"
        r"|\blooking for .{0,20}(?:war|territory)",
        r"\b(?:nothing to|no point in|will not|would not|won['’]t|refus\w+ to) .{0,30}\b(?:talk|negotiat|stop"
        r"|agree|withdraw"
        r"|meet|sign)\w*.{0,40}\b(?:until|unless|before|without)\b",
        r"\bcannot be (?:an? |any )?(?:agreement|peace|ceasefire|settlement|deal|negotiat\w+)\b.{0,30}\bwithout\b",
        r"\b(?:reason|why) .{0,30}\b(?:he|she|they|(?-i:[A-Z]\w+)) .{0,30}\b(?:go|went|going) in\b|\bbecause of how\b",
    )
)
WAR = re.compile(
    r"\b(?:[Ww]ars?|cease ?- ?fire|ceasefires?|aggression|invasion|hostilities|fighting|conflict|crisis"
    r"|annex\w*|lasting peace"
    r"|diplomatic (?:re)?solution|political (?:re)?solution|de ?- ?escalat\w+|separatis\w+|withdraw\w*)\b"
    r"|\b(?:costs?|pressure) (?:on|to) (?:[\w’']+ )?(?-i:[A-Z])|immobili[sz]ed|confrontation|reconciliation"
    r"|sanctions|[Ss]anctions|peaceful settlement|parties together|sovereignty|negotiating table"
    r"|bargaining table|flow of"
    r" (?:weapons|arms)|\bnegotiate from"
)
"""What a sentence speaks of when such a pattern in it is about a war."""


def names_step(text: str) -> int:
    """In how many ways a text says that a step is for an end."""
    if _DEPLORED.search(text) or not WAR.search(text):
        return 0
    return sum(bool(pattern.search(text)) for pattern in _STEP)


def names_aim(text: str) -> int:
    """In how many ways a text says what a party aims at, thinks or insists on."""
    return sum(bool(pattern.search(text)) for pattern in _AIM)


_PARTICULAR = re.compile(
    r"\b(?:the|this|that|these|both|all|any|each|a) (?:[\w-]+ ){0,2}(?:wars?|conflict|crisis|fighting|part(?:y"
    r"|ies)|sides?"
    r"|dispute|aggressor|opponent|target|mediators?|truce|ceasefire|sanctions?|talks|negotiations?|settlement|deal"
    r"|agreement|stalemate)\b",
    re.IGNORECASE,
)


def is_particular(text: str) -> bool:
    """Whether a text is about one conflict: it names somebody, or speaks of the war, the parties, the talks."""
    return bool(names(text) or _PARTICULAR.search(text))
