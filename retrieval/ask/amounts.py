"""The quantities a text states: values with their units, however they are spelt ("5 percent", "5%", "five per cent").

Knows spelling in English and the commonest Russian and Ukrainian; dates are in dates.py. Must not know who asks.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from retrieval.ask.dates import dates

_SMALL = {
    word: value
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
        " seventeen eighteen nineteen".split()
    )
}
_TENS = {
    word: 10 * value for value, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)
}
_RUSSIAN = {
    "два": 2, "две": 2, "двух": 2, "дві": 2, "двох": 2, "три": 3, "трех": 3, "трёх": 3, "трьох": 3, "четыре": 4,
    "чотири": 4, "пять": 5, "пяти": 5, "шесть": 6, "шість": 6, "семь": 7, "сім": 7, "восемь": 8, "вісім": 8,
    "девять": 9, "десять": 10, "десяти": 10, "двадцать": 20, "двадцять": 20, "тридцать": 30, "сорок": 40, "сто": 100,
}  # fmt: skip
_ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth"
    " sixteenth seventeenth eighteenth nineteenth twentieth"
).split()
_VAGUE = re.compile(
    r"\b(?:(?:tens|hundreds) of (?:thousands|millions)|dozens|scores|hundreds|thousands|millions|billions)\b", re.I
)
_SCALE = (
    r"(?P<scale>thousand|k\b|million|mln|mn|m\b|billion|bn|b\b|trillion|trn|тыс\.?|тысяч\w*|тис\.?|млн|миллион\w*|мільйон\w*"
    r"|млрд|миллиард\w*|мільярд\w*|трлн|триллион\w*)"
)
_SCALES = (
    ("thousand", 1e3), ("k", 1e3), ("ты", 1e3), ("ти", 1e3), ("tr", 1e12), ("трлн", 1e12), ("трил", 1e12), ("b", 1e9),
    ("млрд", 1e9), ("миллиа", 1e9), ("мільяр", 1e9), ("m", 1e6), ("мл", 1e6), ("милл", 1e6), ("міль", 1e6),
)  # fmt: skip
_UNITS = (
    ("ratio", r"%|percent\b|per cent\b|pct\b|процент\w*|відсотк\w*"),
    ("points", r"(?:percentage|per cent|%)[ -]points?\b"),
    ("dollar", r"(?:US |u\.s\. )?dollars?\b|USD\b|доллар\w*|долар\w*"),
    ("euro", r"euros?\b|EUR\b|евро\b|євро\b"),
    ("pound", r"pounds?\b|GBP\b"),
    ("rouble", r"rou?bles?\b|RUB\b|рубл\w*"),
    ("hryvnia", r"hryvnias?\b|UAH\b|грив\w*"),
    ("yuan", r"yuan\b|CNY\b|юан\w*"),
    ("year", r"years?\b(?![ -]old)|yrs?\b|лет\b|год\w*|рок\w*|рік\b"),
    ("month", r"months?\b|месяц\w*|місяц\w*"),
    ("week", r"weeks?\b|недел\w*|тижн\w*|тижд\w*"),
    ("day", r"days?\b|дн\w{1,3}\b|день\b|сут\w*"),
    ("hour", r"hours?\b|hrs?\b|час(?:а|ов|у)?\b|годин\w*"),
    ("minute", r"minutes?\b|mins?\b|минут\w*|хвилин\w*"),
    ("kilometre", r"km\b|kilomet(?:er|re)s?\b|км\b|километр\w*|кілометр\w*"),
    ("mile", r"miles?\b"),
    ("metre", r"met(?:er|re)s?\b"),
    ("tonne", r"ton(?:ne)?s?\b|тонн\w*"),
    ("barrel", r"barrels?\b|bpd\b|баррел\w*"),
)
_CURRENCIES = {"$": "dollar", "€": "euro", "£": "pound", "₽": "rouble", "¥": "yuan", "₴": "hryvnia"}
_DIGITS = r"\d{1,3}(?:[,\u00a0\u2009\u202f ]\d{3})+(?!\d)(?:\.\d+)?|\d+(?:[.,]\d+)?"
_WORDS = "|".join([*_SMALL, *_TENS, "hundred", "dozen", *_RUSSIAN])
_NUMBER = re.compile(
    rf"(?<![\w.,/])(?<![A-Za-z]-)(?P<currency>[$€£₽¥₴])?\s?(?P<digits>{_DIGITS})(?P<ordinal>st|nd|rd|th)?(?![A-Za-z]{{3}})"
    rf"|(?<![\w-])(?P<words>(?:a |an )?(?:{_WORDS})(?:(?:[ -]|[ -]and )(?:{_WORDS}))*)(?![\w])",
    re.I,
)
_FRACTION = re.compile(
    r"\b(?:(a|one|two|three|four)[ -])?(half|halves|thirds?|quarters?|fifths?)\b(?! (?:of (?:19|20)|quarter))", re.I
)
_PARTS = {"hal": 2, "thi": 3, "qua": 4, "fif": 5}
_ORDINAL = re.compile(rf"\b({'|'.join(_ORDINALS)})\b(?!\s*,|-)", re.I)
_OVER = re.compile(
    r"\b(?:more than|over|at least|above|exceed(?:ing|s|ed)?|no (?:fewer|less) than|upwards of|beyond)\W*$", re.I
)
_UNDER = re.compile(
    r"\b(?:less than|fewer than|under|below|at most|up to|no more than|nearly|almost|just short of)\W*$", re.I
)
_BETWEEN = re.compile(r"\s?(?:[-–—]|to|or|and)\s?(?=[$€£]?\d)")


@dataclass(frozen=True, slots=True)
class Amount:
    """A quantity: `unit` is "" for a bare number; `side` is 1 for "more than", -1 for "less than", 0 otherwise."""

    value: float
    unit: str
    side: int
    start: int
    end: int

    def states(self, other: Amount) -> bool:
        """Whether the other quantity says the same: value and unit, and not "more" for "less"."""
        units = self.unit == other.unit or (not self.unit and other.unit not in ("ratio", "ordinal"))
        return units and math.isclose(self.value, other.value, rel_tol=1e-6) and self.side * other.side >= 0


@lru_cache(maxsize=2048)
def amounts(text: str) -> tuple[Amount, ...]:
    """The quantities of a text in their order, dates left out; the word "one" counts only before a scale."""
    found: list[Amount] = []
    taken = [(date.start, date.end) for date in dates(text)]
    for read in (_fractions, _ordinals, _vague, _numbers):
        free = [one for one in read(text) if not any(start < one.end and one.start < end for start, end in taken)]
        taken += [(one.start, one.end) for one in free]
        found += free
    return tuple(sorted(found, key=lambda one: one.start))


def unstated(wanted: Iterable[Amount], stated: Iterable[Amount]) -> list[Amount]:
    """The quantities that none of the stated ones says."""
    known = list(stated)
    return [one for one in wanted if not any(one.states(other) for other in known)]


def _numbers(text: str) -> list[Amount]:
    found: list[Amount] = []
    for match in _NUMBER.finditer(text):
        value = _value(match)
        end, value, unit = _unit_after(text, match.end(), value)
        unit = "ordinal" if match["ordinal"] else _CURRENCIES.get(match["currency"] or "", unit)
        bare_one = match["words"] is not None and match["words"].lower() == "one" and value == 1
        if not bare_one:
            found.append(
                Amount(value / 100 if unit == "ratio" else value, unit, _side(text, match.start()), match.start(), end)
            )
    return found


def _value(match: re.Match[str]) -> float:
    if match["digits"]:
        return _digits(match["digits"])
    total, current = 0.0, 0.0
    for word in re.split(r"[ -]+", match["words"].lower()):
        if word == "hundred":
            current = 100 * (current or 1)
        elif word == "dozen":
            current = 12 * (current or 1)
        else:
            current += _SMALL.get(word) or _TENS.get(word) or _RUSSIAN.get(word) or 0
    return total + current


def _digits(written: str) -> float:
    """1,500 and 1 500 are thousands; 6.2 and 6,2 are decimals."""
    plain = re.sub(r"[\u00a0\u2009\u202f ]", "", written)
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", plain):
        return float(plain.replace(",", ""))
    return float(plain.replace(",", "."))


def _unit_after(text: str, at: int, value: float) -> tuple[int, float, str]:
    """The end, value and unit of a number with the scale and unit that follow it; of a range, those of its end."""
    behind = _BETWEEN.match(text, at)
    if behind:
        other = re.compile(rf"[$€£]?(?:{_DIGITS})").match(text, behind.end())
        if other:
            _, scale, unit = _unit_after(text, other.end(), 1.0)
            return at, value * scale, unit
    scale_match = re.compile(rf"[\s-]?{_SCALE}(?![a-z])", re.I).match(text, at)
    if scale_match:
        written = scale_match["scale"].lower()
        value *= next(factor for prefix, factor in _SCALES if written.startswith(prefix))
        at = scale_match.end()
    for unit, pattern in _UNITS:
        unit_match = re.compile(rf"[\s-]*(?:{pattern})", re.I).match(text, at)
        if unit_match and not (unit == "ratio" and re.match(r"[ -]points?\b", text[unit_match.end() :])):
            return unit_match.end(), value, unit
    return at, value, ""


def _fractions(text: str) -> list[Amount]:
    found = []
    for match in _FRACTION.finditer(text):
        counted, part = (match[1] or "").lower(), match[2].lower()
        if not counted and not part.startswith("hal"):
            continue  # "third" alone is an ordinal, "quarter" three months
        share = (_SMALL.get(counted) or 1) / _PARTS[part[:3]]
        found.append(Amount(share, "ratio", _side(text, match.start()), *match.span()))
    return found


def _ordinals(text: str) -> list[Amount]:
    return [
        Amount(float(_ORDINALS.index(match[1].lower()) + 1), "ordinal", 0, *match.span())
        for match in _ORDINAL.finditer(text)
        if not re.search(r"\b(?:a|one|two|three|four)[ -]$", text[: match.start()], re.I)
    ]


def _vague(text: str) -> list[Amount]:
    """Dozens, thousands: a quantity of its own kind, told apart by its words."""
    return [Amount(0.0, match.group().lower(), 0, *match.span()) for match in _VAGUE.finditer(text)]


def _side(text: str, start: int) -> int:
    before = text[max(0, start - 24) : start]
    return 1 if _OVER.search(before) else -1 if _UNDER.search(before) else 0
