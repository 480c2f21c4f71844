"""The program, signed in, behind a network that fails on demand."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from rtms_tray.simulator import Simulator
from rtms_tray.store.profile import Profile
from rtms_tray.store.secrets import MemoryStore
from tests.helpers.fault_proxy import FaultProxy
from tests.helpers.program_harness import (
    FAST_TIMING,
    MEETING,
    ProgramHarness,
    ShiftedClock,
    make_profile,
    make_secrets,
    manual_simulator,
    run_signed_in,
)


@pytest.fixture
async def zoom() -> AsyncIterator[Simulator]:
    """A simulator in which nothing happens on its own."""
    async with manual_simulator() as simulator:
        yield simulator


@pytest.fixture
async def net(zoom: Simulator) -> AsyncIterator[FaultProxy]:
    """The network between the two."""
    async with FaultProxy(zoom.oauth_url) as proxy:
        yield proxy


@pytest.fixture
def clock() -> ShiftedClock:
    """The program's clock, which a test may move."""
    return ShiftedClock()


@pytest.fixture
def profile(tmp_path: Path, zoom: Simulator, net: FaultProxy) -> Profile:
    """The program's profile."""
    return make_profile(tmp_path, zoom, net)


@pytest.fixture
async def store(zoom: Simulator, net: FaultProxy) -> MemoryStore:
    """The program's secrets."""
    return await make_secrets(zoom, net)


@pytest.fixture
async def harness(
    zoom: Simulator, profile: Profile, store: MemoryStore, clock: ShiftedClock
) -> AsyncIterator[ProgramHarness]:
    """The program, signed in and with its feed connected."""
    async with run_signed_in(zoom, profile, store, clock, FAST_TIMING) as running:
        yield running


@pytest.fixture
async def sharing(harness: ProgramHarness) -> ProgramHarness:
    """The program while the first meeting is captured."""
    await harness.do("start", meeting=MEETING)
    harness.act("approve")
    await harness.wait_for_state("sharing")
    return harness
