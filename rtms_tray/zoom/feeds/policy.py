"""For deciding when to connect again, from how the last attempts ended: no clock, no socket."""

from collections.abc import Callable, Iterator

from rtms_tray.zoom.feeds.endings import Ending, How
from rtms_tray.zoom.feeds.timing import Timing, backoff


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
