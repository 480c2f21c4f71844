"""How time goes: at once, by hand, or by the clock; and that a run can be repeated."""

import asyncio
from typing import Any

import httpx2

from rtms_tray.simulator import Simulator
from rtms_tray.simulator.world import DELAYS_S
from tests.helpers.zoom_caller import Clock, ZoomCaller, read_event, read_frame

NUMBER = 98712345670


async def test_by_hand_nothing_happens_by_itself(caller: ZoomCaller) -> None:
    await caller.control("settings", progression="manual")
    await caller.control("meetings", number=NUMBER, approval="approve")
    await caller.rtms("start")
    assert caller.names() == []
    assert await caller.control("step") == {"happened": 1, "due": ["stream_begins"]}
    assert caller.names() == []
    assert await caller.control("step", count=5) == {"happened": 1, "due": []}
    assert caller.names() == ["meeting.rtms_started"]


async def test_by_the_clock_everything_has_its_time(http: httpx2.AsyncClient) -> None:
    async with Simulator(progression="timed") as zoom:
        caller = ZoomCaller(zoom, http)
        await caller.sign_in()
        delays = dict.fromkeys(DELAYS_S, 20.0)
        await caller.control("settings", delays_s=delays, timing_scale=0.001)
        await caller.control("meetings", number=NUMBER, approval="approve")
        async with asyncio.timeout(5), caller.feed(await caller.app_token()) as socket:
            assert (await read_frame(socket))["module"] == "build_connection"
            before = zoom.engine.now()
            await caller.rtms("start")
            started = await read_event(socket)
        assert started["event"] == "meeting.rtms_started"
        assert started["event_ts"] - before >= 40


async def test_by_the_clock_time_is_waited_for(caller: ZoomCaller, clock: Clock) -> None:
    await caller.control("settings", progression="timed")
    await caller.rtms("start")
    await caller.act("approve")
    clock.now += round(DELAYS_S["stream_begins"] * 1000) - 1
    await caller.control("settings")
    assert caller.names() == []
    clock.now += 1
    await caller.control("settings")
    assert caller.names() == ["meeting.rtms_started"]


async def _run(http: httpx2.AsyncClient, seed: int) -> list[dict[str, Any]]:
    async with Simulator(seed=seed, clock=Clock()) as zoom:
        caller = ZoomCaller(zoom, http)
        await caller.sign_in()
        await caller.rtms("start")
        for act in ("approve", "sharing_off", "sharing_on", "open_breakout", "close_breakout"):
            await caller.act(act)
        await caller.act("hand_off", to="outside")
        await caller.act("end_meeting")
        await caller.act("host_joins", NUMBER + 2)
        return zoom.world.events


async def test_the_same_seed_and_acts_give_the_same_events(http: httpx2.AsyncClient) -> None:
    first = await _run(http, 7)
    assert len(first) > 10
    assert await _run(http, 7) == first
    assert await _run(http, 8) != first
