"""For seeing events without a gap although tokens end: a new line stands before the old one goes.

Zoom keeps one connection per subscription, and closes the older one for a newer one (zoom-facts
§4). That close is this program's own doing, and no sign of another program.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from rtms_tray.support.units import SECOND, Millis
from rtms_tray.zoom.feeds import Connected, Disconnected, Report
from rtms_tray.zoom.feeds.endings import LOST, Ending, How
from rtms_tray.zoom.feeds.event_connection import FeedTokens, Line
from rtms_tray.zoom.feeds.reconnect import Timing

log = logging.getLogger(__name__)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Living:
    """A line, and the task that lives it."""

    line: Line
    task: asyncio.Task[Ending]

    @property
    def greeted(self) -> bool:
        """Whether events come, or came, over this line."""
        return self.line.greeted.done()

    async def settled(self, *others: asyncio.Task[Ending], within_s: float | None = None) -> None:
        """Wait until it is greeted or has ended, or one of the others has, or time is up."""
        awaited: set[asyncio.Future[Any]] = {self.task, self.line.greeted, *others}
        await asyncio.wait(awaited, timeout=within_s, return_when=asyncio.FIRST_COMPLETED)


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
        self._group = asyncio.TaskGroup()
        self._running: set[asyncio.Task[object]] = set()

    async def live(self) -> Ending:
        """Report events until no line is left, and tell how the last one ended.

        Nothing is raised but cancellation; nothing is left running.
        """
        async with self._group:
            try:
                return await self._follow()
            finally:
                for task in self._running:
                    task.cancel()

    async def _follow(self) -> Ending:
        line = self._begin()
        await line.settled()
        self._renew_at = self._renewal_of(line)
        while await self._lives_until_renewal(line):
            following = await self._renew(line)
            if isinstance(following, Ending):
                return following
            line = following
        return line.task.result()

    async def _lives_until_renewal(self, line: _Living) -> bool:
        """Wait until renewal is due, looking often: clocks jump when this machine sleeps."""
        while not line.task.done() and (left := self._renew_at - self._clock()) > 0:
            wait_s = min(left / SECOND, self._timing.heartbeat_s)
            await asyncio.wait({line.task}, timeout=wait_s)
        return not line.task.done()

    async def _renew(self, old: _Living) -> _Living | Ending:
        """Try to have a new line take over; gives the one that stands, or how the last one ended."""
        await self._tokens.refused(old.line.token)
        new = self._begin(successor=True)
        await new.settled(old.task)
        if old.task.done() and not new.greeted:
            ending = old.task.result()
            if ending.how is not How.CLOSED or not new.line.knocked:
                return ending
            # Closed for the new line's sake: that is as good as greeted, unless it takes long.
            await new.settled(within_s=self._timing.overlap_s)
        if new.greeted:
            self._renew_at = self._renewal_of(new)
            self._spawn(self._see_off(old, new))
            return new
        return await self._without(new, old)

    async def _without(self, new: _Living, old: _Living) -> _Living | Ending:
        """Go on with the old line if it stands; else tell why there is none."""
        failed = new.task.result() if new.task.done() else Ending(How.FAILED, LOST)
        if new.line.knocked:  # Zoom may have closed the old line all the same
            await asyncio.wait({old.task}, timeout=self._timing.overlap_s)
        if old.task.done():
            ending = old.task.result()
            closed = ending.how is How.CLOSED
            return replace(failed, lived_s=ending.lived_s) if closed else ending
        log.info("no line to take over yet: %s", failed.error and failed.error.code)
        self._renew_at = self._clock() + round(self._timing.renew_again_s * SECOND)
        return old

    async def _see_off(self, old: _Living, new: _Living) -> None:
        """Wait for the old line's end; unless that is in order, events may be missing."""
        await asyncio.wait({old.task}, timeout=self._timing.overlap_s)
        await old.line.close()
        ending = await old.task
        if ending.how not in {How.CLOSED, How.ON_PURPOSE} and not new.task.done():
            now = self._clock()
            self._report(Disconnected(now, None, now))
            self._report(Connected(now))

    def _begin(self, *, successor: bool = False) -> _Living:
        line = Line(
            self._address,
            self._tokens,
            self._clock,
            self._timing,
            self._report,
            successor=successor,
        )
        return _Living(line, self._spawn(line.live()))

    def _spawn(self, doing: Coroutine[None, None, T]) -> asyncio.Task[T]:
        task = self._group.create_task(doing)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    def _renewal_of(self, living: _Living) -> Millis:
        """Tell when to renew; never so soon that connecting is all that happens."""
        if not living.greeted:
            return 0  # it has ended
        began, timing = living.line.greeted.result(), self._timing
        left_s = (living.line.expires_at - began) / SECOND
        wait_s = max(left_s - timing.renew_ahead_s, left_s / 2, timing.good_after_s)
        return began + round(wait_s * SECOND)
