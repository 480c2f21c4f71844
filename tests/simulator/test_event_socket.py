"""The event feed of the simulated Zoom, heard through a real WebSocket client."""

import json

import pytest
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosedError, ConnectionClosedOK, InvalidStatus

from rtms_tray.simulator import Simulator
from tests.helpers.zoom_caller import ZoomCaller, read_event, read_frame

BUILT = {"module": "build_connection", "content": "", "success": True}
BEAT = json.dumps({"module": "heartbeat"})


async def _built(socket: ClientConnection) -> None:
    assert await read_frame(socket) == BUILT


async def test_heartbeats_are_answered_and_nonsense_is_not(caller: ZoomCaller) -> None:
    async with caller.feed(await caller.app_token()) as socket:
        await _built(socket)
        for text in ("nonsense", "[]", '{"module":"other"}', BEAT):
            await socket.send(text)
        answer = {"module": "heartbeat", "content": "", "success": True}
        assert await read_frame(socket) == answer
        await caller.control("feed", heartbeat_fails=True)
        await socket.send(BEAT)
        assert await read_frame(socket) == answer | {"success": False}
        assert caller.zoom.feed.describe()["heartbeats"] == 2


async def test_a_wrong_token_or_subscription_is_told_on_the_open_socket(
    caller: ZoomCaller,
) -> None:
    token = await caller.app_token()
    for pair, content in [
        (("nonsense", None), "Invalid Token"),
        ((caller.token, None), "Invalid Token"),
        ((token, "nonsense"), "Invalid subscriptionId"),
    ]:
        async with caller.feed(*pair) as socket:
            assert await read_frame(socket) == BUILT | {"content": content, "success": False}


async def test_events_come_as_json_in_json(zoom: Simulator, caller: ZoomCaller) -> None:
    async with caller.feed(await caller.app_token()) as socket:
        await _built(socket)
        zoom.act(98712345670, "host_leaves")
        assert (await read_event(socket))["event"] == "meeting.participant_left"
    assert [entry["delivered"] for entry in zoom.world.events] == [True]


async def test_events_without_a_listener_are_lost(zoom: Simulator, caller: ZoomCaller) -> None:
    zoom.act(98712345670, "host_leaves")
    async with caller.feed(await caller.app_token()) as socket:
        await _built(socket)
        zoom.act(98712345670, "host_joins")
        assert (await read_event(socket))["event"] == "meeting.participant_joined"
    assert [entry["delivered"] for entry in zoom.world.events] == [False, True]


async def test_a_new_connection_closes_the_older(caller: ZoomCaller) -> None:
    token = await caller.app_token()
    async with caller.feed(token) as older, caller.feed(token) as newer:
        await _built(older)
        await _built(newer)
        with pytest.raises(ConnectionClosedOK) as closed:
            await older.recv()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1000
        await newer.send(BEAT)
        assert (await read_frame(newer))["module"] == "heartbeat"


async def test_a_cut_line_says_nothing(caller: ZoomCaller) -> None:
    async with caller.feed(await caller.app_token()) as socket:
        await _built(socket)
        await caller.control("feed", cut=True)
        with pytest.raises(ConnectionClosedError) as closed:
            await socket.recv()
        assert closed.value.rcvd is None


async def test_kicking_counts_the_connection_that_is_there(caller: ZoomCaller) -> None:
    token = await caller.app_token()
    async with caller.feed(token) as first:
        await _built(first)
        await caller.control("feed", kick=2)
        with pytest.raises(ConnectionClosedOK):
            await first.recv()
    async with caller.feed(token) as second:
        await _built(second)
        with pytest.raises(ConnectionClosedOK):
            await second.recv()
    async with caller.feed(token) as third:
        await _built(third)
        await third.send(BEAT)
        assert (await read_frame(third))["module"] == "heartbeat"


async def test_refusing_and_silence_and_duplicates(zoom: Simulator, caller: ZoomCaller) -> None:
    token = await caller.app_token()
    await caller.control("feed", refuse=True)
    with pytest.raises(InvalidStatus) as refused:
        await caller.feed(token)
    assert refused.value.response.status_code == 503
    await caller.control("feed", refuse=False, silence=True)
    async with caller.feed(token) as silent:
        await silent.send(BEAT)
        assert (await caller.control("emit", event="x")) == {"delivered": False}
        await caller.control("feed", silence=False, duplicate=True)
        zoom.engine.emit({"event": "y"})
        assert [await read_event(silent) for _ in range(2)] == [{"event": "y"}] * 2
