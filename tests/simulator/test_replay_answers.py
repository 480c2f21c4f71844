"""A replay on the wire: what waits for whom, and what becomes of clients that do something else."""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx2
import pytest

from rtms_tray.simulator import Simulator
from rtms_tray.simulator.recordings import moved, read, shape
from rtms_tray.simulator.replay import Replayed
from tests.helpers.running import ROOT, Ended, Process, as_json
from tests.helpers.simulator_client import SimulatorClient, read_event, read_frame

NUMBER = 90000000001
PATH = f"/v2/live_meetings/{NUMBER}/rtms_app/status"
BEGAN = 1580601600000
BEGINNING = {"kind": "recording", "schema": 1, "began_ms": BEGAN}
USER = {"kind": "user", "id": "account000000000000001", "account": None}
STARTED = {"kind": "event", "at_ms": 30, "content": {"event": "x.started", "event_ts": BEGAN + 20}}

Line = dict[str, Any]
Begin = Callable[..., Any]


def request(number: int, at_ms: int, action: str = "start") -> Line:
    content = {"action": action}
    return {
        "kind": "request", "number": number, "at_ms": at_ms, "method": "PATCH", "path": PATH, "content": content,
    }  # fmt: skip


def look(number: int, at_ms: int, path: str) -> Line:
    return {"kind": "request", "number": number, "at_ms": at_ms, "method": "GET", "path": path}


def reply(number: int, at_ms: int, status: int | None = 204, content: object = None) -> Line:
    return {
        "kind": "reply", "number": number, "at_ms": at_ms, "status": status, "content": content,
    }  # fmt: skip


class Player:
    """A simulator that plays a recording, its client, and what it tells."""

    def __init__(
        self, zoom: Simulator, client: SimulatorClient, told: "asyncio.Queue[Line]"
    ) -> None:
        self.zoom = zoom
        self.client = client
        self._told = told

    @property
    def told(self) -> list[Line]:
        """What was told since last asked."""
        return [self._told.get_nowait() for _ in range(self._told.qsize())]

    async def next_told(self) -> Line:
        """Wait for what is told next."""
        return await asyncio.wait_for(self._told.get(), 10)


@pytest.fixture
async def play(tmp_path: Path, http: httpx2.AsyncClient) -> AsyncIterator[Begin]:
    async with AsyncExitStack() as stack:

        async def begin(*lines: Line, tell: Callable[[Line], object] | None = None) -> Player:
            file = tmp_path / "meeting.jsonl"
            file.write_text("".join(json.dumps(line) + "\n" for line in (BEGINNING, *lines)))
            told: asyncio.Queue[Line] = asyncio.Queue()
            scenario = Replayed(read(file), tell or told.put_nowait)
            zoom = await stack.enter_async_context(
                Simulator(progression="immediate", scenario=scenario)
            )
            client = SimulatorClient(zoom, http)
            await client.sign_in()
            return Player(zoom, client, told)

        yield begin


async def test_events_begin_when_somebody_listens_and_are_of_now(play: Begin) -> None:
    player = await play(USER, STARTED)
    assert player.client.events() == []
    async with player.client.connect_feed(await player.client.app_token()) as socket:
        await read_frame(socket)
        event = await read_event(socket)
    assert abs(event["event_ts"] - player.zoom.engine.now()) < 10_000
    assert player.told == [{"kind": "end"}]
    me = (await player.client.get("/users/me")).json()
    assert me["id"] == USER["id"]


async def test_it_waits_for_a_request_and_answers_as_then(play: Begin) -> None:
    refusal = {"code": 3000, "message": "No.", "at_ts": BEGAN + 10}
    player = await play(
        STARTED, request(1, 40), reply(1, 50, 400, refusal), request(2, 60, "stop"), reply(2, 70)
    )
    async with player.client.connect_feed(await player.client.app_token()) as socket:
        await read_frame(socket)
        await read_event(socket)
        assert player.told == []
        answer = await player.client.rtms("start", NUMBER)
        assert (answer.status_code, answer.json()["message"]) == (400, "No.")
        assert abs(answer.json()["at_ts"] - player.zoom.engine.now()) < 10_000
        assert (await player.client.rtms("pause", NUMBER)).status_code == 204
    assert player.told == [
        {"kind": "deviation", "expected": "stop", "came": "pause"},
        {"kind": "end"},
    ]
    late = await player.client.patch(NUMBER, [])
    assert (late.status_code, late.json()["code"]) == (400, 300)
    assert player.told == [{"kind": "deviation", "expected": None, "came": None}]


async def test_a_request_that_was_not_answered_is_not_answered(play: Begin) -> None:
    player = await play(request(1, 0), request(2, 10), reply(2, 20, None))
    for _ in range(2):
        with pytest.raises(httpx2.HTTPError):
            await player.client.rtms("start", NUMBER)


async def test_an_early_request_makes_it_hurry_on(play: Begin) -> None:
    player = await play(
        *({**STARTED, "at_ms": at} for at in (3_600_000, 7_200_000)),
        request(1, 9_000_000),
        reply(1, 9_000_001),
    )
    player.zoom.world.settings.progression = "timed"
    async with player.client.connect_feed(await player.client.app_token()) as socket:
        await read_frame(socket)
        assert (await player.client.rtms("start", NUMBER)).status_code == 204
        assert [(await read_event(socket))["event"] for _ in range(2)] == ["x.started"] * 2


async def test_calls_that_only_look_are_answered_by_their_kind(play: Begin) -> None:
    path = f"/v2/meetings/{NUMBER}"
    player = await play(
        look(1, 0, path), reply(1, 1, 200, {"status": "waiting"}),
        look(2, 100_000, path), reply(2, 100_001, 200, {"status": "started"}),
        look(3, 5, "/v2/users/me/meetings?type=live"), reply(3, 6, None),
        {"kind": "click", "at_ms": 110_000, "command": "stop"},
    )  # fmt: skip
    for _ in range(2):
        assert (await player.client.get("/meetings/123456789")).json() == {"status": "waiting"}
    with pytest.raises(httpx2.HTTPError):
        await player.client.get("/users/me/meetings", type="live")
    assert (await player.client.get("/users/me/upcoming_meetings")).json()["meetings"] == []
    async with player.client.connect_feed(await player.client.app_token()) as socket:
        await read_frame(socket)
        assert (await player.next_told())["kind"] == "click"
        for status in ("started", "started"):
            await player.client.get("/meetings/123456789")
            assert (await player.client.get("/meetings/123456789")).json() == {"status": status}
    player.client.token = "none"
    assert (await player.client.rtms("start", NUMBER)).status_code == 401


async def test_where_events_could_not_come_they_cannot_now(play: Begin) -> None:
    player = await play(
        {"kind": "feed", "at_ms": 0, "connected": True},
        {"kind": "feed", "at_ms": 10, "connected": False},
        {"kind": "feed", "at_ms": 20, "connected": True},
        STARTED,
    )
    token = await player.client.app_token()
    async with player.client.connect_feed(token) as socket:
        await asyncio.wait_for(socket.wait_closed(), 10)
    assert player.told == []
    async with player.client.connect_feed(token) as socket:
        await read_frame(socket)
        assert (await read_event(socket))["event"] == "x.started"


async def test_it_waits_for_a_click_where_whoever_hears_of_it_says_so(play: Begin) -> None:
    clicks: asyncio.Queue[asyncio.Future[None]] = asyncio.Queue()
    told: list[str] = []

    def tell(line: Line) -> object:
        told.append(line["kind"])
        if line["kind"] != "click":
            return None
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        clicks.put_nowait(done)
        return done

    click = {"kind": "click", "at_ms": 1, "command": "start"}
    player = await play(click, click, request(1, 5), reply(1, 6), STARTED, tell=tell)
    async with player.client.connect_feed(await player.client.app_token()) as socket:
        await read_frame(socket)
        (await asyncio.wait_for(clicks.get(), 10)).set_result(None)
        second = await asyncio.wait_for(clicks.get(), 10)
        # What was clicked is asked for: that click is done, whatever else it waits for.
        assert (await player.client.rtms("start", NUMBER)).status_code == 204
        second.set_result(None)
        await read_event(socket)
    assert told == ["click", "click", "end"]


def test_times_move_and_nothing_else() -> None:
    content = {
        "event_ts": BEGAN, "end_time": BEGAN // 1000, "id": NUMBER, "known": True, "n": 3,
        "list": ["2020-02-02T00:00:00Z", "2020-99-99T00:00:00Z", "x"],
    }  # fmt: skip
    assert moved(content, 61_000) == {
        "event_ts": BEGAN + 61_000, "end_time": BEGAN // 1000 + 61, "id": NUMBER, "known": True, "n": 3,
        "list": ["2020-02-02T00:01:01Z", "2020-99-99T00:00:00Z", "x"],
    }  # fmt: skip
    assert shape("GET", f"/v2/meetings/{NUMBER}") == shape(
        "GET", "/v2/meetings/A%252Bb%253D%253D?x=1"
    )
    assert (
        shape("GET", "/v2/users/me/meetings?page_size=1&type=live")
        == "GET /v2/users/me/meetings?live"
    )


def test_simulate_plays_a_file_and_prints_what_it_tells(tmp_path: Path) -> None:
    file = tmp_path / "meeting.jsonl"
    file.write_text(json.dumps(BEGINNING))
    assert as_json(_first_line(file))["control_url"]
    file.write_text("[]")
    ended = _ended(file)
    assert ended.code == 1
    assert "cannot start" in ended.err


def _process(file: Path) -> Process:
    return Process(("simulate", "--replay", str(file)), {**os.environ, "PYTHONPATH": str(ROOT)})


def _first_line(file: Path) -> str:
    process = _process(file)
    try:
        return process.line()
    finally:
        process.end()


def _ended(file: Path) -> Ended:
    process = _process(file)
    try:
        return process.wait()
    finally:
        process.end()
