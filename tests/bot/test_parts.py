"""The parts that run beside: the pool, progress, collections on disk, logs, watchdog, metrics."""

from __future__ import annotations

import asyncio
import itertools
import json
import logging
import threading
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot import shelves
from bot.answering import BusyError, Pool, TooSlowError
from bot.logs import JsonFormatter
from bot.metrics import Metrics
from bot.progress import Progress
from bot.shelves import Shelves
from bot.watchdog import Watchdog
from retrieval import ParleyError, UsageError
from tests.bot.small_engine import SmallEngine, SmallWorkshop, make_folder


async def test_a_pool_runs_so_many_at_once_and_lets_so_many_wait() -> None:
    pool, gate = Pool(workers=2, queue=1, seconds=10), threading.Event()
    running = [asyncio.create_task(pool.run(gate.wait)) for _ in range(3)]
    await asyncio.sleep(0.05)
    assert (pool.in_hand, pool.waiting) == (3, 1)
    with pytest.raises(BusyError):
        await pool.run(lambda: None)
    gate.set()
    assert await asyncio.gather(*running) == [True] * 3
    await asyncio.sleep(0.05)
    assert pool.in_hand == 0
    pool.close()


async def test_work_out_of_time_keeps_its_place_until_it_ends() -> None:
    pool, gate = Pool(workers=1, queue=0, seconds=0.1), threading.Event()
    with pytest.raises(TooSlowError, match=r"within 0 seconds"):
        await pool.run(gate.wait)
    with pytest.raises(BusyError):
        await pool.run(lambda: None)
    gate.set()
    await asyncio.sleep(0.1)
    assert await pool.run(lambda: 7) == 7
    pool.close()


async def test_the_works_own_error_comes_through() -> None:
    pool = Pool(workers=1, queue=0, seconds=1)

    def fail() -> None:
        raise TimeoutError("the work's own")

    with pytest.raises(TimeoutError, match="the work's own"):
        await pool.run(fail)
    pool.close()


async def test_progress_leaves_out_what_nobody_saw_and_never_overtakes_the_last_edit() -> None:
    edits: list[tuple[float, str]] = []

    async def edit(text: str) -> None:
        edits.append((time.monotonic(), text))
        await asyncio.sleep(0.05)

    progress = Progress(edit, least_seconds=0.2)
    with ThreadPoolExecutor(4) as threads:
        for n in range(50):
            threads.submit(progress.note, f"step {n:02}")
            await asyncio.sleep(0.01)
    await progress.stop()
    last = time.monotonic()
    progress.note("too late")
    await asyncio.sleep(0.3)
    assert 2 <= len(edits) <= 4
    assert all(later[0] - earlier[0] >= 0.2 for earlier, later in itertools.pairwise(edits))
    assert last - edits[-1][0] >= 0.2
    assert "too late" not in [text for _, text in edits]


def make_shelves(folder: Path, files: int = 200) -> Shelves:
    base = SmallEngine(make_folder(folder / "base"))
    return Shelves(base, SmallWorkshop(), folder / "collections", held_open=2, files=files)


def test_each_server_reads_its_own_collection_and_no_other(tmp_path: Path) -> None:
    """Many servers at once, each with a word of its own, under changes of the base."""
    made = make_shelves(tmp_path)

    def add_and_ask(guild: int) -> bool:
        made.add_file(guild, "memo.txt", f"Memo | The courier of {guild} travels through place{guild:05}.".encode())
        found = made.engine(guild).ask("Which courier travels?")
        return found.answered and f"place{guild:05}" in found.statements[0].text

    with ThreadPoolExecutor(4) as threads:
        assert all(threads.map(add_and_ask, range(1, 9)))
    for guild in range(1, 9):
        texts = {passage.text for passage in made.engine(guild)._passages()}  # type: ignore[attr-defined]
        assert sum("courier" in text for text in texts) == 1
    assert not made.base.ask("Which courier travels?").answered
    assert made.engine(99) is made.base


def test_a_collection_follows_the_base(tmp_path: Path) -> None:
    made = make_shelves(tmp_path)
    made.add_file(1, "memo.txt", b"Memo | The courier travels through Samarkand.")
    before = made.engine(1)
    (tmp_path / "base" / "texts" / "news.txt").write_text("News | A delegation arrived in Istanbul yesterday.")
    assert made.engine(1) is not before
    assert made.engine(1).ask("Which delegation arrived?").answered
    assert made.engine(1).ask("Which courier travels?").answered
    assert {source.id for source in made.known_sources(1)} == {"impasse", "minsk", "news", "server-memo"}


def test_a_file_of_the_same_name_replaces_the_first_and_a_bad_one_leaves_it(tmp_path: Path) -> None:
    made = make_shelves(tmp_path)
    made.add_file(1, "memo.txt", b"Memo | The courier travels through Samarkand.")
    assert made.add_file(1, "memo.txt", b"Memo | The courier travels through Tashkent.").changed == ("server-memo",)
    assert made.add_file(1, "memo.txt", b"nothing").failed
    assert "Tashkent" in made.engine(1).ask("Which courier travels?").statements[0].text
    made.remove(1, "server-memo.txt")
    assert made.engine(1) is made.base
    with pytest.raises(UsageError, match="holds nothing of that name"):
        made.remove(1, "server-memo.txt")


def test_a_full_collection_takes_no_more_but_replaces(tmp_path: Path) -> None:
    made = make_shelves(tmp_path, files=1)
    made.add_file(1, "one.txt", b"One | The courier travels through Samarkand.")
    with pytest.raises(UsageError, match=r"full \(1\)"):
        made.add_file(1, "two.txt", b"Two | Another courier travels.")
    assert made.add_file(1, "one.txt", b"One | The courier stays.").changed


@pytest.mark.parametrize("name", ["../../evil.txt", "..\\evil.txt", "/etc/passwd.txt", "a\x00b.txt", "…​.txt", ".txt"])
def test_a_files_name_never_leaves_its_folder(tmp_path: Path, name: str) -> None:
    made = make_shelves(tmp_path)
    made.add_file(1, name, b"Memo | The courier travels.")
    kept = list((tmp_path / "collections" / "1" / "documents").iterdir())
    assert len(kept) == 1
    assert kept[0].name.startswith("server-")


def test_no_collection_outside_servers(tmp_path: Path) -> None:
    with pytest.raises(ParleyError, match="Only a server"):
        make_shelves(tmp_path).add_file(0, "memo.txt", b"Memo | The courier travels.")


def test_replaced_indexes_are_swept_once_nobody_reads_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = make_shelves(tmp_path)
    made.add_file(1, "memo.txt", b"Memo | The courier travels.")
    made.reload(1)
    assert len(list((tmp_path / "collections" / "1").glob("index-*"))) == 2
    monkeypatch.setattr(shelves, "_SWEPT_AFTER", -1.0)
    made.reload(1)
    assert len(list((tmp_path / "collections" / "1").glob("index-*"))) == 1


async def test_the_watchdog_sees_a_blocked_loop() -> None:
    watchdog = Watchdog()
    assert watchdog.percentile(0.99) == 0.0
    task = asyncio.create_task(watchdog.run())
    await asyncio.sleep(0.1)
    time.sleep(0.3)
    await asyncio.sleep(0.1)
    task.cancel()
    assert watchdog.percentile(1.0) > 0.2
    assert watchdog.percentile(0.0) < 0.1


def test_metrics_are_served_on_loopback_only_when_asked() -> None:
    metrics = Metrics()
    metrics.watch(lambda: 0.25, lambda: 3)
    metrics.questions.labels("answered").inc()
    port = metrics.serve(0)
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as response:
        text = response.read().decode()
    metrics.close()
    assert 'parley_questions_total{end="answered"} 1.0' in text
    assert "parley_loop_lag_seconds 0.25" in text
    assert "parley_in_hand 3.0" in text


def test_a_log_line_is_one_json_object() -> None:
    record = logging.makeLogRecord({"name": "bot", "levelname": "INFO", "msg": "a\nb %s", "args": ("c",), "guild": 7})
    try:
        raise ValueError("wrong")
    except ValueError as error:
        record.exc_info = (ValueError, error, error.__traceback__)
    line = JsonFormatter().format(record)
    assert "\n" not in line
    read = json.loads(line)
    assert (read["message"], read["guild"], read["level"]) == ("a\nb c", 7, "INFO")
    assert "ValueError: wrong" in read["trace"]
