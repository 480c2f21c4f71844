"""Finds out that this machine slept: by comparing clocks, or because the system tells."""

import asyncio
import logging
from collections.abc import Callable
from typing import Final

from rtms_tray.support.clock import Clock, SystemClock
from rtms_tray.support.units import SECOND, Millis

log = logging.getLogger(__name__)

SLEPT_AT_LEAST: Final[Millis] = 20 * SECOND
"""A gap between clocks that means sleep; where the system tells, any sleep counts."""
_ONE_WAKING: Final[Millis] = 5 * SECOND
"""Within this time, several signs tell of the same waking."""


class Wakefulness:
    """Knows since when this machine has been awake; calls `woke` with the moment at which it fell asleep."""

    def __init__(self, clock: Clock, woke: Callable[[Millis], None]) -> None:
        self.since: Millis | None = None
        self.looks_every: Millis = 0
        """How long nobody may look for sleep without there having been any."""
        self._clock = clock
        self._woke = woke
        self._looked_at: Millis | None = None  # None until somebody looks
        self._looked_s = 0.0  # the same moment, on the loop's clock
        self._asleep_at: Millis | None = None  # while the system says so

    def look(self) -> None:
        """Compare the clocks; call it every `looks_every`, and when one of them has jumped.

        After sleep, a deadline or a report may come first, so both check, too: nothing must be concluded from events
        that could not come.
        """
        now, loop_s = self._clock(), asyncio.get_running_loop().time()
        before, self._looked_at = self._looked_at, now
        awake_s, self._looked_s = loop_s - self._looked_s, loop_s
        if before is None:
            return
        # On some systems the loop's clock goes on in sleep; there only a late look shows it.
        slept = now - before - min(round(awake_s * SECOND), self.looks_every)
        if slept >= SLEPT_AT_LEAST:
            log.info("This machine slept for %d s.", slept // SECOND)
            self._wake(before)

    def check(self, at: Millis | None = None) -> None:
        """Compare the clocks, if anybody does; at a known time, only once within a second."""
        before = self._looked_at
        if before is not None and (at is None or not 0 <= at - before < SECOND):
            self.look()

    def follow_wall(self) -> None:
        """Take over a wall clock that was set; not while a duration is measured.

        A computer may learn the time only after this program has started.
        """
        moved = self._clock.follow_wall() if isinstance(self._clock, SystemClock) else 0
        if not moved:
            return
        log.info("The clock was set by %d s.", moved // SECOND)
        self._looked_at = None if self._looked_at is None else self._looked_at + moved
        self.since = None if self.since is None else self.since + moved

    def told_of_sleep(self) -> None:
        """The system says that it is about to sleep."""
        self._asleep_at = self._clock()

    def told_awake(self) -> None:
        """The system says that it has woken, however short its sleep was: no connection can be trusted."""
        self.check()
        now = self._clock()
        began, self._asleep_at = self._asleep_at, None
        earliest = now - _ONE_WAKING if began is None else began
        if self.since is None or self.since < earliest:
            log.info("The system says that it has woken.")
            self._wake(now if began is None else began)

    def _wake(self, fell_asleep_at: Millis) -> None:
        self.since = self._clock()
        self._woke(fell_asleep_at)
