"""The three progressions, and that a run can be repeated."""

import asyncio
from typing import Any

import httpx2

from rtms_tray.simulator import Simulator
from rtms_tray.simulator.settings import DELAYS_S
from tests.helpers.manual_clock import ManualClock
from tests.helpers.simulator_client import SimulatorClient, read_event, read_frame

NUMBER = 98712345670


async def test_manual_progression_waits_for_steps(client: SimulatorClient) -> None:
    await client.control("settings", progression="manual")
    await client.control("meetings", number=NUMBER, approval="approve")
    await client.rtms("start")
    assert client.event_names() == []
    assert await client.control("step") == {"happened": 1, "due": ["stream_begins"]}
    assert client.event_names() == []
    assert await client.control("step", count=5) == {"happened": 1, "due": []}
    assert client.event_names() == ["meeting.rtms_started"]


async def test_timed_progression_keeps_the_delays(http: httpx2.AsyncClient) -> None:
    async with Simulator(progression="timed") as zoom:
        client = SimulatorClient(zoom, http)
        await client.sign_in()
        delays = dict.fromkeys(DELAYS_S, 20.0)
        await client.control("settings", delays_s=delays, timing_scale=0.001)
        await client.control("meetings", number=NUMBER, approval="approve")
        async with asyncio.timeout(5), client.connect_feed(await client.app_token()) as socket:
            assert (await read_frame(socket))["module"] == "build_connection"
            before = zoom.engine.now()
            await client.rtms("start")
            started = await read_event(socket)
        assert started["event"] == "meeting.rtms_started"
        assert started["event_ts"] - before >= 40


async def test_timed_progression_waits_until_something_is_due(
    client: SimulatorClient, clock: ManualClock
) -> None:
    await client.control("settings", progression="timed")
    await client.rtms("start")
    await client.act("approve")
    clock.now += round(DELAYS_S["stream_begins"] * 1000) - 1
    await client.control("settings")
    assert client.event_names() == []
    clock.now += 1
    await client.control("settings")
    assert client.event_names() == ["meeting.rtms_started"]


async def _run(http: httpx2.AsyncClient, seed: int) -> list[dict[str, Any]]:
    async with Simulator(seed=seed, clock=ManualClock()) as zoom:
        client = SimulatorClient(zoom, http)
        await client.sign_in()
        await client.rtms("start")
        for act in ("approve", "sharing_off", "sharing_on", "open_breakout", "close_breakout"):
            await client.act(act)
        await client.act("hand_off", to="outside")
        await client.act("end_meeting")
        await client.act("host_joins", NUMBER + 2)
        return zoom.world.events


async def test_the_same_seed_and_actions_give_the_same_events(http: httpx2.AsyncClient) -> None:
    first = await _run(http, 7)
    assert len(first) > 10
    assert await _run(http, 7) == first
    assert await _run(http, 8) != first
