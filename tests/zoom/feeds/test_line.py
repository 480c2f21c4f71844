"""One connection against a real server: greeted, beating, dead, and renewed in time."""

import asyncio
import contextlib
import json
from dataclasses import replace

from websockets.asyncio.server import ServerConnection

from rtms_tray.capture.events import AppDeauthorized, Unknown
from rtms_tray.capture.units import HOUR, MINUTE
from rtms_tray.zoom.errors import (
    Offline,
)
from rtms_tray.zoom.feeds import Connected, Disconnected, Received
from tests.helpers.event_server import BEAT, GREETING, EventServer, message
from tests.helpers.feed_parts import BEATING, CALM, MakeFeed, Reports, Start, Tokens
from tests.helpers.manual_clock import ManualClock


async def test_events_are_reported_once_zoom_has_greeted(
    server: EventServer, make: MakeFeed, start: Start, reports: Reports, clock: ManualClock
) -> None:
    server.then = lambda line: line.send(message("app_deauthorized", user_id="u"))
    start(make(CALM))
    await reports.count(Received, 1)
    raw = '{"event": "app_deauthorized", "event_ts": 1793400000123, "payload": {"user_id": "u"}}'
    assert reports.all == [
        Connected(clock.now),
        Received(AppDeauthorized("u", 1_793_400_000_123), raw, clock.now),
    ]
    assert server.queries == [{"subscriptionId": ["sub/1"], "access_token": ["token-0"]}]


async def test_no_extension_is_offered(
    server: EventServer, make: MakeFeed, start: Start, reports: Reports
) -> None:
    start(make(CALM))
    await reports.count(Connected, 1)
    request = server.newest.request
    assert request is not None
    assert "Sec-WebSocket-Extensions" not in request.headers


async def test_without_a_greeting_it_is_no_connection(
    server: EventServer, make: MakeFeed, start: Start, reports: Reports
) -> None:
    server.greetings = []
    start(make(replace(CALM, build_s=0.05)))
    await reports.count(Disconnected, 2)
    assert reports.of(Connected) == []
    assert reports.error_codes()[:2] == ["connection_lost", "connection_lost"]


async def test_events_before_the_greeting_come_after_it(
    server: EventServer, make: MakeFeed, start: Start, reports: Reports
) -> None:
    server.greetings = [message("early"), "nonsense", BEAT, GREETING]
    start(make(CALM))
    await reports.count(Received, 1)
    assert [type(report) for report in reports.all] == [Connected, Received]


async def test_odd_frames_are_ignored(
    server: EventServer, make: MakeFeed, start: Start, reports: Reports, clock: ManualClock
) -> None:
    odd: list[str | bytes] = ["", "nonsense", "[]", b"\xff\x00", '{"module":"other"}', GREETING]
    server.greetings = [GREETING, *odd, '{"module":"message"}', message("x")]
    start(make(CALM))
    await reports.count(Received, 2)
    assert [report.event for report in reports.all if isinstance(report, Received)] == [
        Unknown("", clock.now),
        Unknown("x", 1_793_400_000_123),
    ]
    assert reports.of(Disconnected) == []


async def test_an_invalid_text_frame_is_ignored_too(
    server: EventServer, make: MakeFeed, start: Start, reports: Reports
) -> None:
    async def send_broken_text(line: ServerConnection) -> None:
        line.transport.write(b"\x81\x02\xff\xfe")  # a text frame that is not UTF-8
        await line.send(message("x"))

    server.then = send_broken_text
    start(make(CALM))
    await reports.count(Received, 1)
    assert reports.of(Disconnected) == []


async def test_a_frame_beyond_all_bounds_ends_the_line_only(
    server: EventServer, make: MakeFeed, start: Start, reports: Reports
) -> None:
    start(make(CALM))
    await reports.count(Connected, 1)
    with contextlib.suppress(Exception):  # the line may go down while this is being sent
        await server.newest.send("x" * (1024 * 1024 + 1))
    await reports.count(Connected, 2)
    assert reports.error_codes() == ["connection_lost"]


async def test_it_beats_and_stays(
    server: EventServer, make: MakeFeed, start: Start, reports: Reports
) -> None:
    start(make(BEATING))
    await reports.until(lambda: len(server.heard) >= 4)
    assert server.heard[0] == {"module": "heartbeat"}
    assert [type(report) for report in reports.all] == [Connected]


async def test_a_peer_that_does_not_answer_is_dead(
    server: EventServer, make: MakeFeed, start: Start, reports: Reports
) -> None:
    server.beat = None
    start(make(BEATING))
    await reports.count(Connected, 3)
    assert set(reports.error_codes()) == {"connection_lost"}


async def test_a_half_open_peer_is_dead(
    server: EventServer, make: MakeFeed, start: Start, reports: Reports
) -> None:
    server.then = lambda line: line.transport.pause_reading()
    start(make(BEATING))
    await reports.count(Connected, 2)
    assert reports.error_codes()[0] == "connection_lost"


async def test_a_heartbeat_without_success_is_a_reason_to_reconnect(
    server: EventServer, make: MakeFeed, start: Start, reports: Reports
) -> None:
    server.beat = json.dumps({"module": "heartbeat", "success": False})
    start(make(BEATING))
    await reports.count(Connected, 2)
    assert reports.error_codes()[0] == "connection_lost"


async def test_before_the_token_ends_it_connects_anew(
    server: EventServer, make: MakeFeed, start: Start, reports: Reports,
    clock: ManualClock, tokens: Tokens,
) -> None:  # fmt: skip
    start(make(BEATING))
    await reports.count(Connected, 1)
    clock.advance(HOUR - 5 * MINUTE - 1)
    beats = len(server.heard)
    await reports.until(lambda: len(server.heard) >= beats + 2)
    assert len(server.sockets) == 1
    clock.advance(1)
    await reports.count(Connected, 2)
    assert reports.error_codes() == [None]
    assert server.tokens == ["token-0", "token-1"]
    await reports.until(lambda: server.closes)
    assert server.closes == [True]
    assert tokens.refusals == ["token-0"]


async def test_events_before_a_planned_end_are_not_lost(
    server: EventServer, make: MakeFeed, start: Start, reports: Reports,
    clock: ManualClock, tokens: Tokens,
) -> None:  # fmt: skip
    async def speak_until_closed(line: ServerConnection) -> None:
        while True:
            await line.send(message("x"))
            sent.append(line)
            await asyncio.sleep(0)

    sent: list[ServerConnection] = []
    server.then = speak_until_closed
    start(make(BEATING))
    await reports.count(Received, 3)
    first = server.newest
    server.then = None
    clock.now = tokens.expires_at
    await reports.count(Connected, 2)
    assert reports.error_codes() == [None]
    assert len(reports.of(Received)) == sent.count(first)


async def test_without_a_new_token_the_old_line_stays(
    server: EventServer, make: MakeFeed, start: Start, reports: Reports,
    clock: ManualClock, tokens: Tokens,
) -> None:  # fmt: skip
    start(make(BEATING))
    await reports.count(Connected, 1)
    tokens.trouble = Offline()
    clock.now = tokens.expires_at
    await reports.until(lambda: tokens.refusals)
    beats = len(server.heard)
    await reports.until(lambda: len(server.heard) >= beats + 2)
    assert [type(report) for report in reports.all] == [Connected]
    assert len(tokens.refusals) == 1  # not asked for at every beat
    tokens.trouble = None
    clock.advance(MINUTE)
    await reports.count(Connected, 2)


async def test_a_token_that_lives_only_for_minutes_is_no_reason_to_spin(
    server: EventServer, make: MakeFeed, start: Start, reports: Reports,
    clock: ManualClock, tokens: Tokens,
) -> None:  # fmt: skip
    tokens.expires_at = clock.now - HOUR
    start(make(BEATING))
    await reports.until(lambda: len(server.heard) >= 3)
    assert [type(report) for report in reports.all] == [Connected]
