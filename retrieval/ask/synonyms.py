"""Words of the news that say the same, and words that say the opposite: what vectors cannot tell apart, told by lists.

Knows English words by their stems; nothing of sentences.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from itertools import takewhile

from retrieval.ask.facts import stem

_CLASSES = """
say tell state write declare announce note reply answer add remark report explain argue wrote told said
publish issue release present unveil issued
close shut
leave withdraw withdrawal exit quit depart left leaving
finish complete conclude completion
go visit travel went journey trip
carry ship transport haul
company firm business corporation
ignore disregard overlook
buy purchase acquire bought
give provide supply grant hand gave given deliver
get receive obtain got won
kill die dead death dead slain
begin start launch open began commence
big large great major
help aid assist assistance support
stop halt cease suspend pause end suspension
resume restart renew
raise increase lift hike
cut reduce lower reduction
fall drop decline decrease fell
rise grow climb rose grew growth
agree accept approve consent agreement approval
refuse reject decline refusal rejection
demand ask request urge call
send dispatch deploy sent deployment
want wish seek sought desire
war conflict fighting hostilities
soldier troop force army military
country state nation
city town
show demonstrate prove
think believe consider hold
talk negotiate negotiation discussion
truce ceasefire armistice
propose suggest proposal offer
choose select pick elect
name call describe
keep retain maintain
need require oblige compel
extend extension prolong renew
recapture retake regain retook
let allow permit
make create form
about around roughly approximately nearly
yearly annual
paper document text
goal aim objective purpose
job post office
money fund funding
home house
build construct built
destroy wreck ruin
attack strike assault
seize capture take taken took
lead head led
meet met meeting
pass adopt adoption passed
sign signed signature
happen occur
main chief principal
quick fast swift rapid
hard difficult
important significant
deal agreement initiative pact accord arrangement
promise commit pledge vow undertake commitment
establish found create set
row quarrel dispute argument
charge accuse blame accusation
enter join accede accession
conclude judge assess find finding
conceal hide hidden
lines front frontline
"""
_OPPOSITES = """
strong/weak stronger/weaker strongest/weakest above/below suspend/resume suspend/lift pause/resume stop/resume
stop/continue halt/continue agree/reject accept/reject agree/rule agreed/ruled open/close opened/closed buy/sell
bought/sold win/lose before/after more/fewer many/few larger/smaller bigger/smaller longer/shorter earlier/later
sooner/later higher/lower raise/cut raised/cut increase/cut rise/fall rose/fell grew/fell true/false right/wrong
friend/foe ally/enemy public/private secret/public alone/together inside/outside within/outside join/quit
first/second second/third best/worst better/worse for/against withdraw/deploy withdraw/advance keep/abandon
success/failure succeed/fail legal/unlawful lawful/unlawful east/west north/south eastern/western northern/southern
start/stop begin/end began/ended started/stopped build/destroy
military/civilian temporary/lasting partial/full partial/complete all/some direct/indirect hope/fear
"""
LIGHT = frozenset(
    stem(one)
    for one in """make made do did put set take took come came keep kept forward finish publish back still also just
    tell told state stated write wrote declare announce note reply answer add remark report explain argue new old own
    way
    able part thing time year day number kind adopt adopted hold held go went""".split()
)
"""Words that carry too little to be missed."""

_TURNING = ("un", "in", "im", "ir", "il", "dis", "non", "mis")
_SHARED, _MOSTLY = 5, 0.8  # letters that two forms of a word begin with, and the share of the shorter


@lru_cache(maxsize=1)
def _classes() -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for line in _CLASSES.strip().splitlines():
        stems = frozenset(map(stem, line.split()))
        for one in stems:
            found[one] = found.get(one, frozenset()) | stems
    return found


@lru_cache(maxsize=1)
def _opposites() -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for pair in _OPPOSITES.split():
        one, other = map(stem, pair.split("/"))
        found[one] = found.get(one, frozenset()) | {other}
        found[other] = found.get(other, frozenset()) | {one}
    return found


def said_by(word: str, stems: Iterable[str]) -> bool:
    """Whether one of the stems says the same as a stem, by the lists, or is another form of it (extend, extension)."""
    given = set(stems)
    return bool(_classes().get(word, frozenset()) & given) or any(_is_form(word, one) for one in given)


def _is_form(one: str, other: str) -> bool:
    shared = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
    return shared >= _SHARED and shared >= _MOSTLY * min(len(one), len(other))


def opposite_of(word: str, stems: Iterable[str]) -> str:
    """The stem among those given that says the opposite of a stem, or ""."""
    given = set(stems)
    listed = _opposites().get(word, frozenset()) & given
    turned = {one for one in given for prefix in _TURNING if one == prefix + word or word == prefix + one}
    return next(iter(sorted(listed | turned)), "")
