"""Access tokens stay valid, and a grant is never lost by accident."""

import asyncio

import httpx2
import pytest

from rtms_tray.store.environment import COMMERCIAL, custom
from rtms_tray.support.units import HOUR, MINUTE, SECOND
from rtms_tray.zoom.errors import (
    ClientRefused,
    Offline,
    ServerTrouble,
    SignInNeeded,
    UnexpectedReply,
    ZoomTrouble,
)
from rtms_tray.zoom.oauth import Client, OAuth
from rtms_tray.zoom.tokens import AppTokens, GrantBearer, TokenKeeper
from tests.helpers.manual_clock import NOON, ManualClock
from tests.helpers.scripted_server import (
    Failure,
    Reply,
    ScriptedReply,
    ScriptedServer,
    oauth_reply,
    token_reply,
)
from tests.helpers.stores import WatchedStore
from tests.zoom.fakes import DEAD, SECRET_NAME, grant

# --- keeping alive ------------------------------------------------------------------------------


async def test_a_valid_token_is_returned_without_asking_zoom(
    keeper: TokenKeeper, auth_server: ScriptedServer, clock: ManualClock
) -> None:
    await keeper.adopt(grant(1))
    clock.advance(HOUR - 5 * MINUTE - 1)
    assert await keeper.token() == "access-1"
    assert auth_server.requests == []
    assert keeper.signed_in_at == NOON


async def test_it_is_refreshed_five_minutes_ahead(
    keeper: TokenKeeper, auth_server: ScriptedServer, clock: ManualClock, store: WatchedStore
) -> None:
    await keeper.adopt(grant(1))
    auth_server.queue(token_reply(2))
    clock.advance(HOUR - 5 * MINUTE)
    assert await keeper.token() == "access-2"
    assert auth_server.requests[0].form["refresh_token"] == "refresh-1"
    assert await store.load(SECRET_NAME) == "refresh-2"


async def test_after_a_restart_the_stored_token_is_used(
    keeper: TokenKeeper, auth_server: ScriptedServer, store: WatchedStore
) -> None:
    await store.save(SECRET_NAME, "refresh-7")
    auth_server.queue(token_reply(8))
    assert await keeper.has_grant()
    assert await keeper.token() == "access-8"
    assert auth_server.requests[0].form["refresh_token"] == "refresh-7"


async def test_many_callers_share_one_refresh(
    keeper: TokenKeeper, auth_server: ScriptedServer, store: WatchedStore
) -> None:
    await store.save(SECRET_NAME, "refresh-1")
    auth_server.queue(token_reply(2))
    assert await asyncio.gather(*(keeper.token() for _ in range(20))) == ["access-2"] * 20
    assert len(auth_server.requests) == 1


async def test_the_rotated_token_is_written_before_the_new_one_is_used(
    keeper: TokenKeeper, auth_server: ScriptedServer, store: WatchedStore
) -> None:
    await store.save(SECRET_NAME, "refresh-1")
    assert await keeper.has_grant()
    store.gate.clear()
    auth_server.queue(token_reply(2))
    waiting = asyncio.create_task(keeper.token())
    async with asyncio.timeout(5):
        while "save refresh-2" not in store.calls:
            await asyncio.wait({waiting}, timeout=0.01)
    assert not waiting.done()
    store.gate.set()
    assert await waiting == "access-2"


async def test_a_cancelled_caller_loses_no_token(
    keeper: TokenKeeper, auth_server: ScriptedServer, store: WatchedStore
) -> None:
    await store.save(SECRET_NAME, "refresh-1")
    auth_server.gate.clear()
    auth_server.queue(token_reply(2))
    impatient = asyncio.create_task(keeper.token())
    await auth_server.arrived.wait()
    impatient.cancel()
    with pytest.raises(asyncio.CancelledError):
        await impatient
    auth_server.gate.set()
    await keeper.close()
    assert await store.load(SECRET_NAME) == "refresh-2"
    assert await keeper.token() == "access-2"
    assert len(auth_server.requests) == 1


async def test_a_refresh_that_fails_with_nobody_waiting_is_quiet(
    keeper: TokenKeeper, auth_server: ScriptedServer, store: WatchedStore
) -> None:
    await store.save(SECRET_NAME, "refresh-1")
    auth_server.gate.clear()
    auth_server.queue(Reply(503))
    impatient = asyncio.create_task(keeper.token())
    await auth_server.arrived.wait()
    impatient.cancel()
    auth_server.gate.set()
    await keeper.close()
    assert impatient.cancelled()


async def test_a_short_lived_token_is_not_refreshed_at_every_call(
    keeper: TokenKeeper, clock: ManualClock, auth_server: ScriptedServer
) -> None:
    await keeper.adopt(grant(1, life=60 * SECOND))
    clock.advance(29 * SECOND)
    assert await keeper.token() == "access-1"
    auth_server.queue(token_reply(2, expires_in=60))
    clock.advance(2 * SECOND)
    assert await keeper.token() == "access-2"


async def test_a_refused_token_is_replaced_once(
    keeper: TokenKeeper, auth_server: ScriptedServer
) -> None:
    await keeper.adopt(grant(1))
    auth_server.queue(token_reply(2))
    await keeper.mark_refused("access-1")
    assert await keeper.token() == "access-2"
    await keeper.mark_refused("access-1")  # a straggler's 401, from before
    assert await keeper.token() == "access-2"
    assert len(auth_server.requests) == 1


# --- trouble that ends nothing --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (Failure.ABORT, Offline),
        (Reply(503, b"<html>"), ServerTrouble),
        (Reply(429), ServerTrouble),
        (Reply(200, b"<html>Log in to the hotel"), UnexpectedReply),
        (Reply(200, b"{}"), UnexpectedReply),
        (Reply(403, b"<html>"), UnexpectedReply),
        (Reply(302, b"", ("Location: http://127.0.0.1/",)), UnexpectedReply),
        (oauth_reply(401, error="invalid_client"), ClientRefused),
    ],
)
async def test_trouble_never_signs_out(
    keeper: TokenKeeper,
    auth_server: ScriptedServer,
    store: WatchedStore,
    reply: ScriptedReply,
    kind: type[ZoomTrouble],
) -> None:
    await store.save(SECRET_NAME, "refresh-1")
    auth_server.queue(reply, token_reply(2))
    with pytest.raises(kind):
        await keeper.token()
    assert await keeper.has_grant()
    assert await store.load(SECRET_NAME) == "refresh-1"
    assert await keeper.token() == "access-2"


async def test_no_network_never_signs_out(
    keeper: TokenKeeper, auth_server: ScriptedServer, store: WatchedStore
) -> None:
    await store.save(SECRET_NAME, "refresh-1")
    auth_server.stop()
    with pytest.raises(Offline):
        await keeper.token()
    assert await keeper.has_grant()
    assert await store.load(SECRET_NAME) == "refresh-1"


async def test_while_the_token_is_valid_a_failed_refresh_is_no_trouble(
    keeper: TokenKeeper, auth_server: ScriptedServer, clock: ManualClock
) -> None:
    await keeper.adopt(grant(1))
    auth_server.queue(Reply(503), Reply(503), token_reply(2))
    clock.advance(HOUR - 4 * MINUTE)
    assert await keeper.token() == "access-1"
    assert await keeper.token() == "access-1"
    assert len(auth_server.requests) == 1  # not at every call
    clock.advance(4 * MINUTE)
    with pytest.raises(ServerTrouble):
        await keeper.token()
    assert await keeper.token() == "access-2"


async def test_a_refused_token_is_not_used_again_when_the_refresh_fails(
    keeper: TokenKeeper, auth_server: ScriptedServer
) -> None:
    await keeper.adopt(grant(1))
    auth_server.queue(Reply(503))
    await keeper.mark_refused("access-1")
    with pytest.raises(ServerTrouble):
        await keeper.token()


# --- where the calls go ---------------------------------------------------------------------------


async def test_the_api_base_is_the_grants_if_it_may_be_trusted(
    http: httpx2.AsyncClient, store: WatchedStore, clock: ManualClock
) -> None:
    oauth = OAuth(http, COMMERCIAL, Client("public-id"), clock)
    keeper = TokenKeeper(oauth=oauth, store=store, secret_name=SECRET_NAME, clock=clock)
    assert keeper.api_base == "https://api.zoom.us/v2"
    await keeper.adopt(grant(1, api_url="https://evil.example"))
    assert keeper.api_base == "https://api.zoom.us/v2"
    await keeper.adopt(grant(1, api_url="https://api-eu.zoom.us"))
    assert keeper.api_base == "https://api-eu.zoom.us/v2"


async def test_a_grant_can_be_used_before_it_is_adopted(oauth: OAuth) -> None:
    bearer = GrantBearer(grant(1), oauth.environment)
    assert bearer.api_base == oauth.environment.api
    assert await bearer.token() == "access-1"
    await bearer.mark_refused("another")
    assert await bearer.token() == "access-1"
    await bearer.mark_refused("access-1")
    with pytest.raises(SignInNeeded):
        await bearer.token()


# --- nothing secret is shown -------------------------------------------------------------------------


@pytest.mark.promise("secrets are in the keyring and in memory only")
async def test_no_error_and_no_log_names_a_token(
    keeper: TokenKeeper,
    auth_server: ScriptedServer,
    store: WatchedStore,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("DEBUG")
    await store.save(SECRET_NAME, "refresh-secret")
    echo = oauth_reply(400, reason="bad refresh-secret", error="refresh-secret")
    auth_server.queue(echo, Failure.ABORT, DEAD)
    shown = []
    for _ in range(3):
        with pytest.raises(ZoomTrouble) as caught:
            await keeper.token()
        shown.append(f"{caught.value!r} {caught.value.text} {caught.value.remedy}")
        assert caught.value.__cause__ is None
    assert "refresh-secret" not in " ".join(shown) + caplog.text


# --- the app's own token -----------------------------------------------------------------------------


@pytest.fixture
async def app(
    http: httpx2.AsyncClient, auth_server: ScriptedServer, clock: ManualClock
) -> AppTokens:
    environment = custom(auth_server.origin, auth_server.origin, "")
    return AppTokens(OAuth(http, environment, Client("id", "app-secret"), clock), clock)


async def test_one_token_for_all(app: AppTokens, auth_server: ScriptedServer) -> None:
    auth_server.queue(token_reply(1, expires_in=3600))
    assert app.expires_at == 0
    assert set(await asyncio.gather(app.token(), app.token(), app.token())) == {"access-1"}
    assert app.expires_at == NOON + HOUR
    assert len(auth_server.requests) == 1


async def test_renewed_ahead(
    app: AppTokens, auth_server: ScriptedServer, clock: ManualClock
) -> None:
    auth_server.queue(token_reply(1, expires_in=3600), token_reply(2, expires_in=3600))
    await app.token()
    clock.advance(HOUR - 5 * MINUTE - 1)
    assert await app.token() == "access-1"
    clock.advance(1)
    assert await app.token() == "access-2"


async def test_a_short_lifetime_is_used(
    app: AppTokens, auth_server: ScriptedServer, clock: ManualClock
) -> None:
    auth_server.queue(token_reply(1, expires_in=60))
    await app.token()
    clock.advance(29 * SECOND)
    assert await app.token() == "access-1"


async def test_a_refused_token_is_fetched_anew(app: AppTokens, auth_server: ScriptedServer) -> None:
    auth_server.queue(token_reply(1), token_reply(2))
    first = await app.token()
    await app.mark_refused(first)
    await app.mark_refused(first)
    assert await app.token() == "access-2"
    await app.mark_refused(first)
    assert await app.token() == "access-2"


@pytest.mark.parametrize("status", [400, 401])
async def test_a_wrong_secret(app: AppTokens, auth_server: ScriptedServer, status: int) -> None:
    reason = "Invalid client_id or client_secret"
    auth_server.queue(oauth_reply(status, reason=reason, error="invalid_client"))
    with pytest.raises(ClientRefused) as caught:
        await app.token()
    assert "client secret" in caught.value.text
    assert "app-secret" not in repr(caught.value) + caught.value.text


async def test_no_network(app: AppTokens, auth_server: ScriptedServer) -> None:
    auth_server.queue(Failure.ABORT, token_reply(1))
    with pytest.raises(Offline):
        await app.token()
    assert await app.token() == "access-1"
