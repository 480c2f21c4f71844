"""Sign-in, refresh, take-over and sign-out against the simulated Zoom, end to end."""

import asyncio
import time
from urllib.parse import urlsplit

import httpx2
import pytest

from rtms_tray.simulator import Simulator
from rtms_tray.store.environment import Environment, custom
from rtms_tray.zoom.errors import ClientRefused, SignInFailed, SignInNeeded
from rtms_tray.zoom.oauth import Client, Grant, OAuth, new_pkce
from rtms_tray.zoom.sign_in import BrowserSignIn, read_answer
from rtms_tray.zoom.tokens import AppTokens, GrantBearer, TokenKeeper
from tests.helpers.stores import WatchedStore

NAME = "rtms-tray.refresh_token/simulator"


def now() -> int:
    return time.time_ns() // 1_000_000


@pytest.fixture
def environment(zoom: Simulator) -> Environment:
    return custom(zoom.oauth_url, zoom.api_url, zoom.events_url)


@pytest.fixture(params=["public", "confidential"])
def oauth(
    request: pytest.FixtureRequest,
    zoom: Simulator,
    http: httpx2.AsyncClient,
    environment: Environment,
) -> OAuth:
    public = request.param == "public"
    client = Client(zoom.public_client_id) if public else Client(zoom.client_id, zoom.client_secret)
    return OAuth(http, environment, client, now)


async def kept(grant: Grant) -> Grant:
    """Take a grant as it is."""
    return grant


async def sign_in(
    oauth: OAuth, http: httpx2.AsyncClient, choice: str = "allow"
) -> tuple[Grant, httpx2.Response]:
    """Sign in as a browser would, its user choosing at once."""
    browser_sign_in = BrowserSignIn(oauth)
    visits: list[asyncio.Task[httpx2.Response]] = []

    def show(url: str) -> None:
        visit = http.get(f"{url}&auto={choice}", follow_redirects=True)
        visits.append(asyncio.create_task(visit))

    try:
        grant = await browser_sign_in.sign_in(show, kept)
        return grant, await visits[0]
    finally:
        await asyncio.wait(visits)
        browser_sign_in.close()


async def me(bearer: GrantBearer | TokenKeeper, http: httpx2.AsyncClient) -> httpx2.Response:
    token = await bearer.token()
    headers = {"Authorization": f"Bearer {token}"}
    return await http.get(f"{bearer.api_base}/users/me", headers=headers)


async def test_the_whole_life_of_a_grant(
    oauth: OAuth, http: httpx2.AsyncClient, environment: Environment, store: WatchedStore
) -> None:
    grant, page = await sign_in(oauth, http)
    assert "You are signed in" in page.text
    assert str(page.url).endswith("/callback/done")
    assert (await me(GrantBearer(grant, environment), http)).status_code == 200

    keeper = TokenKeeper(oauth=oauth, store=store, secret_name=NAME, clock=now)
    await keeper.adopt(grant)
    assert (await me(keeper, http)).status_code == 200
    first = await keeper.token()
    await keeper.mark_refused(first)
    assert await keeper.token() != first
    assert await store.load(NAME) != grant.refresh_token
    assert (await me(keeper, http)).status_code == 200

    restarted = TokenKeeper(oauth=oauth, store=store, secret_name=NAME, clock=now)
    last = await restarted.token()
    done = await restarted.sign_out()
    assert (done.revoked, done.forgotten) == (True, True)
    headers = {"Authorization": f"Bearer {last}"}
    assert (await http.get(f"{environment.api}/users/me", headers=headers)).status_code == 401


async def test_another_sign_in_takes_the_grant_over(
    oauth: OAuth, http: httpx2.AsyncClient, store: WatchedStore
) -> None:
    keeper = TokenKeeper(oauth=oauth, store=store, secret_name=NAME, clock=now)
    await keeper.adopt((await sign_in(oauth, http))[0])
    await sign_in(oauth, http)  # the other computer
    refusal = await me(keeper, http)
    assert refusal.status_code == 401
    await keeper.mark_refused(await keeper.token())
    for _ in range(2):
        with pytest.raises(SignInNeeded) as caught:
            await keeper.token()
        assert caught.value.code == "grant_taken_over"


async def test_refused_consent(oauth: OAuth, http: httpx2.AsyncClient) -> None:
    with pytest.raises(SignInFailed) as caught:
        await sign_in(oauth, http, "deny")
    assert caught.value.code == "access_denied"


async def test_a_wrong_secret_is_told_at_sign_in_and_for_the_feed(
    zoom: Simulator, http: httpx2.AsyncClient, environment: Environment
) -> None:
    oauth = OAuth(http, environment, Client(zoom.client_id, "wrong"), now)
    with pytest.raises(ClientRefused):
        await sign_in(oauth, http)
    with pytest.raises(ClientRefused):
        await AppTokens(oauth, now).token()


async def test_the_apps_own_token(
    zoom: Simulator, http: httpx2.AsyncClient, environment: Environment
) -> None:
    oauth = OAuth(http, environment, Client(zoom.client_id, zoom.client_secret), now)
    assert zoom.grants.is_app_token(await AppTokens(oauth, now).token())


async def test_only_the_right_verifier_redeems_a_code(
    oauth: OAuth, http: httpx2.AsyncClient
) -> None:
    uri, pkce = "http://127.0.0.1:1/callback", new_pkce()

    async def new_code() -> str:
        reply = await http.get(f"{oauth.authorize_url(uri, 's', pkce)}&auto=allow")
        return read_answer(urlsplit(reply.headers["location"]).query, "s")

    with pytest.raises(SignInFailed) as caught:
        await oauth.exchange(await new_code(), uri, new_pkce().verifier)
    assert caught.value.code == "code_refused"
    assert (await oauth.exchange(await new_code(), uri, pkce.verifier)).refresh_token
