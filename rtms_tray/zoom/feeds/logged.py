"""A feed whose gaps are made up for by Zoom's log of the app's webhook deliveries, where that proves anything."""

import asyncio
import logging
from collections.abc import Callable
from functools import partial
from typing import Final

from rtms_tray.store.secrets import SecretError
from rtms_tray.support.units import SECOND, Millis
from rtms_tray.zoom.delivery_log import KEPT_FOR, DeliveryLog, LogRead, LogRefused
from rtms_tray.zoom.errors import ZoomTrouble
from rtms_tray.zoom.feeds import (
    Connected,
    Disconnected,
    Feed,
    Glimpsed,
    Pinging,
    Received,
    Report,
    TwoConnections,
)
from rtms_tray.zoom.feeds.log_catch_up import LogCatchUp
from rtms_tray.zoom.rest import Bearer

log = logging.getLogger(__name__)

WAIT_S: Final = 60
"""How long the log is left alone where Zoom wants that, and doesn't say how long."""


class LoggedFeed:
    """Another feed, and the log that tells what it missed."""

    def __init__(self, feed: Feed, delivery_log: DeliveryLog, clock: Callable[[], Millis]) -> None:
        self._feed = feed
        self._log = delivery_log
        self._clock = clock
        self._catch_up = LogCatchUp()
        self._bearer: Bearer | None = None
        self._user: str | None = None
        self._wanted = False
        self._refused = False
        self._has_stops: set[str] = set()
        self._changed = asyncio.Event()

    async def run(self, report: Callable[[Report], None]) -> None:
        """Report until cancelled, or until the feed gives up."""
        async with asyncio.TaskGroup() as group:
            looks = group.create_task(self._keep_looking(report), name="delivery log")
            try:
                await self._feed.run(partial(self._take, report))
            finally:
                looks.cancel()
                self._catch_up.lost(self.seen_at or self._clock())

    def use_account(self, user_id: str | None, bearer: Bearer | None) -> None:
        """Read the log as this user from now on: it's shown to the app's developer alone."""
        if user_id != self._user:
            self._refused = False
        self._user, self._bearer = user_id, bearer if user_id else None

    def wake(self) -> None:
        """Connect anew at once."""
        self._feed.wake()

    def watch_closely(self, *, wanted: bool) -> None:
        """Notice sooner that events no longer come; the log is read only while something depends on it."""
        self._wanted = wanted
        self._feed.watch_closely(wanted=wanted)

    @property
    def seen_at(self) -> Millis | None:
        """The last sign of life."""
        return self._feed.seen_at

    @property
    def pings_answered(self) -> int:
        """How many pings were answered."""
        feed: object = self._feed
        return feed.pings_answered if isinstance(feed, Pinging) else 0

    def _take(self, report: Callable[[Report], None], one: Report) -> None:
        match one:
            case Connected(at):
                self._catch_up.connected(at)
            case Disconnected(at, _, _, seen_at):
                self._catch_up.lost(at if seen_at is None else seen_at)
            case Received() | Glimpsed():
                self._catch_up.hear(one)
        report(one)
        self._changed.set()

    async def _keep_looking(self, report: Callable[[Report], None]) -> None:
        while True:
            self._changed.clear()
            due = self._catch_up.due
            wait_s = None if due is None else max(due - self._clock(), 0) / SECOND
            try:
                async with asyncio.timeout(wait_s):
                    await self._changed.wait()
            except TimeoutError:
                await self._look(report)

    async def _look(self, report: Callable[[Report], None]) -> None:
        connection = self._catch_up.connections
        read, proven = await self._read()
        if connection != self._catch_up.connections:
            return
        if read is None:
            return
        found = self._catch_up.take(read, self._clock(), proven=proven)
        if proven:
            log.info("The delivery log tells all that was missed.")
        for one in found:
            report(one)

    async def _read(self) -> tuple[LogRead | None, bool]:
        bearer, wait_s = self._bearer, 0
        if bearer is None or self._refused or not self._wanted:
            self._catch_up.failed()
            return None, False
        try:
            read = await self._log.read(bearer, self._catch_up.window_from)
            return read, await self._is_proven(bearer, read)
        except LogRefused as refused:
            self._refused = refused.is_final
            wait_s = 0 if refused.is_final else refused.wait_s or WAIT_S
            log.info("The delivery log can't be read: %s.", refused.code)
        except (ZoomTrouble, SecretError) as trouble:
            log.info("The delivery log can't be read now: %s.", type(trouble).__name__)
        except Exception:  # a border: the feed works without the log
            log.exception("reading the delivery log failed in an unexpected way")
        self._catch_up.failed(self._clock() + wait_s * SECOND)
        return None, False

    async def _is_proven(self, bearer: Bearer, read: LogRead) -> bool:
        """Whether nothing is missing in what was read; the webhook must be one that has stops, too."""
        name, stop = self._catch_up.proving(read, self._clock()), self._catch_up.stop_event
        if name is None:
            return False
        if name not in self._has_stops:
            since = self._clock() - KEPT_FOR + WAIT_S * SECOND
            found = await self._log.read(bearer, since, stop)
            self._has_stops |= {one.subscription for one in found.entries if one.name == stop}
        return name in self._has_stops


class LoggedStandbyFeed(LoggedFeed):
    """The same of a feed over two connections."""

    def retry(self) -> None:
        """Connect the one that is down at once."""
        feed: object = self._feed
        if isinstance(feed, TwoConnections):
            feed.retry()
