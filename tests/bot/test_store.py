"""The store, on SQLite and on Postgres where one is given: answers, ratings, quotas, personal data, migrations."""

from __future__ import annotations

import dataclasses
import datetime
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import inspect, text, update

from bot import feedback, guilds, personal, quotas, schema, store
from bot.access import Allowance, GuildSettings
from bot.record import trim
from bot.store import Database, GoneError, Stored
from bot.tables import Base, FeedbackRow
from retrieval import Answer, Check, SettingsError
from tests.bot.desk import answered, make_desk
from tests.bot.running import running_bot
from tests.bot.standin import DiscordStandIn

NOON = datetime.datetime(2025, 6, 1, 12, tzinfo=datetime.UTC)
TODAY = NOON.date()


def stored_answer(answer: Answer, **chosen: object) -> Stored:
    base = Stored(store.new_id(), NOON, 10, 20, 30, answer.query.question, "slash", False, answer)
    return dataclasses.replace(base, **chosen)  # type: ignore[arg-type]


def test_an_answer_comes_back_whole(database: Database, answer_of_two: Answer) -> None:
    kept = stored_answer(answer_of_two, private=True, question="What \x00 matters? 🕊️ \ud800")
    store.save(database.engine, kept)
    back = store.load(database.engine, kept.id)
    assert back.answer == trim(answer_of_two)
    assert back.question == "What  matters? 🕊️ ?"
    assert (back.created, back.private, back.guild_id) == (NOON, True, 10)
    assert [cited.n for cited in back.citations] == [1, 2]


def test_checks_come_back_whole(database: Database, answer_of_two: Answer) -> None:
    check = Check("Territory matters.", "supported", 0.9, answer_of_two.citations, (), {"total": 0.1})
    kept = dataclasses.replace(stored_answer(answer_of_two), answer=None, checks=(check, check))
    store.save(database.engine, kept)
    assert store.load(database.engine, kept.id) == kept


def test_an_answer_that_is_not_there_is_gone(database: Database) -> None:
    with pytest.raises(GoneError, match="no longer stored"):
        store.load(database.engine, "0" * 16)


def test_a_conversation_is_found_by_message_and_stays_in_its_server(database: Database, answer_of_two: Answer) -> None:
    first = stored_answer(answer_of_two)
    second = stored_answer(answer_of_two, parent_id=first.id)
    foreign = stored_answer(answer_of_two, parent_id=second.id, guild_id=99)
    for one in (first, second, foreign):
        store.save(database.engine, one)
    store.link_message(database.engine, 555, second.id)
    store.link_message(database.engine, 556, "0" * 16)  # its answer is gone
    assert store.answer_id_of(database.engine, 555) == second.id
    assert store.answer_id_of(database.engine, 556) == ""
    found = store.conversation(database.engine, second.id, 10, 5)
    assert [one.id for one in found] == [first.id, second.id]
    assert store.conversation(database.engine, second.id, 99, 5) == []
    assert store.conversation(database.engine, foreign.id, 99, 5)[0].id == foreign.id
    assert len(store.conversation(database.engine, second.id, 10, 1)) == 1


def test_the_latest_public_answer_of_a_channel(database: Database, answer_of_two: Answer) -> None:
    for minutes, private in ((0, False), (1, True), (-60, False)):
        created = NOON + datetime.timedelta(minutes=minutes)
        store.save(database.engine, stored_answer(answer_of_two, created=created, private=private))
    found = store.latest_id(database.engine, 20, NOON - datetime.timedelta(minutes=30))
    assert store.load(database.engine, found).created == NOON
    assert store.latest_id(database.engine, 20, NOON, user_id=31) == ""
    assert store.latest_id(database.engine, 21, NOON) == ""


def test_an_answer_is_shared_once(database: Database, answer_of_two: Answer) -> None:
    kept = stored_answer(answer_of_two)
    store.save(database.engine, kept)
    assert store.mark_shared(database.engine, kept.id)
    assert not store.mark_shared(database.engine, kept.id)


def test_ratings_become_candidates_without_names(database: Database, answer_of_two: Answer) -> None:
    kept = stored_answer(answer_of_two)
    store.save(database.engine, kept)
    feedback.explain(database.engine, kept.id, 41, 1, "clear")
    feedback.rate(database.engine, kept.id, 41, -1)  # a turn of mind drops the old reason
    feedback.explain(database.engine, kept.id, 42, 1, "good")
    lines = list(feedback.candidates(database.engine))
    assert sorted((line["rating"], line["reason"]) for line in lines) == [("down", ""), ("up", "good")]
    assert lines[0]["question"] == "What matters most?"
    assert lines[0]["citations"][0]["quote"] == "Territory matters"  # type: ignore[index]
    assert not {"41", "42", 41, 42} & {
        value for line in lines for value in line.values() if isinstance(value, str | int)
    }
    later = store.now() + datetime.timedelta(days=1)
    assert list(feedback.candidates(database.engine, since=later)) == []
    with pytest.raises(GoneError):
        feedback.rate(database.engine, "0" * 16, 41, 1)


def test_candidates_are_read_page_by_page_and_none_twice(database: Database, answer_of_two: Answer) -> None:
    kept = stored_answer(answer_of_two)
    store.save(database.engine, kept)
    for user in range(450):
        feedback.rate(database.engine, kept.id, user, 1)
    with database.engine.begin() as connection:  # all at one moment: the order within it must still be fixed
        connection.execute(update(FeedbackRow).values(created=NOON))
    assert len(list(feedback.candidates(database.engine))) == 450


def test_the_last_question_of_a_day_is_taken_once(database: Database) -> None:
    """Twenty at the same moment, and five may."""
    allowed = Allowance(quota=5, cooldown=0)

    def ask(_n: int) -> bool:
        return quotas.take(database.engine, 10, 30, allowed, NOON).taken

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(ask, range(20))) == 5
    assert quotas.used(database.engine, 10, 30, NOON).count == 5
    assert quotas.take(database.engine, 11, 30, allowed, NOON).taken
    quotas.give_back(database.engine, 10, 30, NOON)
    assert quotas.take(database.engine, 10, 30, allowed, NOON).taken
    assert quotas.take(database.engine, 10, 30, allowed, NOON + datetime.timedelta(days=1)).count == 1


def test_a_cooldown_says_how_long(database: Database) -> None:
    allowed = Allowance(quota=0, cooldown=60)
    assert quotas.take(database.engine, 10, 30, allowed, NOON).taken
    refused = quotas.take(database.engine, 10, 30, allowed, NOON + datetime.timedelta(seconds=45))
    assert not refused.taken
    assert refused.wait == pytest.approx(15)
    assert quotas.take(database.engine, 10, 30, allowed, NOON + datetime.timedelta(seconds=60)).taken


def test_settings_of_servers_are_kept(database: Database) -> None:
    chosen = GuildSettings((1, 2), (3,), True, 10, 5, {3: 0, 4: 7}, True)
    guilds.save(database.engine, 2**62, chosen)
    guilds.save(database.engine, 10, GuildSettings())
    guilds.save(database.engine, 10, GuildSettings(quota=3))
    assert guilds.load_all(database.engine) == {2**62: chosen, 10: GuildSettings(quota=3)}


def test_stats_of_a_server(database: Database, answer_of_two: Answer, abstention: Answer) -> None:
    for answer, user, guild in ((answer_of_two, 30, 10), (abstention, 31, 10), (answer_of_two, 30, 11)):
        kept = stored_answer(answer, user_id=user, guild_id=guild)
        store.save(database.engine, kept)
        feedback.rate(database.engine, kept.id, 50, -1)
    found = guilds.stats(database.engine, 10)
    assert (found.asked, found.answered, found.people, found.up, found.down) == (2, 1, 2, 0, 2)
    assert found.support == pytest.approx(0.9)
    assert guilds.stats(database.engine, 12).asked == 0


def test_personal_data_is_shown_exported_and_forgotten(database: Database, answer_of_two: Answer) -> None:
    mine, theirs = stored_answer(answer_of_two), stored_answer(answer_of_two, user_id=31)
    for one in (mine, theirs):
        store.save(database.engine, one)
        feedback.explain(database.engine, one.id, 30, 1, "yes")
    store.link_message(database.engine, 555, mine.id)
    for days in (0, 1):
        quotas.take(database.engine, 10, 30, Allowance(0, 0), NOON - datetime.timedelta(days=days))
    assert personal.show(database.engine, 30) == personal.Kept(1, 2, "2025-06-01")
    exported = personal.export(database.engine, 30)
    assert [row["id"] for row in exported["answers"]] == [mine.id]  # type: ignore[index, attr-defined]
    assert len(exported["ratings"]) == 2  # type: ignore[arg-type]
    assert personal.forget(database.engine, 30, TODAY).answers == 1
    assert personal.show(database.engine, 30) == personal.Kept(0, 0)
    assert store.answer_id_of(database.engine, 555) == ""
    assert quotas.used(database.engine, 10, 30, NOON).count == 1  # today's, so that deleting is no way round a quota
    assert store.load(database.engine, theirs.id).user_id == 31


def test_old_answers_are_let_go_when_their_days_are_over(database: Database, answer_of_two: Answer) -> None:
    for days in (0, 29, 40):
        store.save(database.engine, stored_answer(answer_of_two, created=NOON - datetime.timedelta(days=days)))
    assert personal.purge(database.engine, TODAY, 0) == 0
    assert personal.purge(database.engine, TODAY, 30) == 1
    assert personal.show(database.engine, 30).answers == 2


def test_migrations_make_what_the_tables_say(database: Database) -> None:
    found = inspect(database.engine)
    for table in Base.metadata.sorted_tables:
        columns = {column["name"]: column["nullable"] for column in found.get_columns(table.name)}
        assert columns == {column.name: bool(column.nullable) for column in table.columns}
        wanted = {tuple(sorted(column.name for column in index.columns)) for index in table.indexes}
        assert {tuple(sorted(map(str, index["column_names"]))) for index in found.get_indexes(table.name)} == wanted


def test_a_store_of_a_newer_version_is_refused(database: Database) -> None:
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    url = database.engine.url.render_as_string(hide_password=False)
    with pytest.raises(schema.StoreError, match="made by a newer Parley"):
        schema.open_database(url)


def test_sqlite_is_opened_in_wal_mode(tmp_path: Path) -> None:
    engine = schema.open_database(f"sqlite:///{tmp_path / 'bot.sqlite3'}")
    with engine.connect() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
        assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1
    engine.dispose()


@pytest.mark.parametrize("url", ["mysql://x/y", "nonsense", "postgresql+nodriver://x/y"])
def test_an_address_that_cannot_be_used_is_explained(url: str) -> None:
    with pytest.raises(SettingsError):
        schema.open_database(url)


def test_a_store_that_does_not_answer_is_explained_without_its_password() -> None:
    with pytest.raises(schema.StoreError, match="is it running") as raised:
        schema.open_database("postgresql://parley:secret@127.0.0.1:1/parley")
    assert "secret" not in str(raised.value)


def test_an_error_of_the_database_does_not_hold_the_question(database: Database, answer_of_two: Answer) -> None:
    kept = stored_answer(answer_of_two, question="a question nobody may read")
    store.save(database.engine, kept)
    with pytest.raises(Exception, match=r"(?i)unique") as raised:
        store.save(database.engine, kept)
    assert "nobody may read" not in str(raised.value)


async def test_a_bot_answers_and_keeps_its_buttons_in_this_store(database: Database, tmp_path: Path) -> None:
    """End to end over the store at hand, the second bot finding what the first one wrote."""
    url = database.engine.url.render_as_string(hide_password=False)
    async with DiscordStandIn() as discord:
        async with running_bot(discord, tmp_path, database=url) as client:
            desk = make_desk(discord, client)
            answer = await desk.ask(private=True)
        async with running_bot(discord, tmp_path, database=url):
            shown = await answered(await discord.choose(desk.alice, answer, "1"))
            assert "**Territorial** advantages" in shown.content
        assert discord.refusals == []
