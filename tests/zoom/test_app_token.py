"""The app's own token: fetched once, renewed ahead, and clear about a wrong secret."""

import asyncio

import httpx2
import pytest

from rtms_tray.store.environment import custom
from rtms_tray.support.units import HOUR, MINUTE, SECOND
from rtms_tray.zoom.app_token import AppTokens
from rtms_tray.zoom.errors import ClientRefused, Offline
from rtms_tray.zoom.oauth import Client, OAuth
from tests.helpers.authority import Authority, Reply, as_json, tokens
from tests.helpers.manual_clock import NOON, ManualClock


@pytest.fixture
async def app(http: httpx2.AsyncClient, authority: Authority, clock: ManualClock) -> AppTokens:
    environment = custom(authority.origin, authority.origin, "")
    return AppTokens(OAuth(http, environment, Client("id", "app-secret"), clock), clock)


async def test_one_token_for_all(app: AppTokens, authority: Authority) -> None:
    authority.replies.append(tokens(1, expires_in=3600))
    assert app.expires_at == 0
    assert set(await asyncio.gather(app.token(), app.token(), app.token())) == {"access-1"}
    assert app.expires_at == NOON + HOUR
    assert len(authority.seen) == 1


async def test_renewed_ahead(app: AppTokens, authority: Authority, clock: ManualClock) -> None:
    authority.replies.extend([tokens(1, expires_in=3600), tokens(2, expires_in=3600)])
    await app.token()
    clock.advance(HOUR - 5 * MINUTE - 1)
    assert await app.token() == "access-1"
    clock.advance(1)
    assert await app.token() == "access-2"


async def test_a_short_life_is_used(
    app: AppTokens, authority: Authority, clock: ManualClock
) -> None:
    authority.replies.append(tokens(1, expires_in=60))
    await app.token()
    clock.advance(29 * SECOND)
    assert await app.token() == "access-1"


async def test_a_refused_token_is_fetched_anew(app: AppTokens, authority: Authority) -> None:
    authority.replies.extend([tokens(1), tokens(2)])
    first = await app.token()
    await app.refused(first)
    await app.refused(first)
    assert await app.token() == "access-2"
    await app.refused(first)
    assert await app.token() == "access-2"


@pytest.mark.parametrize("status", [400, 401])
async def test_a_wrong_secret(app: AppTokens, authority: Authority, status: int) -> None:
    reason = "Invalid client_id or client_secret"
    authority.replies.append(as_json(status, reason=reason, error="invalid_client"))
    with pytest.raises(ClientRefused) as caught:
        await app.token()
    assert "client secret" in caught.value.text
    assert "app-secret" not in repr(caught.value) + caught.value.text


async def test_no_network(app: AppTokens, authority: Authority) -> None:
    authority.replies.extend([Reply(drop=True), tokens(1)])
    with pytest.raises(Offline):
        await app.token()
    assert await app.token() == "access-1"
