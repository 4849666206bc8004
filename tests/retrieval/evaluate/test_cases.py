from __future__ import annotations

import json
from pathlib import Path

import pytest

from retrieval.errors import QuestionSetError, UsageError
from retrieval.evaluate.cases import Claim, ContextText, Gold, Question, case_form, parse_lines, read_set
from retrieval.evaluate.gold import Span, context_document, covered, locate_gold
from tests.retrieval.evaluate.forms import FORMS, write_forms
from tests.retrieval.evaluate.overlap_engine import DOCUMENTS, make_document


def test_reads_both_kinds(tmp_path: Path) -> None:
    questions = read_set(write_forms(tmp_path / "set.jsonl", FORMS))
    assert [type(case) for case in questions.cases] == [Question] * 8 + [Claim] * 4
    assert questions.lines == tuple(range(1, 13))
    assert questions.cases[1].history[0].text == "The canal barges"


def test_form_is_read_back_as_written() -> None:
    cases, _ = parse_lines(map(json.dumps, FORMS), "set")
    again, _ = parse_lines((json.dumps(case_form(case)) for case in cases), "set")
    assert again == cases


MISTAKES = [
    ("{", "not JSON"),
    ("[1]", "a JSON object is needed"),
    ('{"question": "Why?"}', '"id" is missing'),
    ('{"id": [7], "question": "Why?"}', '"id" is missing or is not a text'),
    ('{"id": "a"}', 'either "question" or "claim"'),
    ('{"id": "a", "question": "Why?", "claim": "So."}', "not both"),
    ('{"id": "a", "question": "Why?", "answer": "x"}', 'is "answers" meant?'),
    ('{"id": "a", "question": "Why?", "answers": "x"}', '"answers" is not a list'),
    ('{"id": "a", "question": "Why?", "answers": [""]}', 'number 1 of "answers"'),
    ('{"id": "a", "question": "Why?", "answerable": "no"}', '"answerable" must be true or false'),
    ('{"id": "a", "question": "Why?", "answerable": false, "answers": ["x"]}', "mend one or the other"),
    ('{"id": "a", "question": ""}', '"question" is empty'),
    ('{"id": "a", "question": "Why?", "relevant": [{"source": "s"}]}', 'number 1 of "relevant"'),
    ('{"id": "a", "question": "Why?", "relevant": [{"source": 1, "quote": "q"}]}', 'number 1 of "relevant"'),
    ('{"id": "a", "question": "Why?", "history": [{"role": "bot", "text": "x"}]}', 'turn 1 of "history"'),
    ('{"id": "a", "question": "Why?", "history": "x"}', '"history" is not a list'),
    ('{"id": "a", "question": "Why?", "context": [{"id": "c"}]}', 'number 1 of "context"'),
    ('{"id": "a", "question": "Why?", "context": [{"id": "c", "text": "x"}, {"id": "c", "text": "y"}]}', "twice"),
    ('{"id": "a", "claim": "So.", "label": "true"}', '"label" must be one of supported'),
    ('{"id": "a", "claim": " ", "label": "supported"}', '"claim" is empty'),
    ('{"id": "a", "question": "Why?", "tags": [3]}', 'number 1 of "tags"'),
    ('{"id": "a", "question": "Why?", "note": 3}', '"note" is not a text'),
]


@pytest.mark.parametrize(("line", "words"), MISTAKES)
def test_mistake_is_named_by_its_line(line: str, words: str) -> None:
    good = '{"id": "good", "question": "Why?"}'
    with pytest.raises(QuestionSetError) as caught:
        parse_lines([good, "", line], "set.jsonl")
    assert len(caught.value.mistakes) == 1
    assert caught.value.mistakes[0].startswith("line 3: ")
    assert words in caught.value.mistakes[0]


def test_fields_of_other_names_and_numbers_for_ids_do_no_harm() -> None:
    (case,), _ = parse_lines(['{"id": 7, "question": "Why?", "difficulty": 3, "author": "x"}'], "set")
    assert case == Question("7", "Why?")


def test_evidence_may_be_quotes_or_what_is_none() -> None:
    line = {"id": "a", "claim": "So.", "label": "supported", "context": [{"id": "c", "text": "It is so. Truly."}]}
    evidence = [{"source": "c", "quote": "It is so."}, "Truly.", "c", 3, [1, 2]]
    (case,), _ = parse_lines([json.dumps(line | {"evidence": evidence})], "set")
    assert case.gold == (Gold("c", "It is so."), Gold("", "Truly."))


def test_all_mistakes_come_at_once_with_duplicates() -> None:
    good = '{"id": "a", "question": "Why?"}'
    with pytest.raises(QuestionSetError) as caught:
        parse_lines([good, "nonsense", good, '{"id": "b"}'], "set.jsonl")
    assert [mistake.split(":")[0] for mistake in caught.value.mistakes] == ["line 2", "line 3", "line 4"]
    assert "already on line 1" in str(caught.value)
    assert caught.value.exit_status == 2


def test_empty_set_missing_file_and_wrong_encoding_are_errors(tmp_path: Path) -> None:
    (tmp_path / "empty.jsonl").write_text("\n\n")
    with pytest.raises(QuestionSetError, match="empty"):
        read_set(tmp_path / "empty.jsonl")
    with pytest.raises(UsageError, match="cannot read"):
        read_set(tmp_path / "none.jsonl")
    (tmp_path / "latin.jsonl").write_bytes(b'{"id": "\xe9"}')
    with pytest.raises(UsageError, match="UTF-8"):
        read_set(tmp_path / "latin.jsonl")


def test_byte_order_mark_and_windows_line_ends_do_no_harm(tmp_path: Path) -> None:
    (tmp_path / "set.jsonl").write_bytes(
        b'\xef\xbb\xbf{"id": "a", "question": "Why?"}\r\n{"id": "b", "question": "X?"}'
    )
    assert len(read_set(tmp_path / "set.jsonl").cases) == 2


def test_line_separator_inside_a_question_is_no_line_end() -> None:
    cases, _ = parse_lines(['{"id": "a", "question": "Why\u2028not?"}'], "set")
    assert cases[0].text == "Why\u2028not?"


def locate_one(relevant: list[dict[str, str]], tmp_path: Path, **more: object) -> tuple[tuple[Span, ...], ...]:
    path = write_forms(tmp_path / "one.jsonl", [{"id": "a", "question": "Why?", "relevant": relevant, **more}])
    return locate_gold(read_set(path), [*DOCUMENTS, make_document("quotes", "He said “no – never”.\n\nHe said no.")])[0]


def test_gold_quote_is_found_whatever_its_white_space_and_quotation_marks(tmp_path: Path) -> None:
    document = DOCUMENTS[0]
    ((span,),) = locate_one([{"source": "canal", "quote": " opened  in\n1911. It "}], tmp_path)
    assert document.text[span.start : span.end] == "opened in 1911. It"
    assert span.document == document.key
    ((span,),) = locate_one([{"source": "quotes", "quote": 'said "no - never".'}], tmp_path)
    assert span.end - span.start == len("said “no – never”.")


def test_gold_quote_without_source_is_found_in_any_and_every_occurrence_counts(tmp_path: Path) -> None:
    ((first, second),) = locate_one([{"quote": "He said"}], tmp_path)
    assert first.start == 0
    assert second.start > first.end


def test_missing_gold_quotes_are_all_named_with_where_they_stand(tmp_path: Path) -> None:
    wrong = [
        {"source": "canal", "quote": "The bells ring at noon."},
        {"source": "castle", "quote": "x"},
        {"quote": "nowhere"},
    ]
    with pytest.raises(QuestionSetError) as caught:
        locate_one(wrong, tmp_path)
    first, second, third = caught.value.mistakes
    assert first.startswith("line 1: ")
    assert f"it stands in {DOCUMENTS[1].key}" in first
    assert "there is no source 'castle'" in second
    assert "is in no document" in third


def test_gold_of_a_case_with_context_is_looked_up_there_alone(tmp_path: Path) -> None:
    context = [{"id": "log", "title": "Log", "text": "We sailed."}]
    ((span,),) = locate_one([{"source": "log", "quote": "sailed"}], tmp_path, context=context)
    assert span.document == context_document(ContextText("log", "Log", "We sailed.")).key
    with pytest.raises(QuestionSetError, match="no source 'canal'"):
        locate_one([{"source": "canal", "quote": "The canal"}], tmp_path, context=context)


@pytest.mark.parametrize(
    ("document", "start", "end", "is_covered"),
    [
        ("d", 100, 200, True),
        ("d", 0, 1000, True),  # a passage around the quote
        ("d", 120, 130, True),  # words of the quote
        ("d", 150, 300, True),  # half of the quote
        ("d", 151, 300, False),
        ("d", 200, 300, False),
        ("e", 100, 200, False),
    ],
)
def test_covering_is_half_of_the_shorter(document: str, start: int, end: int, is_covered: bool) -> None:
    assert covered((Span("d", 100, 200),), document, start, end) is is_covered
