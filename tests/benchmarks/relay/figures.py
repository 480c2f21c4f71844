"""What a relay takes and how quick it is, beside a bare fan-out and JetStream alone; README.md says how."""

import asyncio
import math
import signal
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from statistics import median, quantiles
from typing import Final

import nats

from tests.benchmarks.effort import Effort
from tests.benchmarks.figures import Figure
from tests.benchmarks.relay.place import Place, Server, floor, place, running
from tests.benchmarks.relay.traffic import Tray, Webhooks, connect_all

IDLE_REACH_KB: Final = 30.0
MEDIAN_REACH_MS, SLOWEST_REACH_MS = 3.0, 25.0
BACK_REACH_S, DRAIN_REACH_S, RESTART_REACH_S = 30.0, 10.0, 3.0
IDLE_FLOORS, LATENCY_FLOORS, SUSTAINED_FLOORS = 1.5, 4.0, 0.1
RATE: Final = 500
_USERS, _CONNECTIONS = 50, 16
_MS: Final = 1000


def figures(effort: Effort) -> Iterator[Figure]:
    """Measure everything."""
    yield from asyncio.run(_all(effort))


async def _all(effort: Effort) -> list[Figure]:
    async with place() as here:
        idle = [figure async for figure in _idle(here, effort)]
        events = [figure async for figure in _events(here, effort)]
        return [*idle, *events, *[figure async for figure in _moves(here, effort)]]


# --- idle ---------------------------------------------------------------------------------------


async def _idle(here: Place, effort: Effort) -> AsyncIterator[Figure]:
    async with running(here.relay()) as relay:
        tokens = await here.sessions(effort.trays)
        ours = await _kb_each(relay, tokens)
    async with running(floor()) as bare:
        least = await _kb_each(bare, tokens)
    name = f"an idle tray, of {effort.trays:,}"
    yield Figure(name, "kB", [ours], IDLE_REACH_KB)
    yield Figure(f"{name}, beside a bare socket", "kB", [ours], IDLE_FLOORS, [least])


async def _kb_each(server: Server, tokens: Sequence[str]) -> float:
    before = server.private_kb
    trays = [Tray(number, token) for number, token in enumerate(tokens)]
    await connect_all(trays, server)
    each = (server.private_kb - before) / len(trays)
    await _close(trays)
    return each


async def _close(trays: Sequence[Tray]) -> None:
    for tray in trays:
        tray.close()
    await asyncio.gather(*(tray.ended() for tray in trays))


# --- events -------------------------------------------------------------------------------------


async def _events(here: Place, effort: Effort) -> AsyncIterator[Figure]:
    steady: list[list[float]] = []
    bursts: list[float] = []
    floors: list[list[float]] = []
    for _ in range(effort.passes):
        async with running(here.relay()) as relay:
            tokens = await here.sessions(_USERS)
            steady.append((await _pass(relay, tokens, effort.relayed, RATE)).latencies_ms)
            bursts.append((await _pass(relay, tokens, effort.relayed, math.inf)).per_second)
        async with running(floor()) as bare:
            floors.append((await _pass(bare, tokens, effort.relayed, RATE)).latencies_ms)
    for name, of, reach in (
        ("median", median, MEDIAN_REACH_MS),
        ("99th", _p99, SLOWEST_REACH_MS),
    ):
        ours, least = [of(one) for one in steady], [of(one) for one in floors]
        whole = f"webhook → tray at {RATE}/s, {name}"
        yield Figure(whole, "ms", ours, reach, limit=math.inf)
        yield Figure(
            f"{whole}, beside the floor", "ms", ours, LATENCY_FLOORS, least, limit=math.inf
        )
    alone = [await _acks_per_second(here, effort.relayed) for _ in bursts]
    name = "events a second, beside JetStream's own"
    yield Figure(name, "/s", bursts, SUSTAINED_FLOORS, alone, more_is_better=True, limit=0.0)


def _p99(latencies: Sequence[float]) -> float:
    return quantiles(latencies, n=100)[-1]


@dataclass(frozen=True)
class _Passed:
    """When each event left, and when it came."""

    left: Mapping[int, float]
    came: Mapping[int, float]

    @property
    def latencies_ms(self) -> list[float]:
        """How long each took."""
        return [(self.came[at] - left_at) * _MS for at, left_at in self.left.items()]

    @property
    def per_second(self) -> float:
        """How many went through in a second."""
        last = max(self.came[at] for at in self.left)
        return len(self.left) / (last - min(self.left.values()))


async def _pass(server: Server, tokens: Sequence[str], count: int, rate: float) -> _Passed:
    """Send events at a rate, or as fast as they are taken, and wait until all have come."""
    trays = [Tray(number, token) for number, token in enumerate(tokens)]
    await connect_all(trays, server)
    zoom = Webhooks(server, _CONNECTIONS)
    await zoom.open()
    await asyncio.gather(*(zoom.start(number) for number in range(len(trays))))
    began_at, sent = time.perf_counter(), []
    for number in range(count):
        if (wait := began_at + number / rate - time.perf_counter()) > 0:
            await asyncio.sleep(wait)
        work = zoom.send("meeting.rtms_interrupted", number % len(trays))
        sent.append(asyncio.create_task(work))
    left = dict(await asyncio.gather(*sent))
    came = await _came(trays, left.keys())
    zoom.close()
    await _close(trays)
    return _Passed(left, came)


async def _came(trays: Sequence[Tray], moments: AbstractSet[int]) -> dict[int, float]:
    """Wait until all events have come; return when each did."""
    while True:
        came = {at: when for tray in trays for at, when in tray.came.items()}
        if moments <= came.keys():
            return came
        await asyncio.sleep(0.01)


async def _acks_per_second(here: Place, count: int) -> float:
    """Publish what the relay would, with as many on their way; nothing else."""
    client = await nats.connect(here.nats.url)
    js, limit = client.jetstream(), asyncio.Semaphore(_CONNECTIONS)

    async def publish(number: int) -> None:
        async with limit:
            headers = {"Nats-Msg-Id": f"alone-{time.monotonic_ns()}-{number}"}
            await js.publish(f"in.account.alone-{number % _USERS}", b"x" * 270, headers=headers)

    began_at = time.perf_counter()
    await asyncio.gather(*map(publish, range(count)))
    took_s = time.perf_counter() - began_at
    await client.close()
    return count / took_s


# --- moves --------------------------------------------------------------------------------------


async def _moves(here: Place, effort: Effort) -> AsyncIterator[Figure]:
    async with running(here.relay()) as one, running(here.relay()) as other:
        tokens = await here.sessions(max(effort.moved, effort.killed))
        drained = await _move(one, other, tokens[: effort.moved], signal.SIGTERM)
        yield Figure(
            f"{effort.moved:,} trays have moved after SIGTERM", "s", [drained], DRAIN_REACH_S
        )
        await one.ended()
        started = await one.start()
        yield Figure("a relay that starts is ready", "s", [started], RESTART_REACH_S)
        back = await _move(one, other, tokens[: effort.killed], signal.SIGKILL)
        name = f"{effort.killed:,} trays are back after a kill"
        yield Figure(name, "s", [back], BACK_REACH_S, limit=math.inf)


async def _move(one: Server, other: Server, tokens: Sequence[str], how: signal.Signals) -> float:
    """End a server; return after how long all its trays know at another that nothing is missing."""
    trays = [Tray(number, token) for number, token in enumerate(tokens)]
    await connect_all(trays, one)
    began_at = time.perf_counter()
    one.send(how)

    async def move(tray: Tray) -> None:
        await tray.ended()
        await tray.connect_again([other])

    await asyncio.gather(*map(move, trays))
    took_s = time.perf_counter() - began_at
    await _close(trays)
    return took_s
