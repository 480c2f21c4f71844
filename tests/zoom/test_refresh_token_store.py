"""A keyring in trouble: the only living refresh token is never lost for it."""

import asyncio

import pytest

from rtms_tray.store.secrets import SecretError, Trouble
from rtms_tray.support.units import MINUTE
from rtms_tray.zoom.refresh_token_store import RefreshTokenStore
from rtms_tray.zoom.tokens import TokenKeeper
from tests.helpers.manual_clock import ManualClock
from tests.helpers.scripted_server import ScriptedServer, token_reply
from tests.helpers.stores import WatchedStore
from tests.zoom.fakes import SECRET_NAME, grant


async def test_a_locked_keyring_at_the_start_is_reported_and_tried_again(
    keeper: TokenKeeper, auth_server: ScriptedServer, store: WatchedStore
) -> None:
    await store.save(SECRET_NAME, "refresh-1")
    store.trouble = Trouble.LOCKED
    for _ in range(2):
        with pytest.raises(SecretError):
            await keeper.token()
    with pytest.raises(SecretError):
        await keeper.has_grant()
    store.trouble = None
    auth_server.queue(token_reply(2))
    assert await keeper.token() == "access-2"


@pytest.mark.promise("keyring locked")
async def test_the_only_valid_token_survives_a_locked_keyring(
    keeper: TokenKeeper,
    auth_server: ScriptedServer,
    store: WatchedStore,
    clock: ManualClock,
    troubles: list[SecretError | None],
) -> None:
    await keeper.adopt(grant(1))
    store.trouble = Trouble.LOCKED
    auth_server.queue(token_reply(2), token_reply(3))
    await keeper.mark_refused("access-1")
    assert await keeper.token() == "access-2"
    assert str(keeper.store_trouble).startswith("Your system's keyring is locked.")
    await keeper.mark_refused("access-2")
    assert await keeper.token() == "access-3"
    assert auth_server.requests[1].form["refresh_token"] == "refresh-2"  # from memory
    assert [trouble and trouble.trouble for trouble in troubles] == [Trouble.LOCKED]

    store.trouble = None
    store.calls.clear()
    assert await keeper.token() == "access-3"
    assert store.calls == []  # not at every call, only
    clock.advance(MINUTE)  # after a while
    assert await keeper.token() == "access-3"
    await keeper.close()
    assert store.calls == ["save refresh-3"]
    assert await store.load(SECRET_NAME) == "refresh-3"
    assert keeper.store_trouble is None
    assert troubles[-1] is None
    assert len(troubles) == 2


async def test_a_retry_delays_nobody(
    keeper: TokenKeeper, store: WatchedStore, clock: ManualClock
) -> None:
    store.trouble = Trouble.TIMEOUT
    await keeper.adopt(grant(1))
    clock.advance(MINUTE)
    store.gate.clear()
    assert await keeper.token() == "access-1"
    assert await keeper.token() == "access-1"
    store.gate.set()
    await keeper.close()
    assert store.calls == ["save refresh-1"] * 2


async def test_a_held_up_write_delays_nobody(
    keeper: TokenKeeper, store: WatchedStore, clock: ManualClock
) -> None:
    store.trouble = Trouble.TIMEOUT
    await keeper.adopt(grant(1))
    clock.advance(MINUTE)
    store.gate.clear()
    await keeper.token()
    async with asyncio.timeout(5):
        assert await keeper.has_grant()
    store.gate.set()
    await keeper.close()


async def test_saving_again_when_the_user_wants_it(
    keeper: TokenKeeper, store: WatchedStore
) -> None:
    store.trouble = Trouble.LOCKED
    await keeper.adopt(grant(1))
    still = await keeper.save_again()
    assert still is not None
    store.trouble = None
    assert await keeper.save_again() is None
    store.calls.clear()
    assert await keeper.save_again() is None
    assert store.calls == []
    assert await store.load(SECRET_NAME) == "refresh-1"


async def test_a_slow_answer_of_the_keyring_does_not_undo_a_sign_in(
    keeper: TokenKeeper, store: WatchedStore
) -> None:
    await store.save(SECRET_NAME, "refresh-old")
    store.gate.clear()
    looking = asyncio.create_task(keeper.has_grant())
    adopting = asyncio.create_task(keeper.adopt(grant(1)))
    await asyncio.sleep(0)
    store.gate.set()
    await asyncio.gather(looking, adopting)
    assert await store.load(SECRET_NAME) == "refresh-1"
    assert await keeper.token() == "access-1"


async def stored(store: WatchedStore, clock: ManualClock) -> RefreshTokenStore:
    """A token that the store has, too."""
    token = RefreshTokenStore(store, SECRET_NAME, clock, lambda _: None)
    await token.put("refresh-1")
    return token


async def test_a_dead_token_is_forgotten_by_both(store: WatchedStore, clock: ManualClock) -> None:
    token = await stored(store, clock)
    await token.drop()
    assert await token.get() is None
    assert await store.load(SECRET_NAME) is None


async def test_a_dead_token_that_was_never_stored_is_forgotten(
    store: WatchedStore, clock: ManualClock
) -> None:
    token = await stored(store, clock)
    store.trouble = Trouble.LOCKED
    await token.put("refresh-2")
    store.trouble = None
    await token.drop()
    assert await token.get() is None
    assert await store.load(SECRET_NAME) is None


async def test_a_dead_token_is_no_longer_used_where_the_store_does_not_answer(
    store: WatchedStore, clock: ManualClock
) -> None:
    token = await stored(store, clock)
    store.trouble = Trouble.LOCKED
    await token.drop()
    assert await token.get() is None
    assert token.trouble is not None
    store.trouble = None
    assert await token.retry_now() is None
    assert await store.load(SECRET_NAME) is None


async def test_a_token_put_while_the_store_is_asked_is_the_newer_one(
    store: WatchedStore, clock: ManualClock
) -> None:
    await store.save(SECRET_NAME, "refresh-1")
    token = RefreshTokenStore(store, SECRET_NAME, clock, lambda _: None)
    store.gate.clear()
    asked, asked_too = asyncio.ensure_future(token.get()), asyncio.ensure_future(token.get())
    await asyncio.sleep(0)
    put = asyncio.ensure_future(token.put("refresh-2"))
    await asyncio.sleep(0)
    store.gate.set()
    await put
    assert [await asked, await asked_too] == ["refresh-2", "refresh-2"]
    assert await store.load(SECRET_NAME) == "refresh-2"
