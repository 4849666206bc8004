"""The pure decisions: who may ask, what is a question, what history is used, how things are said and suggested."""

from __future__ import annotations

import dataclasses
import datetime
import itertools
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import access, store
from bot.access import Allowance, Asker, GuildSettings, Usage
from bot.admin import added_text, role_changed, settings_text
from bot.checking import claims_of, number_on
from bot.commands import resolve_source, suggest
from bot.delivery import check
from bot.engine import Added
from bot.history import ANSWERS_USED, turns_of
from bot.links import source_link, text_fragment
from bot.markdown import width
from bot.messages import Incoming, is_question, without_mentions
from bot.modals import read_form
from bot.pictures import ENTRIES_LIMIT, compare_answer, groups_answer, timeline_answer
from bot.settings import BotSettings, load_bot_settings
from bot.store import Stored
from bot.views import TEMPLATE, Press, custom_id, read_match
from bot.words import age_words, date_words, newest, plural, reason_words, seconds_words, support_words
from retrieval import Answer, Check, Passage, Query, SettingsError, Source, Unit
from retrieval.ask.dates import Date
from retrieval.views.build import Dated, Group
from retrieval.views.compare import Pair, Said
from retrieval.views.recognise import Finding
from tests.bot.strategies import addresses, checks, dates, passages, properties, sources, texts, words

ids = st.integers(1, 5)
guild_settings = st.builds(
    GuildSettings,
    st.lists(ids, max_size=3).map(tuple),
    st.lists(ids, max_size=3).map(tuple),
    st.one_of(st.none(), st.booleans()),
    st.one_of(st.none(), st.integers(0, 90)),
    st.one_of(st.none(), st.integers(0, 90)),
    st.dictionaries(ids, st.integers(0, 90), max_size=3),
    st.booleans(),
)
askers = st.builds(Asker, ids, st.integers(0, 2), st.lists(ids).map(tuple), st.lists(ids).map(tuple), st.booleans())
OPERATOR = BotSettings(quota=20, cooldown=5)


@properties
@given(guild_settings)
def test_settings_come_back_from_the_store(settings: GuildSettings) -> None:
    assert GuildSettings.from_json(settings.to_json()) == settings
    assert width(settings_text(settings)) <= 2000


@properties
@given(guild_settings, askers)
def test_who_may_ask(settings: GuildSettings, asker: Asker) -> None:
    """Managers and people outside servers always; others where channel and role are allowed, or none is named."""
    may = access.refusal(settings, asker) == ""
    in_place = not settings.channels or bool(set(settings.channels) & set(asker.place_ids))
    in_role = not settings.roles or bool(set(settings.roles) & set(asker.role_ids))
    assert may == (asker.manager or not asker.guild_id or (in_place and in_role))


def test_the_most_generous_role_counts() -> None:
    settings = GuildSettings(quota=3, role_quotas={1: 5, 2: 9, 3: 0})
    assert access.allowance(OPERATOR, settings, Asker(7)).quota == 3
    assert access.allowance(OPERATOR, settings, Asker(7, role_ids=(1, 2))).quota == 9
    assert access.allowance(OPERATOR, settings, Asker(7, role_ids=(1, 3))).quota == 0
    assert access.allowance(OPERATOR, GuildSettings(), Asker(7)) == Allowance(20, 5)


def test_privacy_is_as_chosen_else_as_the_server_else_as_the_operator() -> None:
    server = GuildSettings(private=True)
    assert access.is_private(OPERATOR, server, False) is False
    assert access.is_private(OPERATOR, server, None) is True
    assert access.is_private(OPERATOR, GuildSettings(), None) is False


def test_refusals_say_when_to_come_back() -> None:
    allowed = Allowance(2, 60)
    assert access.usage_refusal(Usage(True, 1), allowed) == ""
    assert "in 15 s" in access.usage_refusal(Usage(False, 1, 15.0), allowed)
    assert "your 2 questions for today" in access.usage_refusal(Usage(False, 2), allowed)
    assert "1 question left of 2" in access.quota_words(Usage(True, 1), allowed)


def test_roles_are_allowed_forbidden_limited_and_freed() -> None:
    settings = role_changed(role_changed(GuildSettings(), 5, "allow", 0), 5, "limit", 3)
    assert (settings.roles, settings.role_quotas) == ((5,), {5: 3})
    settings = role_changed(role_changed(settings, 5, "forbid", 0), 5, "unlimit", 0)
    assert (settings.roles, settings.role_quotas) == ((), {})


def test_what_is_a_question() -> None:
    """Every combination of facts against the rule in words."""
    for facts in itertools.product((False, True), repeat=6):
        message = Incoming(*facts)
        for direct_messages, content in itertools.product((False, True), repeat=2):
            taken = is_question(message, direct_messages, content)
            if not message.from_person:
                assert not taken
            elif message.direct:
                assert taken == (direct_messages and message.has_text)
            else:
                threaded = message.in_my_thread and content
                assert taken == (message.mentions_me or (message.has_text and (message.replies_to_me or threaded)))


@properties
@given(texts)
def test_my_mention_is_taken_out_and_nothing_else(text: str) -> None:
    bare = text.replace("<@7>", "").replace("<@!7>", "").replace("<@&8>", "")
    assert without_mentions(f"<@7> {bare} <@!7><@&8>", 7, 8) == bare.strip()


@properties
@given(st.one_of(texts, st.lists(st.sampled_from(("It is so.", "Why?", "No.", "Moscow said it would.")))))
def test_claims_are_sentences_to_check(text: str) -> None:
    claims = claims_of(str(text) if isinstance(text, str) else " ".join(text))
    assert all(len(claim.split()) >= 3 and not claim.endswith("?") for claim in claims)


def test_questions_and_greetings_are_no_claims() -> None:
    assert claims_of(
        "Hello there! Moscow signed it in 2015. Why? “Kyiv refused it.” Then - more:\n- It never held long."
    ) == [
        "Moscow signed it in 2015.",
        "“Kyiv refused it.”",
        "It never held long.",
    ]


@properties
@given(st.lists(checks(), max_size=4))
def test_numbers_run_on_through_several_checks(found: list[Check]) -> None:
    numbered = number_on(found)
    numbers = [cited.n for check in numbered for cited in (*check.evidence_for, *check.evidence_against)]
    assert numbers == list(range(1, len(numbers) + 1))


def history_of(answer: Answer, count: int, length: int = 10) -> list[Stored]:
    made = []
    for n in range(count):
        query = Query(f"Question {n}?", f"Question {n}?" + "x" * length)
        answered = dataclasses.replace(answer, query=query)
        made.append(Stored(str(n), store.now(), 1, 2, 3, f"Question {n}?", "slash", False, answered))
    return made


def test_history_is_the_last_answers_and_their_passages(answer_of_two: Answer) -> None:
    turns, remarks = turns_of(history_of(answer_of_two, 2))
    assert [turn.role for turn in turns] == ["user", "assistant"] * 2
    assert turns[1].passages == tuple(cited.passage for cited in answer_of_two.citations)
    assert remarks == ()


def test_the_reader_is_told_what_of_the_history_was_left_out(answer_of_two: Answer) -> None:
    turns, remarks = turns_of(history_of(answer_of_two, ANSWERS_USED + 1))
    assert len(turns) == 2 * ANSWERS_USED
    assert turns[0].text.startswith("Question 1?")
    assert remarks == (f"Only the last {ANSWERS_USED} answers of this conversation were used.",)
    turns, remarks = turns_of(history_of(answer_of_two, 3, length=5000))
    assert len(turns) == 2
    assert remarks == ("Only the last 1 answer of this conversation were used.",)


@properties
@given(st.lists(sources, max_size=40), words)
def test_suggestions_are_what_discord_takes(known: list[Source], typed: str) -> None:
    choices = suggest(known, typed)
    assert len(choices) <= 25
    assert all(1 <= len(choice.name) <= 100 and 1 <= len(choice.value) <= 100 for choice in choices)
    assert {choice.value for choice in choices} <= {source.id for source in known}


def test_a_source_is_meant_by_its_id_or_title() -> None:
    known = [Source("minsk", "Minsk II"), Source("seed", "The Impasse")]
    assert resolve_source(known, " seed ") == ("seed",)
    assert resolve_source(known, "minsk ii") == ("minsk",)
    assert resolve_source(known, "") == ()
    assert resolve_source(known, "pravda") == ("pravda",)


@properties
@given(addresses, texts)
def test_any_link_is_safe_inside_a_masked_link(address: str, quoted: str) -> None:
    link = source_link(Source("x", "X", url=address), quoted)
    assert link == "" or re.fullmatch(r"https?://[^\s<>()]+", link, re.IGNORECASE)
    assert len(link) <= 480


def test_a_link_opens_at_the_quoted_words() -> None:
    source = Source("x", "X", url="https://example.org/a#part")
    assert (
        source_link(source, "a well-known, short one")
        == "https://example.org/a#part:~:text=a%20well%2Dknown%2C%20short%20one"
    )
    long = " ".join(f"word{n}" for n in range(20))
    assert text_fragment(long).startswith(":~:text=word0%20word1%20word2%20word3%20word4,word15")
    assert source_link(Source("x", "X", url="javascript:alert(1)")) == ""


def test_dates_and_ages_in_words() -> None:
    today = datetime.date(2025, 6, 1)
    assert [date_words(date) for date in ("2022-09-30", "2022-09", "2022", "soon", "2022-99-01")] == [
        "30 September 2022", "September 2022", "2022", "soon", "2022-99-01",
    ]  # fmt: skip
    ages = [
        age_words(date, today) for date in ("2025-06-01", "2025-05-31", "2025-05", "2024-04-02", "2020", "2026", "")
    ]
    assert ages == ["of today", "1 day old", "31 days old", "13 months old", "5 years old", "dated in the future", ""]
    assert newest(["2022", "", "2024-02", "soon"]) == "2024-02"


@properties
@given(dates, st.dates())
def test_any_date_has_words(date: str, today: datetime.date) -> None:
    assert date_words(date) or not date
    assert isinstance(age_words(date, today), str)


def test_figures_in_words() -> None:
    assert support_words(0.91) == "strong (about 9 in 10 answers like this are right)"
    assert [support_words(share).split()[0] for share in (0.0, 0.5, 0.7, 1.0)] == ["weak", "partial", "good", "strong"]
    assert [seconds_words(s) for s in (0.42, 45, 150, 7200, 300_000)] == ["0.4 s", "45 s", "2 min", "2 h", "3 days"]
    assert plural(1, "source") + plural(1200, "source") == "1 source1,200 sources"
    assert reason_words("anything else") == "The sources do not answer this."


def test_an_ingest_is_told_of_in_full() -> None:
    told = added_text(Added(("a",), ("b",), (), (("c", "it is empty"),)))
    assert told == "Added: a\nUpdated: b\nCould not read c: it is empty"
    assert "already" in added_text(Added((), (), ("a",), ()))


@properties
@given(
    st.from_regex(r"[a-z]{1,12}", fullmatch=True),
    st.from_regex(r"[0-9a-f]{16}", fullmatch=True),
    st.integers(0, 999_999),
)
def test_a_custom_id_says_what_was_pressed(action: str, answer: str, number: int) -> None:
    written = custom_id(action, answer, number)
    assert len(written) <= 100
    match = re.fullmatch(TEMPLATE, written)
    assert match is not None
    assert read_match(match) == Press(action, answer, number)


@properties
@given(words)
def test_forms_of_others_are_left_alone(form: str) -> None:
    assert read_form({"custom_id": form, "components": []}) is None


def test_forms_are_read_whether_labelled_or_in_rows() -> None:
    field = {"type": 4, "custom_id": "question", "value": "Why?"}
    for inside in ({"type": 18, "component": field}, {"type": 1, "components": [field]}):
        read = read_form({"custom_id": "parley:followed:0123456789abcdef:0", "components": [inside]})
        assert read == (Press("followed", "0123456789abcdef", 0), {"question": "Why?"})


def test_settings_come_from_file_and_environment(tmp_path: Path) -> None:
    config = tmp_path / "parley.toml"
    config.write_text("passages = 5\n[bot]\nworkers = 3\nprivate = true\n")
    environ = {"PARLEY_CONFIG": str(config), "PARLEY_BOT_WORKERS": "4", "DISCORD_TOKEN": " t "}
    settings = load_bot_settings(tmp_path, environ)
    assert (settings.workers, settings.private, settings.token) == (4, True, "t")
    assert settings.database_url.endswith("/bot.sqlite3")


@pytest.mark.parametrize(
    ("text", "words_"),
    [
        ("[bot]\nwokers = 1", "no setting is called 'wokers'"),
        ("[bot]\nworkers = 0", "workers must be at least 1"),
        ("[bot]\nprivate = 'maybe'", "must be true or false"),
        ("[bot]\nseconds = -1", "must be a number that is not negative"),
        ("[bot]\ntoken = 'x'", "no setting is called 'token'"),
        ("bot = 3", "must be a table"),
        ("[bot", "cannot read settings"),
    ],
)
def test_wrong_settings_are_named(tmp_path: Path, text: str, words_: str) -> None:
    config = tmp_path / "parley.toml"
    config.write_text(text)
    with pytest.raises(SettingsError, match=re.escape(words_)):
        load_bot_settings(tmp_path, {"PARLEY_CONFIG": str(config)})


def test_the_token_and_the_database_are_never_printed() -> None:
    shown = repr(BotSettings(token="secret-token", database="postgresql://u:secret-word@h/d"))
    assert "secret" not in shown


@properties
@given(st.lists(passages(), max_size=120), st.integers(1, 3), words)
def test_any_list_of_the_corpus_is_delivered_whole(found: list[Passage], together: int, title: str) -> None:
    """Factors, dates and pairs of any passages: within limits, every marker and source there, what is left out said."""
    unit = [Unit(one.start, one.end, "sentence") for one in found]
    findings = [Finding("factor", "h", "x", "", "", "", one, of) for one, of in zip(found, unit, strict=True)]
    groups = [Group("factor", "h", tuple(findings[at : at + together])) for at in range(0, len(findings), together)]
    dated = [Dated(Date(2022, 2, 24), one, of) for one, of in zip(found, unit, strict=True)]
    said = [Said(one, of, 0.5) for one, of in zip(found, unit, strict=True)]
    pairs = [Pair(title, left, None) for left in said[:40]]
    for answer, count in (
        (groups_answer(title, groups, "v"), len(groups)),
        (timeline_answer(title, dated, "v"), len(dated)),
        (compare_answer(title, pairs, "v"), len(pairs)),
    ):
        assert check(answer) == []
        assert len(answer.statements) == min(count, ENTRIES_LIMIT)
        assert bool(answer.trace.notes) == (count > ENTRIES_LIMIT)


def test_a_row_is_listed_with_the_names_of_its_columns() -> None:
    text = "12 September 2025 | 17.0 | cut"
    passage = Passage(Source("rates", "Rates"), "0a1b2c3d", 0, len(text), text)
    row = Dated(Date(2025, 9, 12), passage, Unit(0, len(text), "row", "Day | Key rate | Step"))
    statement = timeline_answer("When?", [row], "v").statements[0]
    assert statement.text == "Day: 12 September 2025; Key rate: 17.0; Step: cut"
