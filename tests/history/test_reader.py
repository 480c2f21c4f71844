"""Reading the history for a page: beside a writer, by pages, and in words when it cannot be."""

import json
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from rtms_tray.capture.timeline import SpanKind
from rtms_tray.history.database import HistoryFile, erase
from rtms_tray.history.model import HistoryError, HostSide, Trouble
from rtms_tray.history.reader import PAGE, HistoryReader, Page, Search, Spent
from rtms_tray.history.report import as_csv, json_file
from rtms_tray.history.worker import History
from rtms_tray.support.units import HOUR, MINUTE
from tests.helpers.histories import ENDED, OPEN
from tests.helpers.manual_clock import NOON
from tests.helpers.many_meetings import keep_many, many_meetings


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "history.sqlite3"


@pytest.fixture
async def reader(path: Path) -> AsyncIterator[HistoryReader]:
    made = HistoryReader(path)
    yield made
    made.close()


def is_there(path: Path) -> bool:
    return path.exists()


def put(path: Path, content: bytes) -> None:
    path.write_bytes(content)


async def test_without_a_history_there_is_nothing(reader: HistoryReader, path: Path) -> None:
    assert await reader.page(Search()) == Page((), 0)
    assert await reader.meeting("a") is None
    assert await reader.spent((0, NOON)) == []
    assert await reader.write(Search(), path.parent / "all.json", json_file) == 0
    assert not is_there(path)
    put(path, b"")  # made, but never written
    assert await reader.page(Search()) == Page((), 0)


async def test_pages_follow_one_another(reader: HistoryReader, path: Path) -> None:
    keep_many(path, 2 * PAGE + 5, NOON)
    keys = []
    for offset in (0, PAGE, 2 * PAGE, 3 * PAGE):
        page = await reader.page(Search(), offset)
        assert page.total == 2 * PAGE + 5
        keys += [line.key for line in page.lines]
    assert keys == [record.key for record in reversed(many_meetings(2 * PAGE + 5, NOON))]


async def test_a_line_and_a_meeting_say_what_was_written(reader: HistoryReader, path: Path) -> None:
    history = History(path)
    await history.save([ENDED, OPEN])
    try:
        newest, oldest = (await reader.page(Search())).lines
        assert (newest.key, newest.ended_at) == (OPEN.key, None)
        assert oldest.meeting_number == ENDED.meeting_number
        lengths = (oldest.captured, oldest.paused, oldest.lost, oldest.unknown)
        assert lengths == tuple(
            ENDED.total(kind)
            for kind in (SpanKind.CAPTURED, SpanKind.PAUSED, SpanKind.LOST, SpanKind.UNKNOWN)
        )
        assert await reader.meeting(ENDED.key) == ENDED
        assert await reader.meeting("nobody") is None
        spent = await reader.spent((NOON - HOUR, NOON + 5 * MINUTE))
        lost = [part for part in spent if part.kind is SpanKind.LOST]
        assert lost == [Spent(0, HostSide.INTERNAL, SpanKind.LOST, "asked", 10 * MINUTE)]
        assert [part.kind for part in spent if part.period == 1] == [
            "captured",
            "paused",
            "unknown",
        ]
        await history.erase()
        assert await reader.page(Search()) == Page((), 0)
    finally:
        await history.close()


async def test_files_for_other_programs(reader: HistoryReader, path: Path) -> None:
    file = HistoryFile.open(path)
    file.save([OPEN, ENDED])
    file.close()
    whole, one = path.parent / "all.json", path.parent / "one.csv"
    assert await reader.write(Search(), whole, json_file) == 2
    content = json.loads(whole.read_text("utf-8"))
    assert [meeting["ended"] is None for meeting in content] == [False, True]
    assert await reader.write(Search("ended_at IS NULL"), one, as_csv) == 1
    assert one.read_text("utf-8").count("98712345670") == 1
    with pytest.raises(OSError, match="No such file"):
        await reader.write(Search(), path.parent / "missing" / "x", as_csv)
    await reader.write_text(path.parent / "a.html", "é\n")
    assert (path.parent / "a.html").read_bytes() == "é\n".encode()


async def test_trouble_is_said(reader: HistoryReader, path: Path) -> None:
    put(path, b"no database" * 200)
    with pytest.raises(HistoryError) as caught:
        await reader.page(Search())
    assert caught.value.trouble is Trouble.DAMAGED
    erase(path)
    HistoryFile.open(path).close()
    other = sqlite3.connect(path)
    other.execute("PRAGMA ignore_check_constraints = ON")
    other.execute(
        "INSERT INTO meetings VALUES ('k', NULL, NULL, 'nobody', 1, 1, 1, '', 0, 0, 0, 0, '')"
    )
    other.commit()
    other.close()
    with pytest.raises(HistoryError) as caught:
        await reader.page(Search())
    assert caught.value.trouble is Trouble.DAMAGED
