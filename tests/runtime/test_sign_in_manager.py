"""Signing in and out, keyrings that do not answer, and who is remembered."""

import asyncio
from html import unescape
from pathlib import Path

import httpx2
import pytest

from rtms_tray.demo import demo_environment
from rtms_tray.presentation.wording import awaited_from_browser
from rtms_tray.simulator import Simulator
from rtms_tray.simulator.faults import Fault
from rtms_tray.store.profile import Profile, find_profile
from rtms_tray.store.secrets import Trouble
from rtms_tray.store.settings_file import set_value
from rtms_tray.support.command_types import Answer, Exit
from rtms_tray.support.texts import text
from tests.helpers.expected_logs import ExpectedLogs
from tests.helpers.program_harness import (
    MEETING,
    ProgramHarness,
    run_program,
    run_signed_in,
)
from tests.helpers.status_schema import check
from tests.helpers.stores import LockedStore


def who(harness: ProgramHarness) -> str | None:
    return harness.program.overview().account.email


def standing(harness: ProgramHarness) -> str:
    return harness.program.overview().account.state


async def test_sign_in_is_shown_and_remembered(
    harness: ProgramHarness, zoom: Simulator, profile: Profile, store: LockedStore
) -> None:
    assert (standing(harness), who(harness)) == ("signed_in", "olive.owner@example.com")
    assert harness.program.watcher.board.context.me == zoom.world.users["owner"].id
    await harness.program.close()
    async with run_program(zoom, profile, store) as again:
        assert (standing(again), who(again)) == ("signed_in", "olive.owner@example.com")
        assert (await again.do("start", meeting=MEETING)).exit is Exit.DONE
        assert again.opened_urls == []


@pytest.mark.promise("secrets are in the keyring and in memory only")
async def test_the_accounts_file_holds_no_secret(harness: ProgramHarness) -> None:
    kept = harness.profile.account_file.read_text()
    assert "olive.owner@example.com" in kept
    membership = harness.program.sign_in
    assert membership is not None
    assert await membership.token() not in kept


async def test_an_account_whose_name_is_lost_is_asked_for(
    harness: ProgramHarness, zoom: Simulator, profile: Profile, store: LockedStore
) -> None:
    await harness.program.close()
    profile.account_file.unlink()
    async with run_program(zoom, profile, store) as again:
        await again.wait_until(lambda: who(again) == "olive.owner@example.com")
        assert again.program.watcher.board.context.me == zoom.world.users["owner"].id
        assert profile.account_file.exists()


async def test_a_second_sign_in_ends_the_first(harness: ProgramHarness) -> None:
    first = asyncio.create_task(harness.do("sign-in"))
    await harness.wait_until(lambda: len(harness.opened_urls) == 1)
    second = asyncio.create_task(harness.do("sign-in"))
    answer = await first
    assert answer.exit is Exit.REFUSED
    assert "newer sign-in" in answer.text
    assert standing(harness) == "signing_in"
    await harness.do("cancel-sign-in")
    await second
    assert standing(harness) == "signed_in"
    assert harness.notice_codes() == set()


async def test_another_account_is_asked_about(harness: ProgramHarness, zoom: Simulator) -> None:
    zoom.world.settings.user = "colleague"
    answer = await harness.sign_in()
    assert answer.exit is Exit.REFUSED
    assert "nora.colleague@example.com" in answer.text
    assert "olive.owner@example.com" in answer.text
    assert "rtms-tray sign-in --switch" in answer.text
    assert answer.trouble == "another_account"
    assert who(harness) == "olive.owner@example.com"
    (notice,) = harness.program.overview().notices
    assert (notice.code, notice.action and notice.action.name) == (
        "another_account",
        "switch-account",
    )
    answer = await harness.do("switch-account")
    assert (answer.exit, who(harness)) == (Exit.DONE, "nora.colleague@example.com")
    assert harness.notice_codes() == set()
    assert harness.program.watcher.board.context.me == zoom.world.users["colleague"].id
    assert (await harness.do("switch-account")).exit is Exit.REFUSED


async def test_who_keeps_the_account_is_asked_no_more(
    harness: ProgramHarness, zoom: Simulator
) -> None:
    zoom.world.settings.user = "colleague"
    await harness.sign_in()
    (notice,) = harness.program.overview().notices
    assert notice.other is not None
    assert (await harness.do(notice.other.name)).exit is Exit.DONE
    assert (who(harness), harness.notice_codes()) == ("olive.owner@example.com", set())
    assert (await harness.do("switch-account")).exit is Exit.REFUSED


async def test_a_second_sign_in_that_fails_leaves_nothing_behind(
    harness: ProgramHarness, http: httpx2.AsyncClient
) -> None:
    """A notice "Not signed in" would stand above "Signed in"."""
    signing_in = asyncio.create_task(harness.do("sign-in"))
    await harness.wait_until(lambda: bool(harness.opened_urls))
    await http.get(f"{harness.opened_urls[-1]}&auto=deny", follow_redirects=True)
    answer = await signing_in
    assert (answer.exit, answer.trouble) == (Exit.REFUSED, "access_denied")
    assert standing(harness) == "signed_in"
    assert harness.notice_codes() == set()


async def test_a_first_sign_in_that_failed_is_over_with_one_that_succeeds(
    harness: ProgramHarness, http: httpx2.AsyncClient
) -> None:
    await harness.do("sign-out")
    assert not harness.program.overview().account.ended  # as the user wished
    signing_in = asyncio.create_task(harness.do("sign-in"))
    await harness.wait_until(lambda: bool(harness.opened_urls))
    await http.get(f"{harness.opened_urls[-1]}&auto=deny", follow_redirects=True)
    await signing_in
    assert harness.notice_codes() == {"access_denied"}
    _page, answer = await page_after(harness, http)
    assert (answer.exit, harness.notice_codes()) == (Exit.DONE, set())


async def page_after(harness: ProgramHarness, http: httpx2.AsyncClient) -> tuple[str, Answer]:
    """Sign in, and return what the browser shows at the end beside the command's answer."""
    before = len(harness.opened_urls)
    signing_in = asyncio.create_task(harness.do("sign-in"))
    await harness.wait_until(lambda: len(harness.opened_urls) > before)
    page = await http.get(f"{harness.opened_urls[-1]}&auto=allow", follow_redirects=True)
    return unescape(page.text), await signing_in


async def test_the_browser_says_that_somebody_else_has_signed_in(
    harness: ProgramHarness, zoom: Simulator, http: httpx2.AsyncClient
) -> None:
    zoom.world.settings.user = "colleague"
    page, answer = await page_after(harness, http)
    assert answer.trouble == "another_account"
    assert text("sign_in.undecided.title") in page
    assert "nora.colleague@example.com" in page
    assert "You are signed in" not in page


async def test_a_sign_in_that_may_not_say_who_it_is_fails_there_and_here(
    harness: ProgramHarness, zoom: Simulator, http: httpx2.AsyncClient
) -> None:
    await harness.do("sign-out")
    refusal = "Invalid access token, does not contain scopes:[user:read:user]."
    body = {"code": 4711, "message": refusal}
    zoom.faults.add(Fault(path="/v2/users/me$", status=400, body=body))
    page, answer = await page_after(harness, http)
    assert answer.exit is Exit.REFUSED
    for words in (page, answer.text):
        assert "user:read:user" in words
        assert "You are signed in" not in words
    assert standing(harness) == "signed_out"
    page, answer = await page_after(harness, http)
    assert answer.exit is Exit.DONE
    assert "You are signed in" in page


async def test_a_browser_that_does_not_come_back_is_explained_by_the_redirect_uri(
    harness: ProgramHarness, http: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rtms_tray.runtime.sign_in_manager.UNRETURNED_S", 0.05)

    def missing() -> str:
        return harness.program.overview().account.missing_redirect

    signing_in = asyncio.create_task(harness.do("sign-in"))
    await harness.wait_until(lambda: bool(missing()))
    assert missing() == "http://127.0.0.1/callback", "any port will do"
    assert awaited_from_browser(harness.program.overview().account).endswith(missing())
    page = await http.get(f"{harness.opened_urls[-1]}&auto=allow", follow_redirects=True)
    assert "You are signed in" in page.text, "it may still come back"
    assert (await signing_in).exit is Exit.DONE
    assert missing() == ""


async def test_a_browser_that_came_back_in_time_needs_no_explanation(
    harness: ProgramHarness, http: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rtms_tray.runtime.sign_in_manager.UNRETURNED_S", 0.2)
    harness.overviews.clear()
    harness.zoom.faults.add(Fault(path="/oauth/token$", delay_s=0.5))
    _, answer = await page_after(harness, http)
    assert answer.exit is Exit.DONE
    assert not any(shown.account.missing_redirect for shown in harness.overviews)


async def test_another_account_can_be_agreed_to_beforehand(
    harness: ProgramHarness, zoom: Simulator
) -> None:
    zoom.world.settings.user = "colleague"
    assert (await harness.sign_in(switch="yes")).exit is Exit.DONE
    assert who(harness) == "nora.colleague@example.com"


async def test_after_signing_out_anybody_may_sign_in(
    harness: ProgramHarness, zoom: Simulator
) -> None:
    assert (await harness.do("sign-out")).exit is Exit.DONE
    assert not harness.profile.account_file.exists()
    assert not [grant for grant in zoom.grants.active if grant.user == "owner"]
    zoom.world.settings.user = "colleague"
    assert (await harness.sign_in()).exit is Exit.DONE


async def test_a_sign_out_without_network_is_honest(
    harness: ProgramHarness, zoom: Simulator
) -> None:
    await zoom.stop()
    answer = await harness.do("sign-out")
    assert answer.exit is Exit.DONE
    assert answer.text == text("sign_in.signed_out.zoom_not_told")
    assert standing(harness) == "signed_out"


@pytest.mark.promise("keyring locked")
async def test_a_locked_keyring_is_not_signed_out(
    harness: ProgramHarness, zoom: Simulator, profile: Profile, store: LockedStore
) -> None:
    await harness.program.close()
    store.trouble = Trouble.LOCKED
    async with run_program(zoom, profile, store) as again:
        await again.wait_until(lambda: standing(again) == "locked")
        status = await again.status_json()
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
        assert (answer.exit, answer.trouble) == (Exit.REFUSED, "keyring_locked")
        assert standing(again) == "locked"
        store.unlocks = True
        assert (await again.do("unlock")).exit is Exit.DONE
        await again.wait_for_feed()
        assert (standing(again), again.notice_codes()) == ("signed_in", set())
        assert (await again.do("start", meeting=MEETING)).exit is Exit.DONE
        assert again.opened_urls == []


async def test_a_keyring_locked_before_anybody_signed_in(
    zoom: Simulator, profile: Profile, store: LockedStore
) -> None:
    store.trouble = Trouble.LOCKED
    async with run_program(zoom, profile, store) as harness:
        await harness.wait_until(lambda: standing(harness) == "locked")
        status = await harness.status_json()
        check(status)
        assert (status["signed_in"], status["user"]) == (False, None)


async def test_without_a_keyring_it_works_until_it_ends(zoom: Simulator, profile: Profile) -> None:
    store = LockedStore(Trouble.UNAVAILABLE)
    async with run_program(zoom, profile, store) as harness:
        assert (await harness.sign_in()).exit is Exit.DONE
        assert standing(harness) == "signed_in"
        assert "keyring_unavailable" in harness.notice_codes()
        titles = {notice.title for notice in harness.program.overview().notices}
        assert "Signed in, but only until rtms-tray quits" in titles
        assert (await harness.do("start", meeting=MEETING)).exit is Exit.DONE
        await harness.do("reconnect")
        set_value(profile.settings_file, "behaviour.no_answer_after_s", "9")
        await harness.do("reload")
        assert (await harness.do("resend")).exit is Exit.DONE, "the sign-in is still in memory"


@pytest.mark.promise("refresh token rotated elsewhere")
async def test_a_grant_taken_over_is_named(harness: ProgramHarness, zoom: Simulator) -> None:
    await harness.share()
    for grant in [grant for grant in zoom.grants.active if grant.user == "owner"]:
        zoom.grants.revoke(grant)
    answer = await harness.do("pause")
    assert answer.exit is Exit.REFUSED
    (notice,) = harness.program.overview().notices
    assert notice.code == "grant_taken_over"
    assert "same client ID" in notice.text
    assert notice.action is not None
    assert harness.session().state == "sharing"
    status = await harness.status_json()
    check(status)
    # The feed goes on without the sign-in, so what it shows is still certain.
    assert (status["signed_in"], status["overall"], status["overall_verified"]) == (
        False, "sharing", True,
    )  # fmt: skip
    asked = len(zoom.world.requests)
    await harness.do("stop")
    assert len(zoom.world.requests) == asked, "Zoom is not asked again"
    assert (await harness.sign_in()).exit is Exit.DONE
    assert harness.notice_codes() == set()
    assert (await harness.do("pause")).exit is Exit.DONE


@pytest.mark.promise("refresh token revoked")
async def test_an_app_that_is_removed_at_zoom_is_noticed(
    harness: ProgramHarness, zoom: Simulator
) -> None:
    owner = zoom.world.users["owner"]
    for grant in [grant for grant in zoom.grants.active if grant.user == "owner"]:
        zoom.grants.revoke(grant)
    payload = {"user_id": owner.id, "account_id": owner.account_id, "client_id": zoom.client_id}
    zoom.engine.emit_now("app_deauthorized", payload)
    await harness.wait_until(lambda: standing(harness) == "signed_out")
    assert harness.notice_codes() == {"grant_taken_over"}
    assert harness.program.overview().account.ended
    await harness.sign_in()
    assert (standing(harness), harness.notice_codes()) == ("signed_in", set())


async def test_no_network_never_signs_out(harness: ProgramHarness, zoom: Simulator) -> None:
    await zoom.stop()
    membership = harness.program.sign_in
    assert membership is not None
    await membership.look()
    await membership.check()
    assert standing(harness) == "signed_in"


@pytest.mark.promise("secrets are filed under environment, origin and client ID")
async def test_another_client_never_gets_the_old_secrets(
    harness: ProgramHarness, store: LockedStore, zoom: Simulator
) -> None:
    await harness.do("start", meeting=MEETING)
    store.loaded.clear()
    set_value(harness.profile.settings_file, "zoom.oauth_url", "http://127.0.0.1:9")
    set_value(harness.profile.settings_file, "app.client_id", "another")
    await harness.do("reload")
    await harness.wait_until(lambda: standing(harness) == "signed_out")
    old = [name for name in store.loaded if zoom.oauth_url in name]
    assert not old, "nothing that was filed for the old host is even read"
    assert not harness.session().verified, "the sessions are kept"
    assert "feed_not_configured" in harness.notice_codes()


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
        demo_environment.write_settings(profile, zoom.addresses())
        zoom.world.settings.user = user
        async with run_signed_in(zoom, profile, store) as harness:
            assert who(harness) == people[user]
    for user, profile in profiles.items():
        async with run_program(zoom, profile, store) as again:
            assert again.program.rest is not None
            assert (await again.program.rest.me()).email == who(again) == people[user]
    async with run_program(zoom, profiles["owner"], store) as harness:
        assert (await harness.do("sign-out")).exit is Exit.DONE
    async with run_program(zoom, profiles["colleague"], store) as again:
        assert standing(again) == "signed_in"
    async with run_program(zoom, profiles["owner"], store) as harness:
        assert standing(harness) == "signed_out"


async def test_an_account_that_cannot_be_written_down_still_counts(
    zoom: Simulator, profile: Profile, store: LockedStore, expected_logs: ExpectedLogs
) -> None:
    expected_logs.expect(
        "rtms_tray.runtime.account_record:WARNING:Who signed in cannot be remembered"
    )
    profile.data_folder.write_text("a file where a folder should be")
    async with run_program(zoom, profile, store) as harness:
        assert (await harness.sign_in()).exit is Exit.DONE
        assert standing(harness) == "signed_in"
