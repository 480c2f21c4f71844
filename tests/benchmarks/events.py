"""Events on the socket: how soon the icon shows them, how many get through, and whether the interface stalls."""

import asyncio
import json
import math
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median, quantiles
from typing import Final

from tests.benchmarks.effort import Effort
from tests.benchmarks.figures import Figure
from tests.benchmarks.frames import frame, my_stream, stranger
from tests.benchmarks.station import FLOORS, Station
from tests.helpers.event_server import EventServer
from tests.helpers.running import ROOT

LATENCY_REACH: Final = 1.5
SLOWEST_REACH: Final = 2.0
THROUGHPUT_REACH: Final = 0.8
STALL_REACH_MS: Final = 25.0
TEN_REACH: Final = 1.1
RATE: Final = 1_000
STEADY_OURS_OF: Final = 100
BURST_OURS_OF: Final = 1_000
_NS_A_MS: Final = 1e6
_PATIENCE_S: Final = 120
FLOOR_FEED: Final = (sys.executable, str(FLOORS / "feed.py"))
PROGRAM_FEED: Final = (sys.executable, "-m", "tests.benchmarks.subjects.feed")


@dataclass(frozen=True)
class Load:
    """How many events, how many a second (0: as fast as they go), and one in how many is the user's own.

    Those are about one session, or about several in turns.
    """

    count: int
    rate: int
    ours_of: int
    sessions: int = 1


@dataclass(frozen=True)
class Passed:
    """How events went through: the moments they were sent, and what the subject wrote down."""

    ours_of: int
    sent: Sequence[int]
    drawn: Sequence[tuple[int, int]]
    ended: int
    stall_ms: float

    @property
    def latencies_ms(self) -> list[float]:
        """How long after each of the user's own events something was drawn that knew of it."""
        drawings = iter(self.drawn)
        taken, at = next(drawings)
        found: list[float] = []
        for number, sent in enumerate(self.sent, start=1):
            while taken < number:
                taken, at = next(drawings, (len(self.sent), self.ended))
            if (number - 1) % self.ours_of == 0:
                found.append((at - sent) / _NS_A_MS)
        return found

    @property
    def per_second(self) -> float:
        """How many events went through in a second."""
        return len(self.sent) / ((self.ended - self.sent[0]) / 1e9)


def figures(here: Station, effort: Effort) -> Iterator[Figure]:
    """Send events to the program and to the floor in turns: steadily, then all at once."""
    me = here.user_id()
    steady = [
        _pair(here, me, Load(effort.events, RATE, STEADY_OURS_OF)) for _ in range(effort.passes)
    ]
    for name, reach, of in (("median", LATENCY_REACH, median), ("99th", SLOWEST_REACH, _p99)):
        ours = [of(program.latencies_ms) for program, _ in steady]
        floors = [of(floor.latencies_ms) for _, floor in steady]
        yield Figure(
            f"event → icon at {RATE:,}/s, {name}", "ms", ours, reach, floors, limit=math.inf
        )
    bursts = [_pair(here, me, Load(effort.burst, 0, BURST_OURS_OF)) for _ in range(effort.passes)]
    ours = [program.per_second for program, _ in bursts]
    floors = [floor.per_second for _, floor in bursts]
    yield Figure(
        "events in a burst", "/s", ours, THROUGHPUT_REACH, floors, more_is_better=True, limit=0.0
    )
    stalls = [program.stall_ms for program, _ in bursts]
    yield Figure(
        "longest stall in a burst", "ms", stalls, STALL_REACH_MS, limit=40 * STALL_REACH_MS
    )


def figures_of_ten(here: Station, effort: Effort) -> Iterator[Figure]:
    """Send the same events about ten sessions, and about one, in turns."""
    me = here.user_id()
    steady = [
        _ten_and_one(here, me, Load(effort.events, RATE, STEADY_OURS_OF))
        for _ in range(effort.passes)
    ]
    for name, of in (("median", median), ("99th", _p99)):
        ours = [of(ten.latencies_ms) for ten, _ in steady]
        floors = [of(one.latencies_ms) for _, one in steady]
        yield Figure(
            f"event → icon, 10 sessions / 1, {name}", "ms", ours, TEN_REACH, floors, limit=math.inf
        )
    bursts = [
        _ten_and_one(here, me, Load(effort.burst, 0, BURST_OURS_OF)) for _ in range(effort.passes)
    ]
    ours = [ten.per_second for ten, _ in bursts]
    floors = [one.per_second for _, one in bursts]
    yield Figure(
        "events in a burst, 10 sessions / 1",
        "/s",
        ours,
        1 / TEN_REACH,
        floors,
        more_is_better=True,
        limit=0.0,
    )


def _ten_and_one(here: Station, me: str, load: Load) -> tuple[Passed, Passed]:
    one = asyncio.run(_pass(here, PROGRAM_FEED, load, me))
    return asyncio.run(_pass(here, PROGRAM_FEED, replace(load, sessions=10), me)), one


def _p99(latencies: Sequence[float]) -> float:
    return quantiles(latencies, n=100)[-1]


def _pair(here: Station, me: str, load: Load) -> tuple[Passed, Passed]:
    floor = asyncio.run(_pass(here, FLOOR_FEED, load, "floor"))
    return asyncio.run(_pass(here, PROGRAM_FEED, load, me)), floor


async def _pass(here: Station, command: Sequence[str], load: Load, me: str) -> Passed:
    """Start a subject, send it the events when it is ready, and read what it wrote down."""
    async with EventServer() as server:
        await asyncio.to_thread(here.app.done, "settings", "set", "feed.url", server.url)
        process = await asyncio.create_subprocess_exec(
            *command, str(load.count), server.url, env=here.app.environ, cwd=ROOT, limit=2**26,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        )  # fmt: skip
        assert process.stdout is not None
        async with asyncio.timeout(_PATIENCE_S):
            assert (await process.stdout.readline()).strip() == b"ready"
            sent = await _deliver(server, load, me)
            written = json.loads(await process.stdout.readline())
            await process.wait()
    drawn = [(taken, at) for taken, at in written["drawn"]]
    return Passed(load.ours_of, sent, drawn, written["ended"], written["stall_ns"] / _NS_A_MS)


async def _deliver(server: EventServer, load: Load, me: str) -> Sequence[int]:
    """Send the events at their rate; hand back the moments at which they went out."""
    frames = list(_frames(load, me))
    began_at, sent = time.monotonic(), []
    for number, one in enumerate(frames):
        if load.rate and (wait := began_at + number / load.rate - time.monotonic()) > 0:
            await asyncio.sleep(wait)
        sent.append(time.monotonic_ns())
        await server.newest.send(one)
    return sent


def _frames(load: Load, me: str) -> Iterator[str]:
    """Make events: every `ours_of`th stops or starts a stream of the user's, the others are about other people."""
    at, ours = round(time.time() * 1000), 0
    for number in range(load.count):
        if number % load.ours_of:
            yield frame("meeting.participant_joined", at + number, stranger(number))
            continue
        again, place = divmod(ours, load.sessions)
        name = "meeting.rtms_interrupted" if again % 2 else "meeting.rtms_started"
        yield frame(name, at + number, my_stream(me, place))
        ours += 1
