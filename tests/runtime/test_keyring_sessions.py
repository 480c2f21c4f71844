"""What becomes of requests and of the sign-in when the keyring does not give, or take, a secret."""

import asyncio
from pathlib import Path

import pytest

from rtms_tray.presentation.actions import actions_of
from rtms_tray.runtime.connector import Dependencies
from rtms_tray.runtime.program import Program
from rtms_tray.simulator import Simulator
from rtms_tray.store.profile import Profile
from rtms_tray.store.secrets import Trouble
from rtms_tray.support.clock import SystemClock
from rtms_tray.support.command_types import Exit
from rtms_tray.support.texts import text
from rtms_tray.zoom.http_client import make_http
from tests.helpers.program_harness import (
    MEETING,
    ProgramHarness,
    make_profile,
    run_program,
    run_signed_in,
)
from tests.helpers.status_schema import check
from tests.helpers.stores import LockedStore


@pytest.fixture
def confidential(zoom: Simulator, tmp_path: Path) -> Profile:
    """A profile that signs in with the app's secret."""
    return make_profile(tmp_path, zoom, app__sign_in_client_id="")


def standing(harness: ProgramHarness) -> str:
    return harness.program.overview().account.state


def trouble_of(harness: ProgramHarness) -> Trouble | None:
    membership = harness.program.sign_in
    trouble = membership.keyring_trouble if membership else None
    return trouble.trouble if trouble else None


def why(harness: ProgramHarness) -> str | None:
    reason = harness.session().why
    return str(reason.code) if reason else None


@pytest.mark.parametrize("trouble", [Trouble.LOCKED, Trouble.TIMEOUT])
async def test_a_request_waits_for_the_keyring(
    zoom: Simulator, profile: Profile, store: LockedStore, trouble: Trouble
) -> None:
    async with run_signed_in(zoom, profile, store):
        pass
    store.trouble = trouble
    async with run_program(zoom, profile, store) as harness:
        answer = await harness.do("start", meeting=MEETING)
        assert answer.exit is Exit.REFUSED
        assert "the keyring is locked" in answer.text
        assert (harness.session().state, why(harness)) == ("refused", "keyring_locked")
        obvious = actions_of(harness.session(), harness.program.watcher.board.context)[0]
        assert (obvious.name, obvious.primary) == ("unlock", True)
        check(await harness.status_json())
        assert standing(harness) == "locked"
        assert (await harness.do("unlock")).exit is Exit.DONE
        await harness.wait_for_state("pending_approval")
        assert harness.count_requests() == 1


async def test_a_keyring_that_is_gone_is_not_said_to_be_locked(
    zoom: Simulator, profile: Profile, store: LockedStore
) -> None:
    async with run_signed_in(zoom, profile, store):
        pass
    store.trouble = Trouble.FAILED
    async with run_program(zoom, profile, store) as harness:
        answer = await harness.do("start", meeting=MEETING)
        assert why(harness) == "keyring_unreadable"
        assert "locked" not in answer.text
        store.trouble = None
        await harness.program.retry_keyring()
        await harness.wait_for_state("pending_approval")
        assert harness.count_requests() == 1


async def test_zoom_is_never_asked_without_the_secret_that_it_needs(
    zoom: Simulator, confidential: Profile, store: LockedStore
) -> None:
    async with run_signed_in(zoom, confidential, store):
        pass
    store.trouble = Trouble.LOCKED
    async with run_program(zoom, confidential, store) as harness:
        answer = await harness.do("sign-in")
        assert answer.exit is Exit.REFUSED
        assert "keyring is locked" in answer.text
        assert harness.opened_urls == []
        store.trouble = None  # unlocked by another program; nobody has told this one
        await harness.do("start", meeting=MEETING)
        assert why(harness) == "keyring_locked"
        assert not any(code.startswith("client_") for code in harness.notice_codes())
        await harness.program.retry_keyring()
        await harness.wait_for_state("pending_approval")
        await harness.wait_for_feed()
        assert (standing(harness), harness.notice_codes(), harness.count_requests()) == (
            "signed_in",
            set(),
            1,
        )


async def test_unlocking_gives_a_confidential_client_its_secret_too(
    zoom: Simulator, confidential: Profile, store: LockedStore
) -> None:
    async with run_signed_in(zoom, confidential, store):
        pass
    store.trouble = Trouble.LOCKED
    async with run_program(zoom, confidential, store) as harness:
        assert (await harness.do("unlock")).exit is Exit.DONE
        assert (await harness.do("start", meeting=MEETING)).exit is Exit.DONE


@pytest.mark.parametrize("trouble", [Trouble.UNAVAILABLE, Trouble.LOCKED])
async def test_a_sign_in_that_was_not_kept_is_over_after_a_restart(
    zoom: Simulator, profile: Profile, store: LockedStore, trouble: Trouble
) -> None:
    store.trouble = trouble
    async with run_program(zoom, profile, store) as harness:
        assert (await harness.sign_in()).exit is Exit.DONE
        assert standing(harness) == "signed_in"
    async with run_program(zoom, profile, store) as again:
        await again.wait_until(lambda: trouble_of(again) is trouble)
        status = await again.status_json()
        assert (status["signed_in"], status["overall"]) == (False, "signed_out")
        store.trouble = None
        await again.program.retry_keyring()
        assert again.notice_codes() == {"sign_in_not_kept"}
        assert standing(again) == "signed_out"
        assert (await again.sign_in()).exit is Exit.DONE
        assert again.notice_codes() == set()
    async with run_program(zoom, profile, store) as once_more:
        assert standing(once_more) == "signed_in"


async def test_a_sign_in_that_is_kept_later_counts_after_a_restart(
    zoom: Simulator, profile: Profile, store: LockedStore
) -> None:
    store.trouble = Trouble.LOCKED
    async with run_program(zoom, profile, store) as harness:
        assert (await harness.sign_in()).exit is Exit.DONE
        assert (await harness.do("unlock")).exit is Exit.DONE
        assert harness.notice_codes() == set()
    async with run_program(zoom, profile, store) as again:
        await again.wait_for_feed()
        assert {view.account.state for view in again.overviews} == {"signed_in"}


async def test_a_sign_in_and_no_more_watches_nothing(
    zoom: Simulator, profile: Profile, store: LockedStore
) -> None:
    async with make_http() as http:
        program = Program(Dependencies(profile, store, http, SystemClock()))
        harness = ProgramHarness(zoom, profile, program)
        await program.prepare_sign_in()
        try:
            assert (await harness.sign_in()).exit is Exit.DONE
            assert program.watcher.feed.since is None
            assert not program.watcher.board.context.sight.possible
        finally:
            await program.close()
    async with run_program(zoom, profile, store) as again:
        assert standing(again) == "signed_in"


async def test_while_the_first_sign_in_is_under_way_nobody_is_signed_in(
    zoom: Simulator, profile: Profile, store: LockedStore
) -> None:
    async with run_program(zoom, profile, store) as harness:
        under_way = asyncio.create_task(harness.do("sign-in"))
        await harness.wait_until(lambda: standing(harness) == "signing_in")
        view = harness.program.overview()
        assert (view.overall, view.title) == ("signed_out", text("account.title.signing_in"))
        await harness.do("cancel-sign-in")
        assert (await under_way).exit is Exit.REFUSED
        assert harness.program.overview().title == "Not signed in"
