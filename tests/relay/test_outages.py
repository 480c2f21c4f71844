"""NATS goes away and comes back; several instances; a cluster that loses a node."""

import asyncio
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import httpx2
import pytest

from rtms_tray.simulator import Simulator
from tests.helpers.expected_logs import ExpectedLogs
from tests.helpers.nats_servers import LocalNats, cluster
from tests.helpers.relay_harness import RelayHarness, TrayClient, running, settings_for
from tests.helpers.simulator_client import SimulatorClient
from tests.helpers.zoom_events import event, started


def told(me: str, code: int) -> dict[str, object]:
    """Make an event for this user."""
    return event("rtms.request_status", {"operator_id": me, "code": code})


def codes(tray: TrayClient) -> list[int]:
    """Which of these a tray has heard."""
    return [heard["payload"]["code"] for heard in tray.events]


@pytest.fixture
def me(zoom: Simulator) -> str:
    """The app's owner."""
    return zoom.world.users["owner"].id


class TestOneNode:
    """A single nats-server, which keeps everything in its folder."""

    @pytest.fixture
    def node(self, nats_url: str, tmp_path: Path) -> Iterator[LocalNats]:
        """A nats-server of this test alone."""
        del nats_url  # without it there is no nats-server here
        server = LocalNats(tmp_path / "node")
        server.start()
        yield server
        server.kill()

    @pytest.fixture
    async def relay(
        self, zoom: Simulator, node: LocalNats, http: httpx2.AsyncClient
    ) -> AsyncIterator[RelayHarness]:
        """A relay on it."""
        async with running(settings_for(zoom, node.url), http) as harness:
            yield harness

    async def test_a_restart_loses_nothing_and_the_tray_knows_when_it_could_have(
        self,
        relay: RelayHarness,
        node: LocalNats,
        client: SimulatorClient,
        me: str,
        expected_logs: ExpectedLogs,
    ) -> None:
        expected_logs.expect("the connection to NATS is lost")
        expected_logs.expect("the connection to NATS is back")
        expected_logs.allow("relay.bus:WARNING:NATS: |relay.intake:WARNING:not stored")
        tray = await relay.connect((await relay.session(client.token)).json()["token"])
        await relay.take(told(me, 1))
        await tray.hear(1)
        node.kill()
        await tray.until(lambda: tray.doubts > 0)
        lost = told(me, 2)
        assert (await relay.webhook(lost)).status_code == 503
        assert (await relay.http.get(f"{relay.url}/readyz")).status_code == 503
        assert (await relay.http.get(f"{relay.url}/healthz")).status_code == 200
        node.start()
        await relay.insist(lost)
        await tray.hear(2)
        await tray.beat()
        assert codes(tray) == [1, 2]
        await tray.close()

    async def test_while_nats_hangs_zoom_gets_its_503_and_trays_doubt(
        self,
        relay: RelayHarness,
        node: LocalNats,
        client: SimulatorClient,
        me: str,
        expected_logs: ExpectedLogs,
    ) -> None:
        expected_logs.allow("relay.bus|relay.intake:WARNING:not stored")
        tray = await relay.connect((await relay.session(client.token)).json()["token"])
        await tray.beat()
        node.signal(signal.SIGSTOP)
        try:
            assert (await relay.webhook(told(me, 1))).status_code == 503
            await tray.until(lambda: tray.doubts > 0)
        finally:
            node.signal(signal.SIGCONT)
        await relay.insist(told(me, 2))
        await tray.until(lambda: 2 in codes(tray))
        await tray.close()


async def test_a_tray_moves_between_instances_without_a_gap(
    zoom: Simulator,
    nats_url: str,
    bus: object,
    http: httpx2.AsyncClient,
    client: SimulatorClient,
    me: str,
) -> None:
    del bus  # it has emptied the server
    settings = settings_for(zoom, nats_url)
    async with running(settings, http) as one, running(settings, http) as two:
        token = (await one.session(client.token)).json()["token"]
        tray = await one.connect(token)
        await two.take(told(me, 1))
        await tray.hear(1)
        one.relay.drain()
        await two.take(told(me, 2))
        assert await tray.closed() == 1012
        moved = await two.connect(token, after=tray.position, epoch=tray.hello["epoch"])
        assert moved.hello["gap"] == ""
        await two.take(told(me, 3))
        await moved.until(lambda: 3 in codes(moved))
        assert codes(tray) + codes(moved) == [1, 2, 3]
        await moved.close()


async def test_two_instances_route_the_same_event_once(
    zoom: Simulator,
    nats_url: str,
    bus: object,
    http: httpx2.AsyncClient,
    client: SimulatorClient,
    me: str,
) -> None:
    del bus  # it has emptied the server
    settings = settings_for(zoom, nats_url)
    async with running(settings, http) as one, running(settings, http) as two:
        tray = await one.connect((await two.session(client.token)).json()["token"])
        for number in range(20):
            same = told(me, number)
            await asyncio.gather(one.take(same), two.take(same))
        await two.take(started(me))
        await tray.hear(21)
        assert tray.names.count("rtms.request_status") == 20
        await tray.close()


async def test_a_cluster_that_loses_a_node_loses_no_event(
    zoom: Simulator,
    nats_url: str,
    tmp_path: Path,
    http: httpx2.AsyncClient,
    client: SimulatorClient,
    me: str,
    expected_logs: ExpectedLogs,
) -> None:
    del nats_url  # without it there is no nats-server here
    expected_logs.allow("relay.bus|relay.intake:WARNING:not stored")
    nodes = cluster(tmp_path, 3)
    try:
        for node in nodes:
            node.start()
        settings = settings_for(zoom, "", nats_urls=[node.url for node in nodes], replicas=3)
        async with AsyncExitStack() as stack:
            one, two = [await stack.enter_async_context(running(settings, http)) for _ in range(2)]
            tray = await one.connect((await one.session(client.token)).json()["token"])
            for number in range(60):
                if number == 20:
                    nodes[0].kill()
                await two.insist(told(me, number))
            await tray.hear(60)
            assert codes(tray) == list(range(60))
            await tray.close()
    finally:
        for node in nodes:
            node.kill()
