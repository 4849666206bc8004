"""Follow-ups made to stand alone, and what is searched for beside them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.ask.condense import asks_something, condense, searches
from retrieval.ask.referents import kind_of, names_in, referents
from retrieval.types import Turn

REASONS = (
    "Analysts name three reasons [1]. Russia seeks control of four regions [2]. "
    "It wants to keep Ukraine out of NATO [3]. It believes time is on its side [4]."
)
TACTICS = "Tactics:\n- Sanctions on oil exports\n- Security guarantees\n- Secondary sanctions on buyers of oil"


def after(asked: str, answered: str, question: str) -> str:
    return condense(question, [Turn("user", asked), Turn("assistant", answered)]).standalone


@pytest.mark.parametrize(
    ("question", "standalone"),
    [
        ("and the third one?", "What about this: It wants to keep Ukraine out of NATO?"),
        ("what about Ukraine?", "Why does Ukraine resist a ceasefire?"),
        ("What about sanctions?", "Why does Russia resist a ceasefire, as regards sanctions?"),
        ("and in 2022?", "Why does Russia resist a ceasefire in 2022?"),
        ("Does it have allies?", "Does Russia have allies?"),
        ("since when?", "Since when does Russia resist a ceasefire?"),
        ("New topic: who is Lavrov?", "who is Lavrov?"),
    ],
)
def test_a_follow_up_is_made_to_stand_alone(question: str, standalone: str) -> None:
    """Ellipsis, an ordinal, a pronoun and a new topic are each told apart and put into words."""
    assert after("Why does Russia resist a ceasefire?", REASONS, question) == standalone


@pytest.mark.parametrize(
    ("question", "standalone"),
    [
        ("And Putin?", "What did Putin say about NATO?"),
        ("and about Crimea?", "What did Zelensky say about Crimea?"),
        ("When did he say it?", "When did Zelensky say it?"),
        ("Did Putin answer him?", "Did Putin answer Zelensky?"),
        ("how about his wife?", "how about Zelensky’s wife?"),
    ],
)
def test_a_pronoun_or_a_name_takes_the_place_of_its_like(question: str, standalone: str) -> None:
    """A person stands for a person, and a name in the question itself is never what its pronoun means."""
    assert (
        after("What did Zelensky say about NATO?", "Zelensky said that Ukraine must join NATO.", question) == standalone
    )


def test_a_country_takes_the_place_of_a_country() -> None:
    """ "And Ukraine?" after what a country said of a thing asks what Ukraine said of it, without an article."""
    asked = "What did the UK say about MH17?"
    assert after(asked, "It is not the first aircraft.", "and Ukraine?") == "What did Ukraine say about MH17?"


def test_who_is_asked_after_in_small_letters_is_a_name() -> None:
    """A pronoun points at the person asked after, not at the office that the answer gives."""
    asked, answered = "who is penny pritzker?", "Biden appointed the former Secretary of Commerce in September."
    assert after(asked, answered, "when did she resign?") == "when did Penny Pritzker resign?"


def test_an_ordinal_points_into_a_list_and_past_its_end_at_nothing() -> None:
    """The second item is quoted; a fourth of three leaves the question as it was asked."""
    asked = "Which tactics could others use against Russia?"
    assert "“Security guarantees”" in after(asked, TACTICS, "tell me more about the second one")
    assert after(asked, TACTICS, "and the fourth one?") == "and the fourth one?"


@pytest.mark.parametrize(
    "question",
    [
        "What is the capital of France?",
        "Is it true that Putin wants Crimea?",
        "If I borrow money, can I treat it as equity?",
        "Who proposed the first Minsk agreement?",
    ],
)
def test_a_question_that_stands_alone_is_left_alone(question: str) -> None:
    """No name is put where none is missing."""
    assert after("Why does Russia resist a ceasefire?", REASONS, question) == question


@pytest.mark.parametrize(
    "question",
    [
        "how much gas could berlin buy if moscow had its way",
        "why does putin say he doesnt want a pause",
        "did trump walk back his line on kyiv the day after geneva?",
        "what reason did kyiv give for pulling its envoys out of the committee",
        "what happens to the union's export bans if nobody renews them",
        "Why do the two sides trade prisoners while they cannot stop shooting?",
        "What should the text of a truce contain so that both sides read it alike?",
    ],
)
def test_a_pronoun_whose_noun_is_in_the_question_is_left_alone(question: str) -> None:
    """Nothing of the talk before is put in its place, also where names are written in small letters."""
    asked, answered = "When did China publish its paper?", "China published it on 24 February 2023; Dean Rusk spoke."
    assert after(asked, answered, question) == question


def test_a_question_without_history_is_searched_for_as_it_is() -> None:
    """One search, at full weight."""
    query = condense("Why?", [])
    assert query.standalone == "Why?"
    assert [(search.text, search.dense, search.lexical) for search in searches(query)] == [("Why?", 1.0, 1.0)]


def test_the_turn_before_is_searched_for_with_less_weight() -> None:
    """The question first, then the last question and its answer without markers; older turns are not."""
    history = [Turn("user", "Who is Lavrov?"), Turn("assistant", "A minister [1].")]
    history += [Turn("user", "Why does Russia resist?"), Turn("assistant", REASONS)]
    found = searches(condense("Since when?", history))
    assert [search.text for search in found[:2]] == ["Since when does Russia resist?", "Why does Russia resist?"]
    assert len(found) == 3
    assert "[" not in found[2].text
    assert all(0 < search.dense < 1 and 0 < search.lexical < 1 for search in found[1:])


def test_an_abstention_before_is_not_searched_for() -> None:
    """What was not known says nothing of what is asked now; a new topic drops the talk altogether."""
    history = [Turn("user", "How many tanks?"), Turn("assistant", "The sources do not say how many.")]
    assert len(searches(condense("And ships?", history))) == 2
    assert len(searches(condense("Different question: who is Lavrov?", history))) == 1


def test_a_long_talk_resolves_through_questions_already_resolved() -> None:
    """The pronoun of the third question reaches the name of the first through the second."""
    history = [Turn("user", "Who is Sergei Lavrov?"), Turn("assistant", "A foreign minister.")]
    history += [Turn("user", "Where was he born?"), Turn("assistant", "In Moscow.")]
    assert condense("When did he take office?", history).standalone == "When did Sergei Lavrov take office?"


def test_names_are_read_with_their_particles_and_told_apart_by_kind() -> None:
    """A title's small words stay inside a name; bodies and places are no persons."""
    assert names_in("What did the Security Council of Russia tell Vladimir Putin?") == [
        "Security Council of Russia",
        "Vladimir Putin",
    ]
    assert [kind_of(name) for name in ("Vladimir Putin", "Security Council", "Ukraine", "Lavrov")] == [
        "person",
        "thing",
        "thing",
        "unknown",
    ]
    assert referents([("user", "Who is Vladimir Putin?"), ("assistant", "Putin rules.")])[0].name == "Vladimir Putin"


@settings(max_examples=60, deadline=None)
@given(
    st.text(max_size=80), st.lists(st.tuples(st.sampled_from(["user", "assistant"]), st.text(max_size=80)), max_size=4)
)
def test_any_talk_gives_a_question_to_search_for(question: str, turns: list[tuple[str, str]]) -> None:
    """Whatever is typed: the question asked is kept, nothing is raised, and blank stays blank."""
    history = [Turn("user" if role == "user" else "assistant", text) for role, text in turns]
    query = condense(question, history)
    assert query.question == question
    assert bool(query.standalone.strip()) == bool(question.strip())
    assert searches(query)[0].text == query.standalone


@pytest.mark.parametrize(
    ("asked", "answered", "question", "standalone"),
    [
        (
            "What is the reparations loan that von der Leyen proposed?",
            "Cash would be lent to Ukraine, which would repay only if Russia paid.",
            "Who opposed it?",
            "Who opposed the reparations loan?",
        ),
        (
            "When was the Black Sea Grain Initiative signed?",
            "On 22 July 2022.",
            "And when did it end?",
            "And when did Black Sea Grain Initiative end?",
        ),
        (
            "When was the first Minsk agreement signed?",
            "On 5 September 2014.",
            "What about the second one?",
            "When was the second Minsk agreement signed?",
        ),
    ],
)
def test_what_a_question_describes_or_counts(asked: str, answered: str, question: str, standalone: str) -> None:
    """ "It" is what the question described; "the second one" is counted on from "the first"."""
    assert after(asked, answered, question) == standalone


def test_a_whole_question_is_not_about_something() -> None:
    """ "and what did X do?" is a question of its own, not "what about what did X do"."""
    asked, answered = "Why did Russia leave the grain deal?", "Because its part had not been carried out."
    assert after(asked, answered, "and what did Ukraine do after that?") == "and what did Ukraine do after that?"
    assert after(asked, answered, "thanks!") == "thanks!"


@pytest.mark.parametrize(
    ("text", "asks"), [("thanks!", False), ("ok bro", False), ("what is it", True), ("peace", True)]
)
def test_what_asks_nothing_is_told_apart(text: str, asks: bool) -> None:
    """A pleasantry holds nothing to look for."""
    assert asks_something(text) is asks


@pytest.mark.parametrize(
    ("question", "asked", "answered", "standalone"),
    [
        ("What did he say the next day?", "Who spoke?", "Trump spoke on 31 July 2018.", "on 1 August 2018"),
        ("What happened that day?", "When was it?", "It was on 3 May 2020.", "What happened on 3 May 2020?"),
        ("What happened the following year?", "When?", "It was signed in 1999.", "What happened in 2000?"),
        ("What happened the next day?", "When?", "It was on 31 June 1999.", "the next day"),
        ("What happened the next day?", "When?", "In spring.", "What happened the next day"),
        ("How did that truce end?", "What came?", "A truce for Victory Day came.", "the truce for Victory Day end?"),
        ("Is that true of this case?", "What came?", "A case for Victory Day came.", "Is that true of this case"),
        ("How did that plan end?", "What came?", "A truce for Victory Day came.", "that plan"),
    ],
)
def test_what_points_at_a_day_or_a_thing_is_named(question: str, asked: str, answered: str, standalone: str) -> None:
    """ "the next day" is a date, "that truce" the one of the answer; what no turn tells stays as it is."""
    assert standalone in condense(question, [Turn("user", asked), Turn("assistant", answered)]).standalone
