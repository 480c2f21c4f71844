"""Before a token expires the next connection takes over, against a real server: nothing is missed."""

import asyncio
import contextlib
from collections.abc import Callable
from typing import Literal

import pytest
from websockets.asyncio.server import ServerConnection

from rtms_tray.capture.events import Unknown
from rtms_tray.support.frozen import replace
from rtms_tray.support.units import HOUR, MINUTE
from rtms_tray.zoom.errors import Offline
from rtms_tray.zoom.feeds import Connected, Disconnected, Received
from tests.helpers.event_server import BUILT, EventServer, event_frame, refused_frame
from tests.helpers.manual_clock import ManualClock
from tests.zoom.fakes import BEATING, MakeFeed, Reports, Start, Tokens

# A single close that is taken for another program's would end the feed.
QUICK = replace(BEATING, heartbeat_s=0.1, answer_s=0.1, kicks=1, overlap_s=5)
HASTY = replace(QUICK, overlap_s=0.05)

Closing = Literal["no", "before", "after"]
Expire = Callable[[], None]
every_server = pytest.mark.parametrize("closes_older", ["no", "before", "after"])


@pytest.fixture
def expire(clock: ManualClock, tokens: Tokens) -> Expire:
    """Let the token expire; the next one is good for an hour more."""

    def pass_expiry() -> None:
        clock.now = tokens.expires_at
        tokens.expires_at += HOUR

    return pass_expiry


def names(reports: Reports) -> list[str]:
    events = [report.event for report in reports.all if isinstance(report, Received)]
    return [event.name for event in events if isinstance(event, Unknown)]


async def until_taken_over(server: EventServer, reports: Reports, times: int) -> None:
    await reports.until(lambda: len(server.clean_closes) == times)
    await reports.count(Received, times + 1)


def left_running() -> list[str]:
    """Name the tasks of the feed that still run."""
    running = (str(task.get_coro()) for task in asyncio.all_tasks())
    return [name for name in running if "EventConnection." in name or "ConnectionHandover." in name]


@every_server
async def test_the_next_connection_takes_over_without_a_gap(
    server: EventServer, make: MakeFeed, start: Start, reports: Reports,
    clock: ManualClock, tokens: Tokens, closes_older: Closing,
) -> None:  # fmt: skip
    server.closes_older = closes_older
    server.on_open = lambda socket: socket.send(event_frame(f"from {len(server.connections)}"))
    start(make(HASTY))
    await reports.count(Received, 1)
    clock.advance(HOUR - 5 * MINUTE - 1)
    beats = len(server.received)
    await reports.until(lambda: len(server.received) >= beats + 2)
    assert len(server.connections) == 1
    clock.advance(1)
    await reports.count(Received, 2)
    await reports.until(lambda: server.clean_closes)
    beats = len(server.received)
    await reports.until(lambda: len(server.received) >= beats + 2)
    assert [type(report) for report in reports.all] == [Connected, Received, Received]
    assert names(reports) == ["from 1", "from 2"]
    assert server.clean_closes == [True]
    assert server.tokens == ["token-0", "token-1"]
    assert tokens.refusals == ["token-0"]


@every_server
async def test_connections_follow_each_other_for_hours(
    server: EventServer, make: MakeFeed, start: Start, reports: Reports, expire: Expire,
    closes_older: Closing,
) -> None:  # fmt: skip
    server.closes_older = closes_older
    server.on_open = lambda socket: socket.send(event_frame("x"))
    start(make(HASTY))
    await until_taken_over(server, reports, 0)
    for renewals in range(1, 6):
        expire()
        await until_taken_over(server, reports, renewals)
    assert [type(report) for report in reports.all] == [Connected, *[Received] * 6]
    assert server.clean_closes == [True] * 5
    assert 0 < len(left_running()) <= 5  # the feed, and the newest connection with its two tasks


async def test_what_still_comes_over_the_old_connection_is_reported(
    server: EventServer, make: MakeFeed, start: Start, reports: Reports, expire: Expire
) -> None:
    server.on_open = lambda socket: socket.send(event_frame("both"))
    start(make(QUICK))
    await reports.count(Received, 1)
    expire()
    await reports.count(Received, 2)
    await server.connections[0].send(event_frame("late"))
    await reports.count(Received, 3)
    await server.connections[0].send(event_frame("last"))
    await server.connections[0].close()
    await reports.count(Received, 4)
    assert names(reports) == ["both", "both", "late", "last"]
    assert reports.of(Disconnected) == []


async def test_what_came_before_a_planned_end_is_not_lost(
    server: EventServer, make: MakeFeed, start: Start, reports: Reports, expire: Expire
) -> None:
    async def speak_until_closed(socket: ServerConnection) -> None:
        while True:
            await socket.send(event_frame("x"))
            sent.append(socket)
            await asyncio.sleep(0)

    sent: list[ServerConnection] = []
    server.on_open = speak_until_closed
    start(make(HASTY))
    await reports.count(Received, 3)
    first = server.newest
    server.on_open = None
    expire()
    await reports.until(lambda: server.clean_closes)
    await server.newest.send(event_frame("end"))
    await reports.until(lambda: "end" in names(reports))
    assert reports.of(Disconnected) == []
    assert len(reports.of(Received)) == sent.count(first) + 1


class Hindrance:
    """What keeps a new connection from being established."""

    def __init__(self, kind: str, server: EventServer, tokens: Tokens) -> None:
        self._kind, self._server, self._tokens = kind, server, tokens

    def begin(self) -> None:
        match self._kind:
            case "no token":
                self._tokens.trouble = Offline()
            case "no handshake":
                self._server.refuse_with = 503
            case "no build":
                self._server.first_frames = []
            case words:
                self._server.first_frames = [refused_frame(words)]

    def end(self) -> None:
        self._tokens.trouble = None
        self._server.refuse_with = None
        self._server.first_frames = [BUILT]


@pytest.fixture(
    params=["no token", "no handshake", "no build", "unknown subscription", "Invalid Token"]
)
def hindrance(request: pytest.FixtureRequest, server: EventServer, tokens: Tokens) -> Hindrance:
    return Hindrance(str(request.param), server, tokens)


async def test_without_a_new_connection_the_old_one_stays(
    server: EventServer, make: MakeFeed, start: Start, reports: Reports,
    expire: Expire, hindrance: Hindrance, caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    caplog.set_level("INFO", "rtms_tray")
    start(make(replace(HASTY, build_s=0.05)))
    await reports.count(Connected, 1)
    hindrance.begin()
    expire()
    await reports.until(lambda: "no connection to take over yet" in caplog.text)
    tries = len(server.queries)
    beats = len(server.received)
    await reports.until(lambda: len(server.received) >= beats + 2)
    assert len(server.queries) == tries  # not at every beat
    hindrance.end()
    expire()
    await reports.until(lambda: server.connections[0].protocol.close_rcvd)
    await server.newest.send(event_frame("here"))
    await reports.count(Received, 1)
    assert [type(report) for report in reports.all] == [Connected, Received]
    assert len(server.queries) == tries + 1
    assert server.tokens[-1] != "token-0"


async def test_after_a_minute_it_tries_again(
    server: EventServer, make: MakeFeed, start: Start, reports: Reports,
    clock: ManualClock, tokens: Tokens,
) -> None:  # fmt: skip
    async def beat_twice() -> None:
        beats = len(server.received)
        await reports.until(lambda: len(server.received) >= beats + 2)

    start(make(QUICK))
    await reports.count(Connected, 1)
    tokens.trouble = Offline()
    clock.now = tokens.expires_at
    await reports.until(lambda: tokens.refusals)
    await beat_twice()
    tokens.trouble = None
    clock.advance(MINUTE - 1)
    await beat_twice()
    assert len(server.queries) == 1
    clock.advance(1)
    await reports.until(lambda: len(server.connections) == 2)
    assert [type(report) for report in reports.all] == [Connected]


@pytest.fixture(params=["refused before", "refused after", "never built"])
def code(request: pytest.FixtureRequest, server: EventServer) -> str:
    """Have the server close the old connection for one that fails; returns the code of the outcome."""
    server.closes_older = "after" if request.param == "refused after" else "before"
    return "connection_lost" if request.param == "never built" else "subscription_refused"


async def test_closed_for_a_connection_that_fails_it_is_down(
    server: EventServer, make: MakeFeed, start: Start, reports: Reports, expire: Expire, code: str
) -> None:
    start(make(replace(HASTY, overlap_s=0.5)))
    await reports.count(Connected, 1)
    server.first_frames = (
        [] if code == "connection_lost" else [refused_frame("unknown subscription")]
    )
    expire()
    await reports.count(Disconnected, 1)
    assert reports.error_codes() == [code]  # and no kick
    assert reports.last_down().next_try_at is not None


async def test_a_close_before_the_other_handshake_is_zooms_own(
    server: EventServer, make: MakeFeed, start: Start, reports: Reports, expire: Expire,
    tokens: Tokens,
) -> None:  # fmt: skip
    start(make(QUICK))
    await reports.count(Connected, 1)
    tokens.gate = asyncio.Event()
    expire()
    await reports.until(lambda: tokens.refusals)
    await server.newest.close()
    await reports.count(Disconnected, 1)
    assert reports.error_codes() == ["taken_over"]  # for it counts
    assert len(server.queries) == 1


async def test_a_connection_that_breaks_meanwhile_is_down_at_once(
    server: EventServer, make: MakeFeed, start: Start, reports: Reports, expire: Expire
) -> None:
    start(make(replace(QUICK, build_s=60, overlap_s=60)))
    await reports.count(Connected, 1)
    server.first_frames = []
    expire()
    await reports.until(lambda: len(server.connections) == 2)
    server.first_frames = [BUILT]
    server.connections[0].transport.abort()
    await reports.count(Connected, 2)
    assert reports.error_codes() == ["connection_lost"]


@pytest.mark.parametrize("end", ["abort", "pause_reading"])
async def test_however_an_old_connection_ends_a_greeted_one_leaves_no_gap(
    server: EventServer, make: MakeFeed, start: Start, reports: Reports, expire: Expire,
    clock: ManualClock, end: str,
) -> None:  # fmt: skip
    def spoil_older(_: ServerConnection) -> None:
        for older in server.connections[:-1]:
            getattr(older.transport, end)()

    server.on_open = spoil_older
    begun = clock.now
    start(make(replace(HASTY, close_s=0.05)))
    await reports.count(Connected, 1)
    expire()
    await reports.until(lambda: len(server.connections) == 2)
    await reports.until(lambda: str(left_running()).count("EventConnection.run") == 1)
    await server.newest.send(event_frame("here"))
    await reports.count(Received, 1)
    assert reports.of(Connected) == [Connected(begun)]
    assert reports.of(Disconnected) == []


async def test_a_new_connection_that_is_closed_soon_counts(
    server: EventServer, make: MakeFeed, start: Start, reports: Reports, expire: Expire
) -> None:
    running = start(make(QUICK))
    await reports.count(Connected, 1)
    server.on_open = lambda socket: socket.close()
    expire()
    await asyncio.wait_for(running, 10)
    assert reports.error_codes() == ["taken_over"]
    await server.connections[0].wait_closed()
    assert left_running() == []


async def renewing(
    server: EventServer, reports: Reports, expire: Expire, *, established: bool
) -> None:
    """Bring a feed into the middle of a renewal: before `build_connection`, or with both connections."""
    await reports.count(Connected, 1)
    server.first_frames = [BUILT, event_frame("new")] if established else []
    expire()
    await reports.until(lambda: len(server.connections) == 2)
    if established:
        await reports.count(Received, 1)
    assert len(server.clean_closes) == 0
    server.first_frames = [BUILT]


in_the_middle = pytest.mark.parametrize("established", [False, True])


@in_the_middle
async def test_woken_in_the_middle_it_begins_again(
    server: EventServer, make: MakeFeed, start: Start, reports: Reports, expire: Expire, *,
    established: bool,
) -> None:  # fmt: skip
    feed = make(QUICK)
    start(feed)
    await renewing(server, reports, expire, established=established)
    feed.wake()
    feed.wake()
    await reports.count(Connected, 2)
    await asyncio.gather(*(socket.wait_closed() for socket in server.connections[:2]))
    assert len(server.connections) == 3
    kinds = [type(report) for report in reports.all if not isinstance(report, Received)]
    assert kinds == [Connected, Disconnected, Connected]
    assert reports.error_codes() == [None]


@in_the_middle
async def test_cancelled_in_the_middle_it_leaves_nothing_behind(
    server: EventServer, make: MakeFeed, start: Start, reports: Reports, expire: Expire, *,
    established: bool,
) -> None:  # fmt: skip
    running = start(make(QUICK))
    await renewing(server, reports, expire, established=established)
    before = len(reports.all)
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running
    assert left_running() == []
    await asyncio.gather(*(socket.wait_closed() for socket in server.connections))
    assert len(reports.all) == before


async def test_a_token_that_lives_only_for_minutes_is_no_reason_to_spin(
    server: EventServer, make: MakeFeed, start: Start, reports: Reports,
    clock: ManualClock, tokens: Tokens,
) -> None:  # fmt: skip
    tokens.expires_at = clock.now - HOUR
    start(make(QUICK))
    await reports.until(lambda: len(server.received) >= 3)
    assert [type(report) for report in reports.all] == [Connected]
    assert len(server.queries) == 1
