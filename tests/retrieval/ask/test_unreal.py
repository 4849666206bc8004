"""What a text only wishes, plans or calls possible is not done."""

from __future__ import annotations

import pytest

from retrieval.ask.unreal import undone


@pytest.mark.parametrize(
    ("claim", "text"),
    [
        ("Sweden joined the alliance in May.", "In May Sweden applied to join the alliance."),
        ("Serbia signed the text.", "Serbia may sign the text."),
        ("The Kremlin accepted the truce.", "Trump asked the Kremlin to accept the truce."),
        ("Kyiv extended the deal.", "Kyiv would not extend the deal."),
    ],
)
def test_a_wish_a_plan_a_possibility_is_no_deed(claim: str, text: str) -> None:
    """The verb stands in the text only behind "to" or a modal."""
    assert len(undone(claim, text)) == 1


@pytest.mark.parametrize(
    ("claim", "text"),
    [
        ("Sweden joined the alliance.", "Sweden asked to join and joined the alliance in 2024."),
        ("Sweden wanted to join.", "Sweden applied to join."),
        ("The factory produced shells.", "The factory continued to produce shells."),
        ("Serbia might have signed.", "Serbia may sign."),
        ("The talks stalled.", "A stalled round was all that was left."),
    ],
)
def test_what_is_done_or_not_claimed_as_done_is_left_alone(claim: str, text: str) -> None:
    """Told as done somewhere, claimed as a wish, or governed by what is done."""
    assert undone(claim, text) == ()
