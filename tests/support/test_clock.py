"""The clock: the wall's time, carried on steadily."""

import time

import pytest

from rtms_tray.support.clock import SystemClock, steady_ms
from rtms_tray.support.units import HOUR, SECOND
from tests.helpers.manual_clock import NOON


@pytest.mark.promise("clock an hour off, or jumping by one")
def test_the_clock_begins_at_the_wall_clock_and_never_runs_back() -> None:
    clock = SystemClock()
    assert abs(clock() - time.time_ns() // 1_000_000) < 1_000
    readings = [clock() for _ in range(1_000)]
    assert readings == sorted(readings)
    assert isinstance(readings[0], int)


def test_the_clock_runs_as_fast_as_time() -> None:
    clock, steady = SystemClock(), steady_ms()
    began = clock()
    time.sleep(0.05)
    assert 45 <= clock() - began <= 45 + (steady_ms() - steady)


@pytest.mark.skipif(not hasattr(time, "CLOCK_BOOTTIME"), reason="the clocks are Linux's")
@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
def test_every_system_has_a_clock_that_runs(platform: str) -> None:
    before = steady_ms(platform)
    time.sleep(0.02)
    assert 15 <= steady_ms(platform) - before < 10_000


@pytest.mark.parametrize(
    ("set_by", "follows_by"),
    [(59 * SECOND, 0), (-59 * SECOND, 0), (HOUR, HOUR), (-HOUR, -HOUR)],
)
def test_a_wall_clock_that_is_set_is_followed_only_when_asked(
    monkeypatch: pytest.MonkeyPatch, set_by: int, follows_by: int
) -> None:
    walls = [NOON, NOON + set_by]
    monkeypatch.setattr("rtms_tray.support.clock.steady_ms", lambda: 5_000)
    monkeypatch.setattr(time, "time_ns", lambda: walls[0] * 1_000_000)
    clock = SystemClock()
    del walls[0]
    assert clock() == NOON
    assert clock.follow_wall() == follows_by
    assert clock() == NOON + follows_by
    assert clock.follow_wall() == 0
