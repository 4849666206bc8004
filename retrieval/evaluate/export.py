"""A run in the forms of other programs: rows for ragas, a table for pandas. Both libraries stay optional."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from retrieval.errors import UsageError
from retrieval.evaluate import aggregates
from retrieval.evaluate.cases import Claim, Question
from retrieval.evaluate.metrics import measure, outcomes_of
from retrieval.evaluate.metrics_answer import answer_text
from retrieval.evaluate.results import Run, write_lines

if TYPE_CHECKING:
    import pandas

SILENCE = "The sources do not answer this question."
SEPARATOR = " | "


def export_ragas(run: Run, path: Path) -> None:
    """Writes ragas' single-turn samples as JSON lines: the questions of the run, claims left out."""
    write_lines(path, ragas_rows(run))


def ragas_rows(run: Run) -> list[dict[str, Any]]:
    """A row for each question: user_input (stand-alone), response, retrieved_contexts, reference, its contexts."""
    rows = []
    for case, row in zip(run.cases, run.rows, strict=True):
        if isinstance(case, Question):
            found = [run.passages[hit["passage"]] for hit in row["retrieved"] if hit["passage"] in run.passages]
            quotes = [gold.quote for gold in case.relevant]
            rows.append(
                {
                    "user_input": row["standalone"],
                    "response": answer_text(row) or SILENCE,
                    "retrieved_contexts": found,
                    "reference": "; ".join(case.answers) or " ".join(quotes) or ("" if case.answerable else SILENCE),
                    "reference_contexts": quotes,
                }
            )
    return rows


def export_table(run: Run, path: Path) -> None:
    """Writes a row for each case: Parquet where the name ends in .parquet, CSV otherwise.

    Raises:
        UsageError: Parquet is wanted and pandas or pyarrow is not installed.
    """
    rows = table_rows(run)
    if path.suffix == ".parquet":
        data_frame(run).to_parquet(path, index=False)
        return
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def data_frame(run: Run) -> pandas.DataFrame:
    """The same rows as a data frame.

    Raises:
        UsageError: pandas or pyarrow is not installed.
    """
    if not can_write_parquet():
        raise UsageError("a data frame needs pandas and pyarrow: pip install 'parley[eval]', or export to a .csv file")
    import pandas

    return pandas.DataFrame(table_rows(run))


def can_write_parquet() -> bool:
    """Whether pandas and pyarrow are installed."""
    return all(find_spec(name) is not None for name in ("pandas", "pyarrow"))


def table_rows(run: Run) -> list[dict[str, Any]]:
    """A flat row for each case: what was asked, what came back, and every metric that has a value per case."""
    outcomes = outcomes_of(run)
    rows = [_flat(run, place) | {"outcome": outcomes[place]} for place in range(len(run.cases))]
    for metric in measure(run):
        if metric.aggregate is aggregates.mean:
            values = dict(zip(metric.places, metric.columns[:, 0], strict=True))
            for place, row in enumerate(rows):  # empty where the metric does not apply to the case
                row[metric.name] = float(values[place]) if place in values else None
    return rows


def _flat(run: Run, place: int) -> dict[str, Any]:
    case, row = run.cases[place], run.rows[place]
    claim = isinstance(case, Claim)
    return {
        "id": case.id,
        "kind": "claim" if claim else "question",
        "text": case.text,
        "tags": SEPARATOR.join(case.tags),
        "gold": case.label if isinstance(case, Claim) else SEPARATOR.join(case.answers),
        "answerable": None if isinstance(case, Claim) else case.answerable,
        "answered": None if claim else bool(row["answered"]),
        "reason": None if claim else row["reason"],
        "answer": row["verdict"] if claim else answer_text(row),
        "support": float(row["support"]),
        "cited": SEPARATOR.join(str(citation["passage"]) for citation in _citations(row)),
        "seconds": float(row["seconds"]["total"]),
        "error": row.get("error"),
    }


def _citations(row: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [*row.get("citations", []), *row.get("for", []), *row.get("against", [])]
