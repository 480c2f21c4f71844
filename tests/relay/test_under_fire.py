"""Everything breaks in mid-meeting: relays, NATS servers, the network; every tray ends knowing what is true for it."""

import asyncio
import os
import shutil
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, suppress
from itertools import cycle
from pathlib import Path

import pytest

from rtms_tray.capture.states import CaptureState
from rtms_tray.relay.nats_server import version
from rtms_tray.simulator import Simulator
from tests.helpers.nats_servers import PROGRAM
from tests.helpers.relay_cluster import PATIENCE_S, SIZE, RelayCluster
from tests.helpers.relay_crowd import Crowd, Member
from tests.helpers.relay_trays import BoardTray, FixedBearer, ProgramTray, StrictTray
from tests.helpers.simulator_client import SimulatorClient

ROUNDS = int(os.environ.get("RTMS_TRAY_FIRE_ROUNDS", "1"))
"""How often everything breaks; `.ci/nightly` has more patience."""
CLUSTERS_HOLD = version(shutil.which(PROGRAM) or "true") >= (2, 10)
"""Of older nodes one may lose an event after another one was lost or cut off: there only relays die.

`relay check` and the guide say so.
"""
PER_SECOND = 500
STEP = 150
"""How many events the relay takes between two mishaps: each happens while the one before is felt."""


@pytest.fixture
async def zoom() -> AsyncIterator[Simulator]:
    """A simulated Zoom that sends webhooks again soon, for as long as it takes."""
    switches = {"access_tokens": "jwt", "progression": "timed", "webhook_retries_s": [1.0] * 200}
    async with Simulator(switches=switches) as simulator:
        yield simulator


class Fire:
    """What breaks, one after the other, while the crowd goes on."""

    def __init__(self, cluster: RelayCluster, crowd: Crowd) -> None:
        self._cluster = cluster
        self._crowd = crowd

    async def burn(self, rounds: int) -> None:
        """Break everything so many times, each time another one of three."""
        for number, victim in zip(range(rounds), cycle(range(SIZE)), strict=False):
            if number:
                await self._cluster.until_up()
            await self._burn_once(victim, (victim + 1) % SIZE)

    async def _burn_once(self, one: int, another: int) -> None:
        cluster = self._cluster
        await self._a_step()
        cluster.end_relay(one, signal.SIGKILL)
        await self._a_step()
        if CLUSTERS_HOLD:
            cluster.nodes[one].kill()
            await self._a_step()
            cluster.nodes[one].start()
        self._crowd.change_streams()
        await cluster.relay_ended(one)
        cluster.start_relay(one)
        if CLUSTERS_HOLD:
            cluster.cut(another)
            await self._a_step()
            cluster.mend(another)
        cluster.end_relay(another, signal.SIGTERM)
        await cluster.relay_ended(another)
        cluster.start_relay(another)
        await self._a_step()

    async def _a_step(self) -> None:
        await self._crowd.until_taken(self._crowd.taken + STEP, PATIENCE_S)


@pytest.mark.timeout(120 + 180 * ROUNDS)
@pytest.mark.usefixtures("nats_url")  # without it there is no nats-server here
async def test_every_tray_hears_its_own_events_once_and_ends_in_the_right_state(
    zoom: Simulator, client: SimulatorClient, tmp_path: Path
) -> None:
    crowd = Crowd(zoom, seed=1)
    async with RelayCluster(zoom, tmp_path) as cluster, AsyncExitStack() as stack:
        zoom.world.settings.webhook_url = f"{cluster.url}/zoom/webhook"
        trays = [
            (member, await stack.enter_async_context(tray))
            for member in crowd.members
            for tray in await _trays(member, cluster, client, tmp_path)
        ]
        crowd.begin()
        going_on = asyncio.create_task(crowd.go_on(PER_SECOND))
        await Fire(cluster, crowd).burn(ROUNDS)
        going_on.cancel()
        with suppress(asyncio.CancelledError):
            await going_on
        crowd.end()
        await crowd.until_taken(crowd.sent, PATIENCE_S)
        for member, tray in trays:
            await tray.until_heard(member.expected, PATIENCE_S)
        for member, tray in trays:
            assert tray.heard.keys() == member.expected, "nothing of anybody else's"
            twice = {at for at, count in tray.heard.items() if count > 1}
            assert twice <= (crowd.sent_again if isinstance(tray, StrictTray) else set())
            assert tray.states == [_state(member)]
        assert cluster.errors() == []
        assert set(zoom.webhooks.answers) <= {0, 204, 503}


def _state(member: Member) -> CaptureState:
    return CaptureState.SHARING if member.is_live else CaptureState.STOPPED


async def _trays(
    member: Member, cluster: RelayCluster, client: SimulatorClient, folder: Path
) -> tuple[BoardTray, BoardTray]:
    """Sign somebody in, and give them two trays."""
    client.zoom.world.settings.user = member.user.key
    await client.sign_in()
    token = await cluster.session(client.http, client.token, "strict")
    bearer, place = FixedBearer(client.token), folder / member.user.key
    return (
        StrictTray(cluster.url, token, member.user, client.http),
        ProgramTray(cluster.url, bearer, member.user, client.http, place),
    )
