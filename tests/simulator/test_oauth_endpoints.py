"""Sign-in: the consent page, the token endpoint, revocation, and what they refuse."""

import re

import pytest

from rtms_tray.simulator import Simulator
from tests.helpers.simulator_client import REDIRECT, VERIFIER, SimulatorClient

MINUTES_MS = 60_000


async def test_the_consent_page_redirects_with_a_code(client: SimulatorClient) -> None:
    url = f"{client.zoom.oauth_url}/oauth/authorize"
    query = client.authorize_query(state='"><script>')
    page = (await client.http.get(url, params=query)).text
    assert "<script>" not in page
    assert re.findall(r'<button name="choice" value="(\w+)">', page) == ["allow", "deny"]
    answer = {**query, "user": "another", "choice": "allow"}
    origin = {"Origin": client.zoom.oauth_url}
    reply = await client.http.post(url, data=answer, headers=origin)
    assert reply.status_code == 302
    assert reply.headers["location"].startswith(f"{REDIRECT}?code=")
    assert "state=%22%3E%3Cscript%3E" in reply.headers["location"]


async def test_the_chosen_user_signs_in(client: SimulatorClient) -> None:
    await client.control("settings", user="another", consent="allow")
    code = (await client.authorize())["code"]
    client.token = (await client.redeem(code)).json()["access_token"]
    assert (await client.get("/users/me")).json()["email"] == "anna.another@example.com"


@pytest.mark.parametrize("wrong", [{"user": "nobody"}, {"client_id": "nobody"}])
async def test_a_forged_consent_gets_an_error_page(
    client: SimulatorClient, wrong: dict[str, str]
) -> None:
    url = f"{client.zoom.oauth_url}/oauth/authorize"
    form = client.authorize_query(choice="allow") | wrong
    reply = await client.http.post(url, data=form)
    assert (reply.status_code, "cannot be added" in reply.text) == (400, True)


async def test_state_is_optional(client: SimulatorClient) -> None:
    assert (await client.authorize(auto="allow", state="")).keys() == {"code"}


@pytest.mark.parametrize("header", ["Basic nonsense", "Basic /w==", "Bearer eDp5"])
async def test_invalid_client_credentials_are_refused(client: SimulatorClient, header: str) -> None:
    url = f"{client.zoom.oauth_url}/oauth/token"
    reply = await client.http.post(url, headers={"Authorization": header})
    assert reply.json()["error"] == "invalid_client"


async def test_declining_redirects_with_an_error(client: SimulatorClient) -> None:
    await client.control("settings", consent="deny")
    assert await client.authorize() == {"error": "access_denied", "state": "s t+a/te"}


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"client_id": "nobody"}, "Invalid client id"),
        ({"redirect_uri": "http://127.0.0.1:5000/elsewhere"}, "Invalid redirect url"),
        ({"redirect_uri": "http://localhost:5000/callback"}, "Invalid redirect url"),
        ({"redirect_uri": "https://example.com/callback"}, "Invalid redirect url"),
        ({"response_type": "token"}, "Invalid response type"),
        ({"code_challenge": ""}, "Missing code challenge"),
        ({"code_challenge_method": "md5"}, "Invalid code challenge method"),
    ],
)
async def test_a_wrong_request_gets_an_error_page_and_no_redirect(
    client: SimulatorClient, changes: dict[str, str], text: str
) -> None:
    url = f"{client.zoom.oauth_url}/oauth/authorize"
    reply = await client.http.get(url, params=client.authorize_query(auto="allow", **changes))
    assert reply.status_code == 400
    assert text in reply.text


async def test_the_token_reply_has_zooms_fields(client: SimulatorClient) -> None:
    reply = await client.sign_in()
    assert reply.keys() == {
        "access_token",
        "token_type",
        "refresh_token",
        "expires_in",
        "scope",
        "api_url",
    }
    assert (reply["token_type"], reply["expires_in"]) == ("bearer", 3599)
    assert reply["api_url"] == client.zoom.api_url


@pytest.mark.parametrize("api_url", ["absent", "https://evil.example"])
async def test_the_api_url_can_be_changed(client: SimulatorClient, api_url: str) -> None:
    await client.control("settings", api_url=api_url)
    reply = await client.sign_in()
    assert reply.get("api_url", "absent") == api_url


async def test_the_confidential_client_signs_in_with_its_secret(client: SimulatorClient) -> None:
    code = (await client.authorize(auto="allow", client_id=client.zoom.client_id))["code"]
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": REDIRECT,
        "code_verifier": VERIFIER,
    }
    wrong = await client.post_token(secret="wrong", **form)
    assert wrong.json() == {
        "reason": "Invalid client_id or client_secret",
        "error": "invalid_client",
    }
    right = await client.post_token(secret=client.zoom.client_secret, **form)
    assert right.status_code == 200


async def test_secrets_in_the_body_are_ignored(client: SimulatorClient) -> None:
    reply = await client.post_token(
        grant_type="client_credentials",
        client_id=client.zoom.client_id,
        client_secret=client.zoom.client_secret,
    )
    assert reply.json()["error"] == "invalid_client"


async def test_revoking_requires_a_client(zoom: Simulator, client: SimulatorClient) -> None:
    form = {"token": client.token, "client_id": zoom.client_id}
    reply = await client.http.post(f"{zoom.oauth_url}/oauth/revoke", data=form)
    assert reply.json()["error"] == "invalid_client"


async def test_the_apps_own_token_has_no_user(client: SimulatorClient) -> None:
    client.token = await client.app_token()
    refused = await client.get("/users/me")
    assert (refused.status_code, refused.json()["code"]) == (400, 4711)
    public = await client.post_token(
        grant_type="client_credentials", client_id=client.zoom.public_client_id
    )
    assert public.json()["error"] == "unsupported_grant_type"
