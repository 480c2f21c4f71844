"""Who a tray's user is: by Zoom's word, for this very app."""

import httpx2
import jwt
import pytest
from msgspec.structs import replace

from rtms_tray.relay.hub import Close
from rtms_tray.relay.sessions import Session
from rtms_tray.relay.settings import Settings
from rtms_tray.simulator import Simulator
from tests.helpers.expected_logs import ExpectedLogs
from tests.helpers.manual_clock import ManualClock
from tests.helpers.relay_harness import RelayHarness, running
from tests.helpers.simulator_client import SimulatorClient


async def test_zoom_says_who_it_is(
    relay: RelayHarness, client: SimulatorClient, zoom: Simulator
) -> None:
    reply = await relay.session(client.token)
    owner = zoom.world.users["owner"]
    assert (reply.status_code, reply.headers["cache-control"]) == (200, "no-store")
    assert (reply.json()["user"], reply.json()["account"]) == (owner.id, owner.account_id)
    renewed = await relay.renew(reply.json()["token"])
    assert renewed.json()["user"] == owner.id
    assert renewed.json()["token"] != reply.json()["token"]


async def test_a_token_of_the_primary_client_is_this_apps_too(
    relay: RelayHarness, client: SimulatorClient, zoom: Simulator
) -> None:
    zoom.world.settings.token_app = zoom.client_id
    await client.sign_in()
    assert (await relay.session(client.token)).status_code == 200


@pytest.mark.promise("the relay knows users of its own app alone")
class TestStrangers:
    """Tokens that Zoom may accept, and the relay must not."""

    async def test_a_foreign_apps_token_is_refused_though_zoom_accepts_it(
        self, relay: RelayHarness, client: SimulatorClient, zoom: Simulator
    ) -> None:
        zoom.world.settings.token_app = "a foreign app"
        await client.sign_in()
        assert (await client.get("/users/me")).status_code == 200
        reply = await relay.session(client.token)
        assert (reply.status_code, reply.json()) == (401, {"error": "not_this_app"})

    async def test_a_token_that_does_not_say_its_app_is_refused(
        self, relay: RelayHarness, client: SimulatorClient, zoom: Simulator
    ) -> None:
        zoom.world.settings.access_tokens = "opaque"
        await client.sign_in()
        assert (await client.get("/users/me")).status_code == 200
        assert (await relay.session(client.token)).json() == {"error": "not_this_app"}

    async def test_saying_it_is_not_enough(self, relay: RelayHarness, zoom: Simulator) -> None:
        made_up = jwt.encode({"iss": f"zm:cid:{zoom.client_id}"}, "x" * 64, algorithm="HS512")
        reply = await relay.session(made_up)
        assert (reply.status_code, reply.json()) == (401, {"error": "refused_by_zoom"})

    @pytest.mark.parametrize("token", ["x", "é", "a.b.c", "x" * 9000])
    async def test_what_is_no_token_never_reaches_zoom(
        self, relay: RelayHarness, client: SimulatorClient, token: str
    ) -> None:
        await client.control(
            "faults", path="/users/me", status=200, body={"id": "x", "account_id": "y"}
        )
        reply = await relay.http.post(
            f"{relay.url}/session?tray=t", headers={b"Authorization": f"Bearer {token}".encode()}
        )
        assert reply.status_code == 401

    async def test_the_apps_own_token_is_nobodys(
        self, relay: RelayHarness, client: SimulatorClient
    ) -> None:
        assert (await relay.session(await client.app_token())).status_code == 401


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 500},
        {"status": 429},
        {"drop": True},
        {"status": 200, "body": {"id": 5}},
        {"status": 200, "body": {"id": "", "account_id": ""}},
    ],
)
async def test_while_zoom_cannot_say_the_tray_may_try_again(
    relay: RelayHarness,
    client: SimulatorClient,
    fault: dict[str, object],
    expected_logs: ExpectedLogs,
) -> None:
    expected_logs.expect("Zoom could not be asked")
    await client.control("faults", path="/users/me", **fault)
    assert (await relay.session(client.token)).status_code == 503
    assert (await relay.session(client.token)).status_code == 200


@pytest.mark.promise("the relay neither stores nor logs Zoom tokens")
async def test_the_token_is_neither_stored_nor_logged(
    relay: RelayHarness, client: SimulatorClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", "rtms_tray")
    token = (await relay.session(client.token)).json()["token"]
    await relay.session("x." + client.token)
    assert client.token[:20] not in caplog.text
    assert token not in caplog.text
    claims = jwt.decode(token, options={"verify_signature": False})
    assert client.token not in str(claims)
    assert set(claims) == {"iss", "aud", "iat", "exp", "sub", "acc", "sid", "gen", "tray"}
    assert "token" not in Session.__struct_fields__


@pytest.mark.parametrize("tray", ["", "x" * 65, "ü"])
async def test_a_tray_needs_a_name(relay: RelayHarness, client: SimulatorClient, tray: str) -> None:
    assert (await relay.session(client.token, tray)).json() == {"error": "tray_name_missing"}


@pytest.mark.parametrize("path", ["/session/renew", "/session/end"])
async def test_without_a_session_nothing_is_renewed_or_ended(
    relay: RelayHarness, path: str
) -> None:
    reply = await relay.http.post(f"{relay.url}{path}", headers={"Authorization": "Basic x"})
    assert (reply.status_code, reply.json()) == (401, {"error": "session_over"})


class TestVouching:
    """A renewal that shows Zoom's token again: Zoom says whether it is still this user."""

    async def test_the_session_goes_on_and_its_connection_with_it(
        self,
        settings: Settings,
        http: httpx2.AsyncClient,
        client: SimulatorClient,
        clock: ManualClock,
    ) -> None:
        async with running(replace(settings, zoom_check_hours=1.0), http, clock) as relay:
            grant = (await relay.session(client.token)).json()
            tray = await relay.connect(grant["token"])
            clock.advance(50 * 60_000)
            renewed = (await relay.renew(grant["token"], client.token)).json()
            assert renewed["vouch_by"] == grant["vouch_by"] + 50 * 60
            clock.advance(40 * 60_000)
            await tray.beat()
            clock.advance(20 * 60_000)
            assert (await relay.renew(renewed["token"])).status_code == 401
            assert await tray.closed() == Close.SESSION_OVER

    async def test_another_users_token_does_not_prolong_it(
        self, relay: RelayHarness, client: SimulatorClient, zoom: Simulator
    ) -> None:
        token = (await relay.session(client.token)).json()["token"]
        zoom.world.settings.user = "host"
        await client.sign_in()
        assert (await relay.renew(token, client.token)).json() == {"error": "session_over"}

    async def test_a_token_that_zoom_refuses_does_not(
        self, relay: RelayHarness, client: SimulatorClient
    ) -> None:
        token = (await relay.session(client.token)).json()["token"]
        await client.control("grants", revoke="owner")
        assert (await relay.renew(token, client.token)).json() == {"error": "refused_by_zoom"}
        assert (await relay.renew(token, "x.y.z")).json() == {"error": "not_this_app"}
        assert (await relay.renew(token)).status_code == 200

    async def test_while_zoom_cannot_be_asked_it_may_be_tried_again(
        self, relay: RelayHarness, client: SimulatorClient, expected_logs: ExpectedLogs
    ) -> None:
        expected_logs.expect("Zoom could not be asked")
        token = (await relay.session(client.token)).json()["token"]
        await client.control("faults", path="/users/me", status=500)
        assert (await relay.renew(token, client.token)).json() == {"error": "zoom_unavailable"}
        assert (await relay.renew(token, client.token)).status_code == 200
