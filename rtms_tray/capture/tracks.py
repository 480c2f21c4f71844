"""Tracks: what holds from which moment on."""

from bisect import bisect_right
from collections.abc import Iterable
from math import inf
from typing import Generic, TypeVar

from rtms_tray.capture.facts import Fact, What
from rtms_tray.support.units import Millis

T = TypeVar("T")


class Track(Generic[T]):
    """A value over time; of two changes at one moment, the later one in the list counts."""

    def __init__(self, before: T, changes: Iterable[tuple[Millis, T]]) -> None:
        self.moments: list[Millis] = []
        self._values = [before]
        for at, value in changes:
            self.moments.append(at)
            self._values.append(value)

    def at(self, moment: Millis) -> T:
        """Tell the value at a moment."""
        return self._values[bisect_right(self.moments, moment)]

    @property
    def last(self) -> T:
        """The value that holds in the end."""
        return self._values[-1]


def lasting(facts: Iterable[Fact], what: What) -> Track[bool]:
    """Follow what lasts until a known moment, or still does; what overlaps is one."""
    changes: list[tuple[Millis, bool]] = []
    end: float = -inf
    for at, until in sorted(_bounds(facts, what)):
        if at > end:
            changes += [(int(end), False)] if changes else []
            changes.append((at, True))
        end = max(end, until)
    if changes and end < inf:
        changes.append((int(end), False))
    return Track(False, changes)


def _bounds(facts: Iterable[Fact], what: What) -> Iterable[tuple[Millis, float]]:
    for fact in facts:
        until = inf if fact.until is None else fact.until
        if fact.what is what and until > fact.at:
            yield fact.at, until
