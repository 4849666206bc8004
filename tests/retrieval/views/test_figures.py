"""The recogniser against units of the shipped corpus that a person read and labelled."""

from __future__ import annotations

from pathlib import Path

import pytest

from retrieval.engine import Engine
from retrieval.views.build import all_passages
from retrieval.views.figures import Label, figures, read_labels

LABELS = Path(__file__).parent / "labels.jsonl"


def test_the_figures_of_the_held_out_half_do_not_fall(engine: Engine) -> None:
    """Precision at least 0.85 at a recall of 0.7 on labels that no rule was tuned on."""
    held = [one for one in read_labels(LABELS) if one.half == "held"]
    assert len(held) > 70
    both = figures(held, all_passages(engine.index))[0]["both"]
    assert both.precision >= 0.85
    assert both.recall >= 0.7


def test_labels_of_a_text_that_is_not_there_are_refused(engine: Engine) -> None:
    with pytest.raises(ValueError, match="1 labelled units are not in these texts"):
        figures([Label("budapest-memorandum", "Nobody wrote this.", "factor", "held")], all_passages(engine.index))
