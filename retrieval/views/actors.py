"""Who speaks for whom, as a corpus itself says: "Russian President Vladimir Putin" makes Putin's word Russia's.

Learnt from titles beside names, for any corpus. Knows names and passages; nothing of questions or answers.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from retrieval.ask.facts import stem
from retrieval.ask.names import canonical, names
from retrieval.types import Passage

OFTEN = 0.6  # share of the times that a person is given a country from which that country is theirs
_TITLE = (
    r"(?:[Pp]resident|[Pp]rime [Mm]inister|[Pp]remier|[Cc]hancellor|[Kk]ing|[Ee]mperor|[Ff]oreign [Mm]inister"
    r"|[Dd]efen[cs]e [Mm]inister|[Ff]oreign [Ss]ecretary|[Ss]ecretary of [Ss]tate|[Tt]reasury [Ss]ecretary"
    r"|(?:[Vv]ice[ -])?[Pp]resident|[Ss]poke(?:sman|swoman|sperson)|[Aa]mbassador|[Ee]nvoy|[Hh]igh [Rr]epresentative"
    r"|[Ll]eader|[Dd]elegate|[Mm]inister|[Cc]hief of [Ss]taff|[Hh]ead of state)"
)
_PERSON = r"(?:[A-Z][\w’'-]+ ){0,3}[A-Z][\w’'-]+"
_PLACE = r"(?P<place>(?:United|European|South|North|Saudi|New) [A-Z]\w+|[A-Z][\w.]+)"
_RUN = re.compile(r"\b[A-Z][\w.’'-]*(?: [A-Z][\w.’'-]*)+")
_PLACED = (
    re.compile(rf"\b{_PLACE}(?:['’]s)? (?:[a-z]+ ){{0,2}}{_TITLE},? (?P<who>{_PERSON})"),
    re.compile(rf"\b{_TITLE} (?P<who>{_PERSON}),? of (?:the )?{_PLACE}"),
    re.compile(rf"\b(?P<who>{_PERSON}), (?:the |then |a )*{_PLACE}(?:['’]s)? (?:[a-z]+ ){{0,2}}{_TITLE}"),
)


def offices(passages: Iterable[Passage]) -> dict[str, str]:
    """By the canonical last name of a person the canonical name of the country or body whose office they hold.

    A place counts as one where the corpus has another form of its name (Russia, Russian); "Prime" has none.
    """
    forms: dict[str, set[str]] = defaultdict(set)
    given: list[tuple[str, str]] = []
    for passage in passages:
        for word in set(re.findall(r"\b[A-Z][\w.]+", passage.text)):
            forms[canonical(word)].add(stem(word.replace(".", "")))
        for match in (match for pattern in _PLACED for match in pattern.finditer(passage.text)):
            given.append((canonical(match["who"].split()[-1]), canonical(match["place"].replace(" ", "-"))))
    places, people = Counter(place for _, place in given), Counter(who for who, _ in given)
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    for who, place in given:
        if len(forms[place]) > 1 and places[place] > people[place] and people[who] > places[who]:
            seen[who][place] += 1
    first = {who: held.most_common(1)[0] for who, held in seen.items()}
    return {who: place for who, (place, times) in first.items() if times >= max(2, OFTEN * seen[who].total())}


def speak_for(actor: str, offices_held: Mapping[str, str]) -> frozenset[str]:
    """The canonical names whose word is this actor's: its own and those of the people who hold its offices."""
    words = actor.split()
    if not words:
        return frozenset()
    whole = _folded("-".join(words))
    wanted = {whole}
    if len(words) > 1 and whole == _unknown(words):  # no name of a country or body: a person goes by the last name
        wanted = {_folded(words[-1])}
    return frozenset(wanted | {who for who, place in offices_held.items() if place in wanted})


def named_in(text: str) -> frozenset[str]:
    """The canonical names that a text uses, those of two words joined."""
    found = {_folded(name) for name in names(text)}
    for run in _RUN.findall(text):
        words = run.split()
        found |= {_folded("-".join(pair)) for pair in pairwise(words) if _folded("-".join(pair)) != _unknown(pair)}
    return frozenset(found)


def _folded(name: str) -> str:
    """The canonical name, without accents: Orban is Orbán."""
    plain = unicodedata.normalize("NFKD", canonical(name))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def _unknown(words: Sequence[str]) -> str:
    """What the joined words would be called if nobody knew them as one name."""
    return stem("".join(re.sub(r"[-.&/]", "", word) for word in words).lower())
