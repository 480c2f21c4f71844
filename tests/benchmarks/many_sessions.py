"""Five hundred sessions, with 400 events a second: how soon the program answers, and what a session weighs."""

import asyncio
import math
import time
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Final

from rtms_tray.control.address import Address, control_address
from rtms_tray.control.client import call
from rtms_tray.store.profile import find_profile
from rtms_tray.support.command_types import Command, Exit
from tests.benchmarks.effort import Effort
from tests.benchmarks.figures import Figure
from tests.benchmarks.footprint import memory
from tests.benchmarks.frames import frame, guest_of_mine, my_stream
from tests.benchmarks.station import PROGRAM, Station
from tests.helpers.desktop import wait_for
from tests.helpers.event_server import EventServer
from tests.helpers.running import ROOT

SESSIONS: Final = 500
RATE: Final = 400
ANSWER_REACH_MS: Final = 300.0
RESIDENT_REACH_MB: Final = 0.2
_PATIENCE_S: Final = 120.0
_SETTLE_S: Final = 3.0
_MS: Final = 1000


def figures(here: Station, effort: Effort) -> Iterator[Figure]:
    """Begin them all, let people come to all of them, and ask."""
    resident, statuses, clicks = asyncio.run(_run(here, effort.asked_s))

    yield Figure("resident, each of 500 sessions", "MB", [resident], RESIDENT_REACH_MB, limit=2.0)
    for name, took in (("status", statuses), ("a click", clicks)):
        what = f"{name}, 500 sessions, {RATE} events/s"
        yield Figure(f"{what}, slowest", "ms", [max(took)], ANSWER_REACH_MS, limit=math.inf)


async def _run(here: Station, for_s: float) -> tuple[float, list[float], list[float]]:
    async with EventServer() as server:
        await asyncio.to_thread(here.app.done, "settings", "set", "feed.url", server.url)
        async with _running(here) as program:
            await asyncio.to_thread(here.wait_for_feed)
            await asyncio.sleep(_SETTLE_S)
            before = memory(program.pid).resident
            await _begin_all(server, here.user_id())
            address = control_address(find_profile("default", here.app.environ), here.app.environ)
            await asyncio.to_thread(_wait_for_all, address)
            resident = (memory(program.pid).resident - before) / SESSIONS
            flood = asyncio.ensure_future(_flood(server))
            try:
                statuses, clicks = await asyncio.to_thread(_ask, address, for_s)
            finally:
                flood.cancel()
    return resident, statuses, clicks


@asynccontextmanager
async def _running(here: Station) -> AsyncIterator[Process]:
    """Run the program; its events come from here, so nothing may keep this loop waiting."""
    process = await asyncio.create_subprocess_exec(
        *PROGRAM, env=here.app.environ, cwd=ROOT, stdin=DEVNULL, stdout=DEVNULL, stderr=DEVNULL
    )
    try:
        yield process
    finally:
        process.terminate()
        await process.wait()


async def _begin_all(server: EventServer, me: str) -> None:
    at = round(time.time() * _MS)
    for place in range(SESSIONS):
        await server.newest.send(frame("meeting.rtms_started", at, my_stream(me, place)))


def _wait_for_all(address: Address) -> None:
    wait_for(lambda: _sessions(address) == SESSIONS, _PATIENCE_S, f"{SESSIONS} sessions")
    time.sleep(_SETTLE_S)  # the history is written, too


def _sessions(address: Address) -> int:
    data = call(address, Command("status")).data
    return len(data["sessions"]) if isinstance(data, dict) else 0


async def _flood(server: EventServer) -> None:
    """Let people come to all of the meetings, until somebody ends it."""
    began_at, sent = time.monotonic(), 0
    while True:
        while sent < (time.monotonic() - began_at) * RATE:
            at = round(time.time() * _MS)
            who = guest_of_mine(sent, SESSIONS)
            await server.newest.send(frame("meeting.participant_joined", at, who))
            sent += 1
        await asyncio.sleep(1 / RATE)


def _ask(address: Address, for_s: float) -> tuple[list[float], list[float]]:
    """Ask for the status and click, in turns; say how long each answer took."""
    status = Command("status")
    click = Command("acknowledge", {"meeting": str(my_stream("", 0)["meeting_id"])})
    took: dict[str, list[float]] = {status.name: [], click.name: []}
    ends_at = time.monotonic() + for_s
    while time.monotonic() < ends_at:
        for command in (status, click):
            began_at = time.perf_counter()
            answer = call(address, command)
            took[command.name].append((time.perf_counter() - began_at) * _MS)
            assert answer.exit in {Exit.DONE, Exit.REFUSED}, answer
    return took[status.name], took[click.name]
