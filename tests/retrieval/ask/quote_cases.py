"""True and false quotes made from the shipped corpus: what a model might write and what a reader must never see.

Everything is drawn with a fixed seed from the passages of `corpus/documents`: the same cases on every machine.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from retrieval.ingest.ingest import make_document
from retrieval.ingest.load import Loaded, load_all
from retrieval.ingest.split import split
from retrieval.shipped import corpus_folder
from retrieval.types import Citation, Document, Draft, Passage, Statement

WORDS = (6, 24)
TYPOGRAPHY = (
    ("'", "’"), ("’", "'"), ("“", '"'), ("”", '"'), ("-", "‑"), ("–", "-"), ("—", " – "), ("fi", "ﬁ"), ("fl", "ﬂ"),
    ("ffi", "ﬃ"), ("ff", "ﬀ"), ("...", "…"),
)  # fmt: skip
MARKS = (("“", "”"), ('"', '"'), ("«", "»"), ("„", "“"), ("‘", "’"), ("「", "」"))


@dataclass(frozen=True)
class Case:
    """A quote as a model would give it, the passage that it cites, and how it was made."""

    kind: str
    quoted: str
    passage: Passage


@lru_cache(maxsize=1)
def library() -> tuple[dict[str, Document], tuple[Passage, ...]]:
    """The shipped documents by key, and their passages."""
    paths = sorted(str(path) for path in (corpus_folder() / "documents").iterdir())
    loaded = [item for item in load_all(paths) if isinstance(item, Loaded)]
    documents = [make_document(item) for item in loaded]
    return {d.key: d for d in documents}, tuple(p for d in documents for p in split(d))


def text_of(passage_id: str) -> str:
    return library()[0][passage_id.rpartition("#")[0]].text


def draft_of(case: Case, chance: random.Random) -> Draft:
    """An answer of one statement that shows the words of the case in marks of quotation and cites its passage."""
    passage = case.passage
    opening, closing = ("“", "”") if "'" in case.quoted or "’" in case.quoted else chance.choice(MARKS)
    text = f"The source says {opening}{case.quoted}{closing}."
    citation = Citation(1, passage.id, passage.source, passage.text, passage.start, passage.end)
    return Draft((Statement(text, (1,)),), (citation,), 1.0)


def true_cases(count: int, seed: int = 7) -> Iterator[Case]:
    """Runs of words of a passage, as written, in other typography."""
    chance = random.Random(seed)
    for _ in range(count):
        passage, words = _run(chance)
        yield Case("typography", _retyped(" ".join(words), chance), passage)


def false_cases(count: int, seed: int = 7) -> Iterator[Case]:
    """Quotes that the cited passage does not hold: each way of making one in turn."""
    chance = random.Random(seed)
    makers = (_fabricated, _misattributed, _stitched, _negated, _reordered, _shortened, _other_number, _joined)
    made = 0
    while made < count:
        case = makers[made % len(makers)](chance)
        if case is not None and _levelled(case.quoted) not in _levelled(case.passage.text):
            made += 1
            yield case


def _levelled(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))


def _run(chance: random.Random) -> tuple[Passage, list[str]]:
    """Consecutive words of one block of a passage, not beginning behind a negation (that is a case of its own)."""
    while True:
        passage = chance.choice(library()[1])
        block = chance.choice([line for line in passage.text.split("\n") if line.strip()])
        words = block.split()
        words = words[1:] if words[0] in ("-", "|") or words[0].startswith("#") else words
        size = chance.randint(*WORDS)
        if len(words) < size or "|" in words:
            continue
        first = chance.randint(0, len(words) - size)
        if first and re.fullmatch(r"(?i)not|no|never|nor|neither|without|cannot|\w+n['’]t", words[first - 1]):
            continue
        run = words[first : first + size]
        if not any(mark in " ".join(run) for mark in '"“”«»'):
            return passage, run


def _retyped(text: str, chance: random.Random) -> str:
    for old, new in TYPOGRAPHY:
        if chance.random() < 0.6:
            text = text.replace(old, new)
    characters = []
    for before, character, after in zip(" " + text, text, text[1:] + " ", strict=False):
        characters.append(chance.choice((" ", " ", "\u00a0", "\u202f", "\n")) if character == " " else character)
        if before.isalpha() and character.isalpha() and after.isalpha() and chance.random() < 0.08:
            characters.append(chance.choice(("\u00ad", "\u200b", "\u2060")))
    return "".join(characters)


def _fabricated(chance: random.Random) -> Case | None:
    passage, words = _run(chance)
    other, strange = _run(chance)
    at = chance.randrange(len(words))
    word = chance.choice([w for w in strange if w.isalpha()] or ["peace"])
    return Case("fabricated", " ".join([*words[:at], word, *words[at + 1 :]]), passage) if other != passage else None


def _misattributed(chance: random.Random) -> Case | None:
    _, words = _run(chance)
    passage, _ = _run(chance)
    return Case("misattributed", " ".join(words), passage)


def _stitched(chance: random.Random) -> Case | None:
    passage, words = _run(chance)
    lines = [line for line in passage.text.split("\n") if len(line.split()) > 8]
    other = chance.choice(lines).split() if lines else []
    glue = chance.choice((" ", " … ", " ... ", ", "))
    return Case("stitched", " ".join(words[: len(words) // 2]) + glue + " ".join(other[3:8]), passage)


def _negated(chance: random.Random) -> Case | None:
    passage, words = _run(chance)
    denied = [at for at, word in enumerate(words) if word.lower() in ("not", "no", "never", "without", "cannot")]
    if denied and chance.random() < 0.5:
        return Case("negated", " ".join(w for at, w in enumerate(words) if at != denied[0]), passage)
    verbs = [
        at for at, w in enumerate(words) if w in ("is", "was", "are", "were", "will", "would", "has", "had", "may")
    ]
    at = chance.choice(verbs) + 1 if verbs else chance.randrange(1, len(words))
    return Case("negated", " ".join([*words[:at], chance.choice(("not", "never")), *words[at:]]), passage)


def _reordered(chance: random.Random) -> Case | None:
    passage, words = _run(chance)
    at = chance.randrange(2, len(words) - 2)
    return Case("reordered", " ".join(words[at:] + words[:at]), passage)


def _shortened(chance: random.Random) -> Case | None:
    passage, words = _run(chance)
    at = chance.randrange(1, len(words) - 2)
    glue: Sequence[str] = chance.choice(([], ["…"], ["..."], ["[…]"]))
    return Case("shortened", " ".join([*words[:at], *glue, *words[at + chance.randint(1, 2) :]]), passage)


def _other_number(chance: random.Random) -> Case | None:
    passage, words = _run(chance)
    numbers = [at for at, word in enumerate(words) if re.search(r"\d", word)]
    if not numbers:
        return None
    at = chance.choice(numbers)
    words[at] = re.sub(r"\d", lambda digit: str((int(digit.group()) + 1) % 10), words[at], count=1)
    return Case("other number", " ".join(words), passage)


def _joined(chance: random.Random) -> Case | None:
    """The end of one block and the beginning of the next, as if they were one sentence."""
    passage, _ = _run(chance)
    lines = [line for line in passage.text.split("\n") if len(line.split()) > 6]
    if len(lines) < 2:
        return None
    at = chance.randrange(len(lines) - 1)
    return Case("joined", " ".join(lines[at].split()[-5:] + lines[at + 1].lstrip("-#| ").split()[:6]), passage)
