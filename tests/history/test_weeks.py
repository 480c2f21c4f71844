"""Weeks and losses: every stretch in its week, every reason in its sum."""

import asyncio
import tempfile
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from rtms_tray.capture.timeline import Span, SpanKind
from rtms_tray.history.database import HistoryFile
from rtms_tray.history.model import HostSide, MeetingRecord
from rtms_tray.history.reader import HistoryReader, Spent
from rtms_tray.history.weeks import losses, mondays, start_of, weeks
from rtms_tray.support.units import HOUR, MINUTE
from tests.helpers.histories import ENDED
from tests.helpers.manual_clock import NOON

H, K = HostSide, SpanKind


def test_mondays_end_with_the_running_week() -> None:
    found = mondays(NOON, 12)
    assert len(found) == 12
    assert all(day.weekday() == 0 for day in found)
    assert all(b - a == timedelta(weeks=1) for a, b in pairwise(found))
    assert start_of(found[-1]) <= NOON < start_of(found[-1] + timedelta(weeks=1))


def test_what_was_spent_is_shared_out() -> None:
    days = (date(2026, 11, 9), date(2026, 11, 16))
    found = weeks(
        [
            Spent(0, H.INTERNAL, K.CAPTURED, "began", HOUR),
            Spent(1, H.INTERNAL, K.CAPTURED, "began", HOUR),
            Spent(1, H.INTERNAL, K.CAPTURED, "began_elsewhere", MINUTE),
            Spent(1, H.EXTERNAL, K.LOST, "host_absent", MINUTE),
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
            Spent(0, H.INTERNAL, K.LOST, "host_absent", MINUTE),
            Spent(1, H.EXTERNAL, K.LOST, "host_absent", 2 * MINUTE),
            Spent(1, H.EXTERNAL, K.LOST, "rtms_disabled", HOUR),
            Spent(1, H.EXTERNAL, K.CAPTURED, "began", HOUR),
            Spent(1, H.UNKNOWN, K.LOST, "", MINUTE),
        ]
    )
    assert [(loss.text, loss.total) for loss in found] == [
        ("RTMS is switched off", HOUR),
        ("Waiting for the host", 3 * MINUTE),
        ("No reason was noted", MINUTE),
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
        replace(ENDED, key=str(n), host=host, spans=tuple(made), seen_at=NOON + HOUR)
        for n, (host, made) in enumerate(kept)
    ]
    found = weeks(asyncio.run(spent_of(records, starts)), days)
    for place, week in enumerate(found):
        end = starts[place + 1] if place + 1 < len(starts) else NOON + HOUR
        for host in HostSide:
            of_host = [span for side, made in kept if side is host for span in made]
            here = [
                s for s in of_host if starts[place] <= s.start < end and s.kind != "not_counted"
            ]
            assert week.total(host) == sum(s.end - s.start for s in here)


async def spent_of(records: list[MeetingRecord], starts: tuple[int, ...]) -> list[Spent]:
    """Write a history, and ask it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "history.sqlite3"
        file = HistoryFile.open(path)
        file.save(records)
        file.close()
        reader = HistoryReader(path)
        found = await reader.spent(starts)
        reader.close()
        return found
