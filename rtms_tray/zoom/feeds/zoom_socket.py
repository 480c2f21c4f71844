"""Zoom's event WebSocket as a feed: it connects again and again until it is stopped.

Zoom keeps one connection per subscription: connecting closes another program's connection, and vice
versa. So a feed whose connection is closed right after connecting, several times in a row, gives up
and says why, instead of fighting.
"""

from collections.abc import Callable

from rtms_tray.support.units import SECOND, Millis
from rtms_tray.zoom.feeds import Disconnected, FeedError, Report
from rtms_tray.zoom.feeds.attempts import Attempts
from rtms_tray.zoom.feeds.endings import Ending
from rtms_tray.zoom.feeds.event_connection import FeedTokens
from rtms_tray.zoom.feeds.handover import ConnectionHandover
from rtms_tray.zoom.feeds.reconnect import ReconnectPolicy, Timing
from rtms_tray.zoom.feeds.vital_signs import VitalSigns

__all__ = ["FeedTokens", "Timing", "ZoomSocketFeed"]


class ZoomSocketFeed:
    """Zoom's event WebSocket as a feed; `random` returns numbers from 0 to 1."""

    def __init__(
        self,
        *,
        url: str,
        subscription_id: str,
        tokens: FeedTokens,
        clock: Callable[[], Millis],
        random: Callable[[], float],
        timing: Timing | None = None,
    ) -> None:
        self._address = (url, subscription_id)
        self._tokens = tokens
        self._clock = clock
        self._random = random
        self._timing = timing or Timing()
        self._signs = VitalSigns()
        self._attempts = Attempts()

    async def run(self, report: Callable[[Report], None]) -> None:
        """Report until cancelled, or until another program turns out to use the subscription.

        On giving up, the last report is a `Disconnected` with `taken_over` and no next try; a new
        `run` tries again.
        """
        policy = ReconnectPolicy(self._timing, self._random)
        while True:
            ending = await self._run_attempt(report)
            delay_s = policy.delay_after(ending)
            now = self._clock()
            if delay_s is None:
                report(Disconnected(now, FeedError.of("taken_over"), None, self.seen_at))
                return
            # What is tried again at once has not failed yet.
            error = ending.error if delay_s else None
            next_try_at = now + round(delay_s * SECOND)
            report(Disconnected(now, error, next_try_at, self.seen_at))
            await self._attempts.wait(delay_s)

    def wake(self) -> None:
        """Connect anew at once, whatever the socket claims; does nothing if the feed isn't running."""
        self._attempts.wake()

    def watch_closely(self, *, wanted: bool) -> None:
        """Notice sooner that events no longer come."""
        self._signs.watch_closely(wanted=wanted)

    @property
    def seen_at(self) -> Millis | None:
        """The last sign of life of any connection; None before the first."""
        return self._signs.last_at

    @property
    def pings_answered(self) -> int:
        """How many pings Zoom has answered."""
        return self._signs.pongs

    async def _run_attempt(self, report: Callable[[Report], None]) -> Ending:
        connections = ConnectionHandover(
            self._address, self._tokens, self._clock, self._timing, report, self._signs
        )
        return await self._attempts.run(connections.run(), "event connections")
