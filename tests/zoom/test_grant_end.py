"""A grant ends by Zoom's word or the user's: revoked at Zoom and forgotten here."""

import asyncio

import pytest

from rtms_tray.store.secrets import SecretError, Trouble
from rtms_tray.support.texts import text
from rtms_tray.support.units import HOUR, MINUTE
from rtms_tray.zoom.errors import (
    Offline,
    SignInNeeded,
)
from rtms_tray.zoom.oauth import OAuth
from rtms_tray.zoom.tokens import TokenKeeper
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

# --- the end of a grant ---------------------------------------------------------------------------


@pytest.mark.promise("refresh token revoked")
async def test_a_dead_grant_asks_for_a_new_sign_in_and_does_not_loop(
    keeper: TokenKeeper, auth_server: ScriptedServer, clock: ManualClock, store: WatchedStore
) -> None:
    await keeper.adopt(grant(1))
    auth_server.queue(DEAD)
    clock.advance(HOUR)
    for _ in range(3):
        with pytest.raises(SignInNeeded) as caught:
            await keeper.token()
        assert caught.value.code == "sign_in_expired"
    assert len(auth_server.requests) == 1
    assert not await keeper.has_grant()
    assert await store.load(SECRET_NAME) is None


@pytest.mark.parametrize(
    ("after", "code"),
    [
        (0, "grant_taken_over"),
        (10 * MINUTE - 1, "grant_taken_over"),
        (10 * MINUTE, "sign_in_expired"),
        (-MINUTE, "sign_in_expired"),  # the clock was set back: nothing is known
    ],
)
async def test_a_grant_dead_soon_after_sign_in_was_taken_over(
    keeper: TokenKeeper, auth_server: ScriptedServer, clock: ManualClock, after: int, code: str
) -> None:
    await keeper.adopt(grant(1))
    auth_server.queue(DEAD)
    clock.advance(after)
    await keeper.mark_refused("access-1")
    for _ in range(2):
        with pytest.raises(SignInNeeded) as caught:
            await keeper.token()
        assert caught.value.code == code
    assert len(auth_server.requests) == 1


async def test_the_time_of_the_sign_in_survives_a_restart(
    oauth: OAuth, store: WatchedStore, auth_server: ScriptedServer, clock: ManualClock
) -> None:
    await store.save(SECRET_NAME, "refresh-1")
    auth_server.queue(DEAD)
    keeper = TokenKeeper(
        oauth=oauth, store=store, secret_name=SECRET_NAME, clock=clock, signed_in_at=NOON - MINUTE
    )
    with pytest.raises(SignInNeeded) as caught:
        await keeper.token()
    assert caught.value.code == "grant_taken_over"


async def test_a_new_sign_in_heals(keeper: TokenKeeper, auth_server: ScriptedServer) -> None:
    await keeper.adopt(grant(1))
    auth_server.queue(DEAD)
    await keeper.mark_refused("access-1")
    with pytest.raises(SignInNeeded):
        await keeper.token()
    await keeper.adopt(grant(3))
    assert await keeper.token() == "access-3"


async def test_a_sign_in_during_a_refresh_wins(
    keeper: TokenKeeper, auth_server: ScriptedServer, store: WatchedStore
) -> None:
    await store.save(SECRET_NAME, "refresh-1")
    auth_server.gate.clear()
    auth_server.queue(token_reply(2))
    waiting = asyncio.create_task(keeper.token())
    await auth_server.arrived.wait()
    adopting = asyncio.create_task(keeper.adopt(grant(9)))
    auth_server.gate.set()
    await asyncio.gather(waiting, adopting)
    assert await keeper.token() == "access-9"
    assert await store.load(SECRET_NAME) == "refresh-9"


async def test_a_caller_during_a_sign_in_gets_its_token(
    keeper: TokenKeeper, auth_server: ScriptedServer, store: WatchedStore
) -> None:
    store.gate.clear()
    adopting = asyncio.create_task(keeper.adopt(grant(1)))
    calling = asyncio.create_task(keeper.token())
    await asyncio.wait({adopting, calling}, timeout=0.01)
    assert not calling.done()
    store.gate.set()
    assert await calling == "access-1"
    assert auth_server.requests == []
    await adopting


async def test_nobody_signed_in(keeper: TokenKeeper, auth_server: ScriptedServer) -> None:
    assert not await keeper.has_grant()
    with pytest.raises(SignInNeeded) as caught:
        await keeper.token()
    assert caught.value.code == "signed_out"
    assert auth_server.requests == []


# --- signing out ----------------------------------------------------------------------------------


async def test_sign_out_revokes_and_forgets(
    keeper: TokenKeeper, auth_server: ScriptedServer, store: WatchedStore
) -> None:
    await keeper.adopt(grant(1))
    auth_server.queue(oauth_reply(status="success"), DEAD)
    done = await keeper.sign_out()
    assert (done.revoked, done.forgotten, done.trouble) == (True, True, None)
    assert done.text == text("sign_in.signed_out.done")
    assert auth_server.requests[0].target == "/oauth/revoke"
    assert [request.form["token"] for request in auth_server.requests] == ["access-1", "refresh-1"]
    assert await store.load(SECRET_NAME) is None
    assert not await keeper.has_grant()
    with pytest.raises(SignInNeeded) as caught:
        await keeper.token()
    assert caught.value.code == "signed_out"


async def test_sign_out_without_a_network_forgets_and_says_so(
    keeper: TokenKeeper, auth_server: ScriptedServer, store: WatchedStore
) -> None:
    await keeper.adopt(grant(1))
    auth_server.stop()
    done = await keeper.sign_out()
    assert (done.revoked, done.forgotten) == (False, True)
    assert isinstance(done.trouble, Offline)
    assert done.text == text("sign_in.signed_out.zoom_not_told")
    assert await store.load(SECRET_NAME) is None
    assert not await keeper.has_grant()


@pytest.mark.parametrize("strange", [Reply(418), Reply(500), Failure.ABORT])
async def test_one_token_revoked_is_enough(
    keeper: TokenKeeper, auth_server: ScriptedServer, strange: ScriptedReply
) -> None:
    await keeper.adopt(grant(1))
    auth_server.queue(oauth_reply(status="success"), strange)
    done = await keeper.sign_out()
    assert (done.revoked, done.text, done.trouble) == (True, text("sign_in.signed_out.done"), None)


async def test_sign_out_with_an_expired_token_revokes_by_the_refresh_token(
    keeper: TokenKeeper, auth_server: ScriptedServer, clock: ManualClock
) -> None:
    await keeper.adopt(grant(1))
    clock.advance(HOUR)
    auth_server.queue(oauth_reply(status="success"))
    assert (await keeper.sign_out()).revoked
    assert [request.form["token"] for request in auth_server.requests] == ["refresh-1"]


async def test_sign_out_of_a_grant_that_zoom_no_longer_knows(
    keeper: TokenKeeper, auth_server: ScriptedServer
) -> None:
    await keeper.adopt(grant(1))
    auth_server.queue(DEAD, DEAD)
    done = await keeper.sign_out()
    assert (done.revoked, done.text) == (True, text("sign_in.signed_out.done"))
    assert [request.form["token"] for request in auth_server.requests] == ["access-1", "refresh-1"]


async def test_sign_out_with_a_locked_keyring_says_what_stays(
    keeper: TokenKeeper, auth_server: ScriptedServer, store: WatchedStore, clock: ManualClock
) -> None:
    await keeper.adopt(grant(1))
    store.trouble = Trouble.LOCKED
    auth_server.queue(oauth_reply(status="success"), DEAD)
    done = await keeper.sign_out()
    assert (done.revoked, done.forgotten) == (True, False)
    assert isinstance(done.trouble, SecretError)
    assert done.text == text("sign_in.signed_out.keyring_not_cleared")
    assert not await keeper.has_grant()
    store.trouble = None
    clock.advance(MINUTE)
    with pytest.raises(SignInNeeded):
        await keeper.token()  # deleting is tried again at the next chance
    await keeper.close()
    assert await store.load(SECRET_NAME) is None


async def test_sign_out_with_the_keyring_locked_from_the_start(
    keeper: TokenKeeper, auth_server: ScriptedServer, store: WatchedStore
) -> None:
    await store.save(SECRET_NAME, "refresh-1")
    store.trouble = Trouble.LOCKED
    done = await keeper.sign_out()
    assert (done.revoked, done.forgotten) == (False, False)
    assert done.text == text("sign_in.signed_out.keyring_still_valid")
    assert auth_server.requests == []


async def test_sign_out_when_nobody_is_signed_in(keeper: TokenKeeper) -> None:
    done = await keeper.sign_out()
    assert (done.was_signed_in, done.forgotten) == (False, True)
    assert done.text == text("sign_in.signed_out.was_not_signed_in")
