"""Webhooks: signed as Zoom signs them, and sent again where nobody takes them."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator

import pytest

from rtms_tray.simulator import Simulator
from tests.helpers.scripted_server import Failure, Reply, ScriptedReply, ScriptedServer

EVENT = {"event": "meeting.started", "event_ts": 1, "payload": {}}


@pytest.fixture
async def receiver(zoom: Simulator) -> AsyncIterator[ScriptedServer]:
    """A server that takes the simulator's webhooks."""
    async with ScriptedServer() as server:
        server.script(Reply(204))
        zoom.world.settings.webhook_url = f"{server.origin}/zoom/webhook"
        yield server


async def emit(zoom: Simulator) -> None:
    """Send an event, and wait for the answer."""
    zoom.engine.emit(EVENT)
    await zoom.webhooks.settle()


async def test_a_webhook_is_signed_with_the_secret_token(
    zoom: Simulator, receiver: ScriptedServer
) -> None:
    await emit(zoom)
    (request,) = receiver.requests
    assert (request.method, request.target) == ("POST", "/zoom/webhook")
    assert json.loads(request.body) == EVENT
    timestamp = request.headers["x-zm-request-timestamp"]
    assert int(timestamp) == zoom.engine.now() // 1000
    message = f"v0:{timestamp}:".encode() + request.body
    secret = zoom.addresses()["webhook_secret"].encode()
    expected = hmac.new(secret, message, hashlib.sha256).hexdigest()
    assert request.headers["x-zm-signature"] == f"v0={expected}"
    assert zoom.world.events[-1]["delivered"] is True


async def test_without_a_url_nothing_is_sent(zoom: Simulator) -> None:
    await emit(zoom)
    assert zoom.webhooks.answers == []
    assert zoom.world.events[-1]["delivered"] is False


@pytest.mark.parametrize("failure", [Reply(503), Failure.ABORT])
async def test_what_nobody_takes_is_sent_again_three_times(
    zoom: Simulator, receiver: ScriptedServer, failure: ScriptedReply
) -> None:
    receiver.script(failure)
    await emit(zoom)
    for _ in range(3):
        assert zoom.engine.schedule.pending() == ["webhook_retry"]
        assert zoom.engine.step(1) == 1
        await zoom.webhooks.settle()
    assert zoom.engine.schedule.pending() == []
    assert len(zoom.webhooks.answers) == 4
    assert {request.body for request in receiver.requests} == zoom.webhooks.sent_again
    assert len(zoom.webhooks.sent_again) == 1


async def test_a_refusal_is_not_sent_again(zoom: Simulator, receiver: ScriptedServer) -> None:
    receiver.script(Reply(401))
    await emit(zoom)
    assert zoom.webhooks.answers == [401]
    assert zoom.engine.schedule.pending() == []


async def test_the_end_waits_for_nobody(receiver: ScriptedServer) -> None:
    receiver.script(Failure.SILENCE)
    url = {"webhook_url": f"{receiver.origin}/x"}
    async with asyncio.timeout(20):
        async with Simulator(switches=url) as zoom:
            zoom.engine.emit(EVENT)
            await receiver.arrived.wait()
    assert zoom.webhooks.answers == []
