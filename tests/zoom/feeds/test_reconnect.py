"""When to connect again follows from cause the attempts ended."""

from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtms_tray.zoom.feeds.endings import CloseCause, Ending
from rtms_tray.zoom.feeds.reconnect import ReconnectPolicy, Timing, backoff

TIMING = Timing()
KICKED = Ending(CloseCause.CLOSED, lasted_s=2.0)
FAILED = Ending(CloseCause.FAILED)
REFUSED = Ending(CloseCause.REFUSED)
TOKEN_REFUSED = Ending(CloseCause.TOKEN_REFUSED)


def waits(*endings: Ending, chance: float = 1.0) -> list[float | None]:
    policy = ReconnectPolicy(TIMING, lambda: chance)
    return [policy.delay_after(ending) for ending in endings]


@given(st.floats(0.1, 10), st.floats(1, 100), st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_delays_stay_between_the_first_and_a_doubling_ceiling(
    first: float, factor: float, chances: list[float]
) -> None:
    last = first * factor
    delays = list(islice(backoff(first, last, iter(chances).__next__), len(chances)))
    for number, delay in enumerate(delays):
        assert first <= delay <= max(first, min(last, first * 2 ** (number + 1))) * (1 + 1e-9)


def test_delays_spread_over_the_whole_range() -> None:
    assert waits(*[FAILED] * 8) == [2, 4, 8, 16, 32, 60, 60, 60]
    assert waits(*[FAILED] * 8, chance=0.0) == [1] * 8


@pytest.mark.parametrize("lasted_s", [60.0, 3600.0])
@pytest.mark.parametrize("cause", [CloseCause.BROKEN, CloseCause.CLOSED])
def test_a_good_connection_begins_anew(cause: CloseCause, lasted_s: float) -> None:
    assert waits(FAILED, FAILED, Ending(cause, lasted_s=lasted_s), FAILED) == [2, 4, 2, 4]


def test_a_short_connection_does_not_begin_anew() -> None:
    assert waits(FAILED, Ending(CloseCause.BROKEN, lasted_s=59.0), FAILED) == [2, 4, 8]


def test_what_needs_a_change_of_settings_is_tried_slowly() -> None:
    assert waits(*[REFUSED] * 5) == [120, 240, 480, 600, 600]
    assert waits(*[REFUSED] * 3, chance=0.0) == [60, 60, 60]


def test_a_refused_token_is_renewed_once() -> None:
    assert waits(TOKEN_REFUSED, TOKEN_REFUSED, TOKEN_REFUSED) == [0, 120, 240]


def test_a_connection_earns_another_renewal() -> None:
    lived = Ending(CloseCause.BROKEN, lasted_s=5.0)
    assert waits(TOKEN_REFUSED, lived, TOKEN_REFUSED) == [0, 2, 0]


def test_kicked_three_times_in_a_row_is_enough() -> None:
    assert waits(KICKED, KICKED, KICKED) == [2, 4, None]


@pytest.mark.parametrize(
    "between",
    [
        Ending(CloseCause.BROKEN, lasted_s=2.0),
        Ending(CloseCause.BROKEN, lasted_s=100.0),
        Ending(CloseCause.CLOSED, lasted_s=60.0),
        Ending(CloseCause.ON_PURPOSE),
    ],
)
def test_anything_else_in_between_interrupts_the_row(between: Ending) -> None:
    assert None not in waits(KICKED, KICKED, between, KICKED, KICKED)


def test_attempts_that_never_connected_do_not_interrupt_the_row() -> None:
    assert waits(KICKED, FAILED, KICKED, FAILED, KICKED)[-1] is None


def test_broken_connections_never_count() -> None:
    assert None not in waits(*[Ending(CloseCause.BROKEN, lasted_s=1.0)] * 50)


def test_on_purpose_is_at_once_and_begins_anew() -> None:
    assert waits(FAILED, FAILED, Ending(CloseCause.ON_PURPOSE), FAILED) == [2, 4, 0, 2]


@given(
    st.lists(
        st.builds(Ending, st.sampled_from(CloseCause), st.none(), st.none() | st.floats(0, 1e4))
    )
)
def test_every_delay_is_bounded(endings: list[Ending]) -> None:
    policy = ReconnectPolicy(TIMING, lambda: 0.5)
    for ending in endings:
        delay = policy.delay_after(ending)
        assert delay is None or delay == 0 or 1 <= delay <= 600
