"""Weeks and losses: every stretch in its week, every reason in its sum."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from rtms_tray.capture.timeline import Span, SpanKind
from rtms_tray.capture.units import HOUR, MINUTE
from rtms_tray.history_weeks import losses, mondays, start_of, weeks
from rtms_tray.store.history_reader import HostedSpan
from rtms_tray.store.history_records import HostSide
from tests.helpers.manual_clock import NOON

H, K = HostSide, SpanKind


def hosted(host: HostSide, start: int, length: int, kind: SpanKind, why: str = "") -> HostedSpan:
    return HostedSpan(host, Span(start, start + length, kind, why))


def test_mondays_end_with_the_running_week() -> None:
    found = mondays(NOON, 12)
    assert len(found) == 12
    assert all(day.weekday() == 0 for day in found)
    assert all(b - a == timedelta(weeks=1) for a, b in pairwise(found))
    assert start_of(found[-1]) <= NOON < start_of(found[-1] + timedelta(weeks=1))


def test_stretches_fall_into_the_week_in_which_they_began() -> None:
    days = (date(2026, 11, 9), date(2026, 11, 16))
    second = start_of(days[1])
    found = weeks(
        [
            hosted(H.INTERNAL, second - 1, HOUR, K.CAPTURED),
            hosted(H.INTERNAL, second, HOUR, K.CAPTURED),
            hosted(H.INTERNAL, second + 1, MINUTE, K.CAPTURED),
            hosted(H.EXTERNAL, second, MINUTE, K.LOST),
            hosted(H.EXTERNAL, start_of(days[0]) - 1, MINUTE, K.LOST),  # too old
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
            hosted(H.INTERNAL, NOON, MINUTE, K.LOST, "host_absent"),
            hosted(H.EXTERNAL, NOON, 2 * MINUTE, K.LOST, "host_absent"),
            hosted(H.EXTERNAL, NOON, HOUR, K.LOST, "rtms_disabled"),
            hosted(H.EXTERNAL, NOON, HOUR, K.CAPTURED, "began"),
            hosted(H.UNKNOWN, NOON, MINUTE, K.LOST),
        ]
    )
    assert [(loss.text, loss.total) for loss in found] == [
        ("RTMS is switched off", HOUR),
        ("Waiting for the host", 3 * MINUTE),
        ("No reason was noted", MINUTE),
    ]
    assert found[1].by_host == {H.INTERNAL: MINUTE, H.EXTERNAL: 2 * MINUTE}


@given(
    st.lists(
        st.builds(
            hosted,
            st.sampled_from(HostSide),
            st.integers(NOON - 100 * 24 * HOUR, NOON),
            st.integers(1, HOUR),
            st.sampled_from([K.CAPTURED, K.PAUSED, K.LOST, K.UNKNOWN]),
        ),
        max_size=30,
    )
)
def test_nothing_is_counted_twice_or_left_out(spans: list[HostedSpan]) -> None:
    days = mondays(NOON, 12)
    first = start_of(days[0])
    found = weeks(spans, days)
    counted = sum(week.total(side) for week in found for side in HostSide)
    assert counted == sum(s.span.end - s.span.start for s in spans if s.span.start >= first)
