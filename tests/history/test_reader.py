"""Reading the history: beside a writer, by pages, as totals; and what is said when it cannot be read."""

import asyncio
import json
import sqlite3
import tempfile
from collections.abc import AsyncIterator
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rtms_tray.capture.timeline import Span, SpanKind
from rtms_tray.history.database import HistoryFile, erase
from rtms_tray.history.model import HistoryError, HostSide, MeetingRecord, Trouble
from rtms_tray.history.reader import (
    PAGE,
    HistoryReader,
    Page,
    Past,
    PeriodTotal,
    losses,
    mondays,
    start_of,
    weeks,
)
from rtms_tray.history.report import as_csv, json_file
from rtms_tray.history.search import Search
from rtms_tray.history.worker import History
from rtms_tray.presentation.wording import reason_words
from rtms_tray.support.frozen import replace
from rtms_tray.support.units import HOUR, MINUTE
from tests.helpers.histories import ENDED, OPEN, keep_many, many_meetings
from tests.helpers.manual_clock import NOON


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "history.sqlite3"


@pytest.fixture
async def reader(path: Path) -> AsyncIterator[HistoryReader]:
    reader = HistoryReader(path)
    yield reader
    reader.close()


def is_there(path: Path) -> bool:
    return path.exists()


def put(path: Path, content: bytes) -> None:
    path.write_bytes(content)


async def test_without_a_history_there_is_nothing(reader: HistoryReader, path: Path) -> None:
    assert await reader.page(Search()) == Page((), 0)
    assert await reader.meeting("a") is None
    assert await reader.totals((0, NOON)) == []
    assert await reader.write(Search(), path.parent / "all.json", json_file) == 0
    assert not is_there(path)
    put(path, b"")  # created, but never written
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
        spent = await reader.totals((NOON - HOUR, NOON + 5 * MINUTE))
        lost = [part for part in spent if part.kind is SpanKind.LOST]
        assert lost == [PeriodTotal(0, HostSide.INTERNAL, SpanKind.LOST, "asked", 10 * MINUTE)]
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
    whole, single = path.parent / "all.json", path.parent / "one.csv"
    assert await reader.write(Search(), whole, json_file) == 2
    content = json.loads(whole.read_text("utf-8"))
    assert [meeting["ended"] is None for meeting in content] == [False, True]
    assert await reader.write(Search("ended_at IS NULL"), single, as_csv) == 1
    assert single.read_text("utf-8").count("98712345670") == 1
    with pytest.raises(OSError, match="No such file"):
        await reader.write(Search(), path.parent / "missing" / "x", as_csv)
    await reader.write_text(path.parent / "a.html", "é\n")
    assert (path.parent / "a.html").read_bytes() == "é\n".encode()


async def test_trouble_with_the_history_is_reported(reader: HistoryReader, path: Path) -> None:
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


# --- totals by week and by reason ---------------------------------------------------------------

H, K = HostSide, SpanKind


def test_mondays_end_with_the_running_week() -> None:
    found = mondays(NOON, 12)
    assert len(found) == 12
    assert all(day.weekday() == 0 for day in found)
    assert all(b - a == timedelta(weeks=1) for a, b in pairwise(found))
    assert start_of(found[-1]) <= NOON < start_of(found[-1] + timedelta(weeks=1))


def test_totals_are_distributed_over_the_weeks() -> None:
    days = (date(2026, 11, 9), date(2026, 11, 16))
    found = weeks(
        [
            PeriodTotal(0, H.INTERNAL, K.CAPTURED, "began", HOUR),
            PeriodTotal(1, H.INTERNAL, K.CAPTURED, "began", HOUR),
            PeriodTotal(1, H.INTERNAL, K.CAPTURED, "began_elsewhere", MINUTE),
            PeriodTotal(1, H.EXTERNAL, K.LOST, "host_absent", MINUTE),
        ],
        days,
    )
    assert [week.monday for week in found] == list(days)
    assert found[0].by_host == {H.INTERNAL: {K.CAPTURED: HOUR}}
    assert found[1].by_host == {
        H.INTERNAL: {K.CAPTURED: HOUR + MINUTE},
        H.EXTERNAL: {K.LOST: MINUTE},
    }
    assert found[1].total(H.INTERNAL) == HOUR + MINUTE
    assert found[1].total(H.UNKNOWN) == 0


def test_losses_by_reason_the_most_first() -> None:
    found = losses(
        [
            PeriodTotal(0, H.INTERNAL, K.LOST, "host_absent", MINUTE),
            PeriodTotal(1, H.EXTERNAL, K.LOST, "host_absent", 2 * MINUTE),
            PeriodTotal(1, H.EXTERNAL, K.LOST, "rtms_disabled", HOUR),
            PeriodTotal(1, H.EXTERNAL, K.CAPTURED, "began", HOUR),
            PeriodTotal(1, H.UNKNOWN, K.LOST, "", MINUTE),
        ]
    )
    assert [(loss.text, loss.total) for loss in found] == [
        (reason_words("rtms_disabled"), HOUR),
        (reason_words("host_absent"), 3 * MINUTE),
        ("No reason recorded", MINUTE),
    ]
    assert found[1].by_host == {H.INTERNAL: MINUTE, H.EXTERNAL: 2 * MINUTE}


spans = st.builds(
    lambda start, length, kind, why: Span(start, start + length, kind, why),
    st.integers(NOON - 100 * 24 * HOUR, NOON),
    st.integers(0, HOUR),
    st.sampled_from(SpanKind),
    st.sampled_from(["", "asked", "began"]),
)
meetings = st.lists(st.tuples(st.sampled_from(HostSide), st.lists(spans, max_size=6)), max_size=6)


@settings(deadline=None, max_examples=40)
@given(meetings)
def test_nothing_is_counted_twice_or_left_out(kept: list[tuple[HostSide, list[Span]]]) -> None:
    days = mondays(NOON, 12)
    starts = tuple(map(start_of, days))
    records = [
        replace(ENDED, key=str(n), host=host, spans=tuple(spans), seen_at=NOON + HOUR)
        for n, (host, spans) in enumerate(kept)
    ]
    found = weeks(asyncio.run(spent_of(records, starts)), days)
    for place, week in enumerate(found):
        end = starts[place + 1] if place + 1 < len(starts) else NOON + HOUR
        for host in HostSide:
            of_host = [span for side, spans in kept if side is host for span in spans]
            here = [
                s for s in of_host if starts[place] <= s.start < end and s.kind != "not_counted"
            ]
            assert week.total(host) == sum(s.end - s.start for s in here)


async def spent_of(records: list[MeetingRecord], starts: tuple[int, ...]) -> list[PeriodTotal]:
    """Write a history, and ask it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "history.sqlite3"
        file = HistoryFile.open(path)
        file.save(records)
        file.close()
        reader = HistoryReader(path)
        found = await reader.totals(starts)
        reader.close()
        return found


async def test_how_often_meetings_were_captured(reader: HistoryReader, path: Path) -> None:
    assert await reader.captured(["98712345670"]) == {}
    nothing = replace(ENDED, key="n", spans=())
    history = HistoryFile.open(path)
    history.save([ENDED, nothing, OPEN, replace(ENDED, key="o", meeting_number="98712345679")])
    history.close()
    assert await reader.captured(["98712345670", "98712345671"]) == {"98712345670": Past(2, 1)}
