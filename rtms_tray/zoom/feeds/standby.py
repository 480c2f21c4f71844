"""Two feeds with the same events as one: there is a gap only while neither lives.

Both bring every event; the second copy is dropped here, and one that isn't (after a restart, or with
other blanks in its JSON) does no harm: webhooks come twice, too, and `capture` takes an event once.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from functools import partial
from hashlib import blake2b
from typing import Final

from msgspec import Struct

from rtms_tray.support.frozen import replace
from rtms_tray.support.units import Millis
from rtms_tray.zoom.feeds import (
    Connected,
    Disconnected,
    Feed,
    Glimpsed,
    Pinging,
    Received,
    Report,
    StandbyState,
)

COPIES_KEPT: Final = 1000
"""How many events are kept to know their copies."""


class _Side(Struct):
    """One of the two: its feed, since when it is connected, and how it was lost last."""

    feed: Feed
    up_since: Millis | None = None
    lost: Disconnected | None = None
    task: asyncio.Task[None] | None = None

    @property
    def gave_up(self) -> bool:
        return self.task is not None and self.task.done()

    @property
    def seen_at(self) -> Millis:
        return self.feed.seen_at or 0


class StandbyFeed:
    """A feed, and another that stands in for it."""

    def __init__(self, main: Feed, standby: Feed, clock: Callable[[], Millis]) -> None:
        self._sides = (_Side(main), _Side(standby))
        self._clock = clock
        self._copies: OrderedDict[bytes, int] = OrderedDict()
        self._start: Callable[[int], asyncio.Task[None]]

    async def run(self, report: Callable[[Report], None]) -> None:
        """Report until cancelled, or until both have given up."""
        async with asyncio.TaskGroup() as group:
            self._start = lambda number: group.create_task(
                self._sides[number].feed.run(partial(self._take, report, number))
            )
            for number, side in enumerate(self._sides):
                side.task = self._start(number)

    def retry(self) -> None:
        """Connect the side that is down at once, even if it has given up; the other is left alone."""
        for number, side in enumerate(self._sides):
            if side.up_since is not None:
                continue
            if not side.gave_up:
                side.feed.wake()
            elif not self._sides[1 - number].gave_up:  # else nothing runs that could begin
                side.task = self._start(number)

    def wake(self) -> None:
        """Connect both anew at once."""
        for side in self._sides:
            side.feed.wake()

    def watch_closely(self, *, wanted: bool) -> None:
        """Notice sooner that events no longer come."""
        for side in self._sides:
            side.feed.watch_closely(wanted=wanted)

    @property
    def seen_at(self) -> Millis | None:
        """Up to when no event was lost: the later sign of the two, if nothing lies between them."""
        up = sorted((side for side in self._sides if side.up_since is not None), key=_connected_at)
        if not up:
            return max(side.seen_at for side in self._sides) or None
        first, last = up[0], up[-1]
        unbroken = first.seen_at >= _connected_at(last)
        return max(first.seen_at, last.seen_at) if unbroken else first.seen_at

    @property
    def pings_answered(self) -> int:
        """How many pings were answered, over both."""
        feeds = (side.feed for side in self._sides)
        return sum(feed.pings_answered for feed in feeds if isinstance(feed, Pinging))

    def _take(self, report: Callable[[Report], None], number: int, one: Report) -> None:
        side, other = self._sides[number], self._sides[1 - number]
        match one:
            case Connected(at):
                side.up_since = at
                if other.up_since is None:
                    report(one)
                else:
                    report(StandbyState(None))
            case Disconnected():
                was_up, side.up_since, side.lost = side.up_since is not None, None, one
                if other.up_since is None:
                    report(_both_lost(side, other))
                    return
                if was_up:
                    self._report_gap(report, one, other)
                if one.error is not None:
                    report(StandbyState(one.error))
            case Received(raw=raw) | Glimpsed(raw=raw):
                if self._is_new(raw, number):
                    report(one)

    def _is_new(self, raw: str, number: int) -> bool:
        """Tell whether the other side has not brought this event before."""
        # Not the text itself: a thousand events of strangers may be long.
        digest = blake2b(raw.encode(errors="surrogatepass"), digest_size=16).digest()
        first = self._copies.setdefault(digest, number)
        if len(self._copies) > COPIES_KEPT:
            self._copies.popitem(last=False)
        return first == number

    def _report_gap(
        self, report: Callable[[Report], None], lost: Disconnected, other: _Side
    ) -> None:
        """Report the gap, if the lost side was dead before the other one stood."""
        before = other.lost.seen_at if other.lost else None
        seen_at, up_since = max(lost.seen_at or 0, before or 0), other.up_since or 0
        if seen_at < up_since:
            now = self._clock()
            report(Disconnected(now, None, now, seen_at or None))
            report(Connected(up_since))


def _connected_at(side: _Side) -> Millis:
    return side.up_since or 0


def _both_lost(side: _Side, other: _Side) -> Disconnected:
    """Say that no event comes: why, by the newest loss, and when the first of them is tried again."""
    losses = [lost for lost in (side.lost, other.lost) if lost is not None]
    tries = [lost.next_try_at for lost in losses if lost.next_try_at is not None]
    seen = [lost.seen_at for lost in losses if lost.seen_at is not None]
    return replace(losses[0], next_try_at=min(tries, default=None), seen_at=max(seen, default=None))
