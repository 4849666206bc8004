"""The names a sentence uses, and whether a text uses them too, in other forms as well (Moscow, the Kremlin, Russian).

Knows spelling and the actors of this subject by their several names. Knows nothing of meaning or scores.
"""

from __future__ import annotations

import re
from functools import lru_cache

from retrieval.ask.facts import STOPWORDS, stem
from retrieval.ask.wordtable import word_table

_WORD = re.compile(r"[^\W_]+(?:[-'’.&/][^\W_]+)*\.?(?<!\.)|(?:[A-Z]\.){2,}")
_OPENING = re.compile(r"[.!?:;\n|•“”\"«(–—]\s*$|^\s*$")
_ALIASES: dict[str, tuple[str, ...]] = {
    "russia": ("russian", "russians", "moscow", "kremlin", "россия", "российск", "москв", "кремл", "росія", "росій"),
    "ukraine": ("ukrainian", "ukrainians", "kyiv", "kiev", "украин", "україн", "киев", "київ", "києв"),
    "usa": ("us", "u.s", "u.s.", "u.s.a", "america", "american", "americans", "washington", "united-states", "сша"),
    "eu": ("e.u", "e.u.", "brussels", "european-union", "ес", "євросоюз", "евросоюз"),
    "un": ("u.n", "u.n.", "united-nations", "оон"),
    "uk": ("u.k", "u.k.", "britain", "british", "london", "united-kingdom", "великобритан"),
    "nato": ("north-atlantic-treaty-organization", "нато"),
    "china": ("chinese", "beijing", "prc", "кита"),
    "germany": ("german", "germans", "berlin", "германи", "німеччин"),
    "france": ("french", "paris", "франци", "франці"),
    "turkey": ("turkish", "ankara", "türkiye", "turkiye", "турци", "туреччин"),
    "poland": ("polish", "warsaw", "poles", "польш", "польщ"),
    "belarus": ("belarusian", "minsk", "беларус", "білорус"),
    "india": ("indian", "delhi"),
    "iran": ("iranian", "tehran"),
    "korea": ("korean", "pyongyang", "seoul"),
    "europe": ("european", "europeans", "европ", "європ"),
    "west": ("western", "запад", "захід"),
    "saudi": ("riyadh", "saudis"),
    "swiss": ("switzerland", "bern"),
    "israel": ("israeli", "jerusalem"),
    "japan": ("japanese", "tokyo"),
    **{
        country: tuple(others.split())
        for country, others in {
            "sweden": "swedish swedes stockholm",
            "finland": "finnish finns helsinki",
            "norway": "norwegian oslo",
            "denmark": "danish copenhagen",
            "canada": "canadian canadians ottawa",
            "australia": "australian canberra",
            "brazil": "brazilian brasilia",
            "hungary": "hungarian budapest",
            "slovakia": "slovak bratislava",
            "romania": "romanian bucharest",
            "bulgaria": "bulgarian sofia",
            "moldova": "moldovan chisinau",
            "georgia": "georgian tbilisi",
            "armenia": "armenian yerevan",
            "azerbaijan": "azerbaijani baku",
            "kazakhstan": "kazakh astana",
            "estonia": "estonian tallinn",
            "latvia": "latvian riga",
            "italy": "italian rome",
            "lithuania": "lithuanian vilnius",
            "spain": "spanish madrid",
            "netherlands": "dutch hague",
            "belgium": "belgian",
            "austria": "austrian vienna",
            "greece": "greek athens",
            "cyprus": "cypriot nicosia",
            "syria": "syrian damascus",
            "iraq": "iraqi baghdad",
            "egypt": "egyptian cairo",
            "qatar": "qatari doha",
            "vatican": "pope",
            "mexico": "mexican",
            "pakistan": "pakistani",
            "vietnam": "vietnamese",
            "czechia": "czech prague",
            "serbia": "serbian belgrade",
            "ireland": "irish dublin",
            "africa": "african",
        }.items()
    },
    "soviet": ("ussr", "ссср", "советск"),
    "putin": ("путин", "путін"),
    "zelensky": ("zelenskyy", "zelenskiy", "зеленск"),
    "trump": ("трамп",),
    "lavrov": ("лавров",),
    "donbas": ("donbass", "донбас"),
    "crimea": ("crimean", "крым", "крим"),
}
_CANONICAL = {form: name for name, forms in _ALIASES.items() for form in (name, *forms)}
_CYRILLIC_FORMS = sorted((form for form in _CANONICAL if form[0] > "z"), key=len, reverse=True)
_ORDINAL = re.compile(r"\d+(?:st|nd|rd|th)")
_ENDINGS = re.compile(r"(?:ian|ean|an|n|ese|ish|ia|a|i|y)$")
_LINKING = frozenset(  # words that open a sentence and are too common to stand in the table of words
    """besides despite amid amidst alongside upon versus whilst aside beyond throughout among amongst within toward
    towards meanwhile moreover however nevertheless nonetheless furthermore although though whereas unlike regarding
    concerning hence thus therefore instead rather likewise either neither since whose whom""".split()
)
_SIDES_OF = frozenset(("north", "south", "east", "west", "new", "northern", "southern", "eastern", "western"))
_TITLES = frozenset(
    """president vice prime minister foreign defence defense secretary general chancellor ambassador mr mrs ms dr sir
    lord representative spokesman spokesperson spokeswoman leader king queen prince professor senator governor director
    chief
    january february march april may june july august september october november december source sources article brief
    passage passages text author authors report i""".split()
)


_LEADS = {  # a part of a name, or a name of many, that another name stands for
    "united": ("usa", "uk", "un"),
    "states": ("usa",),
    "nations": ("un",),
    "kingdom": ("uk",),
    "union": ("eu",),
    **dict.fromkeys(("west", "western"), ("nato", "eu", "europe", "usa", "uk")),
}


@lru_cache(maxsize=2048)
def names(sentence: str) -> tuple[str, ...]:
    """The words written as names, as they stand; a sentence's first word counts unless it is a word in general use.

    Titles ("President") and months are left out: they are no claim of their own.
    """
    found: list[str] = []
    matches = list(_WORD.finditer(sentence))
    for index, match in enumerate(matches):
        word = match.group()
        plain = _plain(word)
        if plain in STOPWORDS and not (word.isupper() and len(word) > 1):
            continue
        if plain in _TITLES or plain in _LINKING or not _is_name_form(word) or _ORDINAL.fullmatch(plain):
            continue
        opening = bool(_OPENING.search(sentence[: match.start()]))
        follows = index + 1 < len(matches) and matches[index + 1].group()[0].isupper()
        follows = follows and sentence[match.end() : matches[index + 1].start()] == " "
        if follows and canonical(matches[index + 1].group()) in _ALIASES:
            follows = plain in _SIDES_OF  # "Frozen Russian reserves", but "North Korea"
        capitals = word.isupper() and len(word) > 1
        if not opening or follows or capitals or canonical(word) in _ALIASES or not _is_common(word):
            found.append(word)
    return tuple(found)


def unnamed(sentence: str, context: str) -> list[str]:
    """The names of a sentence that a text does not use in any form."""
    known = _forms(context)
    return [name for name in names(sentence) if not _is_known(name, known, context)]


@lru_cache(maxsize=65536)
def canonical(word: str) -> str:
    """One form for all names of an actor; any other word's stem, without hyphens and stops."""
    plain = _plain(word)
    if plain in _CANONICAL and not (plain == "us" and not word.isupper() and "." not in word):
        return _CANONICAL[plain]
    if plain[:1] > "z":
        known = next((form for form in _CYRILLIC_FORMS if plain.startswith(form[:5])), "")
        return _CANONICAL[known] if known else plain[: max(4, len(plain) - 2)]
    return stem(re.sub(r"[-.&/]", "", plain))


def actors(sentence: str) -> tuple[str, ...]:
    """The words that name an actor of this subject, in capitals or not ("moscow", "Ukrainian"), as they stand."""
    return tuple(match.group() for match in _WORD.finditer(sentence) if canonical(match.group()) in _ALIASES)


def _plain(word: str) -> str:
    return re.sub(r"['’](?:s|d|ll|re|ve)?$", "", word).lower()


def _is_common(word: str) -> bool:
    """Whether a word is in general use, by the table of words: what is not, and begins a sentence, is a name."""
    plain = _plain(word)
    return plain[:1] > "z" or any(stem(part) in word_table().row for part in re.split(r"[-/'’]", word))


def _root(word: str) -> str:
    """What a country and its people share, marked so as to equal no whole word: Canada, Canadian."""
    plain = _plain(word)
    root = _ENDINGS.sub("", plain)
    return f"{root}~" if len(root) >= 4 else f"{plain}~"


def _is_name_form(word: str) -> bool:
    letters = [character for character in word if character.isalpha()]
    if not letters:
        return False
    return word[0].isupper() or any(letter.isupper() for letter in letters) or word[0].isdigit()


@lru_cache(maxsize=1024)
def _forms(text: str) -> frozenset[str]:
    """The canonical forms of a text's words, of parts of compounds, of two-word actors, and initials of name runs."""
    words = [match.group() for match in _WORD.finditer(text)]
    forms = {canonical(word) for word in words}
    forms |= {canonical(part) for word in words for part in re.split(r"[-/]", word) if part}
    forms |= {_root(word) for word in words if word[0].isupper()}
    for size in (2, 4):
        for first in range(len(words) - size + 1):
            joined = "-".join(words[first : first + size]).lower()
            if joined in _CANONICAL:
                forms.add(_CANONICAL[joined])
    for run in re.findall(r"[A-Z][\w-]+(?: (?:(?:of|the|and|for|on|in) )*[A-Z][\w-]+)+", text):
        capitals = [word[0] for word in run.removeprefix("The ").split(" ") if word[0].isupper()]
        forms.add(stem("".join(capitals)))
    return frozenset(forms)


def _is_known(name: str, known: frozenset[str], context: str) -> bool:
    if canonical(name) in known or _root(name) in known:
        return True
    parts = [part for part in re.split(r"[-/]", name) if part]
    if len(parts) > 1 and all(canonical(part) in known or not _is_name_form(part) for part in parts):
        return True
    plain = re.sub(r"\W", "", name)
    if plain.isupper() and 2 <= len(plain) <= 6 and stem(plain) in known:
        return True
    return bool(known & set(_LEADS.get(_plain(name), ())))


_WHICH = re.compile(
    r"\b(?:which|(?:in|from|to) what) (?:[a-z-]+ ){0,2}(?:company|firm|country|nation|city|town|newspaper|bank"
    r"|organi[sz]ation|agency|institute|university|minister|president|leader|politician|general|envoy|diplomat)\b",
    re.IGNORECASE,
)


_LAND = re.compile(r"\b(?:country|nation|city|town|minister|president|leader|politician|general|envoy|diplomat)$", re.I)


def lacks_name_asked(question: str, text: str) -> bool:
    """Whether a question asks which company, country, envoy … it was, and a text has no name that the question has not.

    A capital at the beginning of a sentence counts: "Sydney has offered to host it". A country is no company.
    """
    asked = _WHICH.search(question)
    if asked is None:
        return False
    known = {canonical(match.group()) for match in _WORD.finditer(question)}
    if not _LAND.search(asked.group()):
        known |= _ALIASES.keys()
    written = (match.group() for match in _WORD.finditer(text) if match.group()[0].isupper())
    return not any(
        canonical(word) not in known and _plain(word) not in STOPWORDS | _TITLES | _LINKING for word in written
    )
