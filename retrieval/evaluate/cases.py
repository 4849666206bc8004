"""A question set: JSON lines read into cases, with every mistake named by its line before anything is asked.

Knows the form of a set and nothing of engines, indexes or metrics.
"""

from __future__ import annotations

import difflib
import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from retrieval.errors import QuestionSetError, UsageError
from retrieval.types import Role, Turn, Verdict

ROLES, LABELS = get_args(Role), get_args(Verdict)
QUESTION_FIELDS = ("id", "question", "history", "answers", "answerable", "relevant", "tags", "context", "note")
SLIP = 0.8  # likeness from which another field's name is taken for a slip of the pen
CLAIM_FIELDS = ("id", "claim", "label", "context", "evidence", "tags", "note")


@dataclass(frozen=True, slots=True)
class Gold:
    """Words of a source that answer a question or bear on a claim. `source` "" means whichever source has them."""

    source: str
    quote: str


@dataclass(frozen=True, slots=True)
class ContextText:
    """A text that comes with a case: the case is answered from such texts alone."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """A case for `ask`. `answers` are strings that a right answer holds, `relevant` the quotes that it should cite."""

    id: str
    question: str
    history: tuple[Turn, ...] = ()
    answers: tuple[str, ...] = ()
    answerable: bool = True
    relevant: tuple[Gold, ...] = ()
    tags: tuple[str, ...] = ()
    context: tuple[ContextText, ...] = ()
    note: str = ""

    @property
    def gold(self) -> tuple[Gold, ...]:
        """The gold quotes, by the name that both kinds of case share."""
        return self.relevant

    @property
    def text(self) -> str:
        """What is asked."""
        return self.question


@dataclass(frozen=True, slots=True)
class Claim:
    """A case for `check`."""

    id: str
    claim: str
    label: Verdict
    context: tuple[ContextText, ...] = ()
    evidence: tuple[Gold, ...] = ()
    tags: tuple[str, ...] = ()
    note: str = ""

    @property
    def gold(self) -> tuple[Gold, ...]:
        """The gold quotes, by the name that both kinds of case share."""
        return self.evidence

    @property
    def text(self) -> str:
        """What is checked."""
        return self.claim


Case = Question | Claim


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """A set as read. `lines[i]` is the line of the file (from 1) that `cases[i]` stands on; `sha256` is the file's."""

    path: str
    sha256: str
    cases: tuple[Case, ...]
    lines: tuple[int, ...]


def read_set(path: Path) -> QuestionSet:
    """Reads and validates a set; gold quotes are looked up later (`retrieval.evaluate.gold`), for that needs documents.

    Raises:
        UsageError: there is no such file, or it is not UTF-8.
        QuestionSetError: the file has mistakes or no case; all are named.
    """
    try:
        content = path.read_bytes()
        text = content.decode("utf-8-sig")
    except OSError as error:
        raise UsageError(f"cannot read the question set {path} ({error.strerror}); check the path") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is not UTF-8 (byte {error.start}); save it as UTF-8 and run again") from error
    cases, lines = parse_lines(text.split("\n"), str(path))
    return QuestionSet(str(path), hashlib.sha256(content).hexdigest(), cases, lines)


def parse_lines(texts: Iterable[str], path: str) -> tuple[tuple[Case, ...], tuple[int, ...]]:
    """Cases with their line numbers (from 1); blank lines are skipped.

    Raises:
        QuestionSetError: there are mistakes or no case; all are named.
    """
    cases: list[Case] = []
    lines: list[int] = []
    mistakes: list[str] = []
    first: dict[str, int] = {}
    for number, text in enumerate(texts, start=1):
        if not text.strip():
            continue
        form, wrong = _read_line(text)
        if form is not None:
            identity = form.get("id")
            if isinstance(identity, str) and identity in first:
                wrong.append(f"id {identity!r} is already on line {first[identity]}; ids must differ")
            elif isinstance(identity, str):
                first[identity] = number
        mistakes += [f"line {number}: {words}" for words in wrong]
        if form is not None and not wrong:
            cases.append(_build(form))
            lines.append(number)
    if not cases and not mistakes:
        mistakes.append("line 1: the set is empty; write one JSON object with id and question (or claim) per line")
    if mistakes:
        raise QuestionSetError(path, mistakes)
    return tuple(cases), tuple(lines)


def case_form(case: Case) -> dict[str, Any]:
    """The case as the object that `parse_lines` reads back, empty fields left out."""
    form: dict[str, Any] = {"id": case.id}
    if isinstance(case, Question):
        form |= {"question": case.question, "history": [{"role": t.role, "text": t.text} for t in case.history]}
        form |= {"answers": list(case.answers), "answerable": case.answerable, "relevant": _gold_forms(case.relevant)}
    else:
        form |= {"claim": case.claim, "label": case.label, "evidence": _gold_forms(case.evidence)}
    form |= {"tags": list(case.tags), "note": case.note}
    form["context"] = [{"id": text.id, "title": text.title, "text": text.text} for text in case.context]
    return {key: value for key, value in form.items() if key == "question" or value not in ([], "")}


def _gold_forms(gold: tuple[Gold, ...]) -> list[dict[str, str]]:
    return [{"source": one.source, "quote": one.quote} for one in gold]


def _read_line(text: str) -> tuple[dict[str, Any] | None, list[str]]:
    try:
        form = json.loads(text)
    except ValueError as error:
        return None, [f"not JSON ({error}); one object per line, in double quotes"]
    if not isinstance(form, dict):
        return None, [f"a JSON object is needed, not {type(form).__name__}"]
    if isinstance(form.get("id"), int):
        form["id"] = str(form["id"])
    return form, list(_mistakes(form))


def _mistakes(form: dict[str, Any]) -> Iterator[str]:
    if not _is_text(form.get("id")):
        yield '"id" is missing or is not a text'
    asks, claims = "question" in form, "claim" in form
    if asks == claims:
        yield 'either "question" or "claim" is needed' + (", not both" if asks else "")
        return
    fields = QUESTION_FIELDS if asks else CLAIM_FIELDS
    for key in form:  # a field of another name may say what it likes, unless it looks like a slip of one of ours
        if key not in fields and (near := difflib.get_close_matches(key, fields, 1, SLIP)):
            yield f'no field is called "{key}"; is "{near[0]}" meant?'
    yield from _mistakes_of_question(form) if asks else _mistakes_of_claim(form)
    yield from _mistakes_of_texts(form, "tags")
    yield from _mistakes_of_context(form)
    if not isinstance(form.get("note", ""), str):
        yield '"note" is not a text'


def _mistakes_of_question(form: dict[str, Any]) -> Iterator[str]:
    if not isinstance(form["question"], str):
        yield '"question" is not a text'
    elif not form["question"].strip() and form.get("answerable", True):
        yield '"question" is empty; only a case that is not answerable may ask nothing'
    answerable = form.get("answerable", True)
    if not isinstance(answerable, bool):
        yield '"answerable" must be true or false'
    elif not answerable and (form.get("answers") or form.get("relevant")):
        yield '"answerable" is false, yet there are "answers" or "relevant" quotes; mend one or the other'
    yield from _mistakes_of_texts(form, "answers")
    yield from _mistakes_of_gold(form, "relevant")
    for place, turn in enumerate(_listed(form, "history"), start=1):
        if not isinstance(turn, dict) or turn.get("role") not in ROLES or not isinstance(turn.get("text"), str):
            yield f'turn {place} of "history" must be {{"role": "user" or "assistant", "text": "..."}}'
    if not isinstance(form.get("history", []), list):
        yield '"history" is not a list'


def _mistakes_of_claim(form: dict[str, Any]) -> Iterator[str]:
    if not _is_text(form["claim"]):
        yield '"claim" is empty or is not a text'
    if form.get("label") not in LABELS:
        yield f'"label" must be one of {", ".join(LABELS)}'
    if not isinstance(form.get("evidence", []), list):
        yield '"evidence" is not a list'


def _mistakes_of_texts(form: dict[str, Any], field: str) -> Iterator[str]:
    if not isinstance(form.get(field, []), list):
        yield f'"{field}" is not a list'
    for place, text in enumerate(_listed(form, field), start=1):
        if not _is_text(text):
            yield f'number {place} of "{field}" is empty or is not a text'


def _mistakes_of_gold(form: dict[str, Any], field: str) -> Iterator[str]:
    if not isinstance(form.get(field, []), list):
        yield f'"{field}" is not a list'
    for place, gold in enumerate(_listed(form, field), start=1):
        if not (isinstance(gold, dict) and _is_text(gold.get("quote")) and isinstance(gold.get("source", ""), str)):
            yield f'number {place} of "{field}" must be {{"source": "...", "quote": "..."}}'


def _mistakes_of_context(form: dict[str, Any]) -> Iterator[str]:
    if not isinstance(form.get("context", []), list):
        yield '"context" is not a list'
    seen: set[str] = set()
    for place, text in enumerate(_listed(form, "context"), start=1):
        if not isinstance(text, dict) or not _is_text(text.get("id")) or not isinstance(text.get("text"), str):
            yield f'number {place} of "context" must be {{"id": "...", "title": "...", "text": "..."}}'
        elif text["id"] in seen:
            yield f'"context" has the id {text["id"]!r} twice'
        else:
            seen.add(text["id"])


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _listed(form: dict[str, Any], field: str) -> list[Any]:
    value = form.get(field, [])
    return value if isinstance(value, list) else []


def _build(form: dict[str, Any]) -> Case:
    context = tuple(ContextText(one["id"], str(one.get("title") or ""), one["text"]) for one in form.get("context", []))
    tags, note = tuple(form.get("tags", [])), form.get("note", "")
    if "claim" in form:
        return Claim(form["id"], form["claim"], form["label"], context, _evidence(form), tags, note)
    gold = tuple(Gold(one.get("source", ""), one["quote"]) for one in form.get("relevant", []))
    history = tuple(Turn(turn["role"], turn["text"]) for turn in form.get("history", []))
    answers, answerable = tuple(form.get("answers", [])), form.get("answerable", True)
    return Question(form["id"], form["question"], history, answers, answerable, gold, tags, context, note)


def _evidence(form: dict[str, Any]) -> tuple[Gold, ...]:
    """A claim's evidence that says which words: other data sets give numbers of sentences, which are no quotes."""
    quotes = [{"quote": one} if isinstance(one, str) else one for one in form.get("evidence", [])]
    known = {text["id"] for text in form.get("context", [])}
    return tuple(
        Gold(str(one.get("source") or ""), one["quote"])
        for one in quotes
        if isinstance(one, dict) and _is_text(one.get("quote")) and one["quote"] not in known
    )
