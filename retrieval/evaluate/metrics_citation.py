"""Citation recall and precision by ALCE's definitions, whoever says what supports what: gold quotes, or a judge.

Gao et al. 2023, "Enabling Large Language Models to Generate Text with Citations". Recall: the share of statements that
their citations together support; one without citations, or with a number that is not listed, is not supported.
Precision: the share of citations that support their statement alone or without which the others do not support it;
those of a statement that is not supported are not precise.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from retrieval.evaluate.gold import Occurrences, golds_of_citation

Citation = Mapping[str, Any]
Supports = Callable[[str, Sequence[Citation]], bool]  # a statement's text and some of its citations, at least one


def citation_scores(row: Mapping[str, Any], supports: Supports) -> tuple[float, float]:
    """Recall and precision of one answer, 0..1 each; 0 and 0 when there is no answer or nothing is cited."""
    listed = {citation["n"]: citation for citation in row.get("citations", [])}
    statements = row.get("statements", [])
    supported, precise, made = 0, 0, 0
    for statement in statements:
        numbers = list(dict.fromkeys(statement["citations"]))
        made += len(numbers)
        if not numbers or any(number not in listed for number in numbers):
            continue
        cited = [listed[number] for number in numbers]
        if supports(statement["text"], cited):
            supported += 1
            precise += sum(_needed(statement["text"], cited, place, supports) for place in range(len(cited)))
    return (supported / len(statements) if statements else 0.0, precise / made if made else 0.0)


def gold_support(gold: Sequence[Occurrences]) -> Supports:
    """Support without a judge: a citation supports its statement when its words lie on a gold quote."""
    return lambda _, citations: any(golds_of_citation(gold, citation) for citation in citations)


def _needed(text: str, cited: Sequence[Citation], place: int, supports: Supports) -> bool:
    others = [*cited[:place], *cited[place + 1 :]]
    return supports(text, [cited[place]]) or not others or not supports(text, others)
