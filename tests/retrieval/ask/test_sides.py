"""Comparisons: one question for each side, and both sides told."""

from __future__ import annotations

import pytest

from retrieval.ask.sides import marks, sides
from retrieval.engine import Engine


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        (
            "How do Paris and Berlin differ on frozen assets?",
            "What do Paris say on frozen assets?",
            "What do Berlin say on frozen assets?",
        ),
        (
            "How did the French and German counts of the dead compare?",
            "What is the French counts of the dead?",
            "What is the German counts of the dead?",
        ),
        (
            "How did Oslo's and Bern's versions of the deal differ?",
            "What is Oslo's versions of the deal?",
            "What is Bern's versions of the deal?",
        ),
        ("What sets a truce apart from an armistice?", "What is a truce?", "What is an armistice?"),
        ("what's the difference between a truce and an armistice", "What is a truce?", "What is an armistice?"),
        (
            "what did Berlin and what did Rand Paul say about the gas pipeline?",
            "What did Berlin say about the gas pipeline?",
            "What did Rand Paul say about the gas pipeline?",
        ),
        (
            "what did oslo say and what did bern say about the gas pipeline",
            "What did oslo say about the gas pipeline?",
            "What did bern say about the gas pipeline?",
        ),
        (
            "Which price did Oslo keep, and which did Bern and Rome choose?",
            "Which price did Oslo keep?",
            "Which price did Bern and Rome choose?",
        ),
        (
            "Which limit did Oslo keep and which was chosen by Bern?",
            "Which limit did Oslo keep?",
            "Which limit was chosen by Bern?",
        ),
        (
            "Of the deal: what did Merkel think of it, and what Hollande?",
            "Of the deal: what did Merkel think of it?",
            "Of the deal: what did Hollande think of it?",
        ),
        (
            "Who pays in the Oslo draft, and who in the Bern draft?",
            "Who pays in the Oslo draft?",
            "Who pays in the Bern draft?",
        ),
        (
            "Who led the French and who the German delegation in Rome?",
            "Who led the French delegation in Rome?",
            "Who led the German delegation in Rome?",
        ),
        (
            "I wonder. Where does Walt on the one hand and Nye on the other put the cause?",
            "Where does Walt put the cause?",
            "Where does Nye put the cause?",
        ),
        (
            "Did France or Germany want the larger army?",
            "Did France want the larger army?",
            "Did Germany want the larger army?",
        ),
        ("Who sent more, France or Germany?", "France sent more?", "Germany sent more?"),
    ],
)
def test_one_question_for_each_side(question: str, one: str, other: str) -> None:
    """What stands once is asked of both."""
    assert sides(question) == (one, other)


@pytest.mark.parametrize(
    "question",
    [
        "Who signed the memorandum for Russia and Ukraine?",
        "When was it signed and why?",
        "What is insulin and where is it produced?",
        "Which states keep soldiers there, and how many did each of them send?",
        "where was the last cup held and who won",
        "How do Moscow and Kyiv read the agreement?",
        "Why did the talks fail?",
        "or",
        "",
    ],
)
def test_what_compares_nothing_is_asked_as_it_is(question: str) -> None:
    """A second question that leans on the first, or "and" within one question, is no second side."""
    assert sides(question) is None


def test_a_side_is_known_by_the_words_that_only_it_has() -> None:
    """In any of an actor's names; what both questions share tells nothing."""
    one, other = marks(("What did Moscow say on gas?", "What did Kyiv say on gas?"))
    assert one == {"russia"}
    assert other == {"ukraine"}


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("What sets the classic ultimatum apart from the tacit one in George's account?", ("time limit", "unspoken")),
        (
            "What did John McCain say of the press conference in Helsinki, and what Rand Paul?",
            ("disgraceful", "defended engagement"),
        ),
        ("Who headed the Russian and who the Ukrainian delegation in Istanbul in July 2025?", ("Medinsky", "Umerov")),
    ],
)
def test_both_sides_are_told_with_a_citation_each(engine: Engine, question: str, told: tuple[str, str]) -> None:
    """One statement for each side, in the order of the question."""
    answer = engine.ask(question)
    assert answer.answered
    assert len(answer.statements) == 2
    for statement, word in zip(answer.statements, told, strict=True):
        assert word in statement.text
        assert len(statement.citations) == 1


def test_the_second_side_is_not_cut_to_what_the_first_has_left(engine: Engine) -> None:
    """ "Rustem Umerov, head of the Ukrainian delegation …" says nothing."""
    answer = engine.ask("How did Medinsky and Umerov differ in Istanbul in July 2025?")
    assert "ready for a ceasefire" in answer.statements[1].text


def test_one_unit_that_tells_both_sides_is_told_once(engine: Engine) -> None:
    """No runner-up is added to it."""
    answer = engine.ask("What size of army did Russia propose in April 2022, and what size did Ukraine propose?")
    assert len(answer.statements) == 1
    assert "85,000" in answer.statements[0].text
    assert "250,000" in answer.statements[0].text
