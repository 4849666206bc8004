"""Answers to show and a store to keep them in, for the bot's tests."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import create_engine, text

from bot.store import Database
from retrieval import Answer, Citation, Hit, Passage, Query, Source, Statement, Trace
from tests.bot.desk import Desk, make_desk
from tests.bot.running import running_bot
from tests.bot.standin import DiscordStandIn

BRIEF = Source("minsk", "Minsk II", "Parley", "2024-03-15", kind="brief", url="https://example.org/minsk")
SEED = Source("seed", "Examining the Impasse", "The Daily", "2024-11")


def make_passage(source: Source, words: str) -> Passage:
    return Passage(source, "0a1b2c3d", 0, len(words), words, ("Factors",))


@pytest.fixture
def answer_of_two() -> Answer:
    """An answer of one statement with two citations."""
    first, second = make_passage(BRIEF, "Territory matters."), make_passage(SEED, "Land is what counts.")
    cited = [
        Citation(1, first.id, BRIEF, "Territory matters", 0, 17),
        Citation(2, second.id, SEED, "Land is what counts", 0, 19),
    ]
    return Answer(
        query=Query("What matters most?", "What matters most?"),
        answered=True,
        support=0.9,
        reason=None,
        statements=(Statement("Territory matters most.", (1, 2)),),
        citations=tuple(cited),
        nearest=(),
        retrieved=(Hit(first, 0.9, 1, 2), Hit(second, 0.8, 2, 1)),
        engine="extractive",
        index_version="0123456789ab",
        seconds={"retrieve": 0.1, "answer": 0.2},
        trace=Trace(),
    )


@pytest.fixture
def abstention() -> Answer:
    """An abstention with one nearest passage."""
    nearest = Hit(make_passage(BRIEF, "Territory matters."), 0.3, 1, 1)
    return Answer(
        query=Query("Who won in 2029?", "Who won in 2029?"),
        answered=False,
        support=0.1,
        reason="unsupported",
        statements=(),
        citations=(),
        nearest=(nearest,),
        retrieved=(nearest,),
        engine="extractive",
        index_version="0123456789ab",
        seconds={"retrieve": 0.1},
        trace=Trace(missing=("2029",)),
    )


POSTGRES = os.environ.get("PARLEY_TEST_POSTGRES", "")


@pytest.fixture(
    params=[
        "sqlite",
        pytest.param("postgres", marks=pytest.mark.skipif(not POSTGRES, reason="PARLEY_TEST_POSTGRES unset")),
    ]
)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty store of each kind; Postgres where PARLEY_TEST_POSTGRES names one to use up."""
    if request.param == "postgres":
        admin = create_engine(POSTGRES.replace("postgresql://", "postgresql+psycopg://"))
        with admin.begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
        admin.dispose()
    opened = Database(POSTGRES if request.param == "postgres" else f"sqlite:///{tmp_path / 'bot.sqlite3'}")
    yield opened
    opened.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Desk]:
    """A desk that the tests of a module share; at its end nobody was pinged and Discord has refused nothing."""
    async with (
        DiscordStandIn() as discord,
        running_bot(discord, tmp_path_factory.mktemp("desk")) as client,
    ):
        yield make_desk(discord, client)
        assert discord.pings == []
        assert discord.refusals == []
