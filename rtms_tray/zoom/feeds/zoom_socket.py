"""For seeing Zoom's events through its event WebSocket, again and again until told to stop.

Zoom keeps one connection per subscription: connecting ends another program's connection, and
the other way round. That is why a feed that is closed right after connecting, several times in
a row, gives up and says so, instead of fighting.
"""

import asyncio
from collections.abc import Callable

from rtms_tray.support.units import SECOND, Millis
from rtms_tray.zoom.feeds import Disconnected, Report
from rtms_tray.zoom.feeds.endings import TAKEN_OVER, Ending, How
from rtms_tray.zoom.feeds.event_connection import FeedTokens
from rtms_tray.zoom.feeds.handover import Succession
from rtms_tray.zoom.feeds.reconnect import Policy, Timing

__all__ = ["FeedTokens", "Timing", "ZoomSocketFeed"]


class ZoomSocketFeed:
    """Zoom's event WebSocket as a feed; `random` gives numbers from 0 to 1."""

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
        self._woken = asyncio.Event()
        self._attempt: asyncio.Task[Ending] | None = None

    async def run(self, report: Callable[[Report], None]) -> None:
        """Report until cancelled, or until another program turns out to use the subscription.

        Giving up, the last report is a `Disconnected` with `taken_over` and no next try; a new
        `run` tries again.
        """
        policy = Policy(self._timing, self._random)
        while True:
            self._woken.clear()
            ending = await self._once(report)
            delay_s = policy.after(ending)
            now = self._clock()
            if delay_s is None:
                report(Disconnected(now, TAKEN_OVER, None))
                return
            # What is tried again at once has not failed yet.
            error = ending.error if delay_s else None
            report(Disconnected(now, error, now + round(delay_s * SECOND)))
            await self._pause(delay_s)

    def wake(self) -> None:
        """Connect anew at once, whatever the socket claims; nothing if the feed is not running."""
        self._woken.set()
        if self._attempt is not None:
            self._attempt.cancel()

    async def _once(self, report: Callable[[Report], None]) -> Ending:
        lines = Succession(self._address, self._tokens, self._clock, self._timing, report)
        self._attempt = asyncio.create_task(lines.live())
        try:
            return await self._attempt
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if not self._woken.is_set() or (task is not None and task.cancelling()):
                raise
            return Ending(How.ON_PURPOSE)
        finally:
            self._attempt = None

    async def _pause(self, delay_s: float) -> None:
        try:
            async with asyncio.timeout(delay_s):
                await self._woken.wait()
        except TimeoutError:
            return
