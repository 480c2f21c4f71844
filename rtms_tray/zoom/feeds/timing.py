"""For keeping every length of time of the event socket in one place, and its back-off."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Timing:
    """How long the event socket waits for what; all in seconds (zoom-facts §4)."""

    open_s: float = 15.0  # for the connection and its handshake
    build_s: float = 15.0  # for `build_connection`
    heartbeat_s: float = 30.0  # from one heartbeat to the next, the first one being at once
    answer_s: float = 15.0  # for a sign of life after a heartbeat
    close_s: float = 2.0  # for a close that we began
    good_after_s: float = 60.0  # a connection that lived this long was a good one
    first_delay_s: float = 1.0
    last_delay_s: float = 60.0
    first_slow_delay_s: float = 60.0  # where only a change of settings can help
    last_slow_delay_s: float = 600.0
    renew_ahead_s: float = 300.0  # how long before the token's end to have another line take over
    renew_again_s: float = 60.0  # when another line could not be had
    overlap_s: float = 5.0  # for the old line's end once a new one stands, or the reverse
    kicks: int = 3  # closed by Zoom right after connecting, this often in a row: give up


def backoff(first_s: float, last_s: float, random: Callable[[], float]) -> Iterator[float]:
    """Give delays without end: each drawn evenly from `first_s` up to a ceiling that doubles.

    `random` gives numbers from 0 to 1. The ceiling never passes `last_s`.
    """
    ceiling = first_s
    while True:
        ceiling = min(2 * ceiling, last_s)
        yield first_s + random() * (ceiling - first_s)
