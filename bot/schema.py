"""Opens the store's database and brings its tables up to date. Knows SQLite's and Postgres's ways, no queries."""

from __future__ import annotations

import logging
from importlib.resources import as_file, files
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from retrieval import ParleyError, SettingsError

_log = logging.getLogger("bot.schema")

_LOCK = 7_261_550  # any fixed number: who migrates a shared Postgres holds this advisory lock


class StoreError(ParleyError):
    """The bot's store cannot be used; the message says which and what to do, and never holds a password."""


def open_database(url: str) -> Engine:
    """The database, its tables made or migrated.

    Raises:
        SettingsError: the URL cannot be read, or its driver is not installed.
        StoreError: the database cannot be reached or migrated.
    """
    try:
        parsed = make_url(url)
        if parsed.drivername in ("postgres", "postgresql"):
            parsed = parsed.set(drivername="postgresql+psycopg")
        if parsed.get_backend_name() not in ("sqlite", "postgresql"):
            raise SettingsError(f"database: {parsed.drivername!r} is not one of sqlite, postgresql")
        engine = _create(parsed)
    except (ArgumentError, ModuleNotFoundError) as error:
        raise SettingsError(
            "PARLEY_BOT_DATABASE must be like sqlite:///bot.sqlite3 or postgresql://user@host/name"
            f" (for Postgres: pip install 'parley[postgres]'): {type(error).__name__}"
        ) from error
    try:
        with engine.begin() as connection:
            _migrate(connection)
    except SQLAlchemyError as error:
        engine.dispose()
        hidden = parsed.render_as_string(hide_password=True)
        raise StoreError(
            f"cannot use the store at {hidden}: {error.__class__.__name__}; is it running and writable?"
        ) from error
    except StoreError:
        engine.dispose()
        raise
    return engine


def _create(url: Any) -> Engine:
    """Parameters are hidden: they hold what people asked, and an error's text goes into the log."""
    if url.get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True, pool_size=4, max_overflow=0, hide_parameters=True)
    engine = create_engine(
        url, connect_args={"check_same_thread": False, "timeout": 10}, pool_size=1, max_overflow=0, hide_parameters=True
    )

    @event.listens_for(engine, "connect")
    def _set_up(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # transactions are begun below, not by the driver
        for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A transaction that reads first and writes later would fail at once beside another writer.
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _migrate(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    with as_file(files("bot").joinpath("migrations")) as folder:
        config = Config()
        config.set_main_option("script_location", str(folder).replace("%", "%%"))
        config.set_main_option("path_separator", "os")
        config.attributes["connection"] = connection
        here = MigrationContext.configure(connection).get_current_revision()
        known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
        if here is not None and here not in known:
            raise StoreError(f"the store is at {here}, made by a newer Parley; update Parley or use another database")
        command.upgrade(config, "head")
        now = MigrationContext.configure(connection).get_current_revision()
    if now != here:
        _log.info("the store was migrated", extra={"from_revision": here, "to_revision": now})
