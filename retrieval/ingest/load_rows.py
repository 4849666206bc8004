"""Rows of CSV and lines of JSON: a table as text, or a document a line. Knows both formats; knows nothing of files."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

from retrieval.errors import SourceError

_TEXT_KEYS = ("text", "content", "body", "passage", "abstract")
_ESCAPED_PIPE = "\\|"
_ID_KEYS = ("_id", "id", "key", "docid")


def read_csv(text: str, name: str) -> str:
    """A CSV (or TSV, or with semicolons) as one table whose first row names the columns.

    Raises:
        SourceError: it cannot be read as rows.
    """
    try:
        dialect: Any = csv.Sniffer().sniff(text[:20_000], delimiters=",;\t|")
    except csv.Error:
        dialect = csv.excel
    try:
        csv.field_size_limit(10_000_000)
        rows = [
            row for row in csv.reader(io.StringIO(text, newline=""), dialect, strict=True) if any(map(str.strip, row))
        ]
    except csv.Error as error:
        raise SourceError(f"{name} cannot be read as CSV ({error}); save it again as CSV in UTF-8") from None
    if len(rows) < 2:
        raise SourceError(f"{name} holds no rows under its column names; give a CSV with a header and rows")
    return "\n".join(_row(row) for row in rows)


def read_jsonl(text: str, name: str) -> Iterator[tuple[str, dict[str, Any], str]]:
    """The documents of JSON lines: (row id, fields, text) for each line with a text, or all lines as one table.

    Lines hold texts when they have "text" (or content, body, passage, abstract), as corpora in the BEIR layout do.
    Otherwise the lines are rows, their keys the columns, and the row id is "".

    Raises:
        SourceError: a line is not a JSON object; all lines before it are lost too, so that nobody takes half a file.
    """
    rows: list[tuple[int, dict[str, Any]]] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise SourceError(
                f"{name} line {number} is not JSON ({error}); mend the line or save the file again"
            ) from None
        if not isinstance(row, dict):
            raise SourceError(f'{name} line {number} is not an object; write one {{"title": ..., "text": ...}} a line')
        rows.append((number, row))
    texts = [next((key for key in _TEXT_KEYS if isinstance(row.get(key), str)), "") for _, row in rows]
    if all(texts):
        for (number, row), key in zip(rows, texts, strict=True):
            if row[key].strip():
                row_id = next(
                    (str(row[name]) for name in _ID_KEYS if row.get(name) not in (None, "")), f"line-{number}"
                )
                yield row_id, {field: value for field, value in row.items() if field != key}, row[key]
    else:
        columns = list(dict.fromkeys(key for _, row in rows for key in row))
        table = [columns, *([_cell(row.get(key)) for key in columns] for _, row in rows)]
        yield "", {}, "\n".join(_row(row) for row in table)


def _cell(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(' '.join(cell.split()).replace('|', _ESCAPED_PIPE) for cell in cells)} |"
