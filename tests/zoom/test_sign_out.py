"""Signing out: revoked at Zoom and forgotten here, the one even if the other fails."""

import pytest

from rtms_tray.store.secrets import SecretError, Trouble
from rtms_tray.support.units import HOUR, MINUTE
from rtms_tray.zoom.errors import Offline, SignInNeeded
from rtms_tray.zoom.tokens import TokenKeeper
from tests.helpers.authority import Authority, Reply, as_json
from tests.helpers.grants import DEAD, NAME, grant
from tests.helpers.manual_clock import ManualClock
from tests.helpers.stores import WatchedStore


async def test_sign_out_revokes_and_forgets(
    keeper: TokenKeeper, authority: Authority, store: WatchedStore
) -> None:
    await keeper.adopt(grant(1))
    authority.replies.extend([as_json(status="success"), DEAD])
    done = await keeper.sign_out()
    assert (done.revoked, done.forgotten, done.trouble) == (True, True, None)
    assert done.text == "Signed out."
    assert authority.seen[0].path == "/oauth/revoke"
    assert [seen.form["token"] for seen in authority.seen] == ["access-1", "refresh-1"]
    assert await store.load(NAME) is None
    assert not await keeper.has_grant()
    with pytest.raises(SignInNeeded) as caught:
        await keeper.token()
    assert caught.value.code == "signed_out"


async def test_sign_out_without_a_network_forgets_and_says_so(
    keeper: TokenKeeper, authority: Authority, store: WatchedStore
) -> None:
    await keeper.adopt(grant(1))
    authority.stop()
    done = await keeper.sign_out()
    assert (done.revoked, done.forgotten) == (False, True)
    assert isinstance(done.trouble, Offline)
    assert "Zoom could not be told" in done.text
    assert await store.load(NAME) is None
    assert not await keeper.has_grant()


@pytest.mark.parametrize("strange", [Reply(418), Reply(500), Reply(drop=True)])
async def test_one_token_revoked_is_enough(
    keeper: TokenKeeper, authority: Authority, strange: Reply
) -> None:
    await keeper.adopt(grant(1))
    authority.replies.extend([as_json(status="success"), strange])
    done = await keeper.sign_out()
    assert (done.revoked, done.text, done.trouble) == (True, "Signed out.", None)


async def test_sign_out_with_an_expired_token_revokes_by_the_refresh_token(
    keeper: TokenKeeper, authority: Authority, clock: ManualClock
) -> None:
    await keeper.adopt(grant(1))
    clock.advance(HOUR)
    authority.replies.append(as_json(status="success"))
    assert (await keeper.sign_out()).revoked
    assert [seen.form["token"] for seen in authority.seen] == ["refresh-1"]


async def test_sign_out_of_a_grant_that_zoom_no_longer_knows(
    keeper: TokenKeeper, authority: Authority
) -> None:
    await keeper.adopt(grant(1))
    authority.replies.extend([DEAD, DEAD])
    done = await keeper.sign_out()
    assert (done.revoked, done.text) == (True, "Signed out.")
    assert [seen.form["token"] for seen in authority.seen] == ["access-1", "refresh-1"]


async def test_sign_out_with_a_locked_keyring_says_what_stays(
    keeper: TokenKeeper, authority: Authority, store: WatchedStore, clock: ManualClock
) -> None:
    await keeper.adopt(grant(1))
    store.trouble = Trouble.LOCKED
    authority.replies.extend([as_json(status="success"), DEAD])
    done = await keeper.sign_out()
    assert (done.revoked, done.forgotten) == (True, False)
    assert isinstance(done.trouble, SecretError)
    assert "Signed out. The keyring could not forget" in done.text
    assert not await keeper.has_grant()
    store.trouble = None
    clock.advance(MINUTE)
    with pytest.raises(SignInNeeded):
        await keeper.token()  # deleting is tried again at the next chance
    await keeper.close()
    assert await store.load(NAME) is None


async def test_sign_out_with_the_keyring_locked_from_the_start(
    keeper: TokenKeeper, authority: Authority, store: WatchedStore
) -> None:
    await store.save(NAME, "refresh-1")
    store.trouble = Trouble.LOCKED
    done = await keeper.sign_out()
    assert (done.revoked, done.forgotten) == (False, False)
    assert "the keyring still holds the sign-in" in done.text
    assert authority.seen == []


async def test_sign_out_when_nobody_is_signed_in(keeper: TokenKeeper) -> None:
    done = await keeper.sign_out()
    assert (done.was_signed_in, done.forgotten) == (False, True)
    assert done.text == "You were not signed in."
