"""Signing in at an OAuth server that nobody here wrote, with its own pages in a real browser."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Final, TypeAlias

import httpx2
import pytest

from rtms_tray.store.environment import custom
from rtms_tray.store.profile import find_profile
from rtms_tray.store.secrets import MemoryStore
from rtms_tray.store.settings_file import set_value
from rtms_tray.support.units import HOUR
from rtms_tray.zoom.errors import SignInFailed, SignInNeeded
from rtms_tray.zoom.oauth import Client, Grant, OAuth
from rtms_tray.zoom.sign_in import SignInAttempt
from rtms_tray.zoom.tokens import TokenKeeper
from tests.helpers.browser import headless
from tests.helpers.manual_clock import ManualClock
from tests.helpers.oidc.peer import Peer, peer
from tests.helpers.running import App

USER: Final = "olive"
NAME: Final = "refresh_token/test"
LIMIT_S: Final = 60.0
SIGNED_IN: Final = "You are signed in"
Person: TypeAlias = Callable[[str, Path], None]
"""Somebody in front of a browser: given an address, and a folder for the browser."""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Peer]:
    """Run the OAuth server."""
    with peer(tmp_path) as made:
        yield made


def consent(address: str, folder: Path, last: str = SIGNED_IN) -> None:
    """Log in, consent, and read the last page, as a person in front of the browser does."""
    with headless(folder, address) as browser:
        page = browser.page("Sign-in")
        page.press("Sign-in", login=USER, password="anything")
        page.says("Authorize")
        page.press("Continue")
        page.says(last)
        assert page.left_behind() == [""], "neither code nor state stays behind"


def turn_back(address: str, folder: Path) -> None:
    """Do not even log in."""
    with headless(folder, address) as browser:
        page = browser.page("Sign-in")
        page.press("[ Cancel ]")
        page.says("Not signed in")


async def kept(grant: Grant) -> Grant:
    """Take a grant as it is."""
    return grant


class Here:
    """The parts below the program that a sign-in goes through, as a public client of the server."""

    def __init__(self, server: Peer, http: httpx2.AsyncClient, folder: Path) -> None:
        environment = custom(server.origin, server.origin, "")
        self.http = http
        self.clock = ManualClock()
        self.oauth = OAuth(http, environment, Client(server.client_id), self.clock)
        self.store = MemoryStore()
        self._folder = folder

    def keeper(self) -> TokenKeeper:
        """Give an owner of the grant, as after a start of the program."""
        return TokenKeeper(oauth=self.oauth, store=self.store, secret_name=NAME, clock=self.clock)

    async def sign_in(self, person: Person = consent, oauth: OAuth | None = None) -> Grant:
        """Sign in, with a person in front of the browser."""
        loop = asyncio.get_running_loop()
        browsing: list[asyncio.Future[None]] = []

        def show(address: str) -> None:
            browsing.append(loop.run_in_executor(None, person, address, self._folder))

        attempt = SignInAttempt(oauth or self.oauth, time_limit_s=LIMIT_S)
        try:
            return await attempt.run(show, kept)
        finally:
            await asyncio.gather(*browsing)
            attempt.close()

    async def who(self, token: str) -> int:
        """Ask the server whose token it is; hand back the status."""
        headers = {"Authorization": f"Bearer {token}"}
        url = f"{self.oauth.environment.api}/users/me"
        return (await self.http.get(url, headers=headers)).status_code


@asynccontextmanager
async def at(server: Peer, folder: Path) -> AsyncIterator[Here]:
    """Set the parts up."""
    async with httpx2.AsyncClient(trust_env=False) as http:
        yield Here(server, http, folder)


async def test_a_grant_lives_is_renewed_and_ends(server: Peer, tmp_path: Path) -> None:
    async with at(server, tmp_path) as here:
        keeper = here.keeper()
        first = await here.sign_in()
        await keeper.adopt(first)
        assert await here.who(await keeper.token()) == 200

        here.clock.advance(HOUR)
        renewed = await keeper.token()
        assert renewed != first.access_token
        assert await here.who(renewed) == 200
        kept = await here.store.load(NAME)
        assert kept not in (None, first.refresh_token), "the server rotates refresh tokens"

        # After a restart the newest one counts.
        restarted = here.keeper()
        assert await here.who(await restarted.token()) == 200
        done = await restarted.sign_out()
        assert (done.text, done.trouble) == ("Signed out.", None)
        assert await here.store.load(NAME) is None
        assert [await here.who(token) for token in (first.access_token, renewed)] == [401, 401]


async def test_an_old_refresh_token_ends_the_sign_in(server: Peer, tmp_path: Path) -> None:
    async with at(server, tmp_path) as here:
        first = await here.sign_in()
        second = await here.oauth.refresh(first.refresh_token)
        assert second.refresh_token != first.refresh_token
        await here.store.save(NAME, first.refresh_token)
        keeper = here.keeper()
        with pytest.raises(SignInNeeded) as refused:
            await keeper.token()
        assert refused.value.code == "sign_in_expired"
        assert await here.store.load(NAME) is None


async def test_a_code_is_worth_nothing_without_its_proof(server: Peer, tmp_path: Path) -> None:
    class Thief(OAuth):
        """Has got hold of the code, and not of the proof."""

        async def exchange(self, code: str, redirect_uri: str, verifier: str) -> Grant:
            """Redeem the code with another proof."""
            return await super().exchange(code, redirect_uri, verifier[::-1])

    async with at(server, tmp_path) as here:
        thief = Thief(here.http, here.oauth.environment, here.oauth.client, here.clock)
        person = partial(consent, last="Not signed in")
        with pytest.raises(SignInFailed) as failed:
            await here.sign_in(person, thief)
        assert failed.value.code == "code_refused"


async def test_turning_back_is_understood(server: Peer, tmp_path: Path) -> None:
    async with at(server, tmp_path) as here:
        with pytest.raises(SignInFailed) as failed:
            await here.sign_in(turn_back)
        assert failed.value.code == "access_denied"


def test_the_program_signs_in_and_out(server: Peer, tmp_path: Path) -> None:
    app = App(tmp_path / "home")
    app.keep_secrets_in(tmp_path / "keyring.json")
    for key, value in (
        ("zoom.environment", "custom"),
        ("zoom.oauth_url", server.origin),
        ("zoom.api_url", server.origin),
        ("app.client_id", "the-app-itself"),
        ("app.sign_in_client_id", server.client_id),
    ):
        set_value(find_profile("default", app.environ).settings_file, key, value)
    try:
        app.run()
        with app.started("sign-in", "--no-browser") as signing_in:
            consent(signing_in.line().strip(), tmp_path)
            assert signing_in.wait().out == f"Signed in as {USER}@example.com.\n"
        assert app.status()["signed_in"] is True
        app.done("sign-out")
        assert app.status()["signed_in"] is False
    finally:
        app.end()
