"""The event socket against a real server: greeted, beating, broken, kicked, woken, renewed."""

import asyncio
import contextlib
import json
import logging
import socket
from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import pytest
from websockets.asyncio.server import ServerConnection

from rtms_tray.capture.events import AppDeauthorized, Unknown
from rtms_tray.capture.units import HOUR, MINUTE, Millis
from rtms_tray.store.secrets import SecretError, Trouble
from rtms_tray.zoom.errors import (
    ClientRefused,
    Offline,
    ServerTrouble,
    UnexpectedReply,
)
from rtms_tray.zoom.feeds import Connected, Disconnected, Feed, Received, Report
from rtms_tray.zoom.feeds.zoom_socket import Timing, ZoomSocketFeed
from tests.helpers.event_server import BEAT, GREETING, EventServer, message, refusal
from tests.helpers.expected_logs import ExpectedLogs
from tests.helpers.feed_parts import Reports, Tokens
from tests.helpers.manual_clock import ManualClock

# Long enough never to run out in a test that does not want it to.
CALM = Timing(
    open_s=5, build_s=5, heartbeat_s=60, answer_s=30, close_s=1,
    first_delay_s=0.01, last_delay_s=0.02, first_slow_delay_s=30, last_slow_delay_s=60,
)  # fmt: skip
BEATING = replace(CALM, heartbeat_s=0.06, answer_s=0.03, good_after_s=30)

MakeFeed = Callable[[Timing], ZoomSocketFeed]
Start = Callable[[ZoomSocketFeed], asyncio.Task[None]]


@pytest.fixture
def make(server: EventServer, tokens: Tokens, clock: ManualClock) -> MakeFeed:
    def build(timing: Timing) -> ZoomSocketFeed:
        return ZoomSocketFeed(
            url=server.url,
            subscription_id="sub/1",
            tokens=tokens,
            clock=clock,
            random=lambda: 0.5,
            timing=timing,
        )

    return build


@pytest.fixture
async def start(reports: Reports) -> AsyncIterator[Start]:
    tasks: list[asyncio.Task[None]] = []

    def run(feed: Feed) -> asyncio.Task[None]:
        tasks.append(asyncio.create_task(feed.run(reports)))
        return tasks[-1]

    yield run
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def error_codes(reports: Reports) -> list[str | None]:
    return [
        report.error.code if report.error else None
        for report in reports.all
        if isinstance(report, Disconnected)
    ]


def last(reports: Reports) -> Report:
    return reports.all[-1]


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
    assert error_codes(reports)[:2] == ["connection_lost", "connection_lost"]


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
    assert error_codes(reports) == ["connection_lost"]


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
    assert set(error_codes(reports)) == {"connection_lost"}


async def test_a_half_open_peer_is_dead(
    server: EventServer, make: MakeFeed, start: Start, reports: Reports
) -> None:
    server.then = lambda line: line.transport.pause_reading()
    start(make(BEATING))
    await reports.count(Connected, 2)
    assert error_codes(reports)[0] == "connection_lost"


async def test_a_heartbeat_without_success_is_a_reason_to_reconnect(
    server: EventServer, make: MakeFeed, start: Start, reports: Reports
) -> None:
    server.beat = json.dumps({"module": "heartbeat", "success": False})
    start(make(BEATING))
    await reports.count(Connected, 2)
    assert error_codes(reports)[0] == "connection_lost"


async def test_a_broken_line_is_made_anew_and_never_counts(
    server: EventServer, make: MakeFeed, start: Start, reports: Reports, clock: ManualClock
) -> None:
    server.then = lambda line: line.transport.abort()
    start(make(CALM))
    await reports.count(Connected, 6)
    lost = reports.of(Disconnected)[0]
    assert isinstance(lost, Disconnected)
    assert lost.error
    assert lost.error.code == "connection_lost"
    assert lost.next_try_at == clock.now + 15
    assert "taken_over" not in error_codes(reports)


@pytest.mark.parametrize("code", [1000, 1001, 1008, 4001])
async def test_kicked_three_times_it_gives_up_and_says_why(
    server: EventServer, make: MakeFeed, start: Start, reports: Reports, code: int
) -> None:
    server.then = lambda line: line.close(code)
    feed = make(CALM)
    await asyncio.wait_for(start(feed), 10)
    assert error_codes(reports) == ["closed_by_zoom", "closed_by_zoom", "taken_over"]
    given_up = last(reports)
    assert isinstance(given_up, Disconnected)
    assert given_up.next_try_at is None
    server.then = None
    feed.wake()  # nobody runs it: nothing happens
    start(feed)
    await reports.count(Connected, 4)


async def test_a_close_after_a_good_while_is_no_kick(
    server: EventServer, make: MakeFeed, start: Start, reports: Reports
) -> None:
    server.then = lambda line: line.close()
    start(make(replace(CALM, good_after_s=0)))
    await reports.count(Connected, 5)
    assert set(error_codes(reports)) == {"closed_by_zoom"}


async def test_a_close_before_the_greeting_is_no_kick(
    server: EventServer, make: MakeFeed, start: Start, reports: Reports
) -> None:
    server.greetings = []
    server.then = lambda line: line.close()
    start(make(CALM))
    await reports.count(Disconnected, 5)
    assert set(error_codes(reports)) == {"connection_lost"}


async def test_an_invalid_token_is_renewed_once(
    server: EventServer, make: MakeFeed, start: Start, reports: Reports, tokens: Tokens
) -> None:
    server.greetings = [refusal("Invalid Token")]
    start(make(CALM))
    await reports.count(Disconnected, 1)
    server.greetings = [GREETING]
    await reports.count(Connected, 1)
    assert error_codes(reports) == [None]
    assert server.tokens == ["token-0", "token-1"]
    assert tokens.refusals == ["token-0"]


async def test_a_new_token_refused_too_means_a_wrong_secret(
    server: EventServer, make: MakeFeed, start: Start, reports: Reports, clock: ManualClock
) -> None:
    server.greetings = [refusal("Invalid Token")]
    start(make(CALM))
    await reports.count(Disconnected, 2)
    assert error_codes(reports) == [None, "client_secret_refused"]
    refused = last(reports)
    assert isinstance(refused, Disconnected)
    assert refused.next_try_at == clock.now + 45_000
    assert len(server.queries) == 2


async def test_another_refusal_is_of_the_subscription(
    server: EventServer, make: MakeFeed, start: Start, reports: Reports, tokens: Tokens
) -> None:
    server.greetings = [refusal("unknown subscription")]
    start(make(CALM))
    await reports.count(Disconnected, 1)
    refused = last(reports)
    assert isinstance(refused, Disconnected)
    assert refused.error
    assert refused.error.code == "subscription_refused"
    assert "unknown subscription" in refused.error.text
    assert tokens.refusals == []


@pytest.mark.parametrize(
    ("status", "codes", "wait"),
    [
        (401, [None, "client_secret_refused"], 45_000),
        (403, ["subscription_refused"], 45_000),
        (404, ["subscription_refused"], 45_000),
        (429, ["server_trouble"], 20_000),
        (500, ["server_trouble"], 20_000),
        (503, ["server_trouble"], 20_000),
    ],
)
async def test_a_refused_handshake_says_why_and_does_not_hammer(
    server: EventServer, make: MakeFeed, start: Start, reports: Reports,
    status: int, codes: list[str | None], wait: Millis,
) -> None:  # fmt: skip
    server.refuse_with = status
    start(make(replace(CALM, first_delay_s=20, last_delay_s=20)))
    await reports.count(Disconnected, len(codes))
    assert error_codes(reports) == codes
    refused = last(reports)
    assert isinstance(refused, Disconnected)
    assert refused.next_try_at == refused.at + wait


@pytest.mark.parametrize(
    ("trouble", "code"),
    [
        (ClientRefused(), "client_secret_refused"),
        (ClientRefused("client_secret_missing"), "client_secret_missing"),
        (SecretError(Trouble.LOCKED), "keyring"),
        (Offline(), "offline"),
        (ServerTrouble(503), "server_trouble"),
        (UnexpectedReply("odd"), "unexpected_reply"),
    ],
)
async def test_without_a_token_it_says_why(
    server: EventServer, make: MakeFeed, start: Start, reports: Reports, tokens: Tokens,
    trouble: Exception, code: str,
) -> None:  # fmt: skip
    tokens.trouble = trouble
    start(make(CALM))
    await reports.count(Disconnected, 1)
    assert error_codes(reports)[0] == code
    assert server.queries == []


async def test_nobody_there_is_offline(
    server: EventServer, make: MakeFeed, start: Start, reports: Reports
) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        server.url = f"ws://127.0.0.1:{probe.getsockname()[1]}/ws"
    start(make(CALM))
    await reports.count(Disconnected, 2)
    assert set(error_codes(reports)) == {"offline"}


async def test_something_else_there_is_offline(
    server: EventServer, make: MakeFeed, start: Start, reports: Reports
) -> None:
    async def speak_ssh(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"SSH-2.0-x\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(speak_ssh, "127.0.0.1", 0) as other:
        server.url = f"ws://127.0.0.1:{other.sockets[0].getsockname()[1]}/ws?x=1"
        start(make(CALM))
        await reports.count(Disconnected, 1)
        assert error_codes(reports)[0] == "offline"


async def test_the_unthought_of_is_reported_without_secrets(
    make: MakeFeed, start: Start, reports: Reports, tokens: Tokens, expected_logs: ExpectedLogs
) -> None:
    expected_logs.expect("feeds.line:ERROR:the event socket failed: RuntimeError$")
    tokens.trouble = RuntimeError("a bug that holds a secret")
    start(make(replace(CALM, first_delay_s=20, last_delay_s=20)))
    await reports.count(Disconnected, 1)
    assert error_codes(reports) == ["unexpected"]


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
    assert reports.all == [
        Connected(clock.now), Disconnected(clock.now, None, clock.now), Connected(clock.now),
    ]  # fmt: skip


async def test_woken_it_does_not_wait_for_a_dead_peer(
    server: EventServer, make: MakeFeed, start: Start, reports: Reports
) -> None:
    server.then = lambda line: line.transport.pause_reading()
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
    server.greetings = []
    feed = make(CALM)
    start(feed)
    await reports.until(lambda: server.sockets)
    server.greetings = [GREETING]
    feed.wake()
    await reports.count(Connected, 1)
    assert error_codes(reports) == [None]


async def test_nothing_of_an_old_line_comes_after_its_end(
    server: EventServer, make: MakeFeed, start: Start, reports: Reports
) -> None:
    feed = make(CALM)
    start(feed)
    await reports.count(Connected, 1)
    old = server.newest
    feed.wake()
    with contextlib.suppress(Exception):  # it may have gone already
        await old.send(message("late"))
    await reports.count(Connected, 2)
    after = reports.all[reports.all.index(reports.of(Disconnected)[0]) :]
    assert [type(report) for report in after] == [Disconnected, Connected]


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
    assert error_codes(reports) == [None]
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
    assert error_codes(reports) == [None]
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
    server.greetings = [GREETING, "token-0 sub/1"]
    server.then = lambda line: line.close()
    await asyncio.wait_for(start(make(CALM)), 10)
    ours = [record.getMessage() for record in caplog.records if "server" not in record.name]
    assert any("makes no sense" in line for line in ours)
    assert not any("token-0" in line or "sub" in line for line in ours)


@pytest.mark.qt_loop
@pytest.mark.usefixtures("qapp")
async def test_inside_qts_loop_it_is_the_same(
    server: EventServer, make: MakeFeed, start: Start, reports: Reports
) -> None:
    server.then = lambda line: line.send(message("x"))
    feed = make(BEATING)
    running = start(feed)
    await reports.until(lambda: len(server.heard) >= 2)
    feed.wake()
    await reports.count(Received, 2)
    server.newest.transport.abort()
    await reports.count(Received, 3)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    kinds = [type(report) for report in reports.all]
    assert kinds == [Connected, Received, Disconnected] * 2 + [Connected, Received]
