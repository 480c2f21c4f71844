"""NATS goes away and comes back; several instances."""

import asyncio
import signal
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx2
import pytest
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.errors import SlowConsumerError
from websockets.exceptions import ConnectionClosed, InvalidStatus

from rtms_tray.relay import application, hub, tray_socket
from rtms_tray.relay.bus import subscribe
from rtms_tray.relay.hub import Close, SettledExtents, Tray
from rtms_tray.relay.journal import Extent, in_subject
from rtms_tray.relay.router import NO_ACCOUNT
from rtms_tray.relay.small_queue import SmallQueue
from rtms_tray.simulator import Simulator
from tests.helpers.expected_logs import ExpectedLogs
from tests.helpers.nats_servers import LocalNats
from tests.helpers.relay_harness import LIMIT_S, RelayHarness, TrayClient, running, settings_for
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
        token = (await relay.session(client.token)).json()["token"]
        tray = await relay.connect(token)
        await relay.take(told(me, 1))
        await tray.hear(1)
        node.kill()
        await tray.until(lambda: tray.doubts > 0)
        lost = told(me, 2)
        assert (await relay.webhook(lost)).status_code == 503
        assert (await relay.http.get(f"{relay.url}/readyz")).status_code == 503
        assert (await relay.http.get(f"{relay.url}/healthz")).status_code == 200
        asked = (relay.session(client.token), relay.renew(token), relay.end(token))
        assert {reply.status_code for reply in await asyncio.gather(*asked)} == {503}
        with pytest.raises(InvalidStatus) as refused:
            await relay.connect(token)
        assert refused.value.response.status_code == 503
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
        await one.relay.drain()
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


class TestOneFailure:
    """A single request to JetStream fails; the next one succeeds."""

    @pytest.fixture
    async def tray(self, relay: RelayHarness, client: SimulatorClient) -> AsyncIterator[TrayClient]:
        """A connected tray."""
        connected = await relay.connect((await relay.session(client.token)).json()["token"])
        await connected.beat()
        yield connected
        await connected.close()

    async def test_a_replay_goes_on(
        self, relay: RelayHarness, tray: TrayClient, me: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(relay.relay.hub, "_receive", lambda *_: None)
        real, failures = relay.relay.journal.next_after, iter([TimeoutError()])

        async def fail_once(subject: str, sequence: int) -> object:
            if error := next(failures, None):
                raise error
            return await real(subject, sequence)

        await relay.take(told(me, 1))
        monkeypatch.setattr(relay.relay.journal, "next_after", fail_once)
        await tray.hear(1)

    async def test_a_heartbeat_that_cannot_be_sure_is_a_doubt(
        self, relay: RelayHarness, tray: TrayClient, me: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def fail(_subject: str) -> int:
            raise TimeoutError

        with monkeypatch.context() as patch:
            patch.setattr(relay.relay.journal, "newest", fail)
            await relay.take(told(me, 1))
            await tray.until(lambda: tray.doubts > 0)
        await tray.beat()

    async def test_a_tray_that_cannot_be_told_what_it_missed_comes_again(
        self, relay: RelayHarness, client: SimulatorClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def fail(_subject: str) -> int:
            raise TimeoutError

        token = (await relay.session(client.token)).json()["token"]
        monkeypatch.setattr(relay.relay.journal, "newest", fail)
        with pytest.raises(ConnectionClosed) as closed:
            await relay.connect(token)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == Close.MOVING
        assert relay.relay.hub.channels == {}

    async def test_an_instance_that_was_too_slow_for_nats_looks_again(
        self, relay: RelayHarness, tray: TrayClient, expected_logs: ExpectedLogs
    ) -> None:
        expected_logs.expect("NATS: SlowConsumerError")
        nats = relay.relay._nats
        assert nats is not None
        (channel,) = relay.relay.hub.channels.values()
        assert channel.subscription is not None
        slow = SlowConsumerError(subject="out.x", reply="", sid=1, sub=channel.subscription)
        await nats._error_cb(slow)
        await tray.beat()


async def test_what_was_deleted_meanwhile_holds_up_no_replay(
    relay: RelayHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "_RETRY_S", 0)
    tray = Tray("t", "s", 0)
    tray.expect(9)
    await tray.fill(relay.relay.journal, "in.nobody.here")
    assert tray.position == 9
    assert len(tray.outbox) == 0


async def test_who_says_that_an_event_is_not_there_may_be_behind(
    relay: RelayHarness, me: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "_RETRY_S", 0)
    await relay.take(told(me, 1))
    real, looks = relay.relay.journal.next_after, [None, None]

    async def look(subject: str, sequence: int) -> object:
        return looks.pop() if looks else await real(subject, sequence)

    monkeypatch.setattr(relay.relay.journal, "next_after", look)
    tray = Tray("t", "s", 0)
    tray.expect(1)
    await tray.fill(relay.relay.journal, in_subject(NO_ACCOUNT, me))
    assert tray.heard == 1
    assert len(tray.outbox) == 1


async def test_what_a_leader_that_was_cut_off_does_not_know_is_looked_for_again(
    relay: RelayHarness, client: SimulatorClient, me: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two nodes hold themselves for the leader: one tells the last sequence, the other a user's newest."""
    monkeypatch.setattr(relay.relay.hub, "_extents", SettledExtents(0.4))
    monkeypatch.setattr(relay.relay.hub, "_receive", lambda *_: None)
    tray = await relay.connect((await relay.session(client.token)).json()["token"])
    await tray.beat()
    real, stale = relay.relay.journal.newest, iter([0])

    async def newest(subject: str) -> int:
        return next(stale, None) or await real(subject)

    await relay.take(told(me, 1))
    monkeypatch.setattr(relay.relay.journal, "newest", newest)
    await tray.hear(1)
    assert codes(tray) == [1]
    await tray.close()


@pytest.mark.parametrize(("stale", "gap"), [(2, ""), (9, "beyond")])
async def test_a_leader_that_knows_less_than_a_tray_may_be_behind(
    relay: RelayHarness,
    client: SimulatorClient,
    me: str,
    monkeypatch: pytest.MonkeyPatch,
    stale: int,
    gap: str,
) -> None:
    token = (await relay.session(client.token)).json()["token"]
    tray = await relay.connect(token)
    await relay.take(told(me, 1))
    await tray.hear(1)
    await tray.close()
    real, answers = relay.relay.journal.extent, [Extent(0, 0)] * stale

    async def extent() -> Extent:
        return answers.pop() if answers else await real()

    monkeypatch.setattr(relay.relay.hub, "settle_s", 12.0)
    monkeypatch.setattr(tray_socket, "_BEYOND_RETRY_S", 0)
    monkeypatch.setattr(relay.relay.journal, "extent", extent)
    again = await relay.connect(token, after=tray.position, epoch=tray.hello["epoch"])
    assert again.hello["gap"] == gap
    await again.close()


async def test_a_message_that_fails_ends_no_subscription(
    bus: Client, expected_logs: ExpectedLogs
) -> None:
    expected_logs.expect("a message could not be received")
    heard: SmallQueue[bytes] = SmallQueue()

    def receive(message: Msg) -> None:
        heard.put_nowait(message.data)
        if message.data == b"bad":
            raise ValueError

    subscription = await subscribe(bus, "there", receive)
    for data in (b"bad", b"good"):
        await bus.publish("there", data)
    async with asyncio.timeout(LIMIT_S):
        assert [await heard.get(), await heard.get()] == [b"bad", b"good"]
    await subscription.unsubscribe()


@pytest.mark.parametrize("failures", [2, 3])
async def test_a_cluster_that_is_just_starting_is_waited_for_but_not_for_ever(
    monkeypatch: pytest.MonkeyPatch, failures: int
) -> None:
    monkeypatch.setattr(application, "_OPEN_RETRY_S", 0)
    monkeypatch.setattr(application, "_OPEN_TRIES", 3)
    calls = iter(range(10))

    async def open_() -> str:
        if next(calls) < failures:
            raise NatsError
        return "opened"

    if failures < 3:
        assert await application._patiently(open_) == "opened"
    else:
        with pytest.raises(NatsError):
            await application._patiently(open_)
    assert next(calls) == 3
