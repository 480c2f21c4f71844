"""Waits for something to become true, never longer than needed and never for ever."""

from collections.abc import Callable
from time import monotonic, sleep
from typing import TypeVar

Result = TypeVar("Result")

# Seconds between two looks: short beside what a person notices, long beside what a look costs.
LOOK_EVERY_S = 0.03


class DeadlineMissedError(AssertionError):
    """What was waited for did not happen in time."""


def wait_for(predicate: Callable[[], Result | None], timeout_s: float, what: str) -> Result:
    """Wait until the predicate gives something true, and hand that back.

    Raises:
        DeadlineMissedError: it did not within `timeout_s` seconds; the text names `what`.
    """
    deadline = monotonic() + timeout_s
    while not (result := predicate()):
        if monotonic() > deadline:
            raise DeadlineMissedError(f"waited {timeout_s:g} s in vain for {what}")
        sleep(LOOK_EVERY_S)
    return result


def steady_for(look: Callable[[], object], length_s: float) -> Callable[[], bool]:
    """Make a predicate that is true once all looks of a length of time were the same."""
    last: object = None
    since = monotonic()

    def predicate() -> bool:
        nonlocal last, since
        seen = look()
        if seen != last:
            last, since = seen, monotonic()
        return monotonic() - since >= length_s

    return predicate


def steady(look: Callable[[], object], times: int) -> Callable[[], bool]:
    """Make a predicate that is true once the last `times` looks in a row were the same."""
    seen: list[object] = []

    def predicate() -> bool:
        seen.append(look())
        last = seen[-times:]
        return len(last) == times and all(result == last[0] for result in last)

    return predicate
