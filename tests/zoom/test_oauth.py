"""What is sent to Zoom's authorization server, and how its answers are taken."""

import base64
import hashlib
import re
from contextlib import suppress
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtms_tray.store.environment import COMMERCIAL, custom
from rtms_tray.support.units import HOUR, SECOND
from rtms_tray.zoom.errors import (
    ClientRefused,
    Offline,
    ServerTrouble,
    SignInFailed,
    SignInNeeded,
    SignInRefused,
    UnexpectedReply,
    ZoomTrouble,
)
from rtms_tray.zoom.oauth import (
    Client,
    Grant,
    OAuth,
    check_status,
    new_pkce,
    read_token,
)
from tests.helpers.manual_clock import NOON, ManualClock
from tests.helpers.scripted_server import (
    Failure,
    Reply,
    ScriptedServer,
    oauth_reply,
    token_reply,
)

PUBLIC = Client("public-id")
CONFIDENTIAL = Client("client-id", "client-secret")
URI = "http://127.0.0.1:5000/callback"


def oauth_at(
    http: httpx2.AsyncClient, auth_server: ScriptedServer, client: Client, limit_s: float = 5
) -> OAuth:
    environment = custom(auth_server.origin, auth_server.origin, "")
    return OAuth(http, environment, client, ManualClock(), limit_s)


@pytest.mark.promise("the sign-in's listener takes one answer from this computer")
def test_the_proof_is_s256_and_new_each_time() -> None:
    first, second = new_pkce(), new_pkce()
    digest = hashlib.sha256(first.verifier.encode()).digest()
    assert first.challenge == base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    assert first.method == "S256"
    assert re.fullmatch(r"[A-Za-z0-9._~-]{43,128}", first.verifier)
    assert first.verifier != second.verifier


def test_the_authorize_url_says_everything_and_no_secret(http: httpx2.AsyncClient) -> None:
    pkce = new_pkce()
    url = OAuth(http, COMMERCIAL, CONFIDENTIAL, ManualClock()).authorize_url(URI, "st&te", pkce)
    parts = urlsplit(url)
    assert parts._replace(query="").geturl() == "https://zoom.us/oauth/authorize"
    assert parse_qs(parts.query) == {
        "response_type": ["code"],
        "client_id": ["client-id"],
        "redirect_uri": [URI],
        "state": ["st&te"],
        "code_challenge": [pkce.challenge],
        "code_challenge_method": ["S256"],
    }


async def test_a_public_client_says_its_id_in_the_body(
    http: httpx2.AsyncClient, auth_server: ScriptedServer
) -> None:
    auth_server.queue(token_reply(1, api_url="https://api-us.zoom.us"))
    grant = await oauth_at(http, auth_server, PUBLIC).exchange("c&de", URI, "verifier")
    (request,) = auth_server.requests
    assert (request.method, request.target) == ("POST", "/oauth/token")
    assert "authorization" not in request.headers
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"
    assert request.form == {
        "grant_type": "authorization_code",
        "client_id": "public-id",
        "code": "c&de",
        "redirect_uri": URI,
        "code_verifier": "verifier",
    }
    scope = frozenset({"user:read:user", "meeting:read:meeting"})
    expected = NOON + 3599 * SECOND
    assert grant == Grant("access-1", expected, "refresh-1", "https://api-us.zoom.us", scope)


async def test_a_confidential_client_uses_basic(
    http: httpx2.AsyncClient, auth_server: ScriptedServer
) -> None:
    auth_server.queue(token_reply(1), token_reply(2), oauth_reply(status="success"))
    oauth = oauth_at(http, auth_server, CONFIDENTIAL)
    await oauth.exchange("code", URI, "verifier")
    await oauth.refresh("refresh-1")
    await oauth.revoke("access-2")
    basic = "Basic " + base64.b64encode(b"client-id:client-secret").decode()
    assert [request.headers["authorization"] for request in auth_server.requests] == [basic] * 3
    assert all("client_id" not in request.form for request in auth_server.requests)
    assert auth_server.requests[1].form == {
        "grant_type": "refresh_token",
        "refresh_token": "refresh-1",
    }
    assert auth_server.requests[2].target == "/oauth/revoke"
    assert auth_server.requests[2].form == {"token": "access-2"}


async def test_answers_tell_of_zooms_clock(
    http: httpx2.AsyncClient, auth_server: ScriptedServer, clock: ManualClock
) -> None:
    told: list[int] = []
    environment = custom(auth_server.origin, auth_server.origin, "")
    oauth = OAuth(http, environment, CONFIDENTIAL, clock, dated=told.append)
    date = ("Date: Sat, 31 Oct 2026 12:00:00 GMT",)
    clock.now = 1_793_448_000_000 - 20_000
    refused = oauth_reply(400, reason="Invalid Token!", error="invalid_grant")
    auth_server.queue(replace(token_reply(1), headers=date), replace(refused, headers=date))
    auth_server.queue(token_reply(2))
    await oauth.app_token()
    with suppress(SignInNeeded):
        await oauth.refresh("refresh-1")
    await oauth.app_token()  # names no date
    assert told == [20_500, 20_500]


async def test_a_public_client_refreshes_and_revokes_by_its_id(
    http: httpx2.AsyncClient, auth_server: ScriptedServer
) -> None:
    auth_server.queue(token_reply(2), oauth_reply(status="success"))
    oauth = oauth_at(http, auth_server, PUBLIC)
    await oauth.refresh("refresh-1")
    await oauth.revoke("t+ken/=")
    assert auth_server.requests[0].form == {
        "grant_type": "refresh_token",
        "client_id": "public-id",
        "refresh_token": "refresh-1",
    }
    assert auth_server.requests[1].form == {"token": "t+ken/=", "client_id": "public-id"}
    assert all("authorization" not in request.headers for request in auth_server.requests)


async def test_the_apps_own_token(http: httpx2.AsyncClient, auth_server: ScriptedServer) -> None:
    # Zoom's WebSocket page prints this reply with odd capitals.
    auth_server.queue(
        oauth_reply(Access_token="app", Token_type="bearer", Expire_in=3600, Scope=["a", "b", 3])
    )
    grant = await oauth_at(http, auth_server, CONFIDENTIAL).app_token()
    assert auth_server.requests[0].form == {"grant_type": "client_credentials"}
    assert grant == Grant("app", NOON + HOUR, "", None, frozenset({"a", "b"}))


async def test_no_app_token_without_a_secret(
    http: httpx2.AsyncClient, auth_server: ScriptedServer
) -> None:
    with pytest.raises(ClientRefused) as caught:
        await oauth_at(http, auth_server, PUBLIC).app_token()
    assert caught.value.code == "client_secret_missing"
    assert auth_server.requests == []


@pytest.mark.parametrize(
    ("reason", "error"),
    [
        ("Invalid code", "invalid_grant"),
        ("Invalid authorization code", "invalid_request"),
        ("Invalid Authorization Code 1234", "invalid_request"),
    ],
)
async def test_a_dead_code_is_a_failed_sign_in(
    http: httpx2.AsyncClient, auth_server: ScriptedServer, reason: str, error: str
) -> None:
    auth_server.queue(oauth_reply(400, reason=reason, error=error))
    with pytest.raises(SignInFailed) as caught:
        await oauth_at(http, auth_server, PUBLIC).exchange("code", URI, "verifier")
    assert caught.value.code == "code_refused"
    assert caught.value.text.endswith(f"Zoom says: {reason}")


@pytest.mark.parametrize(
    "error", ["invalid_request", "invalid_client", "invalid_scope", "access_denied"]
)
def test_zooms_own_reason_is_shown_and_made_safe(error: str) -> None:
    body = oauth_reply(error=error, reason="Ask\x1b your\nadmin" + "!" * 999).body
    with pytest.raises(ZoomTrouble) as caught:
        check_status(400, body)
    assert "Zoom says: Ask your admin!" in caught.value.text
    assert len(caught.value.says) <= 200


async def test_a_sign_in_without_a_refresh_token_is_no_sign_in(
    http: httpx2.AsyncClient, auth_server: ScriptedServer
) -> None:
    auth_server.queue(oauth_reply(access_token="a", expires_in=3600))
    with pytest.raises(UnexpectedReply):
        await oauth_at(http, auth_server, PUBLIC).exchange("code", URI, "verifier")


async def test_a_refresh_without_a_new_refresh_token_keeps_the_old_one(
    http: httpx2.AsyncClient, auth_server: ScriptedServer
) -> None:
    auth_server.queue(oauth_reply(access_token="a", expires_in=3600))
    assert (await oauth_at(http, auth_server, PUBLIC).refresh("old")).refresh_token == "old"


async def test_a_closed_port_is_offline(
    http: httpx2.AsyncClient, auth_server: ScriptedServer
) -> None:
    auth_server.stop()
    with pytest.raises(Offline) as caught:
        await oauth_at(http, auth_server, PUBLIC).refresh("secret-token")
    assert caught.value.code == "offline"
    assert caught.value.__cause__ is None


async def test_a_lost_reply_is_told_apart(
    http: httpx2.AsyncClient, auth_server: ScriptedServer
) -> None:
    auth_server.queue(Failure.ABORT)
    with pytest.raises(Offline) as caught:
        await oauth_at(http, auth_server, PUBLIC).refresh("secret-token")
    assert caught.value.code == "reply_lost"


async def test_a_server_that_never_answers(
    http: httpx2.AsyncClient, auth_server: ScriptedServer
) -> None:
    auth_server.gate.clear()
    with pytest.raises(Offline) as caught:
        await oauth_at(http, auth_server, PUBLIC, limit_s=0.1).refresh("secret-token")
    assert caught.value.code == "reply_lost"
    assert len(auth_server.requests) == 1


async def test_a_redirect_is_never_followed(
    http: httpx2.AsyncClient, auth_server: ScriptedServer
) -> None:
    auth_server.queue(Reply(307, b"", (f"Location: {auth_server.origin}/elsewhere",)))
    with pytest.raises(UnexpectedReply):
        await oauth_at(http, auth_server, PUBLIC).refresh("secret-token")
    assert len(auth_server.requests) == 1


@pytest.mark.promise("bodies and frames of 100 MB")
async def test_an_endless_reply_is_not_read_to_its_end(
    http: httpx2.AsyncClient, auth_server: ScriptedServer
) -> None:
    body = b'{"access_token": "' + b"a" * 3_000_000 + b'", "expires_in": 3600}'
    auth_server.queue(Reply(200, body))
    with pytest.raises(UnexpectedReply):
        await oauth_at(http, auth_server, PUBLIC).refresh("secret-token")


@pytest.mark.parametrize(
    ("status", "body", "kind", "code"),
    [
        (400, {"reason": "Invalid Token!", "error": "invalid_grant"}, SignInNeeded, "sign_in_"),
        (400, {"reason": "Invalid Token!", "error": "invalid_request"}, SignInNeeded, "sign_in_"),
        (401, {"code": 4741, "error": "invalid_request"}, SignInNeeded, "sign_in_expired"),
        (400, {"errorCode": "4738"}, SignInNeeded, "sign_in_expired"),
        (
            400,
            {"reason": "Invalid client_id or client_secret", "error": "invalid_client"},
            ClientRefused,
            "client_refused",
        ),
        (401, {"error": "unauthorized_client"}, ClientRefused, "client_refused"),
        (400, {"code": 4702}, ClientRefused, "client_refused"),
        (400, {"code": 4717, "error": "invalid_request"}, ClientRefused, "app_disabled"),
        (400, {"code": 4709, "error": "invalid_request"}, SignInFailed, "redirect_refused"),
        (400, {"reason": "Invalid redirect: x", "error": "x"}, SignInFailed, "redirect_refused"),
        (
            400,
            {"reason": "Account does not exist", "error": "invalid_request"},
            SignInRefused,
            "sign_in_refused",
        ),
        (400, {"error": "unsupported_grant_type"}, SignInRefused, "sign_in_refused"),
        (
            400,
            {"reason": "Invalid authorization code", "error": "invalid_request"},
            SignInNeeded,
            "sign_in_",
        ),
        (403, {"error": "Please log in to the hotel's network!"}, UnexpectedReply, "unexpected"),
        (400, {}, UnexpectedReply, "unexpected_reply"),
        (429, {}, ServerTrouble, "rate_limited"),
        (500, {"error": "invalid_grant"}, ServerTrouble, "server_trouble"),
        (302, {"error": "invalid_grant"}, UnexpectedReply, "unexpected_reply"),
    ],
)
def test_what_a_refusal_means(
    status: int, body: dict[str, object], kind: type[ZoomTrouble], code: str
) -> None:
    with pytest.raises(kind) as caught:
        check_status(status, oauth_reply(**body).body)
    assert caught.value.code.startswith(code)
    assert caught.value.text
    assert caught.value.remedy


@pytest.mark.parametrize("status", [400, 401, 403, 407])
@pytest.mark.parametrize("body", [b"", b"<html>Log in", b"[1]", b"null", b"\xff", b"[" * 100_000])
def test_a_proxys_page_ends_no_grant(status: int, body: bytes) -> None:
    with pytest.raises(UnexpectedReply):
        check_status(status, body)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"access_token": None},
        {"access_token": 7},
        {"access_token": ""},
        {"access_token": "two words"},
        {"access_token": "line\r\nbreak"},
        {"access_token": "é"},
        {"access_token": "a", "token_type": "mac"},
    ],
)
def test_a_broken_token_reply_is_named(fields: dict[str, object]) -> None:
    with pytest.raises(UnexpectedReply):
        read_token(200, oauth_reply(**fields).body, NOON)


@pytest.mark.parametrize(
    ("expires_in", "life"),
    [
        (3600, HOUR),
        ("3599", 3599 * SECOND),
        (90.5, 90_500),
        (None, HOUR),
        ("soon", HOUR),
        (-5, HOUR),
        (0, HOUR),
        (True, HOUR),
        ([], HOUR),
        (10**400, HOUR),
        (10**9, 24 * HOUR),
    ],
)
def test_lifetimes(expires_in: object, life: int) -> None:
    body = oauth_reply(access_token="a", expires_in=expires_in).body
    assert read_token(200, body, NOON).expires_at == NOON + life


@given(
    st.dictionaries(
        st.sampled_from(["access_token", "refresh_token", "expires_in", "scope", "api_url"])
        | st.text(max_size=5),
        st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.text()),
    )
)
def test_any_json_gives_a_sound_grant_or_a_clear_error(fields: dict[str, object]) -> None:
    try:
        grant = read_token(200, oauth_reply(**{f"{k}": v for k, v in fields.items()}).body, NOON)
    except UnexpectedReply:
        return
    assert re.fullmatch(r"[\x21-\x7e]+", grant.access_token)
    assert NOON <= grant.expires_at <= NOON + 24 * HOUR


@pytest.mark.promise("bodies that make no sense")
@given(st.integers(100, 599), st.binary())
def test_any_bytes_give_a_clear_error(status: int, body: bytes) -> None:
    with suppress(ZoomTrouble):
        assert read_token(status, body, NOON).access_token


def test_secrets_do_not_show() -> None:
    shown = repr(CONFIDENTIAL) + repr(Grant("access", 1, "refresh")) + repr(new_pkce())
    for secret in ("client-secret", "'access'", "refresh'", "verifier="):
        assert secret not in shown
