"""What becomes of requests and of the sign-in when the keyring does not give, or take, a secret."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from rtms_tray.presentation.actions import actions_of
from rtms_tray.runtime.network import make_http
from rtms_tray.runtime.program import Outside, Program
from rtms_tray.simulator import Simulator
from rtms_tray.store.profile import Profile
from rtms_tray.store.secrets import Trouble, secret_name
from rtms_tray.support.clock import SystemClock
from rtms_tray.support.command_types import Exit
from tests.helpers.status_schema import check
from tests.helpers.zoom_world import (
    MEETING,
    House,
    LockedStore,
    asked,
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
async def store(zoom: Simulator) -> LockedStore:
    made = LockedStore()
    name = secret_name("client_secret", "custom", zoom.oauth_url, zoom.client_id)
    await made.save(name, zoom.client_secret)
    return made


@pytest.fixture
def public(zoom: Simulator, tmp_path: Path) -> Profile:
    """A profile that signs in without a secret."""
    return profile_in(tmp_path, zoom)


@pytest.fixture
def confidential(zoom: Simulator, tmp_path: Path) -> Profile:
    """A profile that signs in with the app's secret."""
    return profile_in(tmp_path, zoom, app__sign_in_client_id="")


def standing(home: House) -> str:
    return home.program.overview().account.state


def trouble_of(home: House) -> Trouble | None:
    membership = home.program.membership
    trouble = membership.keyring_trouble if membership else None
    return trouble.trouble if trouble else None


def why(home: House) -> str | None:
    reason = home.session().why
    return str(reason.code) if reason else None


@pytest.mark.parametrize("trouble", [Trouble.LOCKED, Trouble.TIMEOUT])
async def test_a_request_waits_for_the_keyring(
    zoom: Simulator, public: Profile, store: LockedStore, trouble: Trouble
) -> None:
    async with signed_in(zoom, public, store):
        pass
    store.trouble = trouble
    async with house(zoom, public, store) as home:
        answer = await home.do("start", meeting=MEETING)
        assert answer.exit is Exit.REFUSED
        assert "the keyring is locked" in answer.text
        assert (home.session().state, why(home)) == ("refused", "keyring_locked")
        obvious = actions_of(home.session())[0]
        assert (obvious.name, obvious.primary) == ("unlock", True)
        check(await home.json())
        assert standing(home) == "locked"
        assert (await home.do("unlock")).exit is Exit.DONE
        await home.state("pending_approval")
        assert asked(home) == 1


async def test_a_keyring_that_is_gone_is_not_said_to_be_locked(
    zoom: Simulator, public: Profile, store: LockedStore
) -> None:
    async with signed_in(zoom, public, store):
        pass
    store.trouble = Trouble.FAILED
    async with house(zoom, public, store) as home:
        answer = await home.do("start", meeting=MEETING)
        assert why(home) == "keyring_unreadable"
        assert "locked" not in answer.text
        store.trouble = None
        await home.program.look_once()
        await home.state("pending_approval")
        assert asked(home) == 1


async def test_zoom_is_never_asked_without_the_secret_that_it_needs(
    zoom: Simulator, confidential: Profile, store: LockedStore
) -> None:
    async with signed_in(zoom, confidential, store):
        pass
    store.trouble = Trouble.LOCKED
    async with house(zoom, confidential, store) as home:
        answer = await home.do("sign-in")
        assert answer.exit is Exit.REFUSED
        assert "keyring is locked" in answer.text
        assert home.opened == []
        store.trouble = None  # unlocked by another program; nobody has told this one
        await home.do("start", meeting=MEETING)
        assert why(home) == "keyring_locked"
        assert not any(code.startswith("client_") for code in home.codes())
        await home.program.look_once()
        await home.state("pending_approval")
        await home.connected()
        assert (standing(home), home.codes(), asked(home)) == ("signed_in", set(), 1)


async def test_unlocking_gives_a_confidential_client_its_secret_too(
    zoom: Simulator, confidential: Profile, store: LockedStore
) -> None:
    async with signed_in(zoom, confidential, store):
        pass
    store.trouble = Trouble.LOCKED
    async with house(zoom, confidential, store) as home:
        assert (await home.do("unlock")).exit is Exit.DONE
        assert (await home.do("start", meeting=MEETING)).exit is Exit.DONE


@pytest.mark.parametrize("trouble", [Trouble.UNAVAILABLE, Trouble.LOCKED])
async def test_a_sign_in_that_was_not_kept_is_over_after_a_restart(
    zoom: Simulator, public: Profile, store: LockedStore, trouble: Trouble
) -> None:
    store.trouble = trouble
    async with house(zoom, public, store) as home:
        assert (await home.sign_in()).exit is Exit.DONE
        assert standing(home) == "signed_in"
    async with house(zoom, public, store) as again:
        await again.until(lambda: trouble_of(again) is trouble)
        status = await again.json()
        assert (status["signed_in"], status["overall"]) == (False, "signed_out")
        store.trouble = None
        await again.program.look_once()
        assert again.codes() == {"sign_in_not_kept"}
        assert standing(again) == "signed_out"
        assert (await again.sign_in()).exit is Exit.DONE
        assert again.codes() == set()
    async with house(zoom, public, store) as once_more:
        assert standing(once_more) == "signed_in"


async def test_a_sign_in_that_is_kept_later_counts_after_a_restart(
    zoom: Simulator, public: Profile, store: LockedStore
) -> None:
    store.trouble = Trouble.LOCKED
    async with house(zoom, public, store) as home:
        assert (await home.sign_in()).exit is Exit.DONE
        assert (await home.do("unlock")).exit is Exit.DONE
        assert home.codes() == set()
    async with house(zoom, public, store) as again:
        await again.connected()
        assert {view.account.state for view in again.views} == {"signed_in"}


async def test_a_sign_in_and_no_more_watches_nothing(
    zoom: Simulator, public: Profile, store: LockedStore
) -> None:
    async with make_http() as http:
        program = Program(Outside(public, store, http, SystemClock()))
        home = House(zoom, public, program)
        await program.prepare_sign_in()
        try:
            assert (await home.sign_in()).exit is Exit.DONE
            assert program.watcher.feed.since is None
            assert not program.watcher.board.sight.possible
        finally:
            await program.close()
    async with house(zoom, public, store) as again:
        assert standing(again) == "signed_in"


async def test_while_the_first_sign_in_is_under_way_nobody_is_signed_in(
    zoom: Simulator, public: Profile, store: LockedStore
) -> None:
    async with house(zoom, public, store) as home:
        under_way = asyncio.create_task(home.do("sign-in"))
        await home.until(lambda: standing(home) == "signing_in")
        view = home.program.overview()
        assert (view.overall, view.title) == ("signed_out", "Signing in: continue in the browser")
        await home.do("cancel-sign-in")
        assert (await under_way).exit is Exit.REFUSED
        assert home.program.overview().title == "Signed out"
