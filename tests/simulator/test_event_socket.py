"""The event feed, read by a real WebSocket client."""

import asyncio
import json

import pytest
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosedError, ConnectionClosedOK, InvalidStatus

from rtms_tray.simulator import Simulator
from tests.helpers.simulator_client import SimulatorClient, read_event, read_frame

BUILT = {"module": "build_connection", "content": "", "success": True}
BEAT = json.dumps({"module": "heartbeat"})


async def _built(socket: ClientConnection) -> None:
    assert await read_frame(socket) == BUILT


async def test_heartbeats_are_answered_and_other_frames_are_not(client: SimulatorClient) -> None:
    async with client.connect_feed(await client.app_token()) as socket:
        await _built(socket)
        for text in ("nonsense", "[]", '{"module":"other"}', BEAT):
            await socket.send(text)
        answer = {"module": "heartbeat", "content": "", "success": True}
        assert await read_frame(socket) == answer
        await client.control("feed", heartbeat_fails=True)
        await socket.send(BEAT)
        assert await read_frame(socket) == answer | {"success": False}
        assert client.zoom.feed.describe()["heartbeats"] == 2


async def test_a_wrong_token_or_subscription_is_refused_on_the_open_socket(
    client: SimulatorClient,
) -> None:
    token = await client.app_token()
    for pair, content in [
        (("nonsense", None), "Invalid Token"),
        ((client.token, None), "Invalid Token"),
        ((token, "nonsense"), "Invalid subscriptionId"),
    ]:
        async with client.connect_feed(*pair) as socket:
            assert await read_frame(socket) == BUILT | {"content": content, "success": False}


async def test_events_are_json_inside_json(zoom: Simulator, client: SimulatorClient) -> None:
    async with client.connect_feed(await client.app_token()) as socket:
        await _built(socket)
        zoom.act(98712345670, "host_leaves")
        assert (await read_event(socket))["event"] == "meeting.participant_left"
    assert [entry["delivered"] for entry in zoom.world.events] == [True]


async def test_events_without_a_connection_are_lost(
    zoom: Simulator, client: SimulatorClient
) -> None:
    zoom.act(98712345670, "host_leaves")
    async with client.connect_feed(await client.app_token()) as socket:
        await _built(socket)
        zoom.act(98712345670, "host_joins")
        assert (await read_event(socket))["event"] == "meeting.participant_joined"
    assert [entry["delivered"] for entry in zoom.world.events] == [False, True]


async def test_a_new_connection_closes_the_older(client: SimulatorClient) -> None:
    token = await client.app_token()
    async with client.connect_feed(token) as older, client.connect_feed(token) as newer:
        await _built(older)
        await _built(newer)
        with pytest.raises(ConnectionClosedOK) as closed:
            await older.recv()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1000
        await newer.send(BEAT)
        assert (await read_frame(newer))["module"] == "heartbeat"


async def test_a_cut_connection_is_not_closed_properly(client: SimulatorClient) -> None:
    async with client.connect_feed(await client.app_token()) as socket:
        await _built(socket)
        await client.control("feed", cut=True)
        with pytest.raises(ConnectionClosedError) as closed:
            await socket.recv()
        assert closed.value.rcvd is None


async def test_kicking_counts_the_current_connection(client: SimulatorClient) -> None:
    token = await client.app_token()
    async with client.connect_feed(token) as first:
        await _built(first)
        await client.control("feed", kick=2)
        with pytest.raises(ConnectionClosedOK):
            await first.recv()
    async with client.connect_feed(token) as second:
        await _built(second)
        with pytest.raises(ConnectionClosedOK):
            await second.recv()
    async with client.connect_feed(token) as third:
        await _built(third)
        await third.send(BEAT)
        assert (await read_frame(third))["module"] == "heartbeat"


async def test_refused_silent_and_duplicating_feeds(
    zoom: Simulator, client: SimulatorClient
) -> None:
    token = await client.app_token()
    await client.control("feed", refuse=True)
    with pytest.raises(InvalidStatus) as refused:
        await client.connect_feed(token)
    assert refused.value.response.status_code == 503
    await client.control("feed", refuse=False, silence=True)
    async with client.connect_feed(token) as silent:
        await silent.send(BEAT)
        assert (await client.control("emit", event="x")) == {"delivered": False}
        await client.control("feed", silence=False, duplicate=True)
        zoom.engine.emit({"event": "y"})
        assert [await read_event(silent) for _ in range(2)] == [{"event": "y"}] * 2


async def test_pings_are_answered_or_not(client: SimulatorClient) -> None:
    async with client.connect_feed(await client.app_token()) as socket:
        await _built(socket)
        await (await socket.ping())
        await client.control("feed", no_pongs=True)
        unanswered = asyncio.ensure_future(await socket.ping())
        await socket.send(BEAT)
        assert (await read_frame(socket))["module"] == "heartbeat"
        assert not unanswered.done()
        unanswered.cancel()


async def test_an_app_has_a_second_subscription(client: SimulatorClient) -> None:
    token, standby = await client.app_token(), client.zoom.addresses()["standby_subscription_id"]
    async with client.connect_feed(token) as first, client.connect_feed(token, standby) as second:
        await _built(first)
        await _built(second)
        assert await client.control("emit", event="x") == {"delivered": True}
        assert [await read_event(socket) for socket in (first, second)] == [{"event": "x"}] * 2
