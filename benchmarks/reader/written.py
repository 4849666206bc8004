"""Questions and claims written by hand on passages, as pairs to train and measure on: every one in both roles.

Knows the written form (`written/README.md`) and how to edit a passage so that it stops or starts answering. Must not
know any model. A block is a passage's questions that it answers (A), near misses with a sentence that would answer (N),
and claims it supports (T), the same with one thing changed (F), and the sentence under which the two change places (R).
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from derive import Pair, matched, share

HELD_OUT = 0.12  # share of the passages that no training sees
HEAD = re.compile(r"#(\S+) \| (.*?) \| (.*)")
UNIT = re.compile(r"s(\d+) (.*)")
LINE = re.compile(r"(?:[-*•|]|\d+[.)] )")
PLACE, EDIT = re.compile(r"@(\d+):(\d+)-(\d+)"), re.compile(r"@(\d+)-(\d+)=")
SUPPORTED, CONTRADICTED, NOT_ENOUGH = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Asked:
    """A question: its places (sentence numbers) and spans; or, with `insert`, what would answer it, put after place."""

    question: str
    places: tuple[int, ...]
    spans: tuple[str, ...]
    insert: str = ""


@dataclass(frozen=True, slots=True)
class Triple:
    """A claim, the same with one thing changed, and the sentence `place` as it would have to be for the second."""

    true: str
    false: str
    kind: str
    rests: tuple[int, ...]
    place: int
    rewritten: str


@dataclass(slots=True)
class Block:
    """A passage and what was written on it. `units` are its sentences, items and rows by number."""

    name: str
    frame: str
    units: dict[int, str]
    asked: list[Asked] = field(default_factory=list)
    triples: list[Triple] = field(default_factory=list)

    @property
    def held_out(self) -> bool:
        """Whether the passage is kept for measuring."""
        return share(self.name) < HELD_OUT


@dataclass(frozen=True, slots=True)
class Labelled:
    """A sentence, item or row that names no factor and no tactic (0), a factor (1) or a tactic (2)."""

    text: str
    label: int
    frame: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim beside a text: PLACE, EDIT = re.compile(r"@(\d+):(\d+)-(\d+)"), re.compile(r"@(\d+)-(\d+)=")
    SUPPORTED, CONTRADICTED (all but one thing) or NOT_ENOUGH (about something else)."""

    claim: str
    text: str
    label: int
    frame: str
    kind: str


def blocks(passages: Path, written: Path, files: str = "*.txt") -> list[Block]:
    """All blocks of a folder of passages and one of what was written on them, by equal file names."""
    found: list[Block] = []
    for path in sorted(written.glob(files)):
        known: dict[str, Block] = {}
        block: Block | None = None
        for line in (passages / path.name).read_text(encoding="utf-8").split("\n"):
            if head := HEAD.match(line):
                block = known.setdefault(head[1], Block(head[1], _frame(head[2], head[3]), {}))
            elif block is not None and (unit := UNIT.match(line)):
                block.units[int(unit[1])] = unit[2]
        _fill(known, path.read_text(encoding="utf-8").split("\n"))
        found += [one for one in known.values() if one.asked or one.triples]
    return found


def _frame(title: str, origin: str) -> str:
    return " | ".join(part for part in (title.strip(), origin.strip(" ,")) if part)


def _fill(known: dict[str, Block], lines: Sequence[str]) -> None:
    """What was written, into its blocks; a line that is not well formed is left out."""
    block: Block | None = None
    pending: list[list[str]] = []
    for line in lines:
        fields = [one.strip() for one in line.strip().split(" || ")]
        if line.startswith("#"):
            block, pending = known.get(line[1:].split(" ")[0].strip()), []
        elif block is None or not fields[0]:
            continue
        elif fields[0] == "A" and len(fields) == 4:
            places = _numbers(fields[2])
            spans = tuple(_quoted(span, block.units) for span in fields[3].split(" ;; "))
            if all(any(span in block.units.get(n, "") for n in places) for span in spans):
                block.asked.append(Asked(fields[1], places, spans))
        elif fields[0] == "N" and len(fields) == 5:
            if fields[4] in fields[3] and all(n in block.units for n in _numbers(fields[2])):
                block.asked.append(Asked(fields[1], _numbers(fields[2])[-1:], (fields[4],), fields[3]))
        elif fields[0] in "TFR":
            pending = [*pending, fields] if fields[0] != "T" else [fields]
            if [one[0] for one in pending] == ["T", "F", "R"] and all(len(one) == 3 for one in pending):
                (_, true, rests), (_, false, kind), (_, place, rewritten) = pending
                numbers, at = _numbers(rests), _numbers(place)[0]
                rewritten = edited(block.units.get(at, ""), rewritten)
                if at in block.units and all(n in block.units for n in numbers) and block.units[at] != rewritten:
                    block.triples.append(Triple(true, false, kind, (*{*numbers, at},), at, rewritten))


def _numbers(places: str) -> tuple[int, ...]:
    return tuple(int(one) for one in re.findall(r"\d+", places)) or (-1,)


def _quoted(span: str, units: dict[int, str]) -> str:
    """`@3:10-22` as those characters of sentence 3; anything else is the words themselves."""
    if not (place := PLACE.fullmatch(span)):
        return span
    number, start, end = map(int, place.groups())
    return units.get(number, "")[start:end]


def edited(sentence: str, written: str) -> str:
    """`@10-22=new words ;; @30-34=` put into a sentence; anything else is the sentence as it shall be."""
    if not EDIT.match(written):
        return written
    for edit in reversed(written.split(" ;; ")):
        place = EDIT.match(edit)
        assert place is not None, edit
        sentence = sentence[: int(place[1])] + edit[place.end() :] + sentence[int(place[2]) :]
    return sentence


def joined(units: Sequence[str]) -> str:
    """Sentences as prose, items and rows on lines of their own."""
    text = ""
    for unit in units:
        gap = "\n" if LINE.match(unit) or LINE.match(text.rpartition("\n")[2]) else " "
        text = f"{text}{gap}{unit}" if text else unit
    return text


def questions(found: Sequence[Block], *, held_out: bool, rng: random.Random | None = None) -> list[tuple[Pair, Pair]]:
    """Every question in both roles, the answering one first, of like length. With `rng`, what would answer another
    question is mixed in, so that an edit as such tells nothing."""
    kept = [block for block in found if block.held_out == held_out]
    return [duo for block in kept for asked in block.asked for duo in _roles(block, asked, rng)]


def _roles(block: Block, asked: Asked, rng: random.Random | None) -> Iterator[tuple[Pair, Pair]]:
    more, less = dict(block.units), dict(block.units)
    others = [one for one in block.asked if one.insert and one is not asked]
    if asked.insert:
        more = put(more, asked.places[0], asked.insert)
    else:
        less = {n: u for n, u in less.items() if n not in asked.places and not any(s in u for s in asked.spans)}
    if rng is not None and others and rng.random() < 0.5:
        other = rng.choice(others)
        if not any(span in other.insert for span in asked.spans):
            less = put(less, other.places[0], other.insert)
            more = put(more, other.places[0], other.insert) if rng.random() < 0.5 else more
    kind = "near miss" if asked.insert else "answerable"
    yes, spans = _text_with(more, [asked.insert] if asked.insert else [more[n] for n in asked.places], asked.spans)
    no = joined(list(less.values()))
    if spans and len(less) > 1:
        one = Pair(asked.question, yes, True, spans, f"written {kind}", block.name, block.frame)
        other = replace(one, text=no, answers=False, spans=())
        yield matched(one, other), other


def put(units: dict[int, str], after: int, sentence: str) -> dict[int, str]:
    """The units with a sentence behind number `after` (numbers stay what they were)."""
    made: dict[int, str] = {}
    for number, unit in units.items():
        made[number] = unit
        if number == after:
            made[-number - 1000 * len(made)] = sentence
    return made


def _text_with(
    units: dict[int, str], held: Sequence[str], spans: Sequence[str]
) -> tuple[str, tuple[tuple[int, int], ...]]:
    text = joined(list(units.values()))
    found = []
    for span in spans:
        for unit in held:
            base = text.find(unit)
            at = text.find(span, base, base + len(unit)) if base >= 0 else -1
            if at >= 0:
                found.append((at, at + len(span)))
                break
    return text, tuple(sorted(found))


def claims(found: Sequence[Block], rng: random.Random, *, held_out: bool) -> list[tuple[Claim, Claim]]:
    """Duos of a claim that its text supports and one that it does not, which differ in the claim or in the text."""
    kept = [block for block in found if block.held_out == held_out]
    return [_duo(block, triple, rng) for block in kept for triple in block.triples]


def _duo(block: Block, triple: Triple, rng: random.Random) -> tuple[Claim, Claim]:
    plain, turned = block.units, {**block.units, triple.place: triple.rewritten}
    numbers, reach = sorted(plain), rng.choice([0, 0, 1, 1, 2, 99])
    near = [n for n in numbers if min(abs(n - r) for r in triple.rests) <= reach]
    true = Claim(triple.true, joined([plain[n] for n in near]), SUPPORTED, block.frame, triple.kind)
    false = replace(true, claim=triple.false, label=CONTRADICTED)
    elsewhere = [n for n in numbers if n not in triple.rests]
    draw = rng.random()
    if draw < 0.35:
        return true, false
    if draw < 0.6:
        edited = joined([turned[n] for n in near])
        return replace(true, claim=triple.false, text=edited), replace(false, claim=triple.true, text=edited)
    if draw < 0.8 or not elsewhere:
        edited = joined([turned[n] for n in near])
        return true, replace(false, claim=triple.true, text=edited)
    middle = rng.choice(elsewhere)
    away = [n for n in elsewhere if abs(n - middle) <= reach]
    return true, replace(true, text=joined([plain[n] for n in away]), label=NOT_ENOUGH)
