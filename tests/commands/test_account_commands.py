"""Commands about the account: each failure its own clear text, and nothing lost."""

import asyncio
from pathlib import Path

from rtms_tray.simulator import Simulator
from rtms_tray.store.secrets import secret_name
from rtms_tray.support.command_types import Answer, Exit
from tests.helpers.status_schema import check
from tests.helpers.zoom_world import (
    MEETING,
    House,
    asked,
    house,
    profile_in,
    secrets_of,
)


async def test_start_while_signed_out_is_sent_after_sign_in(
    zoom: Simulator, tmp_path: Path
) -> None:
    async with house(zoom, profile_in(tmp_path, zoom), await secrets_of(zoom)) as home:
        await home.connected()
        answer = await home.do("start", meeting=MEETING)
        assert answer.exit is Exit.REFUSED
        assert "Sign in" in answer.text
        why = home.session().why
        assert why is not None
        assert why.code == "sign_in_needed"
        assert (await home.sign_in()).exit is Exit.DONE
        await home.state("pending_approval")
        assert asked(home) == 1


async def test_a_refused_consent_is_told(zoom: Simulator, tmp_path: Path) -> None:
    async with house(zoom, profile_in(tmp_path, zoom), await secrets_of(zoom)) as home:
        answer = await home.sign_in("deny")
        assert answer.exit is Exit.REFUSED
        assert "not to let rtms-tray in" in answer.text
        assert home.codes() == {"access_denied"}
        assert home.program.overview().attention
        assert (await home.sign_in()).exit is Exit.DONE
        assert home.codes() == set()


async def test_a_wrong_secret_is_told_at_sign_in(zoom: Simulator, tmp_path: Path) -> None:
    profile = profile_in(tmp_path, zoom, app__sign_in_client_id="")
    store = await secrets_of(zoom)
    name = secret_name("client_secret", "custom", zoom.oauth_url, zoom.client_id)
    await store.save(name, "wrong")
    async with house(zoom, profile, store) as home:
        answer = await home.sign_in()
        assert answer.exit is Exit.REFUSED
        assert "client secret" in answer.text
        assert "client_refused" in home.codes()
        await store.save(name, zoom.client_secret)
        await home.do("reload")
        assert (await home.sign_in()).exit is Exit.DONE
        assert home.codes() == set()


async def test_a_browser_that_cannot_be_opened_is_told(home: House) -> None:
    home.browser = lambda _url: False
    answer = await home.do("sign-in")
    assert answer.exit is Exit.REFUSED
    assert "--no-browser" in answer.text
    assert home.opened[0].startswith(home.zoom.oauth_url)
    assert (await home.json())["signed_in"] is True, "the old sign-in is untouched"


async def test_the_address_of_a_sign_in_is_given_while_it_waits(home: House) -> None:
    assert (await home.do("sign-in-address")).exit is Exit.REFUSED
    signing_in = asyncio.create_task(home.do("sign-in"))
    await home.until(lambda: bool(home.opened))
    answer = await home.do("sign-in-address")
    assert (answer.exit, answer.text) == (Exit.DONE, home.opened[0])
    await home.do("cancel-sign-in")
    await signing_in
    assert (await home.do("sign-in-address")).exit is Exit.REFUSED


async def test_a_browser_that_was_not_there_after_all_ends_the_sign_in(home: House) -> None:
    signing_in = asyncio.create_task(home.do("sign-in"))
    await home.until(lambda: bool(home.opened))
    other = await home.do("no-browser", address="https://example.com/")
    assert other.exit is Exit.REFUSED, "another page has nothing to do with it"
    assert (await home.do("no-browser")).exit is Exit.REFUSED
    assert (await home.do("no-browser", address=home.opened[0])).exit is Exit.DONE
    answer = await signing_in
    assert "No web browser could be opened." in answer.text
    assert home.codes() == {"no_browser"}


async def test_cancel_sign_in(home: House) -> None:
    assert (await home.do("cancel-sign-in")).exit is Exit.REFUSED
    signing_in = asyncio.create_task(home.do("sign-in"))
    await home.until(lambda: bool(home.opened))
    assert home.program.overview().account.state == "signing_in"
    assert (await home.do("cancel-sign-in")).exit is Exit.DONE
    answer = await signing_in
    assert answer.exit is Exit.REFUSED
    assert "cancelled" in answer.text
    assert home.program.overview().account.state == "signed_in"
    assert home.codes() == set()


async def test_a_sign_in_whose_terminal_is_closed_ends(home: House) -> None:
    signing_in = asyncio.create_task(home.do("sign-in"))
    await home.until(lambda: bool(home.opened))
    signing_in.cancel()
    await asyncio.gather(signing_in, return_exceptions=True)
    assert home.program.overview().account.state == "signed_in"


async def test_sign_out_and_the_meetings_that_stay(sharing: House) -> None:
    answer = await sharing.do("sign-out")
    assert answer == Answer(Exit.DONE, "Signed out.")
    assert not sharing.zoom.grants.active
    status = await sharing.json()
    check(status)
    assert (status["signed_in"], status["user"], status["overall"]) == (False, None, "sharing")
    assert status["overall_verified"] is False
    assert (await sharing.do("sign-out")).text == "You were not signed in."
