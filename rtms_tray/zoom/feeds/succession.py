"""For seeing events without a gap although tokens end: a new line stands before the old one goes.

Zoom keeps one connection per subscription, and closes the older one for a newer one (zoom-facts
§4). That close is this program's own doing, and no sign of another program.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace

from rtms_tray.capture.units import SECOND, Millis
from rtms_tray.zoom.feeds import Connected, Disconnected, Report
from rtms_tray.zoom.feeds.endings import LOST, Ending, How
from rtms_tray.zoom.feeds.line import FeedTokens, Line
from rtms_tray.zoom.feeds.timing import Timing

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Living:
    """A line, and the task that lives it."""

    line: Line
    task: asyncio.Task[Ending]

    async def event(self, *others: "asyncio.Task[Ending]", timeout_s: float | None = None) -> None:
        """Wait until it is greeted, or ends, or one of the others does, or time is up."""
        awaited = {self.task, self.line.greeted, *others}
        await asyncio.wait(awaited, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)

    @property
    def greeted(self) -> bool:
        """Whether events come, or came, over this line."""
        return self.line.greeted.done()


class Succession:
    """A line, and those that take over from it ahead of each token's end; live it once."""

    def __init__(
        self,
        address: tuple[str, str],
        tokens: FeedTokens,
        clock: Callable[[], Millis],
        timing: Timing,
        report: Callable[[Report], None],
    ) -> None:
        self._address = address
        self._tokens = tokens
        self._clock = clock
        self._timing = timing
        self._report = report
        self._renew_at: Millis = 0

    async def live(self) -> Ending:
        """Report events until no line is left, and tell how the last one ended.

        Nothing is raised but cancellation; nothing is left running.
        """
        async with asyncio.TaskGroup() as group:
            tasks: list[asyncio.Task[None] | asyncio.Task[Ending]] = []
            try:
                return await self._follow(group, tasks)
            finally:
                for task in tasks:
                    task.cancel()
