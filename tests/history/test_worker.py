"""The history beside the event loop: never waits for the disk, and begins anew after damage."""

import asyncio
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from rtms_tray.history.database import read_meetings
from rtms_tray.history.model import HistoryError, Trouble
from rtms_tray.history.worker import History, history_thread, run_on_disk
from rtms_tray.support.frozen import replace
from tests.helpers.expected_logs import ExpectedLogs
from tests.helpers.histories import ENDED, OPEN


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "history.sqlite3"


@pytest.fixture
async def history(path: Path) -> AsyncIterator[History]:
    history = History(path)
    yield history
    await history.close()


def damage(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"rubbish" * 1000)


def content(path: Path) -> bytes:
    return path.read_bytes()


def make_folder(path: Path) -> None:
    path.mkdir(parents=True)


async def test_meetings_are_saved_read_and_deleted(history: History, path: Path) -> None:
    await history.save([ENDED, OPEN])
    assert await history.unfinished() == [OPEN]
    await history.delete_before(OPEN.seen_at + 1)
    assert read_meetings(path) == []


async def test_no_file_is_created_before_there_is_a_meeting(history: History, path: Path) -> None:
    assert await history.unfinished() == []
    await history.delete_before(0)
    await history.erase()
    assert not path.parent.exists()


async def test_erasing_deletes_the_file_and_writing_makes_a_new_one(
    history: History, path: Path
) -> None:
    await history.save([OPEN])
    await history.erase()
    assert list(path.parent.iterdir()) == []
    await history.save([ENDED])
    assert read_meetings(path) == [ENDED]


async def test_closing_twice_and_writing_after_it_do_no_harm(path: Path) -> None:
    history = History(path)
    await history.save([OPEN])
    await history.close()
    await history.close()
    await history.save([ENDED])
    assert len(read_meetings(path)) == 2
    await history.close()


async def test_a_slow_close_does_not_close_what_is_opened_after_it(path: Path) -> None:
    history, gate = History(path, limit_s=1), threading.Event()
    before = set(threading.enumerate())
    await history.save([OPEN])
    old, (thread,) = history._open, set(threading.enumerate()) - before
    slow = asyncio.create_task(run_on_disk(history._thread, lambda: gate.wait(30), 30))
    await asyncio.sleep(0)
    with pytest.raises(HistoryError):
        await history.close()
    await history.save([ENDED])
    new = history._open._file
    gate.set()  # the disk answers: the first thread closes, after the second has opened
    assert await slow
    await asyncio.to_thread(thread.join, 10)
    assert old._file is None
    assert new is not None
    assert history._open._file is new
    await history.save([replace(ENDED, key="another")])
    assert len(read_meetings(path)) == 3
    await history.close()


@pytest.mark.promise("database corrupt")
async def test_a_damaged_history_is_set_aside(
    history: History, path: Path, expected_logs: ExpectedLogs
) -> None:
    expected_logs.expect("The history was damaged")
    damage(path)
    assert await history.unfinished() == []
    await history.save([ENDED])
    assert read_meetings(path) == [ENDED]
    assert history.damaged == path.with_name("history.sqlite3.damaged")
    assert content(history.damaged) == b"rubbish" * 1000


async def test_other_trouble_is_reported(history: History, path: Path) -> None:
    make_folder(path)
    with pytest.raises(HistoryError):
        await history.save([ENDED])
    assert history.damaged is None


async def test_a_disk_that_does_not_respond_delays_nothing() -> None:
    thread, answer, done = history_thread(), threading.Event(), []
    with pytest.raises(HistoryError) as caught:
        await run_on_disk(thread, answer.wait, 0.05)
    assert caught.value.trouble is Trouble.SLOW
    with pytest.raises(HistoryError):  # waits behind, and is dropped
        await run_on_disk(thread, lambda: done.append("late"), 0.05)
    answer.set()
    assert await run_on_disk(thread, lambda: "again", 5) == "again"
    assert done == []
    thread.shutdown()
