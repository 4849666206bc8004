"""The folder of a run: what is in it, written so that a kill at any moment loses at most the cases in hand.

    run.json        the stamp: what was asked of what; "finished" is null until all is there
    cases.jsonl     the set's cases, each with "gold": where its gold quotes stand
    results.jsonl   one line per case in set order, the form of `ask --json` or `check --json` with "id"
    checks.jsonl    per case what was checked while asking: delivery faults, a judge's scores
    passages.jsonl  the texts of the passages that were cited or retrieved high
    journal.jsonl   only while a run is on: each finished case, as it finishes

A run is the same bytes each time, apart from "seconds" and the stamp's two times. Knows files, not engines.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from retrieval.errors import UsageError
from retrieval.evaluate.cases import Case, case_form, parse_lines
from retrieval.evaluate.gold import Occurrences, Span

Row = Mapping[str, Any]
Checks = Mapping[str, Any]
TIMES = ("started", "finished")
UNCOMMITTED = "+changes"  # ends the revision in a stamp when files differ from the commit
LOCK = "run.lock"
BEFORE_STAMP = frozenset({"cases.jsonl", "cases.jsonl.part", "run.json.part", LOCK})  # left by a kill at the very start


@dataclass(frozen=True, slots=True)
class Run:
    """A finished run; `cases`, `gold`, `rows` and `checks` go together by position."""

    folder: Path
    stamp: Mapping[str, Any]
    cases: tuple[Case, ...]
    gold: tuple[tuple[Occurrences, ...], ...]
    rows: tuple[Row, ...]
    checks: tuple[Checks, ...]
    passages: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Finished:
    """A case that is done: its row, its checks, and passage texts by id."""

    row: Row
    checks: Checks
    passages: Mapping[str, str]


class Journal:
    """The open journal of a run: what is finished, and a place to add to it."""

    def __init__(self, folder: Path, known: Iterable[str]) -> None:
        """Reads what an earlier start finished of the `known` cases, and drops a last line that was cut off."""
        self._path = folder / "journal.jsonl"
        self.finished: dict[str, Finished] = {}
        wanted = frozenset(known)
        whole = 0
        for line in self._path.read_bytes().splitlines(keepends=True) if self._path.exists() else []:
            if not line.endswith(b"\n"):
                break
            whole += len(line)
            form = json.loads(line)
            if form["row"]["id"] in wanted:
                self.finished[form["row"]["id"]] = Finished(form["row"], form["checks"], form["passages"])
        self._file = self._path.open("ab")
        self._file.truncate(whole)
        self._texts = {name for done in self.finished.values() for name in done.passages}

    def add(self, done: Finished) -> None:
        """Writes one finished case and waits until the disk has it; texts already written are left out."""
        fresh = {name: text for name, text in done.passages.items() if name not in self._texts}
        self._texts.update(fresh)
        self.finished[done.row["id"]] = Finished(done.row, done.checks, fresh)
        form = {"row": done.row, "checks": done.checks, "passages": fresh}
        self._file.write(_line(form).encode("utf-8"))
        self._file.flush()
        os.fsync(self._file.fileno())

    def close(self) -> None:
        """Closes the file; the journal stays."""
        self._file.close()


def start_folder(
    folder: Path, stamp: Mapping[str, Any], cases: Sequence[Case], gold: Sequence[Sequence[Occurrences]], again: bool
) -> Mapping[str, Any]:
    """Makes a run's folder, or takes up what is there of the same run; gives the stamp with the time it first started.

    Raises:
        UsageError: the folder holds a run of something else, or files of no run.
    """
    earlier = earlier_stamp(folder)
    if earlier is not None and again:
        for name in ("run.json", "results.jsonl", "checks.jsonl", "passages.jsonl", "journal.jsonl"):
            (folder / name).unlink(missing_ok=True)
        earlier = None
    if earlier is not None:
        _refuse_other(folder, earlier, stamp)
        return earlier
    folder.mkdir(parents=True, exist_ok=True)
    write_lines(
        folder / "cases.jsonl", [case_form(c) | {"gold": _gold_form(g)} for c, g in zip(cases, gold, strict=True)]
    )
    write_json(folder / "run.json", stamp)  # last: without it, the folder is no run yet
    return stamp


def finish_folder(folder: Path, stamp: Mapping[str, Any], done: Sequence[Finished]) -> None:
    """Writes the results in set order; the stamp, with its "finished", comes last, and then the journal goes."""
    write_lines(folder / "results.jsonl", [one.row for one in done])
    write_lines(folder / "checks.jsonl", [{"id": one.row["id"], **one.checks} for one in done])
    texts = {name: text for one in done for name, text in one.passages.items()}
    write_lines(folder / "passages.jsonl", [{"passage": name, "text": texts[name]} for name in sorted(texts)])
    write_json(folder / "run.json", stamp)
    (folder / "journal.jsonl").unlink(missing_ok=True)


def earlier_stamp(folder: Path) -> dict[str, Any] | None:
    """The stamp of the run in a folder, finished or not; None where a run may start.

    Raises:
        UsageError: the folder holds something else.
    """
    path = folder / "run.json"
    if not path.exists():
        if folder.exists() and not (folder.is_dir() and {one.name for one in folder.iterdir()} <= BEFORE_STAMP):
            raise UsageError(f"{folder} is not a run and not empty; name a new folder")
        return None
    try:
        stamp = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise UsageError(f"{path} is damaged ({error}); name a new folder") from error
    if not isinstance(stamp, dict):
        raise UsageError(f"{path} is not a run's stamp; name a new folder")
    return stamp


def read_run(folder: Path) -> Run:
    """A finished run.

    Raises:
        UsageError: the folder holds none, or one that did not finish or is damaged; the message says which case.
    """
    stamp = earlier_stamp(folder)
    if stamp is None:
        raise UsageError(f"{folder} holds no run; make one with: parley eval run SET --out {folder}")
    if not stamp.get("finished"):
        raise UsageError(
            f"the run in {folder} did not finish; go on with the same `parley eval run ... --out {folder}`"
        )
    try:
        forms = _read_lines(folder / "cases.jsonl")
        gold = tuple(tuple(tuple(Span(**span) for span in spans) for spans in form.pop("gold")) for form in forms)
        cases, _ = parse_lines(map(json.dumps, forms), str(folder / "cases.jsonl"))
        rows, checks = _read_lines(folder / "results.jsonl"), _read_lines(folder / "checks.jsonl")
        passages = folder / "passages.jsonl"
        texts = {form["passage"]: form["text"] for form in _read_lines(passages)} if passages.exists() else {}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(f"the run in {folder} is damaged ({error}); run the set again into another folder") from error
    ids = [case.id for case in cases]
    if [row["id"] for row in rows] != ids or [one["id"] for one in checks] != ids:
        raise UsageError(f"the run in {folder} is damaged (rows and cases differ); run the set again")
    return Run(folder, stamp, cases, gold, tuple(rows), tuple(checks), texts)


def write_json(path: Path, form: Mapping[str, Any]) -> None:
    """Writes one object, whole or not at all."""
    _replace(path, json.dumps(form, ensure_ascii=False, indent=2) + "\n")


def write_lines(path: Path, forms: Iterable[Mapping[str, Any]]) -> None:
    """Writes one object a line, whole or not at all."""
    _replace(path, "".join(map(_line, forms)))


def _replace(path: Path, text: str) -> None:
    part = path.with_name(path.name + ".part")
    with part.open("w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def _line(form: Mapping[str, Any]) -> str:
    return json.dumps(form, ensure_ascii=False) + "\n"


def _read_lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


def _gold_form(gold: Sequence[Occurrences]) -> list[list[dict[str, Any]]]:
    return [[{"document": s.document, "start": s.start, "end": s.end} for s in spans] for spans in gold]


def _refuse_other(folder: Path, earlier: Mapping[str, Any], stamp: Mapping[str, Any]) -> None:
    keys = [key for key in {**earlier, **stamp} if key not in TIMES and earlier.get(key) != stamp.get(key)]
    if keys:
        changes = "; ".join(f"{key} was {earlier.get(key)!r}, is {stamp.get(key)!r}" for key in keys)
        raise UsageError(
            f"the run in {folder} was started otherwise ({changes}); name a new folder, or add --again to replace it"
        )
    if earlier.get("finished") and str(stamp.get("revision", "")).endswith(UNCOMMITTED):
        # The code may have changed since: what is there must not pass for what it does now.
        raise UsageError(
            f"the run in {folder} is finished and the code has uncommitted changes; see it with "
            f"`parley eval report {folder}`, name a new folder, or add --again to replace it"
        )
