"""Parts that tests of Zoom's side share: a real HTTP client, a clock to move, a store to watch."""

from collections.abc import AsyncIterator

import httpx2
import pytest

from tests.helpers.authority import Authority
from tests.helpers.manual_clock import ManualClock
from tests.helpers.stores import WatchedStore


@pytest.fixture
async def http() -> AsyncIterator[httpx2.AsyncClient]:
    """Give a real HTTP client that talks to nothing but what it is told to."""
    async with httpx2.AsyncClient(trust_env=False) as client:
        yield client


@pytest.fixture
def clock() -> ManualClock:
    """Give a clock that stands still until it is moved."""
    return ManualClock()


@pytest.fixture
async def store() -> WatchedStore:
    """Give an empty secret store."""
    return WatchedStore()


@pytest.fixture
async def authority() -> AsyncIterator[Authority]:
    """Give a scripted authorization server on loopback."""
    async with Authority() as server:
        yield server
