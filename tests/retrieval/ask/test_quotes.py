"""Quoted words: verbatim, contiguous, as written, whatever the typography."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.ask.quotes import find, normalise, quotations

TALKS = "Officials said that Russia would agree to talks under a single condition, and that nobody had asked for more."
TEXT = (
    "Mr Putin said Russia would not agree to talks under “any” conditions — the nego-\ntiations had ended; some 1,500 "
    "soldiers can't leave, 5% did.\n\n- Securing influence.\n- Gaining ground. Not all sides agreed on a "
    "non-aggression pact."
)


@pytest.mark.parametrize(
    "quoted",
    [
        "would not agree to talks under 'any' conditions",
        "would not agree to talks under «any» conditions–the negotiations",
        "would\u00a0not agree to\u202ftalks",
        "would not ag\u00adree to ta\u200blks",
        "can’t leave",
        "1,500 soldiers",
        "not all sides agreed",
        "Mr Putin said,",
        "conditions — the nego-tiations had ended",
        "… Russia would not agree …",
        "a non‑aggression pact.",
    ],
)
def test_other_typography_is_the_same_quote(quoted: str) -> None:
    """Marks, dashes, blanks, what is not seen, line-end hyphens, a sentence's first capital, the stop before a mark."""
    match = find(quoted, [TEXT])
    assert match.verdict == "found"
    assert match.text == 0
    assert normalise(TEXT[match.start : match.end]).text.strip(" .,") != ""


@pytest.mark.parametrize(
    ("quoted", "verdict"),
    [
        ("Russia would agree to talks under", "stitched"),
        ("would agree to talks", "absent"),
        ("Russia would never agree to talks", "absent"),
        ("talks to agree not would", "absent"),
        ("Mr Putin said … under any conditions", "stitched"),
        ("Mr Putin said talks under", "stitched"),
        ("Securing influence. Gaining ground.", "stitched"),
        ("Securing influence - Gaining ground", "absent"),
        ("500 soldiers", "absent"),
        ("1,500 soldiers can", "absent"),
        ("agre", "absent"),
        ("aggression pact", "absent"),
        ("5", "absent"),
        ("mr Putin Said", "absent"),
        ("MR PUTIN", "absent"),
        ("", "absent"),
        ("…", "absent"),
    ],
)
def test_other_words_are_not_the_quote(quoted: str, verdict: str) -> None:
    """Left out, turned round, put together, cut inside a word or number, in other case: never found."""
    assert find(quoted, [TEXT]).verdict == verdict


def test_the_counterexample_of_a_negated_quote() -> None:
    """What block matching takes for a quote: most of it is there, and it says the opposite."""
    assert find("would not agree to talks under a single condition", [TALKS]).verdict != "found"
    assert find("Russia would agree to talks under a single condition", [TALKS]).verdict == "found"


def test_a_quote_of_another_text_is_misattributed() -> None:
    """Texts are never pooled: words of another source are not words of the cited one."""
    match = find("agree to talks under a single condition", ["Nothing of the kind."], [TALKS])
    assert match.verdict == "misattributed"
    assert match.text == 1
    assert TALKS[match.start : match.end] == "agree to talks under a single condition"


def test_a_quote_across_two_texts_is_stitched() -> None:
    assert find("nobody had asked Mr Putin said", [TALKS, TEXT]).verdict == "stitched"


@pytest.mark.parametrize(
    ("quoted", "text", "verdict"),
    [
        ("Россия не согласна на перемирие", "Путин: «Россия не\u00a0согласна на перемирие».", "found"),
        ("Россия согласна на перемирие", "Путин: «Россия не согласна на перемирие».", "absent"),
        ("росcия не согласна", "россия не согласна", "absent"),  # a Latin c
        ("согласна", "несогласна", "absent"),
        ("ми не погодимось", "„Ми не погодимось“, — сказав він.", "found"),
        ("俄罗斯不同意停火", "他说俄罗斯不同意停火。", "found"),
        ("同意停火", "他说俄罗斯不同意停火。", "absent"),
        ("café", "the cafe\u0301 was shut", "found"),
        ("cafe", "the café was shut", "absent"),
        ("ﬁrst ﬂoor oﬃce", "the first floor office", "found"),
        ("10² people", "102 people", "absent"),
    ],
)
def test_scripts_accents_and_ligatures(quoted: str, text: str, verdict: str) -> None:
    assert find(quoted, [text]).verdict == verdict


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ('He said "no" and “never”.', ["no", "never"]),
        ("«Да», «нет» и „так“", ["Да", "нет", "так"]),
        ("It's the soldiers' and the officers' mess.", []),
        ("In the '90s it was 'quite another' thing", ["quite another"]),
        ("He wrote ‘19 December 1994 came’ there.", ["19 December 1994 came"]),
        ("“He called it ‘peace’ then”", ["He called it ‘peace’ then"]),
        ("“An open one", ["An open one"]),
        ("closes what was open”, he said", ["closes what was open"]),
        ("rock 'n' roll's", ["n"]),
        ("彼は「停戦しない」と言った", ["停戦しない"]),
        ("no quotes, no trouble", []),
    ],
)
def test_quoted_words_are_recognised(sentence: str, words: list[str]) -> None:
    """Straight, curly, angled and corner marks; apostrophes are no marks."""
    assert [quotation.text for quotation in quotations(sentence)] == words
    assert all(sentence[q.start : q.end] == q.text for q in quotations(sentence))


@given(st.text(max_size=200))
def test_normalising_keeps_every_characters_place(text: str) -> None:
    """Each character that is left came from a span of the original, in order."""
    normal = normalise(text)
    assert len(normal.text) == len(normal.starts) == len(normal.ends)
    assert all(0 <= a < b <= len(text) for a, b in zip(normal.starts, normal.ends, strict=True))
    assert list(normal.starts) == sorted(normal.starts)


@given(st.integers(0, len(TEXT)), st.integers(0, len(TEXT)))
def test_what_is_found_is_where_it_is_said_to_be(first: int, last: int) -> None:
    """A slice of a text is found in it or refused for its borders; what is found reads the same."""
    quoted = TEXT[min(first, last) : max(first, last)]
    match = find(quoted, [TEXT])
    if match.verdict == "found":
        shown, wanted = normalise(TEXT[match.start : match.end]).text, normalise(quoted).text
        assert shown.replace("\x1f", "").strip(" .,").lower() in wanted.replace("\x1f", "").lower()
