"""Pairs of question and passage to train and measure a reader on, every question in both roles.

Knows the data folders and how to edit a passage so that it stops or starts answering. Must not know any model.
A question seen in one role only gives itself away: see the question-only baseline in `measure.py`.
"""

from __future__ import annotations

import hashlib
import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

DOMAINS = ("analysis", "diplomacy", "encyclopedia", "history", "news", "official", "practical", "science")
HELD_OUT = 0.25  # share of each set that no training sees: the same quarter as in `evidence_sets.untouched`
ABBREVIATION = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|St|No|Gen|Col|Sen|Rep|Gov|vs|etc|Jr|Sr|c|ca|approx|Inc|Ltd|Co)|\b[A-Z]|\be\.g|\bi\.e)\.$"
)
BORDER = re.compile(r"[.!?]['\"”’)\]]*\s+(?=[\"“‘'(\[]?[A-Z0-9])")

Spans = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """A question with a passage. `spans` are the answering characters of `text`, empty when it does not answer."""

    question: str
    text: str
    answers: bool
    spans: Spans
    source: str
    group: str
    frame: str = ""  # what stands over the passage: title, publisher, date


def share(name: str) -> float:
    """A number in 0..1 that is always the same for a name: what decides on which side of a split a group falls."""
    return int(hashlib.md5(name.encode(), usedforsecurity=False).hexdigest(), 16) % 1000 / 1000


def sentences(text: str) -> list[tuple[int, int]]:
    """The character spans of sentences, list items and table rows."""
    found: list[tuple[int, int]] = []
    for line in re.finditer(r"[^\n]+", text):
        start = line.start()
        for border in BORDER.finditer(line.group()):
            if ABBREVIATION.search(line.group()[: border.start() + 1]):
                continue
            found.append((start, line.start() + len(line.group()[: border.end()].rstrip())))
            start = line.start() + border.end()
        if text[start : line.end()].strip():
            found.append((start, line.end()))
    return found


def without(text: str, answers: Sequence[str], sentence: str = "") -> str:
    """The passage less every sentence that holds one of `answers`, or that lies in `sentence`."""
    kept, last = [], 0
    for start, end in sentences(text):
        unit = text[start:end]
        if any(answer in unit for answer in answers) or (sentence and (unit in sentence or sentence in unit)):
            kept.append(text[last:start])
            last = min(end + 1, len(text)) if text[end : end + 1] == " " else end
    kept.append(text[last:])
    return re.sub(r"\n{3,}", "\n\n", "".join(kept)).strip()


def with_insert(text: str, after: str, sentence: str) -> str:
    """The passage with `sentence` put in behind `after`; a list item or a row gets a line of its own."""
    end = text.index(after) + len(after)
    gap = "\n" if sentence.startswith(("- ", "* ", "|")) or re.match(r"\d+\. ", sentence) else " "
    return text[:end] + gap + sentence + text[end:]


def find(text: str, answers: Sequence[str], sentence: str = "") -> Spans:
    """Where the answers are: inside `sentence` where they occur there, else their first place."""
    base = max(text.find(sentence), 0) if sentence else 0
    found = []
    for answer in answers:
        at = text.find(answer, base, base + len(sentence)) if sentence else -1
        at = at if at >= 0 else text.find(answer)
        if at >= 0:
            found.append((at, at + len(answer)))
    return tuple(sorted(found))


def reading(folder: Path, *, held_out: bool, rng: random.Random | None = None) -> list[Pair]:
    """The reading set in pairs. With `rng`, edits of the passage's other questions are mixed in, so that an edit as
    such tells nothing."""
    pairs: list[Pair] = []
    for domain in DOMAINS:
        rows = [json.loads(line) for line in (folder / f"{domain}.jsonl").read_text(encoding="utf-8").splitlines()]
        for number, row in enumerate(rows):
            group = f"{domain}{number}"
            if (share(group) < HELD_OUT) == held_out:
                for question in row["questions"]:
                    pairs.extend(_both_roles(row, question, group, rng))
    return pairs


def _both_roles(row: dict, question: dict, group: str, rng: random.Random | None) -> Iterator[Pair]:
    if question["answers"]:
        yes = _shuffled(row, question, row["text"], rng)
        spans = find(yes, question["answers"], question["sentence"])
        no = _shuffled(row, question, without(row["text"], question["answers"], question["sentence"]), rng)
    else:
        insert = question["insert"]
        yes = _shuffled(row, question, with_insert(row["text"], insert["after"], insert["sentence"]), rng)
        spans = find(yes, [insert["answer"]], insert["sentence"])
        no = _shuffled(row, question, row["text"], rng)
    kind = "answerable" if question["answers"] else "near miss"
    if spans:
        yield Pair(question["q"], yes, True, spans, f"reading {kind}", group, row["title"])
        yield Pair(question["q"], no, False, (), f"reading {kind}", group, row["title"])


def _shuffled(row: dict, question: dict, text: str, rng: random.Random | None) -> str:
    """`text` with the edits of one or two other questions of the passage, where they leave this one's sentences be."""
    if rng is None or rng.random() < 0.35:
        return text
    mine = question["sentence"] or question["insert"]["sentence"]
    for other in rng.sample(row["questions"], 2):
        if other is question:
            continue
        if (
            other["answers"]
            and other["sentence"] in text
            and other["sentence"] not in mine
            and mine not in other["sentence"]
        ):
            edited = text.replace(other["sentence"], "", 1)
            held = question["answers"] or [question["insert"]["answer"]]
            text = edited if all((a in edited) == (a in text) for a in held) else text
        elif not other["answers"] and other["insert"]["after"] in text:
            text = with_insert(text, other["insert"]["after"], other["insert"]["sentence"])
    return re.sub(r"\n{3,}", "\n\n", text.strip())


def matched(yes: Pair, no: Pair) -> Pair:
    """The answering role made as long as the other: a sentence beside the point is left out.

    Taking answers out shortens a passage and putting them in lengthens it, so length alone tells the roles apart
    (AUROC .74 on the reading set); here it does not.
    """
    surplus = len(yes.text) - len(no.text)
    units = sentences(yes.text)
    free = [n for n, (start, end) in enumerate(units) if not any(s < end and e > start for s, e in yes.spans)]
    first = min((start for start, _ in yes.spans), default=0)
    before = max((n for n in free if units[n][1] <= first), default=-1)  # what the answer may refer back to
    free = [n for n in free if n != before] or free
    while surplus > 20 and free:
        out = min(free, key=lambda n: abs(units[n][1] - units[n][0] - surplus))
        start, end = units[out]
        if end - start > surplus + 60:
            break
        blank = " " * (end - start)
        yes = replace(yes, text=yes.text[:start] + blank + yes.text[end:])
        surplus -= end - start
        free.remove(out)
    return _squeezed(yes)


def _squeezed(pair: Pair) -> Pair:
    """The pair without runs of blanks, its spans moved along."""
    kept = [n for n, c in enumerate(pair.text) if not (c == " " and pair.text[n : n + 2] == "  ")]
    place = {old: new for new, old in enumerate(kept)}
    text = "".join(pair.text[n] for n in kept)
    spans = tuple((place[start], place[end - 1] + 1) for start, end in pair.spans)
    return replace(pair, text=text, spans=spans)


def load_beir(folder: Path) -> tuple[dict[str, dict], list[dict], dict[str, list[str]]]:
    """Corpus by id, queries, and the relevant ids of each query."""
    corpus = {row["_id"]: row for row in map(json.loads, (folder / "corpus.jsonl").open(encoding="utf-8"))}
    queries = [json.loads(line) for line in (folder / "queries.jsonl").open(encoding="utf-8")]
    relevant: dict[str, list[str]] = {}
    for line in (folder / "qrels" / "dev.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        query, document, score = line.split("\t")
        if int(score) > 0:
            relevant.setdefault(query, []).append(document)
    return corpus, queries, relevant


def natural(folder: Path, name: str, rng: random.Random, near: dict[str, list[str]] | None = None) -> list[Pair]:
    """Real questions (NQ, XQuAD) with their passage, and one that does not answer: the passage less the answer's
    sentences, or a near one (of `near`) that does not hold the answer. In random order of questions."""
    corpus, queries, relevant = load_beir(folder / name)
    rng.shuffle(queries)
    pairs: list[Pair] = []
    for query in queries:
        row = corpus[relevant[query["_id"]][0]]
        if share(row["title"].replace("_", " ") if name == "xquad_en" else query["_id"]) < HELD_OUT:
            continue
        held = [answer for answer in query["answers"] if answer in row["text"]]
        spans = find(row["text"], held[:1])
        cut, other = without(row["text"], held), ""
        others = (near or {}).get(f"{name}/{query['_id']}", [])
        if len(cut.split()) < 25 or (others and rng.random() < 0.5):
            chosen = corpus[rng.choice(others)] if others else {"text": "", "title": ""}
            cut, other = chosen["text"], chosen["title"].replace("_", " ")
        if spans and cut:
            group = f"{name}/{row['title']}"
            title = row["title"].replace("_", " ")
            pairs.append(Pair(query["text"], row["text"], True, spans, name, group, title))
            pairs.append(Pair(query["text"], cut, False, (), name, group, other or title))
    return pairs


def cut(duo: tuple[Pair, Pair], rng: random.Random, lengths: Sequence[int]) -> tuple[Pair, Pair]:
    """Both roles cut alike, to one of these lengths in words."""
    length = rng.choice(lengths)
    return window(duo[0], rng, length), window(duo[1], rng, length)


def set_texts(data: Path) -> list[tuple[str, str]]:
    """Title and text of every passage of the sets that statements and claims are made of; none is a measuring set."""
    return [
        (row["title"], row["text"])
        for name in ("2wiki", "mtrag_un", "nq_oracle")
        for row in map(json.loads, (data / name / "corpus.jsonl").open(encoding="utf-8"))
    ]


def speech_texts(data: Path) -> list[tuple[str, str]]:
    """Three paragraphs at a time of the government and Security Council texts, without a title."""
    found = []
    for path in sorted((data / "ukraine").glob("*.md")):
        paragraphs = [p for p in path.read_text(encoding="utf-8").split("\n\n")[1:] if len(p.split()) > 12]
        found += [("", " ".join(paragraphs[n : n + 3])) for n in range(0, len(paragraphs), 3)]
    return found


def window(pair: Pair, rng: random.Random, words: int) -> Pair:
    """The pair cut to about `words` words round its answer (or round any sentence, when it has none)."""
    units = sentences(pair.text)
    if len(pair.text.split()) <= words or len(units) < 3:
        return pair
    inside = [n for n, (start, end) in enumerate(units) if any(start <= s < end for s, _ in pair.spans)]
    first = inside[0] if inside else rng.randrange(len(units))
    last = inside[-1] if inside else first
    while len(pair.text[units[first][0] : units[last][1]].split()) < words and (first > 0 or last < len(units) - 1):
        if (rng.random() < 0.5 and first > 0) or last == len(units) - 1:
            first -= 1
        else:
            last += 1
    start, end = units[first][0], units[last][1]
    spans = tuple((s - start, e - start) for s, e in pair.spans if start <= s and e <= end)
    return replace(pair, text=pair.text[start:end], spans=spans)
