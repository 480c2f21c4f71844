"""Commands about the account: each failure its own clear text, and nothing lost."""

import asyncio
from pathlib import Path

import pytest

from rtms_tray.simulator import Simulator
from rtms_tray.store.secrets import secret_name
from rtms_tray.support.command_types import Answer, AnswerCode, Command, Exit
from rtms_tray.support.texts import text
from tests.helpers.program_harness import (
    MEETING,
    ProgramHarness,
    make_profile,
    make_secrets,
    run_program,
)
from tests.helpers.status_schema import check


async def test_start_while_signed_out_is_sent_after_sign_in(
    zoom: Simulator, tmp_path: Path
) -> None:
    async with run_program(zoom, make_profile(tmp_path, zoom), await make_secrets(zoom)) as harness:
        await harness.wait_for_feed()
        answer = await harness.do("start", meeting=MEETING)
        assert answer.exit is Exit.REFUSED
        assert "Sign in" in answer.text
        why = harness.session().why
        assert why is not None
        assert why.code == "sign_in_needed"
        assert (await harness.sign_in()).exit is Exit.DONE
        await harness.wait_for_state("pending_approval")
        assert harness.count_requests() == 1


async def test_a_refused_consent_is_told(zoom: Simulator, tmp_path: Path) -> None:
    async with run_program(zoom, make_profile(tmp_path, zoom), await make_secrets(zoom)) as harness:
        answer = await harness.sign_in("deny")
        assert answer.exit is Exit.REFUSED
        assert text("zoom_errors.access_denied.text") in answer.text
        assert {answer.trouble} == harness.notice_codes() == {"access_denied"}
        assert harness.program.overview().attention
        assert (await harness.sign_in()).exit is Exit.DONE
        assert harness.notice_codes() == set()


async def test_a_wrong_secret_is_told_at_sign_in(zoom: Simulator, tmp_path: Path) -> None:
    profile = make_profile(tmp_path, zoom, app__sign_in_client_id="")
    store = await make_secrets(zoom)
    name = secret_name("client_secret", "custom", zoom.oauth_url, zoom.client_id)
    await store.save(name, "wrong")
    async with run_program(zoom, profile, store) as harness:
        answer = await harness.sign_in()
        assert answer.exit is Exit.REFUSED
        assert "client secret" in answer.text
        assert "client_refused" in harness.notice_codes()
        await store.save(name, zoom.client_secret)
        await harness.do("reload")
        assert (await harness.sign_in()).exit is Exit.DONE
        assert harness.notice_codes() == set()


async def test_a_browser_that_cannot_be_opened_is_told(harness: ProgramHarness) -> None:
    harness.browser = lambda _url: False
    answer = await harness.do("sign-in")
    assert answer.exit is Exit.REFUSED
    assert "--no-browser" in answer.text
    assert harness.opened_urls[0].startswith(harness.zoom.oauth_url)
    assert (await harness.status_json())["signed_in"] is True, "the old sign-in is untouched"


async def test_the_address_of_a_sign_in_is_given_while_it_waits(harness: ProgramHarness) -> None:
    assert (await harness.do("sign-in-address")).exit is Exit.REFUSED
    signing_in = asyncio.create_task(harness.do("sign-in"))
    await harness.wait_until(lambda: bool(harness.opened_urls))
    answer = await harness.do("sign-in-address")
    assert (answer.exit, answer.text) == (Exit.DONE, harness.opened_urls[0])
    await harness.do("cancel-sign-in")
    await signing_in
    assert (await harness.do("sign-in-address")).exit is Exit.REFUSED


async def test_a_browser_that_was_not_there_after_all_ends_the_sign_in(
    harness: ProgramHarness,
) -> None:
    signing_in = asyncio.create_task(harness.do("sign-in"))
    await harness.wait_until(lambda: bool(harness.opened_urls))
    other = await harness.do("no-browser", address="https://example.com/")
    assert other.exit is Exit.REFUSED, "another page has nothing to do with it"
    assert (await harness.do("no-browser")).exit is Exit.REFUSED
    assert (await harness.do("no-browser", address=harness.opened_urls[0])).exit is Exit.DONE
    answer = await signing_in
    assert text("zoom_errors.no_browser.text") in answer.text
    assert harness.notice_codes() == set(), "who was signed in still is"


async def test_cancel_sign_in(harness: ProgramHarness) -> None:
    assert (await harness.do("cancel-sign-in")).exit is Exit.REFUSED
    signing_in = asyncio.create_task(harness.do("sign-in"))
    await harness.wait_until(lambda: bool(harness.opened_urls))
    assert harness.program.overview().account.state == "signing_in"
    assert (await harness.do("cancel-sign-in")).exit is Exit.DONE
    answer = await signing_in
    assert (answer.exit, answer.code) == (Exit.REFUSED, AnswerCode.CANCELLED)
    assert harness.program.overview().account.state == "signed_in"
    assert harness.notice_codes() == set()


async def test_a_terminal_too_is_told_which_redirect_uri_may_be_missing(
    harness: ProgramHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rtms_tray.runtime.sign_in_manager.UNRETURNED_S", 0.05)
    said: list[object] = []
    command = Command("sign-in", {"browser": "no"})
    signing_in = asyncio.create_task(harness.commands.perform(command, said.append))
    await harness.wait_until(lambda: len(said) == 2)
    assert "http://127.0.0.1/callback" in str(said[1])
    assert not signing_in.done(), "it may still come back"
    await harness.do("cancel-sign-in")
    assert (await signing_in).code is AnswerCode.CANCELLED
    assert len(said) == 2


async def test_a_sign_in_whose_terminal_is_closed_ends(harness: ProgramHarness) -> None:
    signing_in = asyncio.create_task(harness.do("sign-in"))
    await harness.wait_until(lambda: bool(harness.opened_urls))
    signing_in.cancel()
    await asyncio.gather(signing_in, return_exceptions=True)
    assert harness.program.overview().account.state == "signed_in"


async def test_sign_out_and_the_meetings_that_stay(sharing: ProgramHarness) -> None:
    answer = await sharing.do("sign-out")
    assert answer == Answer(Exit.DONE, "Signed out.")
    assert not sharing.zoom.grants.active
    status = await sharing.status_json()
    check(status)
    assert (status["signed_in"], status["user"], status["overall"]) == (False, None, "sharing")
    assert status["overall_verified"] is True  # events come all the same
    assert (await sharing.do("sign-out")).text == text("sign_in.signed_out.was_not_signed_in")
