"""The one clock: steady, so that a corrected wall clock neither fires nor starves a deadline."""

import sys
import time
from typing import Protocol

from rtms_tray.support.units import Millis


class Clock(Protocol):
    """Tells the time: milliseconds since the Unix epoch, UTC, never running backwards."""

    def __call__(self) -> Millis:
        """Read it."""
        ...


def steady_ms(platform: str = sys.platform) -> Millis:
    """Count milliseconds through sleep; `time.monotonic` stands still in it on Linux and macOS."""
    if platform == "linux":
        steady = time.clock_gettime_ns(time.CLOCK_BOOTTIME)
    elif platform == "darwin":
        steady = time.clock_gettime_ns(time.CLOCK_MONOTONIC)
    else:
        steady = time.monotonic_ns()
    return steady // 1_000_000


class SystemClock:
    """The wall clock as it was at the start, carried on steadily."""

    def __init__(self) -> None:
        self._ahead = time.time_ns() // 1_000_000 - steady_ms()

    def __call__(self) -> Millis:
        """Read it."""
        return steady_ms() + self._ahead
