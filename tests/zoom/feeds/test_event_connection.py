"""One connection against a real server: established, kept by heartbeats, dead; and its frames."""

import asyncio
import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.asyncio.server import ServerConnection

from rtms_tray.capture.events import AppDeauthorized, Unknown
from rtms_tray.support.frozen import replace
from rtms_tray.zoom.feeds import Connected, Disconnected, Received, event_connection
from rtms_tray.zoom.feeds.event_connection import Frame, Module, read_frame
from tests.helpers.event_server import BUILT, HEARTBEAT, EventServer, event_frame
from tests.helpers.manual_clock import ManualClock
from tests.zoom.fakes import BEATING, CALM, MakeFeed, Reports, Start


async def test_events_are_reported_once_the_connection_is_built(
    server: EventServer, make: MakeFeed, start: Start, reports: Reports, clock: ManualClock
) -> None:
    server.on_open = lambda socket: socket.send(event_frame("app_deauthorized", user_id="u"))
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


async def test_without_a_build_it_is_no_connection(
    server: EventServer, make: MakeFeed, start: Start, reports: Reports
) -> None:
    server.first_frames = []
    start(make(replace(CALM, build_s=0.05)))
    await reports.count(Disconnected, 2)
    assert reports.of(Connected) == []
    assert reports.error_codes()[:2] == ["connection_lost", "connection_lost"]


async def test_events_before_the_build_come_after_it(
    server: EventServer, make: MakeFeed, start: Start, reports: Reports
) -> None:
    server.first_frames = [event_frame("early"), "nonsense", HEARTBEAT, BUILT]
    start(make(CALM))
    await reports.count(Received, 1)
    assert [type(report) for report in reports.all] == [Connected, Received]


async def test_odd_frames_are_ignored(
    server: EventServer, make: MakeFeed, start: Start, reports: Reports, clock: ManualClock
) -> None:
    odd: list[str | bytes] = ["", "nonsense", "[]", b"\xff\x00", '{"module":"other"}', BUILT]
    server.first_frames = [BUILT, *odd, '{"module":"message"}', event_frame("x")]
    start(make(CALM))
    await reports.count(Received, 2)
    assert [report.event for report in reports.all if isinstance(report, Received)] == [
        Unknown("", clock.now),
        Unknown("x", 1_793_400_000_123),
    ]
    assert reports.of(Disconnected) == []


async def test_a_burst_lets_everything_else_have_its_turn(
    server: EventServer,
    make: MakeFeed,
    start: Start,
    reports: Reports,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(event_connection, "_LONGEST_TURN_S", -1.0)
    seen: list[int] = []

    def look() -> None:
        seen.append(len(reports.of(Received)))
        loop.call_soon(look)

    loop = asyncio.get_running_loop()
    server.first_frames = [BUILT, *(event_frame(str(number)) for number in range(20))]
    start(make(CALM))
    loop.call_soon(look)
    await reports.count(Received, 20)
    assert set(range(1, 20)) <= set(seen), "between any two events"


async def test_an_invalid_text_frame_is_ignored_too(
    server: EventServer, make: MakeFeed, start: Start, reports: Reports
) -> None:
    async def send_broken_text(socket: ServerConnection) -> None:
        socket.transport.write(b"\x81\x02\xff\xfe")  # a text frame that is not UTF-8
        await socket.send(event_frame("x"))

    server.on_open = send_broken_text
    start(make(CALM))
    await reports.count(Received, 1)
    assert reports.of(Disconnected) == []


@pytest.mark.promise("bodies and frames of 100 MB")
async def test_a_frame_beyond_all_bounds_ends_the_connection_only(
    server: EventServer, make: MakeFeed, start: Start, reports: Reports
) -> None:
    start(make(CALM))
    await reports.count(Connected, 1)
    with contextlib.suppress(Exception):  # the connection may break while this is being sent
        await server.newest.send("x" * (1024 * 1024 + 1))
    await reports.count(Connected, 2)
    assert reports.error_codes() == ["connection_lost"]


async def test_it_sends_heartbeats_and_stays(
    server: EventServer, make: MakeFeed, start: Start, reports: Reports
) -> None:
    start(make(BEATING))
    await reports.until(lambda: len(server.received) >= 4)
    assert server.received[0] == {"module": "heartbeat"}
    assert [type(report) for report in reports.all] == [Connected]


async def test_a_peer_that_does_not_answer_is_dead(
    server: EventServer, make: MakeFeed, start: Start, reports: Reports
) -> None:
    server.heartbeat_reply = None
    start(make(BEATING))
    await reports.count(Connected, 3)
    assert set(reports.error_codes()) == {"connection_lost"}


@pytest.mark.promise("connection half-open in mid-feed")
async def test_a_half_open_peer_is_dead(
    server: EventServer, make: MakeFeed, start: Start, reports: Reports
) -> None:
    server.on_open = lambda socket: socket.transport.pause_reading()
    start(make(BEATING))
    await reports.count(Connected, 2)
    assert reports.error_codes()[0] == "connection_lost"


async def test_a_heartbeat_without_success_is_a_reason_to_reconnect(
    server: EventServer, make: MakeFeed, start: Start, reports: Reports
) -> None:
    server.heartbeat_reply = json.dumps({"module": "heartbeat", "success": False})
    start(make(BEATING))
    await reports.count(Connected, 2)
    assert reports.error_codes()[0] == "connection_lost"


async def test_the_first_heartbeat_is_sent_at_once(
    server: EventServer, make: MakeFeed, start: Start, reports: Reports
) -> None:
    start(make(CALM))  # which sends one a minute
    await reports.until(lambda: server.received)
    assert server.received == [{"module": "heartbeat"}]


# --- pings --------------------------------------------------------------------------------------

PINGING = replace(CALM, heartbeat_s=0.25, answer_s=0.25, ping_s=0.2, pong_s=0.2)


async def test_pings_are_sent_only_while_it_matters(
    server: EventServer, make: MakeFeed, start: Start, reports: Reports
) -> None:
    feed = make(PINGING)
    start(feed)
    await reports.count(Connected, 1)
    feed.watch_closely(wanted=True)
    await reports.until(lambda: server.pings >= 3)
    feed.watch_closely(wanted=False)
    sent, beats = server.pings, len(server.received)
    await reports.until(lambda: len(server.received) >= beats + 4)
    assert server.pings <= sent + 1, "one may have been on its way"
    assert [type(report) for report in reports.all] == [Connected]


async def test_a_pong_is_a_sign_of_life(
    server: EventServer, make: MakeFeed, start: Start, reports: Reports, clock: ManualClock
) -> None:
    feed = make(PINGING)
    start(feed)
    await reports.count(Connected, 1)
    await reports.until(lambda: server.received)
    clock.advance(7_000)
    feed.watch_closely(wanted=True)
    await reports.until(lambda: feed.seen_at == clock.now)


async def test_a_server_that_no_longer_answers_pings_is_dead(
    server: EventServer, make: MakeFeed, start: Start, reports: Reports
) -> None:
    feed = make(PINGING)
    feed.watch_closely(wanted=True)
    start(feed)
    await reports.until(lambda: server.pings >= 2)
    server.pongs = False
    await reports.count(Connected, 2)
    assert reports.error_codes() == ["connection_lost"]


async def test_a_server_that_never_answered_a_ping_is_judged_by_its_heartbeats(
    server: EventServer, make: MakeFeed, start: Start, reports: Reports
) -> None:
    server.pongs = False
    feed = make(PINGING)
    feed.watch_closely(wanted=True)
    start(feed)
    await reports.until(lambda: server.pings >= 4)
    assert [type(report) for report in reports.all] == [Connected]
    server.heartbeat_reply = None
    await reports.count(Connected, 2)
    assert reports.error_codes()[0] == "connection_lost"


# --- frames -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "frame"),
    [
        (
            '{"module":"build_connection","content":"Invalid Token","success":false}',
            Frame(Module.BUILD_CONNECTION, success=False, content="Invalid Token"),
        ),
        (b'{"module":"heartbeat"}', Frame(Module.HEARTBEAT, success=True, content="")),
        (
            '{"module":"message","content":"{}","success":true,"header":{"a":1}}',
            Frame(Module.MESSAGE, success=True, content="{}"),
        ),
        (
            '{"module":"message","content":{"event":"x"}}',
            Frame(Module.MESSAGE, success=True, content='{"event":"x"}'),
        ),
    ],
)
def test_a_frame_is_read(data: str | bytes, frame: Frame) -> None:
    assert read_frame(data) == frame


@pytest.mark.parametrize(
    "data", ["", "{", "[]", "{}", '{"module":"x"}', '{"module":["message"]}', b"\xff", "[" * 99999]
)
def test_anything_else_is_ignored(data: str | bytes) -> None:
    assert read_frame(data) is None


@pytest.mark.promise("frames that make no sense")
@given(st.binary())
def test_any_bytes_are_a_frame_or_nothing(data: bytes) -> None:
    assert read_frame(data) is None


_VALUES = st.none() | st.booleans() | st.floats() | st.text() | st.lists(st.text())


@given(st.sampled_from(Module) | _VALUES, _VALUES | st.dictionaries(st.text(), _VALUES), _VALUES)
def test_any_envelope_is_a_frame_or_nothing(
    module: object, content: object, success: object
) -> None:
    envelope = {"module": module, "content": content, "success": success}
    frame = read_frame(json.dumps(envelope))
    if frame is not None:
        assert frame.module == module
        assert frame.success is (success is not False)


def test_zooms_words_are_made_safe_to_show() -> None:
    frame = Frame(Module.HEARTBEAT, success=False, content="a\x00\nb" + "c" * 999)
    assert frame.words.startswith("a b")
    assert len(frame.words) == 200
