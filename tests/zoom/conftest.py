"""Parts that tests of Zoom's side share: a real HTTP client, a clock to move, a store to watch."""

from collections.abc import AsyncIterator

import httpx2
import pytest

from rtms_tray.store.environment import custom
from rtms_tray.store.secrets import SecretError
from rtms_tray.zoom.oauth import Client, OAuth
from rtms_tray.zoom.tokens import TokenKeeper
from tests.helpers.manual_clock import ManualClock
from tests.helpers.scripted_server import ScriptedServer
from tests.helpers.stores import WatchedStore
from tests.zoom.fakes import SECRET_NAME


@pytest.fixture
async def store() -> WatchedStore:
    """Give an empty secret store."""
    return WatchedStore()


@pytest.fixture
async def auth_server() -> AsyncIterator[ScriptedServer]:
    """Give a scripted authorization server on loopback."""
    async with ScriptedServer() as server:
        yield server


@pytest.fixture
def oauth(http: httpx2.AsyncClient, auth_server: ScriptedServer, clock: ManualClock) -> OAuth:
    """Give a public client of the scripted server."""
    environment = custom(auth_server.origin, auth_server.origin, "")
    return OAuth(http, environment, Client("public-id"), clock)


@pytest.fixture
def troubles() -> list[SecretError | None]:
    """Return the list of what the keeper reports about its store."""
    return []


@pytest.fixture
async def keeper(
    oauth: OAuth, store: WatchedStore, clock: ManualClock, troubles: list[SecretError | None]
) -> TokenKeeper:
    """Give a keeper with nothing to keep yet."""
    return TokenKeeper(
        oauth=oauth, store=store, secret_name=SECRET_NAME, clock=clock, report=troubles.append
    )
