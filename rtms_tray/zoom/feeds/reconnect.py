"""When to connect again, judged by how the last attempts ended: no clock, no socket."""

from collections.abc import Callable, Iterator

from rtms_tray.support.frozen import Frozen
from rtms_tray.zoom.feeds.endings import CloseCause, Ending


class Timing(Frozen):
    """Every time limit of the event socket, in seconds (zoom-facts §4)."""

    open_s: float = 15.0  # for the connection and its handshake
    build_s: float = 15.0  # for `build_connection`
    heartbeat_s: float = 30.0  # from one heartbeat to the next; the first is sent at once
    answer_s: float = 15.0  # for any frame after a heartbeat
    ping_s: float = 10.0  # from one ping to the next, while a session is open
    pong_s: float = 10.0  # for a pong, once there was one
    close_s: float = 2.0  # for a close that this program began
    good_after_s: float = 60.0  # a connection that lasted this long was a good one
    first_delay_s: float = 1.0
    last_delay_s: float = 60.0
    first_slow_delay_s: float = 60.0  # where only a change of settings can help
    last_slow_delay_s: float = 600.0
    renew_ahead_s: float = 300.0  # how long before the token expires the next connection is opened
    renew_again_s: float = 60.0  # the pause when that failed
    overlap_s: float = 5.0  # between the old connection's end and the new one's establishment
    kicks: int = 3  # give up when Zoom closes this many connections in a row right after connecting


def backoff(first_s: float, last_s: float, random: Callable[[], float]) -> Iterator[float]:
    """Yield delays forever: each drawn evenly from `first_s` up to a ceiling that doubles.

    `random` returns numbers from 0 to 1. The ceiling never passes `last_s`.
    """
    ceiling = first_s
    while True:
        ceiling = min(2 * ceiling, last_s)
        yield first_s + random() * (ceiling - first_s)


class ReconnectPolicy:
    """Decides when to try again; remembers the earlier attempts of one run of the feed."""

    def __init__(self, timing: Timing, random: Callable[[], float]) -> None:
        self._timing = timing
        self._random = random
        self._kicks = 0
        self._token_renewed = False
        self._quick = self._quick_delays()
        self._slow = self._slow_delays()

    def delay_after(self, ending: Ending) -> float | None:
        """Tell how long to wait, in seconds: 0 for at once, None for never (taken over)."""
        self._learn_from(ending)
        if self._kicks >= self._timing.kicks:
            return None
        match ending.cause:
            case CloseCause.TAKEN_OVER:
                return None
            case CloseCause.ON_PURPOSE:
                return 0.0
            case CloseCause.TOKEN_REFUSED if not self._token_renewed:
                self._token_renewed = True
                return 0.0
            case CloseCause.REFUSED | CloseCause.TOKEN_REFUSED:
                return next(self._slow)
            case CloseCause.CLOSED | CloseCause.BROKEN | CloseCause.FAILED:
                return next(self._quick)

    def _learn_from(self, ending: Ending) -> None:
        """Count closes right after connecting; a connection that broke or lasted resets the count."""
        if ending.cause is CloseCause.ON_PURPOSE:
            self._kicks = 0
            self._quick = self._quick_delays()
        if ending.lasted_s is None:
            return
        self._token_renewed = False
        self._slow = self._slow_delays()
        good = ending.lasted_s >= self._timing.good_after_s
        if good:
            self._quick = self._quick_delays()
        self._kicks = 0 if good or ending.cause is not CloseCause.CLOSED else self._kicks + 1

    def _quick_delays(self) -> Iterator[float]:
        return backoff(self._timing.first_delay_s, self._timing.last_delay_s, self._random)

    def _slow_delays(self) -> Iterator[float]:
        timing = self._timing
        return backoff(timing.first_slow_delay_s, timing.last_slow_delay_s, self._random)
