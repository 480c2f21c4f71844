"""For deciding when to connect again, from how the last attempts ended: no clock, no socket."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from rtms_tray.zoom.feeds.endings import Ending, How

# --- For keeping every length of time of the event socket in one place, and its back-off. ---


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


class Policy:
    """When to try again: remembers what came before in one run of the feed."""

    def __init__(self, timing: Timing, random: Callable[[], float]) -> None:
        self._timing = timing
        self._random = random
        self._kicked = 0
        self._token_renewed = False
        self._quick = self._quick_delays()
        self._slow = self._slow_delays()

    def after(self, ending: Ending) -> float | None:
        """Tell how long to wait: seconds, 0 for at once, None for never (taken over)."""
        self._learn(ending)
        if self._kicked >= self._timing.kicks:
            return None
        match ending.how:
            case How.ON_PURPOSE:
                return 0.0
            case How.TOKEN_REFUSED if not self._token_renewed:
                self._token_renewed = True
                return 0.0
            case How.REFUSED | How.TOKEN_REFUSED:
                return next(self._slow)
            case How.CLOSED | How.BROKEN | How.FAILED:
                return next(self._quick)

    def _learn(self, ending: Ending) -> None:
        """Count closes right after connecting; a line that broke or lived on begins anew."""
        if ending.how is How.ON_PURPOSE:
            self._kicked = 0
            self._quick = self._quick_delays()
        if ending.lived_s is None:
            return
        self._token_renewed = False
        self._slow = self._slow_delays()
        good = ending.lived_s >= self._timing.good_after_s
        if good:
            self._quick = self._quick_delays()
        self._kicked = 0 if good or ending.how is not How.CLOSED else self._kicked + 1

    def _quick_delays(self) -> Iterator[float]:
        return backoff(self._timing.first_delay_s, self._timing.last_delay_s, self._random)

    def _slow_delays(self) -> Iterator[float]:
        timing = self._timing
        return backoff(timing.first_slow_delay_s, timing.last_slow_delay_s, self._random)
