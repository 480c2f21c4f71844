"""Ahead of a token's end another line takes over, against a real server: nothing is missed."""

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal

import pytest
from websockets.asyncio.server import ServerConnection

from rtms_tray.capture.events import Unknown
from rtms_tray.capture.units import HOUR, MINUTE
from rtms_tray.zoom.errors import Offline
from rtms_tray.zoom.feeds import Connected, Disconnected, Received
from tests.helpers.event_server import GREETING, EventServer, message, refusal
from tests.helpers.feed_parts import BEATING, MakeFeed, Reports, Start, Tokens
from tests.helpers.manual_clock import ManualClock

# A single close that is taken for another program's would end the feed.
QUICK = replace(BEATING, kicks=1, overlap_s=5)
HASTY = replace(QUICK, overlap_s=0.05)

Closing = Literal["no", "before", "after"]
Expire = Callable[[], None]
every_server = pytest.mark.parametrize("one_only", ["no", "before", "after"])


@pytest.fixture
def expire(clock: ManualClock, tokens: Tokens) -> Expire:
    """Let the token come to its end; the next one is good for an hour more."""

    def go_to_its_end() -> None:
        clock.now = tokens.expires_at
        tokens.expires_at += HOUR

    return go_to_its_end


def names(reports: Reports) -> list[str]:
    events = [report.event for report in reports.all if isinstance(report, Received)]
    return [event.name for event in events if isinstance(event, Unknown)]


async def until_closed(server: EventServer, reports: Reports, number: int) -> None:
    await reports.until(lambda: len(server.closes) == number)


def left_running() -> list[str]:
    """Name the tasks of the feed that still run."""
    running = (str(task.get_coro()) for task in asyncio.all_tasks())
    return [name for name in running if "Line." in name or "Succession." in name]


@every_server
async def test_another_line_takes_over_without_a_gap(
    server: EventServer,
    make: MakeFeed,
    start: Start,
    reports: Reports,
    clock: ManualClock,
    tokens: Tokens,
    one_only: Closing,
) -> None:
    server.one_only = one_only
    server.then = lambda line: line.send(message(f"from {len(server.sockets)}"))
    start(make(HASTY))
    await reports.count(Received, 1)
    clock.advance(HOUR - 5 * MINUTE - 1)
    beats = len(server.heard)
    await reports.until(lambda: len(server.heard) >= beats + 2)
    assert len(server.sockets) == 1
    clock.advance(1)
    await reports.count(Received, 2)
    await reports.until(lambda: server.closes)
    beats = len(server.heard)
    await reports.until(lambda: len(server.heard) >= beats + 2)
    assert [type(report) for report in reports.all] == [Connected, Received, Received]
    assert names(reports) == ["from 1", "from 2"]
    assert server.closes == [True]
    assert server.tokens == ["token-0", "token-1"]
    assert tokens.refusals == ["token-0"]


@every_server
async def test_so_it_goes_on_for_hours(
    server: EventServer,
    make: MakeFeed,
    start: Start,
    reports: Reports,
    expire: Expire,
    one_only: Closing,
) -> None:
    server.one_only = one_only
    start(make(HASTY))
    await reports.count(Connected, 1)
    for renewals in range(1, 6):
        expire()
        await until_closed(server, reports, renewals)
    await server.newest.send(message("here"))
    await reports.count(Received, 1)
    assert [type(report) for report in reports.all] == [Connected, Received]
    assert server.closes == [True] * 5
    assert len(left_running()) <= 4  # the feed, and the newest line with what keeps it


async def test_what_still_comes_over_the_old_line_is_reported(
    server: EventServer, make: MakeFeed, start: Start, reports: Reports, expire: Expire
) -> None:
    server.then = lambda line: line.send(message("both"))
    start(make(QUICK))
    await reports.count(Received, 1)
    expire()
    await reports.count(Received, 2)
    await server.sockets[0].send(message("late"))
    await reports.count(Received, 3)
    await server.sockets[0].send(message("last"))
    await server.sockets[0].close()
    await reports.count(Received, 4)
    assert names(reports) == ["both", "both", "late", "last"]
    assert reports.of(Disconnected) == []


async def test_what_came_before_a_planned_end_is_not_lost(
    server: EventServer, make: MakeFeed, start: Start, reports: Reports, expire: Expire
) -> None:
    async def speak_until_closed(line: ServerConnection) -> None:
        while True:
            await line.send(message("x"))
            sent.append(line)
            await asyncio.sleep(0)

    sent: list[ServerConnection] = []
    server.then = speak_until_closed
    start(make(HASTY))
    await reports.count(Received, 3)
    first = server.newest
    server.then = None
    expire()
    await reports.until(lambda: server.closes)
    await server.newest.send(message("end"))
    await reports.until(lambda: "end" in names(reports))
    assert reports.of(Disconnected) == []
    assert len(reports.of(Received)) == sent.count(first) + 1


@dataclass
class Hindrance:
    """What keeps a new line from being had."""

    trouble: Exception | None = None
    refuse_with: int | None = None
    greetings: list[str | bytes] = field(default_factory=lambda: [GREETING])


HINDRANCES = {
    "no token": Hindrance(trouble=Offline()),
    "no handshake": Hindrance(refuse_with=503),
    "refused": Hindrance(greetings=[refusal("unknown subscription")]),
    "token refused": Hindrance(greetings=[refusal("Invalid Token")]),
    "not greeted": Hindrance(greetings=[]),
}


@pytest.mark.parametrize("hindrance", HINDRANCES.values(), ids=HINDRANCES)
async def test_if_there_is_no_other_line_the_old_one_stays(
    server: EventServer,
    make: MakeFeed,
    start: Start,
    reports: Reports,
    expire: Expire,
    clock: ManualClock,
    tokens: Tokens,
    hindrance: Hindrance,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("INFO", "rtms_tray")
    start(make(replace(HASTY, build_s=0.05)))
    await reports.count(Connected, 1)
    tokens.trouble = hindrance.trouble
    server.refuse_with = hindrance.refuse_with
    server.greetings = hindrance.greetings
    expire()
    await reports.until(lambda: "no line to take over yet" in caplog.text)
    tries = len(server.queries)
    beats = len(server.heard)
    await reports.until(lambda: len(server.heard) >= beats + 2)
    assert len(server.queries) == tries  # not at every beat
    tokens.trouble, server.refuse_with, server.greetings = None, None, [GREETING]
    clock.advance(MINUTE)
    await reports.until(lambda: len(server.queries) == tries + 1)
    await reports.until(lambda: server.sockets[0].protocol.close_rcvd)
    await server.newest.send(message("here"))
    await reports.count(Received, 1)
    assert [type(report) for report in reports.all] == [Connected, Received]
    assert server.tokens[-1] != "token-0"


@pytest.mark.parametrize(
    ("greetings", "code"),
    [([refusal("unknown subscription")], "subscription_refused"), ([], "connection_lost")],
)
async def test_closed_for_a_line_that_comes_to_nothing_it_is_down(
    server: EventServer,
    make: MakeFeed,
    start: Start,
    reports: Reports,
    expire: Expire,
    greetings: list[str | bytes],
    code: str,
) -> None:
    server.one_only = "before"
    start(make(HASTY))
    await reports.count(Connected, 1)
    server.greetings = greetings
    expire()
    await reports.count(Disconnected, 1)
    assert reports.error_codes() == [code]
    assert reports.last_down().next_try_at is not None


async def test_a_close_before_the_other_line_knocked_is_zooms_own(
    server: EventServer,
    make: MakeFeed,
    start: Start,
    reports: Reports,
    expire: Expire,
    tokens: Tokens,
) -> None:
    start(make(QUICK))
    await reports.count(Connected, 1)
    tokens.held = asyncio.Event()
    expire()
    await reports.until(lambda: tokens.refusals)
    await server.newest.close()
    await reports.count(Disconnected, 1)
    assert reports.error_codes() == ["taken_over"]  # for it counts
    assert len(server.queries) == 1


async def test_a_line_that_breaks_meanwhile_is_down_at_once(
    server: EventServer, make: MakeFeed, start: Start, reports: Reports, expire: Expire
) -> None:
    start(make(QUICK))
    await reports.count(Connected, 1)
    server.greetings = []
    expire()
    await reports.until(lambda: len(server.sockets) == 2)
    server.greetings = [GREETING]
    server.sockets[0].transport.abort()
    await reports.count(Connected, 2)
    assert reports.error_codes() == ["connection_lost"]


@pytest.mark.parametrize("end", ["abort", "pause_reading"])
async def test_an_old_line_that_ends_out_of_order_may_have_kept_events_back(
    server: EventServer,
    make: MakeFeed,
    start: Start,
    reports: Reports,
    expire: Expire,
    clock: ManualClock,
    end: str,
) -> None:
    def spoil_older(_: ServerConnection) -> None:
        for older in server.sockets[:-1]:
            getattr(older.transport, end)()

    server.then = spoil_older
    begun = clock.now
    start(make(replace(HASTY, close_s=0.05)))
    await reports.count(Connected, 1)
    expire()
    await reports.count(Connected, 2)
    assert reports.all == [
        Connected(begun),
        Disconnected(clock.now, None, clock.now),
        Connected(clock.now),
    ]
    await server.newest.send(message("here"))
    await reports.count(Received, 1)


async def test_a_new_line_that_is_closed_soon_counts(
    server: EventServer, make: MakeFeed, start: Start, reports: Reports, expire: Expire
) -> None:
    running = start(make(QUICK))
    await reports.count(Connected, 1)
    server.then = lambda line: line.close()
    expire()
    await asyncio.wait_for(running, 10)
    assert reports.error_codes() == ["taken_over"]
    await server.sockets[0].wait_closed()
    assert left_running() == []


async def renewing(server: EventServer, reports: Reports, expire: Expire, *, greeted: bool) -> None:
    """Bring a feed into the middle of a renewal: before the greeting, or with both lines."""
    await reports.count(Connected, 1)
    server.greetings = [GREETING, message("new")] if greeted else []
    expire()
    await reports.until(lambda: len(server.sockets) == 2)
    if greeted:
        await reports.count(Received, 1)
    assert len(server.closes) == 0
    server.greetings = [GREETING]


in_the_middle = pytest.mark.parametrize("greeted", [False, True])


@in_the_middle
async def test_woken_in_the_middle_it_begins_again(
    server: EventServer,
    make: MakeFeed,
    start: Start,
    reports: Reports,
    expire: Expire,
    *,
    greeted: bool,
) -> None:
    feed = make(QUICK)
    start(feed)
    await renewing(server, reports, expire, greeted=greeted)
    feed.wake()
    feed.wake()
    await reports.count(Connected, 2)
    await asyncio.gather(*(socket.wait_closed() for socket in server.sockets[:2]))
    assert len(server.sockets) == 3
    kinds = [type(report) for report in reports.all if not isinstance(report, Received)]
    assert kinds == [Connected, Disconnected, Connected]
    assert reports.error_codes() == [None]


@in_the_middle
async def test_cancelled_in_the_middle_it_leaves_nothing_behind(
    server: EventServer,
    make: MakeFeed,
    start: Start,
    reports: Reports,
    expire: Expire,
    *,
    greeted: bool,
) -> None:
    running = start(make(QUICK))
    await renewing(server, reports, expire, greeted=greeted)
    before = len(reports.all)
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running
    assert left_running() == []
    await asyncio.gather(*(socket.wait_closed() for socket in server.sockets))
    assert len(reports.all) == before


async def test_a_token_that_lives_only_for_minutes_is_no_reason_to_spin(
    server: EventServer,
    make: MakeFeed,
    start: Start,
    reports: Reports,
    clock: ManualClock,
    tokens: Tokens,
) -> None:
    tokens.expires_at = clock.now - HOUR
    start(make(QUICK))
    await reports.until(lambda: len(server.heard) >= 3)
    assert [type(report) for report in reports.all] == [Connected]
    assert len(server.queries) == 1
