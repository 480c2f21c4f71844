"""How often an address or a user may ask: so many times a minute, by this instance's own count."""

from typing import Final

import msgspec
from starlette.requests import HTTPConnection

from rtms_tray.support.clock import Clock

_MINUTE_MS: Final = 60_000
_MOST_NAMES: Final = 50_000


class RateLimit:
    """A bucket for each name that empties evenly; full ones are refused."""

    def __init__(self, per_minute: int, clock: Clock) -> None:
        self._per_minute = per_minute
        self._clock = clock
        self._levels: dict[str, tuple[float, int]] = {}

    def admits(self, name: str) -> bool:
        """Count one more, unless there were too many."""
        if self.is_exceeded(name):
            return False
        self.count(name)
        return True

    def is_exceeded(self, name: str) -> bool:
        """Whether there were too many; one that is only asked for is not counted."""
        return self._level(name) > self._per_minute - 1

    def count(self, name: str) -> None:
        """Count one more."""
        if len(self._levels) >= _MOST_NAMES:
            self._drop_empty()
        self._levels[name] = (self._level(name) + 1, self._clock())

    def _level(self, name: str) -> float:
        level, at = self._levels.get(name, (0.0, 0))
        return max(0.0, level - (self._clock() - at) * self._per_minute / _MINUTE_MS)

    def _drop_empty(self) -> None:
        """Forget who has not asked lately; under attack from everywhere, forget the oldest."""
        self._levels = {name: of for name, of in self._levels.items() if self._level(name) > 0}
        while len(self._levels) > _MOST_NAMES * 9 // 10:  # seldom many, not one at every call
            del self._levels[next(iter(self._levels))]


class TrayLimits(msgspec.Struct, frozen=True):
    """How often a user may ask, and how often an address may be refused (many people may share one)."""

    requests: RateLimit
    refusals: RateLimit


def client_address(connection: HTTPConnection) -> str:
    """Return who asks; behind a trusted proxy, what that says."""
    return connection.client.host if connection.client else ""
