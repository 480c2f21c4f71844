"""The event socket against a real server, again and again: broken, kicked, woken."""

import asyncio
import contextlib
import logging

import pytest

from rtms_tray.support.frozen import replace
from rtms_tray.zoom.feeds import Connected, Disconnected, Received
from tests.helpers.event_server import BUILT, EventServer, event_frame
from tests.helpers.manual_clock import ManualClock
from tests.zoom.fakes import BEATING, CALM, MakeFeed, Reports, Start


@pytest.mark.promise("connection reset")
async def test_a_broken_connection_is_made_anew_and_never_counts(
    server: EventServer, make: MakeFeed, start: Start, reports: Reports, clock: ManualClock
) -> None:
    server.on_open = lambda socket: socket.transport.abort()
    start(make(CALM))
    await reports.count(Connected, 6)
    lost = reports.of(Disconnected)[0]
    assert isinstance(lost, Disconnected)
    assert lost.error
    assert lost.error.code == "connection_lost"
    assert lost.next_try_at == clock.now + 15
    assert "taken_over" not in reports.error_codes()


@pytest.mark.promise("kicked off by a second connection")
@pytest.mark.parametrize("code", [1000, 1001, 1008, 4001])
async def test_kicked_three_times_it_gives_up_and_says_why(
    server: EventServer, make: MakeFeed, start: Start, reports: Reports, code: int
) -> None:
    server.on_open = lambda socket: socket.close(code)
    feed = make(CALM)
    await asyncio.wait_for(start(feed), 10)
    assert reports.error_codes() == ["closed_by_zoom", "closed_by_zoom", "taken_over"]
    given_up = reports.last_down()
    assert given_up.next_try_at is None
    server.on_open = None
    feed.wake()  # nobody runs it: nothing happens
    start(feed)
    await reports.count(Connected, 4)


async def test_a_close_after_a_good_while_is_no_kick(
    server: EventServer, make: MakeFeed, start: Start, reports: Reports
) -> None:
    server.on_open = lambda socket: socket.close()
    start(make(replace(CALM, good_after_s=0)))
    await reports.count(Connected, 5)
    assert set(reports.error_codes()) == {"closed_by_zoom"}


async def test_a_close_before_the_build_is_no_kick(
    server: EventServer, make: MakeFeed, start: Start, reports: Reports
) -> None:
    server.first_frames = []
    server.on_open = lambda socket: socket.close()
    start(make(CALM))
    await reports.count(Disconnected, 5)
    assert set(reports.error_codes()) == {"connection_lost"}


async def test_woken_it_connects_anew_whatever_the_socket_claims(
    server: EventServer, make: MakeFeed, start: Start, reports: Reports, clock: ManualClock
) -> None:
    feed = make(CALM)
    start(feed)
    await reports.count(Connected, 1)
    old = server.newest
    feed.wake()
    await reports.count(Connected, 2)
    await old.wait_closed()
    now = clock.now
    assert reports.all == [Connected(now), Disconnected(now, None, now, now), Connected(now)]


async def test_a_loss_is_dated_back_to_the_last_sign_of_life(
    server: EventServer, make: MakeFeed, start: Start, reports: Reports, clock: ManualClock
) -> None:
    feed = make(replace(BEATING, first_delay_s=30, last_delay_s=60))
    assert feed.seen_at is None
    start(feed)
    await reports.until(lambda: len(server.received) >= 2)
    server.heartbeat_reply = None
    await reports.until(lambda: clock.now == feed.seen_at)
    seen_at = clock.now
    clock.advance(45_000)
    await reports.count(Disconnected, 1)
    assert (reports.last_down().at, reports.last_down().seen_at) == (clock.now, seen_at)


async def test_what_was_never_connected_was_never_seen(
    server: EventServer, make: MakeFeed, start: Start, reports: Reports
) -> None:
    server.refuse_with = 403
    start(make(CALM))
    await reports.count(Disconnected, 1)
    assert reports.last_down().seen_at is None


async def test_woken_it_does_not_wait_for_a_dead_peer(
    server: EventServer, make: MakeFeed, start: Start, reports: Reports
) -> None:
    server.on_open = lambda socket: socket.transport.pause_reading()
    feed = make(replace(CALM, close_s=30))
    start(feed)
    await reports.count(Connected, 1)
    feed.wake()
    await reports.count(Connected, 2)


async def test_woken_it_does_not_wait_for_its_turn(
    server: EventServer, make: MakeFeed, start: Start, reports: Reports
) -> None:
    server.refuse_with = 403
    feed = make(CALM)
    start(feed)
    await reports.count(Disconnected, 1)
    server.refuse_with = None
    feed.wake()
    await reports.count(Connected, 1)


async def test_woken_while_connecting_it_begins_again(
    server: EventServer, make: MakeFeed, start: Start, reports: Reports
) -> None:
    server.first_frames = []
    feed = make(CALM)
    start(feed)
    await reports.until(lambda: server.connections)
    server.first_frames = [BUILT]
    feed.wake()
    await reports.count(Connected, 1)
    assert reports.error_codes() == [None]


async def test_nothing_of_an_old_connection_comes_after_its_end(
    server: EventServer, make: MakeFeed, start: Start, reports: Reports
) -> None:
    feed = make(CALM)
    start(feed)
    await reports.count(Connected, 1)
    old = server.newest
    feed.wake()
    with contextlib.suppress(Exception):  # it may have gone already
        await old.send(event_frame("late"))
    await reports.count(Connected, 2)
    after = reports.all[reports.all.index(reports.of(Disconnected)[0]) :]
    assert [type(report) for report in after] == [Disconnected, Connected]


async def test_cancelled_it_leaves_nothing_behind(
    server: EventServer, make: MakeFeed, start: Start, reports: Reports
) -> None:
    running = start(make(CALM))
    await reports.count(Connected, 1)
    before = len(reports.all)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    await server.newest.wait_closed()
    assert len(reports.all) == before


async def test_nothing_secret_is_logged(
    server: EventServer, make: MakeFeed, start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="rtms_tray")
    caplog.set_level(logging.DEBUG, logger="websockets.client")
    server.first_frames = [BUILT, "token-0 sub/1"]
    server.on_open = lambda socket: socket.close()
    await asyncio.wait_for(start(make(CALM)), 10)
    ours = [record.getMessage() for record in caplog.records if "server" not in record.name]
    assert any("makes no sense" in line for line in ours)
    assert not any("token-0" in line or "sub" in line for line in ours)


@pytest.mark.qt_loop
@pytest.mark.usefixtures("qapp")
async def test_inside_qts_loop_it_is_the_same(
    server: EventServer, make: MakeFeed, start: Start, reports: Reports
) -> None:
    server.on_open = lambda socket: socket.send(event_frame("x"))
    feed = make(BEATING)
    running = start(feed)
    await reports.until(lambda: len(server.received) >= 2)
    feed.wake()
    await reports.count(Received, 2)
    server.newest.transport.abort()
    await reports.count(Received, 3)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    kinds = [type(report) for report in reports.all]
    assert kinds == [Connected, Received, Disconnected] * 2 + [Connected, Received]
