"""The clock: the wall's time, carried on steadily."""

import time

import pytest

from rtms_tray.support.clock import SystemClock, steady_ms


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
