"""Trays: what they hear, in order and once; up to when nothing is missing; when they are sent away."""

import asyncio
import json
from collections.abc import AsyncIterator

import httpx2
import pytest
from msgspec.structs import replace
from nats.aio.client import Client
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from rtms_tray.relay import hub, tray_socket
from rtms_tray.relay.hub import Channel, Close, Tray, event_frame
from rtms_tray.relay.journal import STREAM, Extent, Stored
from rtms_tray.relay.settings import Settings
from rtms_tray.relay.tray_socket import beginning
from rtms_tray.simulator import Simulator
from tests.helpers.manual_clock import ManualClock
from tests.helpers.relay_harness import RelayHarness, TrayClient, running
from tests.helpers.simulator_client import SimulatorClient
from tests.helpers.zoom_events import event, joined, started, stopped


@pytest.fixture
async def token(relay: RelayHarness, client: SimulatorClient) -> str:
    """A session of the app's owner."""
    return str((await relay.session(client.token)).json()["token"])


@pytest.fixture
async def tray(relay: RelayHarness, token: str) -> AsyncIterator[TrayClient]:
    """A connected tray."""
    connected = await relay.connect(token)
    yield connected
    await connected.close()


@pytest.fixture
def me(zoom: Simulator) -> str:
    """The app's owner."""
    return zoom.world.users["owner"].id


def events_of(me: str, count: int, first: int = 0) -> list[dict[str, object]]:
    """So many events for this user."""
    return [
        event("rtms.request_status", {"operator_id": me, "code": first + n}) for n in range(count)
    ]


def codes(tray: TrayClient) -> list[int]:
    """Which of these a tray has heard."""
    return [heard["payload"]["code"] for heard in tray.events]


class TestHearing:
    """Events come."""

    async def test_a_tray_hears_zooms_envelope_with_sequences(
        self, relay: RelayHarness, tray: TrayClient, me: str
    ) -> None:
        start = started(me)
        await relay.take(start, stopped())
        await tray.hear(2)
        first, second = tray.frames
        assert first["content"]["event_ts"] == start["event_ts"]
        assert first["previous"] == 0
        assert second["previous"] == first["sequence"]
        assert abs(first["received_at"] - (await tray.beat())["at"]) < 60_000

    async def test_a_new_tray_hears_what_is_kept_and_is_told_that_more_may_have_been(
        self, relay: RelayHarness, token: str, me: str
    ) -> None:
        await relay.take(*events_of(me, 3))
        tray = await relay.connect(token)
        assert tray.hello["gap"] == "new"
        await tray.hear(3)
        assert (await tray.beat())["sequence"] == tray.position
        await tray.close()

    async def test_whoever_comes_back_hears_the_rest_once(
        self, relay: RelayHarness, token: str, me: str
    ) -> None:
        tray = await relay.connect(token)
        await relay.take(*events_of(me, 2))
        await tray.hear(2)
        await tray.close()
        await relay.take(*events_of(me, 3, first=2))
        again = await relay.connect(token, after=tray.position, epoch=tray.hello["epoch"])
        assert again.hello["gap"] == ""
        await again.hear(3)
        assert codes(tray) + codes(again) == [0, 1, 2, 3, 4]
        await again.beat()
        await again.close()

    async def test_a_replay_and_what_comes_meanwhile_keep_their_order(
        self, relay: RelayHarness, token: str, me: str
    ) -> None:
        await relay.take(*events_of(me, 100))
        taking = asyncio.create_task(relay.take(*events_of(me, 100, first=100)))
        tray = await relay.connect(token)
        await tray.hear(200)
        await taking
        assert codes(tray) == list(range(200))
        await tray.close()

    async def test_trays_of_one_user_hear_the_same_and_others_nothing(
        self, relay: RelayHarness, client: SimulatorClient, token: str, me: str
    ) -> None:
        another = (await relay.session(client.token, "tray-2")).json()["token"]
        one, two = await relay.connect(token), await relay.connect(another)
        client.zoom.world.settings.user = "host"
        await client.sign_in()
        other = await relay.connect((await relay.session(client.token)).json()["token"])
        await relay.take(started(me), joined("", 1))
        for mine in (one, two):
            await mine.hear(2)
        await other.beat()
        await other.beat()
        assert other.events == []
        for connected in (one, two, other):
            await connected.close()

    async def test_messages_that_the_core_lost_are_filled_in(
        self, relay: RelayHarness, tray: TrayClient, me: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        receive, lost = relay.relay.hub._receive, iter([True, False, True, True, False])
        monkeypatch.setattr(
            relay.relay.hub, "_receive", lambda *args: None if next(lost) else receive(*args)
        )
        await relay.take(*events_of(me, 5))
        await tray.hear(5)
        assert codes(tray) == [0, 1, 2, 3, 4]

    async def test_a_lost_last_message_comes_with_the_next_heartbeat(
        self, relay: RelayHarness, tray: TrayClient, me: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        await tray.beat()
        monkeypatch.setattr(relay.relay.hub, "_receive", lambda *_: None)
        await relay.take(*events_of(me, 1))
        await tray.hear(1)
        assert (await tray.beat())["sequence"] >= tray.frames[0]["sequence"]

    async def test_two_reasons_to_fill_at_once_fill_once(
        self, relay: RelayHarness, tray: TrayClient, me: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        await tray.beat()
        monkeypatch.setattr(relay.relay.hub, "_receive", lambda *_: None)
        await relay.take(*events_of(me, 3))
        await asyncio.gather(*(relay.relay.hub.check_all() for _ in range(5)))
        await tray.hear(3)
        assert codes(tray) == [0, 1, 2]
        await tray.beat()


class TestBeginning:
    """Where a tray's events begin."""

    @pytest.mark.parametrize(
        ("after", "epoch", "expected"),
        [
            ("", "", (0, "new")),
            ("12", "e", (12, "")),
            ("20", "e", (20, "")),
            ("9", "e", (9, "")),
            ("8", "e", (0, "expired")),
            ("21", "e", (0, "beyond")),
            ("12", "other", (0, "epoch")),
            ("12", "", (0, "epoch")),
            ("-1", "e", (0, "beyond")),
            ("x", "e", (0, "beyond")),
            ("9" * 30, "e", (0, "beyond")),
        ],
    )
    def test_a_position_counts_within_what_is_kept_of_its_epoch(
        self, after: str, epoch: str, expected: tuple[int, str]
    ) -> None:
        begin = beginning(after, epoch, "e", Extent(first=10, last=20))
        assert (begin.after, begin.gap) == expected

    async def test_a_tray_is_told_of_a_gap_and_hears_all_that_is_kept(
        self, relay: RelayHarness, token: str, me: str, bus: Client
    ) -> None:
        await relay.take(*events_of(me, 3))
        await bus.jetstream().purge_stream(STREAM, seq=3)
        tray = await relay.connect(token, after=1, epoch=relay.relay.journal.epoch)
        assert tray.hello["gap"] == "expired"
        await tray.hear(1)
        assert codes(tray) == [2]
        await tray.close()


class TestSlowTrays:
    """The outbox is small, so that a tray is slow at once."""

    async def test_one_that_takes_nothing_is_cut_off_and_resumes(
        self, relay: RelayHarness, token: str, me: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(hub, "OUTBOX", 2)
        monkeypatch.setattr(hub, "FILL_LIMIT_S", 0.2)
        blocked = asyncio.Event()

        async def write(_socket: object, tray: Tray) -> None:  # as if the network took nothing
            close = tray.close

            def close_and_tell(code: int) -> None:
                close(code)
                blocked.set()

            tray.close = close_and_tell  # type: ignore[method-assign] # to learn of it
            await blocked.wait()

        with monkeypatch.context() as patch:
            patch.setattr(tray_socket, "_write", write)
            connection = asyncio.create_task(relay.connect(token))
            await relay.take(*events_of(me, 5))
            await asyncio.wait_for(blocked.wait(), 20)
        connection.cancel()
        again = await relay.connect(token)
        await again.hear(5)
        await again.close()

    async def test_one_that_is_slow_for_a_while_gets_everything(
        self, relay: RelayHarness, token: str, me: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(hub, "OUTBOX", 2)
        tray = await relay.connect(token)
        await relay.take(*events_of(me, 50))
        await tray.hear(50)
        assert codes(tray) == list(range(50))
        await tray.close()

    async def test_a_frame_that_does_not_get_out_ends_the_connection(self) -> None:
        class Stuck:
            async def send_text(self, _text: str) -> None:
                await asyncio.Event().wait()

            async def close(self, code: int) -> None:
                assert code == Close.TOO_SLOW

        tray = Tray("t", "s", 0)
        tray.accept(1, 0, b"{}")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(tray_socket, "SEND_LIMIT_S", 0.05)
            await tray_socket._write(Stuck(), tray)  # type: ignore[arg-type] # what is used of a socket
        assert tray.close_code == Close.TOO_SLOW

    async def test_after_the_end_nothing_is_sent(self) -> None:
        tray = Tray("t", "s", 0)
        tray.close(Close.MOVING)
        tray.close(Close.TOO_SLOW)
        tray.accept(1, 0, b"{}")
        tray.send(b"{}")
        assert tray.close_code == Close.MOVING
        assert await tray.outbox.get() is None
        assert len(tray.outbox) == 0


class TestAdmission:
    """Who is let in."""

    async def test_nowhere_else_is_a_socket(self, relay: RelayHarness) -> None:
        with pytest.raises(InvalidStatus) as refused:
            await connect(f"ws{relay.url.removeprefix('http')}/elsewhere", proxy=None)
        assert refused.value.response.status_code == 403

    async def test_without_a_session_nobody_hears_anything(
        self, relay: RelayHarness, token: str
    ) -> None:
        for wrong in ("", "x", token[:-3]):
            with pytest.raises(InvalidStatus) as refused:
                await relay.connect(wrong)
            assert refused.value.response.status_code == 401

    async def test_zooms_own_token_is_no_session(
        self, relay: RelayHarness, client: SimulatorClient
    ) -> None:
        with pytest.raises(InvalidStatus):
            await relay.connect(client.token)

    async def test_browsers_are_refused(self, relay: RelayHarness, token: str) -> None:
        headers = {
            "Origin": "https://evil.example",
            "Authorization": f"Bearer {token}",
            "Connection": "Upgrade",
            "Upgrade": "websocket",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        }
        reply = await relay.http.get(f"{relay.url}/events", headers=headers)
        assert (reply.status_code, reply.json()) == (403, {"error": "no_browsers"})

    async def test_a_user_who_connects_too_often_waits(
        self, settings: Settings, http: httpx2.AsyncClient, client: SimulatorClient
    ) -> None:
        async with running(replace(settings, requests_per_minute=3), http) as relay:
            token = (await relay.session(client.token)).json()["token"]
            trays = [await relay.connect(token) for _ in range(2)]
            with pytest.raises(InvalidStatus) as refused:
                await relay.connect(token)
            assert refused.value.response.status_code == 429
            for tray in trays:
                await tray.close()

    async def test_an_address_that_guesses_tokens_is_refused_unread(
        self, settings: Settings, http: httpx2.AsyncClient, client: SimulatorClient
    ) -> None:
        async with running(replace(settings, requests_per_minute=2), http) as relay:
            token = (await relay.session(client.token)).json()["token"]
            for _ in range(2):
                with pytest.raises(InvalidStatus):
                    await relay.connect("guess")
            with pytest.raises(InvalidStatus) as refused:
                await relay.connect(token)
            assert refused.value.response.status_code == 429

    async def test_of_too_many_trays_the_oldest_goes(
        self, settings: Settings, http: httpx2.AsyncClient, client: SimulatorClient
    ) -> None:
        async with running(replace(settings, trays_per_user=1), http) as relay:
            tokens = [(await relay.session(client.token, n)).json()["token"] for n in ("a", "b")]
            first, second = [await relay.connect(token) for token in tokens]
            assert await first.closed() == Close.TOO_MANY
            await second.beat()
            await second.close()


class TestActing:
    """Of several trays, one acts."""

    async def test_one_tray_acts_and_the_next_when_it_has_gone(
        self, relay: RelayHarness, client: SimulatorClient
    ) -> None:
        tokens = [(await relay.session(client.token, name)).json()["token"] for name in ("a", "b")]
        one = await relay.connect(tokens[1])
        await one.until(lambda: bool(one.heartbeats and one.heartbeats[-1]["acting"]))
        two = await relay.connect(tokens[0])
        assert not (await two.beat())["acting"]
        await one.close()
        await two.until(lambda: bool(two.heartbeats[-1]["acting"]))
        await two.close()

    async def test_the_tray_that_signed_in_last_takes_over(
        self, relay: RelayHarness, client: SimulatorClient
    ) -> None:
        first = await relay.connect((await relay.session(client.token, "a")).json()["token"])
        await first.until(lambda: bool(first.heartbeats and first.heartbeats[-1]["acting"]))
        second = await relay.connect((await relay.session(client.token, "b")).json()["token"])
        await second.until(lambda: bool(second.heartbeats and second.heartbeats[-1]["acting"]))
        await first.until(lambda: not first.heartbeats[-1]["acting"])
        await second.close()
        await first.close()

    async def test_a_tray_that_connects_again_replaces_itself_and_keeps_acting(
        self, relay: RelayHarness, token: str
    ) -> None:
        one = await relay.connect(token)
        await one.until(lambda: bool(one.heartbeats and one.heartbeats[-1]["acting"]))
        again = await relay.connect(token)
        await again.until(lambda: bool(again.heartbeats and again.heartbeats[-1]["acting"]))
        assert await one.closed() == Close.REPLACED
        await again.close()


class TestSessions:
    """A connection lives as long as its session."""

    async def test_a_second_sign_in_is_told_to_the_first_tray(
        self, relay: RelayHarness, client: SimulatorClient
    ) -> None:
        first = await relay.connect((await relay.session(client.token, "first")).json()["token"])
        assert not (await first.beat())["signed_in_elsewhere"]
        dead = client.token
        await client.sign_in()
        token = (await relay.session(client.token, "second")).json()["token"]
        await first.until(lambda: bool(first.heartbeats[-1]["signed_in_elsewhere"]))
        second = await relay.connect(token)
        assert not (await second.beat())["signed_in_elsewhere"]
        # Zoom has ended the first one's grant: its token is good for nothing, here neither.
        assert (await relay.session(dead, "first")).status_code == 401
        for tray in (first, second):
            await tray.close()

    async def test_whose_session_ends_is_disconnected(
        self, relay: RelayHarness, tray: TrayClient, token: str
    ) -> None:
        await tray.beat()
        assert (await relay.end(token)).status_code == 204
        assert await tray.closed() == Close.SESSION_OVER

    async def test_without_a_renewal_a_connection_ends_with_its_session(
        self, settings: Settings, http: httpx2.AsyncClient, client: SimulatorClient
    ) -> None:
        async with running(replace(settings, session_minutes=0.02), http) as relay:
            token = (await relay.session(client.token)).json()["token"]
            left = await relay.connect(token)
            renewed = (await relay.session(client.token, "tray-2")).json()["token"]
            stays = await relay.connect(renewed)
            renewed = (await relay.renew(renewed)).json()["token"]
            assert await left.closed() == Close.SESSION_OVER
            assert await stays.closed() == Close.SESSION_OVER

    async def test_who_removes_the_app_is_disconnected(
        self, relay: RelayHarness, tray: TrayClient, me: str
    ) -> None:
        await tray.beat()
        await relay.take(event("app_deauthorized", {"user_id": me}))
        assert await tray.closed() == Close.SESSION_OVER

    async def test_a_stolen_token_disconnects_its_session(
        self,
        settings: Settings,
        http: httpx2.AsyncClient,
        client: SimulatorClient,
        clock: ManualClock,
    ) -> None:
        async with running(settings, http, clock) as relay:
            first = (await relay.session(client.token)).json()["token"]
            second = (await relay.renew(first)).json()["token"]
            tray = await relay.connect(second)
            await tray.beat()
            clock.advance(61_000)
            assert (await relay.renew(first)).json() == {"error": "session_over"}
            assert await tray.closed() == Close.SESSION_OVER


async def test_draining_moves_trays_and_takes_no_new_ones(
    relay: RelayHarness, tray: TrayClient, token: str
) -> None:
    await tray.beat()
    await relay.relay.drain()
    assert await tray.closed() == Close.MOVING
    with pytest.raises(InvalidStatus) as refused:
        await relay.connect(token)
    assert refused.value.response.status_code == 503
    assert (await relay.http.get(f"{relay.url}/readyz")).json() == {
        "ready": False,
        "why": "draining",
    }
    alive = await relay.http.get(f"{relay.url}/healthz")
    assert (alive.status_code, alive.headers["connection"]) == (200, "close")


async def test_many_trays_move_in_slices(
    relay: RelayHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel, channels = Channel("account", "user"), relay.relay.hub.channels
    trays = [Tray(f"t{number}", "s", 0) for number in range(2 * hub.SLICE + 1)]
    channel.trays |= dict.fromkeys(trays)
    channels["here"] = channel
    with monkeypatch.context() as patch:
        patch.setattr(hub, "_SLICE_EVERY_S", 3600)
        moving = asyncio.create_task(relay.relay.hub.close_in_slices(Close.MOVING))
        await asyncio.sleep(0)
        assert [tray.close_code for tray in trays].count(Close.MOVING) == hub.SLICE
        moving.cancel()
        patch.setattr(hub, "_SLICE_EVERY_S", 0)
        await relay.relay.hub.close_in_slices(Close.MOVING)
    assert {tray.close_code for tray in trays} == {Close.MOVING}
    del channels["here"]


def test_a_frame_carries_what_was_stored_byte_by_byte() -> None:
    stored = Stored(7, b'{"event": "x"}', "", 5)
    assert json.loads(event_frame(stored, 3)) == {
        "module": "message",
        "sequence": 7,
        "previous": 3,
        "received_at": 5,
        "content": {"event": "x"},
    }
