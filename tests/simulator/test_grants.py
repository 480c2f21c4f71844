"""How codes, grants and tokens are issued, renewed, expired and revoked."""

import base64
import json

import pytest

from tests.helpers.manual_clock import ManualClock
from tests.helpers.simulator_client import REDIRECT, VERIFIER, SimulatorClient

MINUTES_MS = 60_000


async def test_a_code_can_be_redeemed_once(client: SimulatorClient) -> None:
    code = (await client.authorize(auto="allow"))["code"]
    assert (await client.redeem(code)).status_code == 200
    again = await client.redeem(code)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code_verifier": "wrong"}, "invalid_grant"),
        ({"redirect_uri": "http://127.0.0.1:5001/callback"}, "invalid_request"),
        ({"client_id": "nobody"}, "invalid_client"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
    ],
)
async def test_redeeming_a_code_checks_every_field(
    client: SimulatorClient, changes: dict[str, str], error: str
) -> None:
    code = (await client.authorize(auto="allow"))["code"]
    reply = await client.redeem(code, **changes)
    assert (reply.status_code, reply.json()["error"]) == (400, error)


async def test_a_code_expires_after_five_minutes(
    client: SimulatorClient, clock: ManualClock
) -> None:
    code = (await client.authorize(auto="allow"))["code"]
    clock.now += 5 * MINUTES_MS + 1
    assert (await client.redeem(code)).json()["error"] == "invalid_grant"


async def test_without_a_method_the_challenge_is_the_verifier(client: SimulatorClient) -> None:
    plain = await client.authorize(auto="allow", code_challenge=VERIFIER, code_challenge_method="")
    assert (await client.redeem(plain["code"])).status_code == 200


@pytest.mark.parametrize(("rotation", "status"), [("at_once", 400), ("grace", 200)])
async def test_rotation_invalidates_the_old_refresh_token(
    client: SimulatorClient, rotation: str, status: int
) -> None:
    await client.control("settings", rotation=rotation)
    old = (await client.sign_in())["refresh_token"]
    form = {"grant_type": "refresh_token", "client_id": client.zoom.public_client_id}
    new = (await client.post_token(**form, refresh_token=old)).json()
    assert new["refresh_token"] != old
    again = await client.post_token(**form, refresh_token=old)
    assert again.status_code == status
    if status == 400:
        assert again.json() == {"reason": "Invalid Token!", "error": "invalid_grant"}


@pytest.mark.parametrize(("switch", "living"), [("per_app", 1), ("per_client", 2), ("off", 2)])
async def test_a_second_sign_in_revokes_older_grants(
    client: SimulatorClient, switch: str, living: int
) -> None:
    await client.control("settings", one_grant=switch)
    first = client.token
    code = (await client.authorize(auto="allow", client_id=client.zoom.client_id))["code"]
    reply = await client.post_token(
        secret=client.zoom.client_secret,
        grant_type="authorization_code",
        code=code,
        redirect_uri=REDIRECT,
        code_verifier=VERIFIER,
    )
    assert reply.status_code == 200
    assert len(client.zoom.grants.active) == living
    client.token = first
    assert (await client.get("/users/me")).status_code == (401 if living == 1 else 200)


@pytest.mark.parametrize("which", ["access_token", "refresh_token"])
async def test_revoking_a_token_revokes_the_grant(client: SimulatorClient, which: str) -> None:
    tokens = await client.sign_in()
    form = {"token": tokens[which], "client_id": client.zoom.public_client_id}
    url = f"{client.zoom.oauth_url}/oauth/revoke"
    assert (await client.http.post(url, data=form)).json() == {"status": "success"}
    assert (await client.get("/users/me")).json() == {
        "code": 124,
        "message": "Invalid access token.",
    }
    assert (await client.http.post(url, data=form)).status_code == 400


async def test_removing_the_app_revokes_the_grants(client: SimulatorClient) -> None:
    assert (await client.control("grants", revoke="owner")) == {"ended": 1}
    assert (await client.get("/users/me")).status_code == 401


async def test_an_access_token_expires(client: SimulatorClient, clock: ManualClock) -> None:
    await client.control("settings", token_lifetime_s=60)
    await client.sign_in()
    assert (await client.get("/users/me")).status_code == 200
    clock.now += MINUTES_MS
    expired = await client.get("/users/me")
    assert (expired.status_code, expired.json()) == (
        401,
        {"code": 124, "message": "Access token is expired."},
    )


@pytest.mark.parametrize("app", ["", "another app"])
async def test_a_token_may_be_a_jwt_that_names_its_app(client: SimulatorClient, app: str) -> None:
    await client.control("settings", access_tokens="jwt", token_app=app)
    await client.sign_in()
    part = client.token.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    assert claims["iss"] == f"zm:cid:{app or client.zoom.public_client_id}"
    assert (await client.get("/users/me")).status_code == 200
