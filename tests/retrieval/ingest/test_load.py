"""Load reads every kind of file as it is, and says of what cannot be read what to do."""

from __future__ import annotations

import contextlib
import io
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from retrieval.ingest.load import Failed, Loaded, load_all
from retrieval.ingest.load_text import iso_date
from retrieval.ingest.repair import repair
from retrieval.ingest.split import split
from retrieval.types import Document, Reference
from tests.retrieval.ingest.files import PAGE, make_docx, make_pdf

RUSSIAN = "Переговоры о прекращении огня шли три дня. Стороны не договорились о порядке отвода войск. "


def load(path: Path | str, **more: object) -> Loaded:
    (result,) = load_all([path], **more)  # type: ignore[arg-type]
    assert isinstance(result, Loaded), result
    return result


def fail(path: Path | str, **more: object) -> str:
    (result,) = load_all([path], **more)  # type: ignore[arg-type]
    assert isinstance(result, Failed), result
    assert str(path) in (result.name, *result.reason.split())
    return result.reason


def write(folder: Path, name: str, content: bytes | str) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-8", "Café prices rose — “again”."),
        ("utf-8-sig", "Café prices rose — “again”."),
        ("utf-16", "Café prices rose — “again”."),
        ("utf-16-le", "Cafe prices rose once again in the capital."),
        ("utf-32", "Café prices rose."),
        ("cp1252", "Café prices rose – “again” – in Málaga, and nobody in the café was pleased."),
        ("cp1251", RUSSIAN * 3),
        ("koi8_r", RUSSIAN * 3),
    ],
)
def test_the_encoding_is_found(tmp_path: Path, encoding: str, text: str):
    assert load(write(tmp_path, "note.txt", text.encode(encoding))).text.lstrip("\ufeff") == text


def test_markdown_says_what_it_is(tmp_path: Path):
    """Front matter gives the source; a reference may be a table or a line."""
    brief = (
        "---\ntitle: The truce\nkind: brief\npublisher: Parley\nwritten: 2026-11-23\nlicence: CC0\nreferences:\n"
        "  - title: Report\n    publisher: Monitors\n    date: 2024-05-01\n    address: https://example.org/r\n"
        "  - A plain line\n---\n\n## Part\n\nThe words.\n"
    )
    loaded = load(write(tmp_path, "the_truce.md", brief))
    source = loaded.source
    assert (source.id, source.title, source.kind, source.publisher) == ("the-truce", "The truce", "brief", "Parley")
    assert (source.date, source.licence) == ("2026-11-23", "CC0")
    assert source.references == (
        Reference("Report", "Monitors", "2024-05-01", "https://example.org/r"),
        Reference("A plain line"),
    )
    assert loaded.text.strip() == "## Part\n\nThe words."


def test_front_matter_of_another_form(tmp_path: Path):
    text = '---\ntitle: "UNSC_2014_SPV.7138"\ndate: "September 30, 2022"\nspeaker: "Joe Biden"\nurl: "https://e.org"\n---\nWords.'
    source = load(write(tmp_path, "a.md", text)).source
    assert (source.title, source.date, source.publisher, source.url) == (
        "UNSC 2014 SPV.7138",
        "2022-09-30",
        "Joe Biden",
        "https://e.org",
    )


def test_bad_front_matter_is_a_note_and_not_a_crash(tmp_path: Path):
    loaded = load(write(tmp_path, "a.md", "---\ntitle: Talks: a view\nlist: [1, 2\n---\nThe words."))
    assert loaded.source.title == "Talks: a view"
    assert loaded.text == "The words."
    assert "the front matter is not YAML at line" in loaded.notes[0]


def test_a_rule_at_the_top_is_not_front_matter(tmp_path: Path):
    assert (
        "It begins with a rule." in load(write(tmp_path, "a.md", "---\nIt begins with a rule.\n---\nIt goes on.")).text
    )


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("2022-09-30", "2022-09-30"),
        ("2022-09", "2022-09"),
        ("2014", "2014"),
        ("2024-03-05T12:00:00Z", "2024-03-05"),
        ("September 30, 2022", "2022-09-30"),
        ("Sep 30, 2022", "2022-09-30"),
        ("30 September 2022", "2022-09-30"),
        ("30th September 2022", "2022-09-30"),
        ("March 2024", "2024-03"),
        ("24.02.2022", "2022-02-24"),
        ("NA", ""),
        ("soon", ""),
        (None, ""),
        ("", ""),
    ],
)
def test_dates_as_people_write_them(written: str | None, iso: str):
    assert iso_date(written) == iso


def test_a_title_is_the_first_line_or_the_name(tmp_path: Path):
    assert (
        load(write(tmp_path, "a.txt", "The Talks at Sea\nThey lasted for a week.")).source.title == "The Talks at Sea"
    )
    assert load(write(tmp_path, "the-long_talks.txt", "They lasted a week.")).source.title == "The long talks"


def test_a_page_keeps_its_lists_and_tables(tmp_path: Path):
    loaded = load(write(tmp_path, "page.html", PAGE))
    text = repair(loaded.text)
    assert loaded.source.title == "Talks on the Crossing Resume"
    assert loaded.source.publisher == "The Courier"
    assert text.index("- who repairs the bridge;") < text.index("| Town | Offer |") < text.index("The mediator expects")


def test_a_page_says_its_encoding(tmp_path: Path):
    page = f'<html><head><meta charset="windows-1251"></head><body><p>{RUSSIAN * 3}</p></body></html>'
    assert RUSSIAN.strip() in repair(load(write(tmp_path, "page.htm", page.encode("cp1251"))).text)


def test_a_pdf_is_read_page_by_page(tmp_path: Path):
    content = make_pdf("The truce held.\nMonitors saw no fire.", "On the second day shots were heard.")
    loaded = load(write(tmp_path, "report.pdf", content))
    assert (loaded.source.title, loaded.source.publisher, loaded.source.date) == (
        "Report on the Truce",
        "Monitors",
        "2024-03-05",
    )
    assert loaded.text.count("\f") == 1
    assert "Monitors saw no fire." in loaded.text


def test_a_docx_is_read_in_its_order(tmp_path: Path):
    loaded = load(write(tmp_path, "memo.docx", make_docx()))
    assert loaded.source.title == "Memorandum on the Crossing"
    assert repair(loaded.text).split("\n\n") == [
        "# Memorandum on the Crossing",
        "## Duties",
        "The parties agreed on the following duties:",
        "- to open the gate at dawn;\n- to count the carts;\n- to write the number down.",
        "Tolls are set out here:",
        "| Cart | Toll |\n| Small | one coin |\n| Large | two coins |",
        "Nothing else is charged at the crossing.",
    ]


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_rows_of_a_csv_know_their_columns(tmp_path: Path, mark: str):
    rows = [["Town", "Offer"], ["Upper Lea", "half of the repair"], ["Lower Lea", "guards | for a year"]]
    loaded = load(write(tmp_path, "offers.csv", "\n".join(mark.join(row) for row in rows)))
    (passage,) = split(Document(loaded.source, repair(loaded.text), "00000000"))
    units = [(unit.lead_in, passage.slice(unit.start, unit.end)) for unit in passage.units if unit.kind == "row"]
    assert units == [
        ("Town | Offer", "Upper Lea | half of the repair"),
        ("Town | Offer", "Lower Lea | guards \\| for a year"),
    ]


def test_json_lines_with_texts_are_a_document_each(tmp_path: Path):
    lines = '{"_id": "7", "title": "One", "text": "The first."}\n\n{"_id": "8", "title": "", "text": "The second."}\n'
    results = list(load_all([write(tmp_path, "corpus.jsonl", lines)]))
    assert [(r.source.id, r.source.title, r.text) for r in results if isinstance(r, Loaded)] == [
        ("7", "One", "The first."),
        ("8", "8", "The second."),
    ]


def test_json_lines_without_texts_are_rows(tmp_path: Path):
    loaded = load(
        write(tmp_path, "rows.jsonl", '{"town": "Upper Lea", "carts": 3}\n{"town": "Lower Lea", "gate": true}')
    )
    assert loaded.text.split("\n") == ["| town | carts | gate |", "| Upper Lea | 3 |  |", "| Lower Lea |  | true |"]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.txt", b"", "is empty; give a file"),
        ("a.txt", b" \n\t\n", "is empty; give a file"),
        ("a.txt", b"\x00" * 50, "is empty|not text"),
        ("a.txt", bytes(range(256)) * 40, "is not text (it looks binary); convert it"),
        ("a.bin", b"\x7fELF\x02\x01\x01" + b"\x00\x03\x01" * 99, "is not text (it looks binary)"),
        ("a.txt", "Переговоры".encode()[:-1], "half-written; copy or save it again"),
        ("a.txt", b"--- ... ***", "holds no words"),
        ("a.pdf", make_pdf("Words")[:200], "damaged or half-written PDF"),
        ("a.pdf", make_pdf("", ""), "no text in it (pictures of pages, most likely); run it through OCR"),
        ("a.pdf", b"%PDF-1.7\nnothing", "damaged or half-written PDF"),
        ("a.docx", make_docx()[:5000], "is not a DOCX, or is half-written"),
        ("a.docx", b"PK\x03\x04 rest", "is not a DOCX, or is half-written"),
        ("a.csv", b"only,columns\n", "holds no rows under its column names"),
        ("a.csv", b'a,b\n"open,1\n2,3\n', "cannot be read as CSV"),
        ("a.jsonl", b'{"text": "whole"}\n{"text": "ha', "line 2 is not JSON"),
        ("a.jsonl", b'["text"]\n', "line 1 is not an object"),
        ("a.html", b"<html><body><script>x=1</script></body></html>", "holds no text"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(tmp_path: Path, name: str, content: bytes, words: str):
    reason = fail(write(tmp_path, name, content))
    assert any(part in reason for part in words.split("|")), reason


def test_a_file_that_is_not_there(tmp_path: Path):
    assert "check the spelling" in fail(tmp_path / "none.txt")


def test_a_file_that_is_too_large(tmp_path: Path):
    reason = fail(write(tmp_path, "large.txt", "words " * 100), max_bytes=599)
    assert "more than 599 bytes" in reason
    assert "PARLEY_MAX_BYTES" in reason
    assert load(tmp_path / "large.txt", max_bytes=600)


def test_a_pipe_is_not_a_file(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe.txt")
    assert "is not a file" in fail(tmp_path / "pipe.txt")


@contextlib.contextmanager
def without_privileges() -> Iterator[None]:
    """The superuser may read everything, so it becomes nobody for a while."""
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(user)


def test_files_and_folders_without_rights():
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        closed = write(place, "closed.txt", "words")
        (place / "folder").mkdir()
        place.chmod(0o755)
        for path in (closed, place / "folder"):
            path.chmod(0)
        with without_privileges():
            assert "Permission denied" in fail(closed)
            assert "allow reading it" in fail(place / "folder")


def test_a_folder_is_read_whole_and_one_bad_file_does_not_stop_it(tmp_path: Path):
    (tmp_path / "sub").mkdir()
    (tmp_path / ".hidden").mkdir()
    write(tmp_path, "b.txt", "Second words.")
    write(tmp_path, "a.txt", "")
    write(tmp_path / "sub", "b.txt", "Third words.")
    write(tmp_path / ".hidden", "c.txt", "Hidden words.")
    write(tmp_path, "picture.png", b"\x89PNG")
    results = list(load_all([tmp_path]))
    assert [type(result) for result in results] == [Failed, Loaded, Loaded]
    assert [result.text for result in results if isinstance(result, Loaded)] == ["Second words.", "Third words."]


def test_two_files_of_one_name_get_two_ids_and_keep_them(tmp_path: Path):
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        write(tmp_path / folder, "notes.txt", f"Words of {folder}.")
    first = [result.source.id for result in load_all([tmp_path]) if isinstance(result, Loaded)]
    again = [result.source.id for result in load_all([tmp_path]) if isinstance(result, Loaded)]
    assert first == again
    assert first[0] == "notes"
    assert first[1].startswith("notes-")
    taken = {"notes": str(tmp_path / "two" / "notes.txt")}
    (other,) = load_all([tmp_path / "two" / "notes.txt"], taken=taken)
    assert isinstance(other, Loaded)
    assert other.source.id == "notes"


def test_a_glob_and_an_empty_one(tmp_path: Path):
    write(tmp_path, "a.txt", "First words.")
    write(tmp_path, "b.md", "Second words.")
    assert [type(result) for result in load_all([str(tmp_path / "*.txt")])] == [Loaded]
    assert "nothing to read under" in fail(str(tmp_path / "*.pdf"))
    (tmp_path / "empty").mkdir()
    assert "nothing to read under" in fail(tmp_path / "empty")


def test_a_name_with_brackets_is_a_file_before_it_is_a_glob(tmp_path: Path):
    assert load(write(tmp_path, "talks [draft].txt", "The words.")).text == "The words."


def test_standard_input(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO("Words — from a pipe.".encode())))
    (loaded,) = load_all(["-"])
    assert isinstance(loaded, Loaded)
    assert (loaded.source.id, loaded.text) == ("standard-input", "Words — from a pipe.")
