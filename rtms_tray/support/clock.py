"""The program's clock: steady, so that correcting the wall clock neither fires nor delays a deadline."""

import sys
import time
from typing import Protocol

from rtms_tray.support.units import MINUTE, Millis


class Clock(Protocol):
    """Returns the time: milliseconds since the Unix epoch, UTC; never runs backwards."""

    def __call__(self) -> Millis:
        """Return the time."""
        ...


def steady_ms(platform: str = sys.platform) -> Millis:
    """Count milliseconds, sleep included: on Linux and macOS `time.monotonic` stands still in it."""
    if platform == "linux":
        steady = time.clock_gettime_ns(time.CLOCK_BOOTTIME)
    elif platform == "darwin":
        steady = time.clock_gettime_ns(time.CLOCK_MONOTONIC)
    else:
        steady = time.monotonic_ns()
    return steady // 1_000_000


class SystemClock:
    """The wall clock as it was at the start, or when it was last followed, continued by the steady one."""

    def __init__(self) -> None:
        self._ahead = self._wall_ahead()

    def follow_wall(self) -> Millis:
        """Take over a wall clock that was set by a minute or more; returns by how much this one moves."""
        before, wall = self._ahead, self._wall_ahead()
        if (
            abs(wall - before) < MINUTE
        ):  # what is kept right in small steps changes nothing that anybody sees
            return 0
        self._ahead = wall
        return wall - before

    @staticmethod
    def _wall_ahead() -> Millis:
        return time.time_ns() // 1_000_000 - steady_ms()

    def __call__(self) -> Millis:
        """Return the time."""
        return steady_ms() + self._ahead
