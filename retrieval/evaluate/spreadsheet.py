"""A question set from a CSV file, as a spreadsheet saves it.

Columns by name, in any order: id, question or claim, answers, answerable, label, source, quote, tags, note. Answers and
tags are parted by `|`. Further rows with the same id add quotes (and answers) to the first.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

from retrieval.errors import QuestionSetError, UsageError
from retrieval.evaluate.cases import Case, parse_lines

COLUMNS = ("id", "question", "claim", "answers", "answerable", "label", "source", "quote", "tags", "note")
YES, NO = frozenset({"", "true", "yes", "1", "y"}), frozenset({"false", "no", "0", "n"})


def import_csv(path: Path) -> tuple[Case, ...]:
    """The cases of a CSV file, comma or semicolon or tab between cells.

    Raises:
        UsageError: the file cannot be read or has columns of other names.
        QuestionSetError: rows have mistakes; all are named by line.
    """
    rows = _read_rows(path)
    mistakes: list[str] = []
    forms: dict[str, dict[str, Any]] = {}
    lines: dict[str, int] = {}
    for line, row in rows:
        if not any(row.values()):
            continue
        identity = row.get("id") or (f"row-{line}" if row.get("question") or row.get("claim") else "")
        if not identity:
            mistakes.append(f"line {line}: neither an id nor a question nor a claim")
            continue
        lines.setdefault(identity, line)
        mistakes += [f"line {line}: {words}" for words in _add(forms.setdefault(identity, {"id": identity}), row)]
    try:
        cases, _ = parse_lines((json.dumps(form) for form in forms.values()), str(path))
    except QuestionSetError as error:
        mistakes += [_renumbered(mistake, list(lines.values())) for mistake in error.mistakes]
        cases = ()
    if mistakes:
        raise QuestionSetError(str(path), sorted(mistakes, key=lambda words: int(words.split(":")[0].split()[1])))
    return cases


def _read_rows(path: Path) -> list[tuple[int, dict[str, str]]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            sample = file.readline()
            file.seek(0)
            delimiter = max(",;\t", key=sample.count)
            reader = csv.DictReader(file, delimiter=delimiter, restkey="more", restval="")
            names = [name.strip().lower() for name in reader.fieldnames or []]
            reader.fieldnames = names
            if unknown := [name for name in names if name not in COLUMNS]:
                raise UsageError(f"{path} has columns {', '.join(unknown)}; there may be {', '.join(COLUMNS)}")
            return [
                (reader.line_num, {key: value.strip() for key, value in row.items() if isinstance(value, str)})
                for row in reader
            ]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UsageError(f"cannot read {path} as CSV in UTF-8 ({error}); save it so and run again") from error


def _add(form: dict[str, Any], row: dict[str, str]) -> list[str]:
    """Adds a row to a case and says what of it contradicts the rows before."""
    mistakes = []
    for name in ("question", "claim", "label", "note"):
        if (text := row.get(name)) and form.setdefault(name, text) != text:
            mistakes.append(f"the {name} differs from the first row of {form['id']!r}")
    answerable = row.get("answerable", "").lower()
    if answerable not in YES | NO:
        mistakes.append(f'"answerable" must be yes or no, not {answerable!r}')
    elif answerable in NO:
        form["answerable"] = False
    for name in ("answers", "tags"):
        for part in (part.strip() for part in row.get(name, "").split("|")):
            if part and part not in form.setdefault(name, []):
                form[name].append(part)
    if quote := row.get("quote"):
        form.setdefault("evidence" if "claim" in form else "relevant", []).append(
            {"source": row.get("source", ""), "quote": quote}
        )
    elif row.get("source"):
        mistakes.append("a source without a quote; copy the words that answer into the column quote")
    return mistakes


def _renumbered(mistake: str, lines: list[int]) -> str:
    """A mistake of the n-th case, named by its line in the CSV file."""
    head, _, words = mistake.partition(": ")
    number = int(head.split()[1])
    return f"line {lines[number - 1] if number <= len(lines) else 1}: {words}"
