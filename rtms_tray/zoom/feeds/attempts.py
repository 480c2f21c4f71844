"""One attempt to connect after the other, which a feed can be woken from at any time."""

import asyncio
from collections.abc import Coroutine

from rtms_tray.support.tasks import Tasks
from rtms_tray.zoom.feeds.endings import CloseCause, Ending


class Attempts:
    """Runs attempts and the waits between them; being woken ends either at once."""

    def __init__(self) -> None:
        self._woken = asyncio.Event()
        self._attempt: asyncio.Task[Ending] | None = None
        self._tasks = Tasks()

    def wake(self) -> None:
        """End the attempt that runs, or the wait; does nothing if there is neither."""
        self._woken.set()
        if self._attempt is not None:
            self._attempt.cancel()

    async def run(self, attempt: Coroutine[None, None, Ending], name: str) -> Ending:
        """Run an attempt, and tell how it ended: on purpose, if by being woken."""
        self._woken.clear()
        self._attempt = self._tasks.start(attempt, name)
        try:
            return await self._attempt
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if not self._woken.is_set() or (task is not None and task.cancelling()):
                raise
            return Ending(CloseCause.ON_PURPOSE)
        finally:
            self._attempt = None

    async def wait(self, delay_s: float) -> None:
        """Wait until the next attempt is due, or somebody wakes the feed."""
        try:
            async with asyncio.timeout(delay_s):
                await self._woken.wait()
        except TimeoutError:
            return
