"""Factors and tactics as an answer: each entry with how many sources speak for and against it, and the newest date."""

from __future__ import annotations

from bot.pictures import groups_answer
from retrieval.types import Passage, Source, Unit
from retrieval.views.build import Group
from retrieval.views.recognise import recognise


def finding_group(*told: tuple[str, str]) -> Group:
    members = []
    for number, (date, words) in enumerate(told):
        source = Source(f"s{number}", f"Speech {number}", date=date)
        passage = Passage(source, "0" * 8, 0, len(words), words, (), (Unit(0, len(words), "sentence"),))
        members += recognise(passage)
    return Group("tactic", members[0].head, tuple(members))


def test_an_entry_tells_sources_for_and_against_and_the_newest_date() -> None:
    group = finding_group(
        ("2031-02-01", "Sanctions on Kem are meant to press Kem to stop the war."),
        ("2032-03-04", "The sanctions on Kem, meant to stop the war, did not move Kem."),
    )
    answer = groups_answer("Tactics", [group], "1")
    assert "(1 for, 1 against, newest 2032-03-04)" in answer.statements[0].text
    assert answer.statements[0].citations == (1, 2)
    for one in answer.citations:
        assert one.quote in {member.words for member in group.members}
