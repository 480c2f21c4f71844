"""Sign-in at the simulated Zoom: consent, codes, rotation, and every way to be refused."""

import re

import pytest

from rtms_tray.simulator import Simulator
from tests.helpers.zoom_caller import REDIRECT, VERIFIER, ZoomCaller

MINUTES_MS = 60_000


async def test_the_consent_page_leads_back_with_a_code(caller: ZoomCaller) -> None:
    url = f"{caller.zoom.oauth_url}/oauth/authorize"
    query = caller.authorize_query(state='"><script>')
    page = (await caller.http.get(url, params=query)).text
    assert "<script>" not in page
    assert re.findall(r'<button name="choice" value="(\w+)">', page) == ["allow", "deny"]
    answer = {**query, "user": "another", "choice": "allow"}
    origin = {"Origin": caller.zoom.oauth_url}
    reply = await caller.http.post(url, data=answer, headers=origin)
    assert reply.status_code == 302
    assert reply.headers["location"].startswith(f"{REDIRECT}?code=")
    assert "state=%22%3E%3Cscript%3E" in reply.headers["location"]


async def test_the_chosen_user_signs_in(caller: ZoomCaller) -> None:
    await caller.control("settings", user="another", consent="allow")
    code = (await caller.authorize())["code"]
    caller.token = (await caller.redeem(code)).json()["access_token"]
    assert (await caller.get("/users/me")).json()["email"] == "anna.another@example.com"


@pytest.mark.parametrize("wrong", [{"user": "nobody"}, {"client_id": "nobody"}])
async def test_a_forged_answer_gets_a_page(caller: ZoomCaller, wrong: dict[str, str]) -> None:
    url = f"{caller.zoom.oauth_url}/oauth/authorize"
    form = caller.authorize_query(choice="allow") | wrong
    reply = await caller.http.post(url, data=form)
    assert (reply.status_code, "cannot be added" in reply.text) == (400, True)


async def test_the_state_may_be_missing(caller: ZoomCaller) -> None:
    assert (await caller.authorize(auto="allow", state="")).keys() == {"code"}


@pytest.mark.parametrize("header", ["Basic nonsense", "Basic /w==", "Bearer eDp5"])
async def test_a_broken_authorization_is_no_client(caller: ZoomCaller, header: str) -> None:
    url = f"{caller.zoom.oauth_url}/oauth/token"
    reply = await caller.http.post(url, headers={"Authorization": header})
    assert reply.json()["error"] == "invalid_client"


async def test_declining_says_so(caller: ZoomCaller) -> None:
    await caller.control("settings", consent="deny")
    assert await caller.authorize() == {"error": "access_denied", "state": "s t+a/te"}


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
async def test_a_wrong_request_gets_a_page_and_no_redirect(
    caller: ZoomCaller, changes: dict[str, str], text: str
) -> None:
    url = f"{caller.zoom.oauth_url}/oauth/authorize"
    reply = await caller.http.get(url, params=caller.authorize_query(auto="allow", **changes))
    assert reply.status_code == 400
    assert text in reply.text


async def test_the_token_reply_is_zooms(caller: ZoomCaller) -> None:
    reply = await caller.sign_in()
    assert reply.keys() == {
        "access_token",
        "token_type",
        "refresh_token",
        "expires_in",
        "scope",
        "api_url",
    }
    assert (reply["token_type"], reply["expires_in"]) == ("bearer", 3599)
    assert reply["api_url"] == caller.zoom.api_url


@pytest.mark.parametrize("told", ["absent", "https://evil.example"])
async def test_the_api_url_can_be_another(caller: ZoomCaller, told: str) -> None:
    await caller.control("settings", api_url=told)
    reply = await caller.sign_in()
    assert reply.get("api_url", "absent") == told


async def test_the_confidential_client_signs_in_with_its_secret(caller: ZoomCaller) -> None:
    code = (await caller.authorize(auto="allow", client_id=caller.zoom.client_id))["code"]
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": REDIRECT,
        "code_verifier": VERIFIER,
    }
    wrong = await caller.post_token(secret="wrong", **form)
    assert wrong.json() == {
        "reason": "Invalid client_id or client_secret",
        "error": "invalid_client",
    }
    right = await caller.post_token(secret=caller.zoom.client_secret, **form)
    assert right.status_code == 200


async def test_secrets_in_the_body_count_for_nothing(caller: ZoomCaller) -> None:
    reply = await caller.post_token(
        grant_type="client_credentials",
        client_id=caller.zoom.client_id,
        client_secret=caller.zoom.client_secret,
    )
    assert reply.json()["error"] == "invalid_client"


async def test_revoking_takes_a_client(zoom: Simulator, caller: ZoomCaller) -> None:
    form = {"token": caller.token, "client_id": zoom.client_id}
    reply = await caller.http.post(f"{zoom.oauth_url}/oauth/revoke", data=form)
    assert reply.json()["error"] == "invalid_client"


async def test_the_apps_own_token_is_nobodys(caller: ZoomCaller) -> None:
    caller.token = await caller.app_token()
    refused = await caller.get("/users/me")
    assert (refused.status_code, refused.json()["code"]) == (400, 4711)
    public = await caller.post_token(
        grant_type="client_credentials", client_id=caller.zoom.public_client_id
    )
    assert public.json()["error"] == "unsupported_grant_type"
