"""The fixtures of a program beside a simulator; a folder may put its own in the place of any of them."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest

from rtms_tray.simulator import Simulator
from rtms_tray.store.profile import Profile
from tests.helpers.manual_clock import ManualClock
from tests.helpers.program_harness import (
    ProgramHarness,
    make_profile,
    make_secrets,
    manual_simulator,
    run_signed_in,
)
from tests.helpers.simulator_client import SimulatorClient
from tests.helpers.stores import LockedStore


@pytest.fixture
async def zoom() -> AsyncIterator[Simulator]:
    """A simulator in which nothing happens on its own."""
    async with manual_simulator() as simulator:
        yield simulator


@pytest.fixture
def profile(tmp_path: Path, zoom: Simulator) -> Profile:
    """The program's profile, set up for the simulator."""
    return make_profile(tmp_path, zoom)


@pytest.fixture
async def store(zoom: Simulator) -> LockedStore:
    """The program's secrets, unlocked, with the client secret of the simulator's app."""
    return await make_secrets(zoom)


@pytest.fixture
async def harness(
    zoom: Simulator, profile: Profile, store: LockedStore
) -> AsyncIterator[ProgramHarness]:
    """The program, signed in and with its feed connected."""
    async with run_signed_in(zoom, profile, store) as running:
        yield running


@pytest.fixture
async def sharing(harness: ProgramHarness) -> ProgramHarness:
    """The program while the first meeting is captured."""
    await harness.share()
    return harness


@pytest.fixture
def clock() -> ManualClock:
    """A clock that stands still until it is moved."""
    return ManualClock()


@pytest.fixture
async def http() -> AsyncIterator[httpx2.AsyncClient]:
    """A real HTTP client that follows no redirects and knows no proxies."""
    async with httpx2.AsyncClient(trust_env=False, timeout=10) as client:
        yield client


@pytest.fixture
async def client(zoom: Simulator, http: httpx2.AsyncClient) -> SimulatorClient:
    """The app's owner, signed in to the simulator."""
    signed_in = SimulatorClient(zoom, http)
    await signed_in.sign_in()
    return signed_in
