"""When a feed last showed that events come, and how closely to look."""

import asyncio

from rtms_tray.support.units import Millis


class VitalSigns:
    """What the connections of a feed share: each frame and pong is a sign of life.

    Up to the last one no event was lost; what came after it may have been.
    """

    def __init__(self) -> None:
        self.last_at: Millis | None = None
        self.pongs = 0
        self._watched_closely = asyncio.Event()

    def show(self, at: Millis) -> None:
        """Take note of a sign of life."""
        self.last_at = at if self.last_at is None else max(at, self.last_at)

    def watch_closely(self, *, wanted: bool) -> None:
        """Look for signs more often, by pings of our own, while something depends on it."""
        if wanted:
            self._watched_closely.set()
        else:
            self._watched_closely.clear()

    async def until_watched_closely(self) -> None:
        """Return once signs are to be looked for more often."""
        await self._watched_closely.wait()
