"""Events without a gap although tokens expire: the next connection stands before the old one goes.

Zoom keeps one connection per subscription, and closes the older one in favor of a newer one
(zoom-facts §4). This program caused that close: it is no sign of another program.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from rtms_tray.support.frozen import Frozen, replace
from rtms_tray.support.units import SECOND, Millis
from rtms_tray.zoom.feeds import Report
from rtms_tray.zoom.feeds.endings import CloseCause, Ending, lost
from rtms_tray.zoom.feeds.event_connection import EventConnection, FeedTokens
from rtms_tray.zoom.feeds.reconnect import Timing
from rtms_tray.zoom.feeds.vital_signs import VitalSigns

log = logging.getLogger(__name__)

T = TypeVar("T")


class _Running(Frozen):
    """A connection, and the task that runs it."""

    connection: EventConnection
    task: asyncio.Task[Ending]

    @property
    def established(self) -> bool:
        """Whether events come, or came, over this connection."""
        return self.connection.established.done()

    async def wait_until_settled(
        self, *others: asyncio.Task[Ending], within_s: float | None = None
    ) -> None:
        """Wait until it is established or has ended, one of the others has ended, or time is up."""
        awaited: set[asyncio.Future[Any]] = {self.task, self.connection.established, *others}
        await asyncio.wait(awaited, timeout=within_s, return_when=asyncio.FIRST_COMPLETED)


class ConnectionHandover:
    """A connection, and those that take over from it before each token expires; run it once."""

    def __init__(
        self,
        address: tuple[str, str],
        tokens: FeedTokens,
        clock: Callable[[], Millis],
        timing: Timing,
        report: Callable[[Report], None],
        signs: VitalSigns,
    ) -> None:
        self._address = address
        self._tokens = tokens
        self._clock = clock
        self._timing = timing
        self._report = report
        self._signs = signs
        self._renew_at: Millis = 0
        self._group = asyncio.TaskGroup()
        self._tasks: set[asyncio.Task[object]] = set()

    async def run(self) -> Ending:
        """Report events until no connection is left, and tell how the last one ended.

        Nothing is raised but cancellation; nothing is left running.
        """
        async with self._group:
            try:
                return await self._run_in_turn()
            finally:
                for task in self._tasks:
                    task.cancel()

    async def _run_in_turn(self) -> Ending:
        current = self._start()
        await current.wait_until_settled()
        self._renew_at = self._renewal_of(current)
        while await self._lasts_until_renewal(current):
            successor = await self._renew(current)
            if isinstance(successor, Ending):
                return successor
            current = successor
        return current.task.result()

    async def _lasts_until_renewal(self, current: _Running) -> bool:
        """Wait until renewal is due, checking often: clocks jump when this machine sleeps."""
        while not current.task.done() and (left := self._renew_at - self._clock()) > 0:
            wait_s = min(left / SECOND, self._timing.heartbeat_s)
            await asyncio.wait({current.task}, timeout=wait_s)
        return not current.task.done()

    async def _renew(self, old: _Running) -> _Running | Ending:
        """Try to open a successor; return the connection that stands, or how the last one ended."""
        await self._tokens.mark_refused(old.connection.token)
        new = self._start(successor=True)
        await new.wait_until_settled(old.task)
        if old.task.done() and not new.established:
            ending = old.task.result()
            if ending.cause is not CloseCause.CLOSED or not new.connection.handshake_sent:
                return ending
            # Closed in favor of the new one: that is as good as established, unless it takes long.
            await new.wait_until_settled(within_s=self._timing.overlap_s)
        if new.established:
            self._renew_at = self._renewal_of(new)
            self._spawn(self._retire(old))
            return new
        return await self._without_successor(new, old)

    async def _without_successor(self, new: _Running, old: _Running) -> _Running | Ending:
        """Go on with the old connection if it stands; else tell why there is none."""
        failed = new.task.result() if new.task.done() else lost(CloseCause.FAILED)
        if new.connection.handshake_sent:  # Zoom may have closed the old one all the same
            await asyncio.wait({old.task}, timeout=self._timing.overlap_s)
        if old.task.done():
            ending = old.task.result()
            closed = ending.cause is CloseCause.CLOSED
            return replace(failed, lasted_s=ending.lasted_s) if closed else ending
        log.info("no connection to take over yet: %s", failed.error and failed.error.code)
        self._renew_at = self._clock() + round(self._timing.renew_again_s * SECOND)
        return old

    async def _retire(self, old: _Running) -> None:
        """Let the old connection end; however it does, events have come over the new one."""
        await asyncio.wait({old.task}, timeout=self._timing.overlap_s)
        await old.connection.close()
        await old.task

    def _start(self, *, successor: bool = False) -> _Running:
        connection = EventConnection(
            self._address,
            self._tokens,
            self._clock,
            self._timing,
            self._report,
            self._signs,
            successor=successor,
        )
        return _Running(connection, self._spawn(connection.run()))

    def _spawn(self, work: Coroutine[None, None, T]) -> asyncio.Task[T]:
        task = self._group.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def _renewal_of(self, running: _Running) -> Millis:
        """Tell when to renew; never so soon that connecting is all that happens."""
        if not running.established:
            return 0  # it has ended
        began, timing = running.connection.established.result(), self._timing
        left_s = (running.connection.expires_at - began) / SECOND
        wait_s = max(left_s - timing.renew_ahead_s, left_s / 2, timing.good_after_s)
        return began + round(wait_s * SECOND)
