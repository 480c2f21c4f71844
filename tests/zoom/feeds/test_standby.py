"""Two feeds as one: a gap is when neither lived, and an event counts once."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest

from rtms_tray.capture.events import Unknown
from rtms_tray.support.units import SECOND, Millis
from rtms_tray.zoom.feeds import (
    Connected,
    Disconnected,
    FeedError,
    Glimpsed,
    Received,
    Report,
    StandbyState,
)
from rtms_tray.zoom.feeds import standby as standby_feed
from rtms_tray.zoom.feeds.standby import StandbyFeed
from rtms_tray.zoom.feeds.zoom_socket import ZoomSocketFeed
from tests.helpers.event_server import EventServer, event_frame
from tests.helpers.manual_clock import ManualClock
from tests.helpers.sightings import SEEN
from tests.zoom.fakes import CALM, Reports, Tokens

LOST = FeedError("connection_lost", "Lost.", "Wait.")
REFUSED = FeedError("subscription_refused", "Refused.", "Compare.")


class Side:
    """A feed that reports what it is told."""

    def __init__(self) -> None:
        self.seen_at: Millis | None = None
        self.closely = False
        self.woken = 0
        self.end = asyncio.Event()
        self.report: Callable[[Report], None] = lambda _: None

    async def run(self, report: Callable[[Report], None]) -> None:
        """Run until it gives up."""
        self.report = report
        await self.end.wait()

    def wake(self) -> None:
        """Count."""
        self.woken += 1

    def watch_closely(self, *, wanted: bool) -> None:
        """Take note."""
        self.closely = wanted


class Pair:
    """Two sides, their clock, and what came out of them together."""

    def __init__(self, clock: ManualClock) -> None:
        self.clock = clock
        self.main, self.standby = Side(), Side()
        self.feed = StandbyFeed(self.main, self.standby, clock)
        self.reports: list[Report] = []
        self.task = asyncio.create_task(self.feed.run(self.reports.append))

    def up(self, side: Side) -> None:
        """Connect a side."""
        side.seen_at = self.clock.now
        side.report(Connected(self.clock.now))

    def down(self, side: Side, error: FeedError | None = LOST, next_s: int | None = 1) -> None:
        """Lose a side, which was last seen alive when it last was."""
        now = self.clock.now
        at = None if next_s is None else now + next_s * SECOND
        side.report(Disconnected(now, error, at, side.seen_at))

    def event(self, side: Side, raw: str) -> None:
        """Have a side bring an event."""
        side.report(Received(Unknown(raw, 1), raw, self.clock.now))

    def taken(self) -> list[Report]:
        """What came since the last look."""
        reports, self.reports[:] = list(self.reports), []
        return reports


@pytest.fixture
async def pair(clock: ManualClock) -> AsyncIterator[Pair]:
    pair = Pair(clock)
    await asyncio.sleep(0)
    yield pair
    pair.task.cancel()
    await asyncio.gather(pair.task, return_exceptions=True)


def test_nothing_was_ever_seen_at_first(clock: ManualClock) -> None:
    assert StandbyFeed(Side(), Side(), clock).seen_at is None


async def test_the_first_connection_is_enough(pair: Pair) -> None:
    pair.up(pair.standby)
    assert pair.taken() == [Connected(pair.clock.now)]
    pair.clock.advance(SECOND)
    pair.up(pair.main)
    assert pair.taken() == [StandbyState(None)]


@pytest.mark.parametrize("first", ["main", "standby"])
async def test_while_one_lives_nothing_is_lost(pair: Pair, first: str) -> None:
    one, other = (pair.main, pair.standby) if first == "main" else (pair.standby, pair.main)
    pair.up(one)
    pair.up(other)
    pair.taken()
    other.seen_at = pair.clock.now
    pair.clock.advance(30 * SECOND)
    one.seen_at = pair.clock.now
    pair.down(other)
    assert pair.taken() == [StandbyState(LOST)]
    assert pair.feed.seen_at == pair.clock.now
    pair.up(other)
    assert pair.taken() == [StandbyState(None)]


async def test_a_gap_is_when_neither_lived(pair: Pair) -> None:
    pair.up(pair.main)
    pair.up(pair.standby)
    pair.clock.advance(10 * SECOND)
    pair.main.seen_at = pair.clock.now
    pair.down(pair.standby)
    pair.taken()
    seen_at = pair.clock.now
    pair.clock.advance(45 * SECOND)
    pair.down(pair.main, next_s=60)
    soon = seen_at + SECOND
    assert pair.taken() == [Disconnected(pair.clock.now, LOST, soon, seen_at)]
    assert pair.feed.seen_at == seen_at
    pair.down(pair.standby, REFUSED, None)
    (lost,) = pair.taken()
    assert lost == Disconnected(pair.clock.now, REFUSED, pair.clock.now + 60 * SECOND, seen_at)
    pair.up(pair.standby)
    assert pair.taken() == [Connected(pair.clock.now)]


async def test_a_side_that_came_after_the_other_had_died_unnoticed_leaves_a_gap(pair: Pair) -> None:
    pair.up(pair.main)
    pair.taken()
    died_at = pair.clock.now
    pair.clock.advance(20 * SECOND)
    pair.up(pair.standby)
    came_at = pair.clock.now
    pair.clock.advance(25 * SECOND)
    pair.standby.seen_at = pair.clock.now
    assert pair.feed.seen_at == died_at, "what lies between the two is not known"
    pair.taken()
    pair.down(pair.main)
    now = pair.clock.now
    assert pair.taken() == [
        Disconnected(now, None, now, died_at), Connected(came_at), StandbyState(LOST),
    ]  # fmt: skip
    assert pair.feed.seen_at == now


async def test_a_side_that_never_connected_leaves_no_gap(pair: Pair) -> None:
    pair.up(pair.main)
    pair.taken()
    pair.down(pair.standby, REFUSED)
    pair.down(pair.standby, None)
    assert pair.taken() == [StandbyState(REFUSED)]


async def test_an_event_counts_once(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(standby_feed, "COPIES_KEPT", 2)
    for side, raw in ((pair.main, "a"), (pair.standby, "a"), (pair.standby, "b"), (pair.main, "b")):
        pair.event(side, raw)
    pair.event(pair.main, "a")  # a copy that Zoom itself sends is nothing that the pair must judge
    pair.event(pair.main, "c")
    pair.event(pair.standby, "a")  # too long ago to be known
    events = [report.raw for report in pair.reports if isinstance(report, Received)]
    assert events == ["a", "b", "a", "c", "a"]


async def test_a_glimpse_counts_once_too(pair: Pair) -> None:
    seen = Glimpsed(SEEN, "raw", pair.clock.now)
    for side in (pair.main, pair.standby):
        side.report(seen)
    assert pair.taken() == [seen]


async def test_what_is_asked_of_the_pair_is_asked_of_both(pair: Pair) -> None:
    pair.feed.wake()
    pair.feed.watch_closely(wanted=True)
    sides = pair.main, pair.standby
    assert [(side.woken, side.closely) for side in sides] == [(1, True), (1, True)]


async def test_it_gives_up_when_both_have(pair: Pair) -> None:
    pair.standby.report(StandbyState(None))
    pair.main.end.set()
    await asyncio.sleep(0)
    assert not pair.task.done()
    pair.standby.end.set()
    await asyncio.wait_for(pair.task, 10)
    assert pair.taken() == []


async def test_a_side_that_gave_up_is_run_again_and_the_other_left_alone(pair: Pair) -> None:
    pair.up(pair.main)
    pair.up(pair.standby)
    pair.down(pair.standby, REFUSED, None)
    pair.standby.end.set()
    await asyncio.sleep(0)
    pair.taken()
    pair.standby.end = asyncio.Event()
    pair.standby.report = lambda _: None
    pair.feed.retry()
    await asyncio.sleep(0)
    pair.up(pair.standby)
    assert pair.taken() == [StandbyState(None)]
    assert (pair.main.woken, pair.standby.woken) == (0, 0)


async def test_a_side_that_waits_for_its_next_try_tries_at_once(pair: Pair) -> None:
    pair.up(pair.standby)
    pair.down(pair.main, REFUSED)
    pair.feed.retry()
    assert (pair.main.woken, pair.standby.woken) == (1, 0)


async def test_when_both_have_given_up_nothing_begins(pair: Pair) -> None:
    pair.main.end.set()
    pair.standby.end.set()
    await asyncio.wait_for(pair.task, 10)
    pair.feed.retry()
    assert (pair.main.woken, pair.standby.woken) == (0, 0)


async def test_two_real_connections_bring_each_event_once(
    server: EventServer, tokens: Tokens, clock: ManualClock, reports: Reports
) -> None:
    def of(subscription: str) -> ZoomSocketFeed:
        return ZoomSocketFeed(
            url=server.url, subscription_id=subscription, tokens=tokens, clock=clock,
            random=lambda: 0.5, timing=CALM,
        )  # fmt: skip

    server.on_open = lambda socket: socket.send(event_frame("hello"))
    running = asyncio.create_task(StandbyFeed(of("one"), of("two"), clock).run(reports))
    await reports.until(lambda: len(server.received) == 2)
    await server.newest.send(event_frame("bye"))
    await reports.until(lambda: len(reports.of(Received)) == 2)
    server.connections[0].transport.abort()
    await reports.count(StandbyState, 3)
    assert reports.of(StandbyState)[2] == StandbyState(None)
    assert reports.of(Connected) == [Connected(clock.now)]
    assert reports.of(Disconnected) == []
    assert [query["subscriptionId"] for query in server.queries].count(["one"]) >= 1
    assert [query["subscriptionId"] for query in server.queries].count(["two"]) >= 1
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
