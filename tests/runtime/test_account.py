"""Signing in and out, keyrings that do not answer, and who is remembered."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from rtms_tray.demo import sandbox
from rtms_tray.simulator import Simulator
from rtms_tray.store.profile import Profile, find_profile
from rtms_tray.store.secrets import Trouble, secret_name
from rtms_tray.store.settings_file import set_value
from rtms_tray.support.command_types import Exit
from tests.helpers.expected_logs import ExpectedLogs
from tests.helpers.status_schema import check
from tests.helpers.zoom_world import (
    MEETING,
    House,
    LockedStore,
    house,
    profile_in,
    signed_in,
    simulator,
)


@pytest.fixture
async def zoom() -> AsyncIterator[Simulator]:
    async with simulator() as made:
        yield made


@pytest.fixture
def profile(zoom: Simulator, tmp_path: Path) -> Profile:
    return profile_in(tmp_path, zoom)


@pytest.fixture
async def store(zoom: Simulator) -> LockedStore:
    made = LockedStore()
    name = secret_name("client_secret", "custom", zoom.oauth_url, zoom.client_id)
    await made.save(name, zoom.client_secret)
    return made


@pytest.fixture
async def home(zoom: Simulator, profile: Profile, store: LockedStore) -> AsyncIterator[House]:
    async with signed_in(zoom, profile, store) as made:
        yield made


def who(home: House) -> str | None:
    return home.program.overview().account.email


def standing(home: House) -> str:
    return home.program.overview().account.state


async def test_sign_in_is_shown_and_remembered(
    home: House, zoom: Simulator, profile: Profile, store: LockedStore
) -> None:
    assert (standing(home), who(home)) == ("signed_in", "olive.owner@example.com")
    assert home.program.watcher.board.me == zoom.world.users["owner"].id
    await home.program.close()
    async with house(zoom, profile, store) as again:
        assert (standing(again), who(again)) == ("signed_in", "olive.owner@example.com")
        assert (await again.do("start", meeting=MEETING)).exit is Exit.DONE
        assert again.opened == []


@pytest.mark.promise("secrets are in the keyring and in memory only")
async def test_the_accounts_file_holds_no_secret(home: House) -> None:
    kept = home.profile.account_file.read_text()
    assert "olive.owner@example.com" in kept
    membership = home.program.membership
    assert membership is not None
    assert await membership.token() not in kept


async def test_an_account_whose_name_is_lost_is_asked_for(
    home: House, zoom: Simulator, profile: Profile, store: LockedStore
) -> None:
    await home.program.close()
    profile.account_file.unlink()
    async with house(zoom, profile, store) as again:
        await again.until(lambda: who(again) == "olive.owner@example.com")
        assert again.program.watcher.board.me == zoom.world.users["owner"].id
        assert profile.account_file.exists()


async def test_a_second_sign_in_ends_the_first(home: House) -> None:
    first = asyncio.create_task(home.do("sign-in"))
    await home.until(lambda: len(home.opened) == 1)
    second = asyncio.create_task(home.do("sign-in"))
    answer = await first
    assert answer.exit is Exit.REFUSED
    assert "newer sign-in" in answer.text
    assert standing(home) == "signing_in"
    await home.do("cancel-sign-in")
    await second
    assert standing(home) == "signed_in"
    assert home.codes() == set()


async def test_another_account_is_asked_about(home: House, zoom: Simulator) -> None:
    zoom.world.settings.user = "colleague"
    answer = await home.sign_in()
    assert answer.exit is Exit.REFUSED
    assert "nora.colleague@example.com" in answer.text
    assert "olive.owner@example.com" in answer.text
    assert "rtms-tray sign-in --switch" in answer.text
    assert who(home) == "olive.owner@example.com"
    (notice,) = home.program.overview().notices
    assert (notice.code, notice.action and notice.action.name) == (
        "another_account",
        "switch-account",
    )
    answer = await home.do("switch-account")
    assert (answer.exit, who(home)) == (Exit.DONE, "nora.colleague@example.com")
    assert home.codes() == set()
    assert home.program.watcher.board.me == zoom.world.users["colleague"].id
    assert (await home.do("switch-account")).exit is Exit.REFUSED


async def test_another_account_can_be_agreed_to_beforehand(home: House, zoom: Simulator) -> None:
    zoom.world.settings.user = "colleague"
    assert (await home.sign_in(switch="yes")).exit is Exit.DONE
    assert who(home) == "nora.colleague@example.com"


async def test_after_signing_out_anybody_may_sign_in(home: House, zoom: Simulator) -> None:
    assert (await home.do("sign-out")).exit is Exit.DONE
    assert not home.profile.account_file.exists()
    assert not [grant for grant in zoom.grants.active if grant.user == "owner"]
    zoom.world.settings.user = "colleague"
    assert (await home.sign_in()).exit is Exit.DONE


async def test_a_sign_out_without_network_is_honest(home: House, zoom: Simulator) -> None:
    await zoom.stop()
    answer = await home.do("sign-out")
    assert answer.exit is Exit.DONE
    assert "Zoom could not be told" in answer.text
    assert standing(home) == "signed_out"


@pytest.mark.promise("keyring locked")
async def test_a_locked_keyring_is_not_signed_out(
    home: House, zoom: Simulator, profile: Profile, store: LockedStore
) -> None:
    await home.program.close()
    store.trouble = Trouble.LOCKED
    async with house(zoom, profile, store) as again:
        await again.until(lambda: standing(again) == "locked")
        status = await again.json()
        check(status)
        assert (status["signed_in"], status["overall"]) == (True, "idle")
        assert who(again) == "olive.owner@example.com"
        notices = {notice.code: notice for notice in again.program.overview().notices}
        assert set(notices) == {"keyring_locked"}
        assert notices["keyring_locked"].action is not None
        answer = await again.do("start", meeting=MEETING)
        assert answer.exit is Exit.REFUSED
        assert "keyring is locked" in answer.text
        store.unlocks = False
        answer = await again.do("unlock")
        assert answer.exit is Exit.REFUSED
        assert standing(again) == "locked"
        store.unlocks = True
        assert (await again.do("unlock")).exit is Exit.DONE
        await again.connected()
        assert (standing(again), again.codes()) == ("signed_in", set())
        assert (await again.do("start", meeting=MEETING)).exit is Exit.DONE
        assert again.opened == []


async def test_a_keyring_locked_before_anybody_signed_in(
    zoom: Simulator, profile: Profile, store: LockedStore
) -> None:
    store.trouble = Trouble.LOCKED
    async with house(zoom, profile, store) as home:
        await home.until(lambda: standing(home) == "locked")
        status = await home.json()
        check(status)
        assert (status["signed_in"], status["user"]) == (False, None)


async def test_without_a_keyring_it_works_until_it_ends(zoom: Simulator, profile: Profile) -> None:
    store = LockedStore(Trouble.UNAVAILABLE)
    async with house(zoom, profile, store) as home:
        assert (await home.sign_in()).exit is Exit.DONE
        assert standing(home) == "signed_in"
        assert "keyring_unavailable" in home.codes()
        titles = {notice.title for notice in home.program.overview().notices}
        assert "Signed in, but only until rtms-tray ends" in titles
        assert (await home.do("start", meeting=MEETING)).exit is Exit.DONE
        await home.do("reconnect")
        set_value(profile.settings_file, "behaviour.no_answer_after_s", "9")
        await home.do("reload")
        assert (await home.do("resend")).exit is Exit.DONE, "the sign-in is still in memory"


@pytest.mark.promise("refresh token rotated elsewhere")
async def test_a_grant_taken_over_is_named(home: House, zoom: Simulator) -> None:
    await home.do("start", meeting=MEETING)
    home.act("approve")
    await home.state("sharing")
    for grant in [grant for grant in zoom.grants.active if grant.user == "owner"]:
        zoom.grants.revoke(grant)
    answer = await home.do("pause")
    assert answer.exit is Exit.REFUSED
    (notice,) = home.program.overview().notices
    assert notice.code == "grant_taken_over"
    assert "same client ID" in notice.text
    assert notice.action is not None
    assert home.session().state == "sharing"
    assert home.session().unverified_since is not None
    status = await home.json()
    check(status)
    assert (status["signed_in"], status["overall"], status["overall_verified"]) == (
        False, "sharing", False,
    )  # fmt: skip
    asked = len(zoom.world.requests)
    await home.do("stop")
    assert len(zoom.world.requests) == asked, "Zoom is not asked again"
    assert (await home.sign_in()).exit is Exit.DONE
    assert home.codes() == set()
    assert (await home.do("pause")).exit is Exit.DONE


@pytest.mark.promise("refresh token revoked")
async def test_an_app_that_is_removed_at_zoom_is_noticed(home: House, zoom: Simulator) -> None:
    owner = zoom.world.users["owner"]
    for grant in [grant for grant in zoom.grants.active if grant.user == "owner"]:
        zoom.grants.revoke(grant)
    payload = {"user_id": owner.id, "account_id": owner.account_id, "client_id": zoom.client_id}
    zoom.engine.emit_now("app_deauthorized", payload)
    await home.until(lambda: standing(home) == "signed_out")
    assert home.codes() == {"grant_taken_over"}


async def test_no_network_never_signs_out(home: House, zoom: Simulator) -> None:
    await zoom.stop()
    membership = home.program.membership
    assert membership is not None
    await membership.look()
    await membership.check()
    assert standing(home) == "signed_in"


@pytest.mark.promise("secrets are filed under environment, origin and client ID")
async def test_another_client_never_gets_the_old_secrets(
    home: House, store: LockedStore, zoom: Simulator
) -> None:
    await home.do("start", meeting=MEETING)
    store.loaded.clear()
    set_value(home.profile.settings_file, "zoom.oauth_url", "http://127.0.0.1:9")
    set_value(home.profile.settings_file, "app.client_id", "another")
    await home.do("reload")
    await home.until(lambda: standing(home) == "signed_out")
    old = [name for name in store.loaded if zoom.oauth_url in name]
    assert not old, "nothing that was filed for the old host is even read"
    assert home.session().unverified_since is not None, "the sessions are kept"
    assert "feed_not_configured" in home.codes()


@pytest.mark.promise("secrets are filed under environment, origin and client ID")
async def test_two_profiles_may_be_of_two_people(
    zoom: Simulator, store: LockedStore, tmp_path: Path
) -> None:
    """One keyring, one app, two accounts: after a restart each is still its own, and signs out alone."""
    people = {"owner": "olive.owner@example.com", "colleague": "nora.colleague@example.com"}
    profiles = {
        user: find_profile(name, {"RTMS_TRAY_HOME": str(tmp_path)})
        for user, name in zip(people, ("default", "work"), strict=True)
    }
    for user, profile in profiles.items():
        sandbox.set_up(profile, zoom.addresses())
        zoom.world.settings.user = user
        async with signed_in(zoom, profile, store) as home:
            assert who(home) == people[user]
    for user, profile in profiles.items():
        async with house(zoom, profile, store) as again:
            assert again.program.rest is not None
            assert (await again.program.rest.me()).email == who(again) == people[user]
    async with house(zoom, profiles["owner"], store) as home:
        assert (await home.do("sign-out")).exit is Exit.DONE
    async with house(zoom, profiles["colleague"], store) as again:
        assert standing(again) == "signed_in"
    async with house(zoom, profiles["owner"], store) as home:
        assert standing(home) == "signed_out"


async def test_an_account_that_cannot_be_written_down_still_counts(
    zoom: Simulator, profile: Profile, store: LockedStore, expected_logs: ExpectedLogs
) -> None:
    expected_logs.expect("rtms_tray.runtime.account:WARNING:Who signed in cannot be remembered")
    profile.data_folder.write_text("a file where a folder should be")
    async with house(zoom, profile, store) as home:
        assert (await home.sign_in()).exit is Exit.DONE
        assert standing(home) == "signed_in"
