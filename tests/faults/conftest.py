"""The program, signed in, behind a network that fails on demand."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from rtms_tray.simulator import Simulator
from rtms_tray.store.profile import Profile
from tests.helpers.fault_proxy import FaultProxy
from tests.helpers.program_harness import (
    FAST_TIMING,
    ProgramHarness,
    ShiftedClock,
    make_profile,
    make_secrets,
    run_signed_in,
)
from tests.helpers.stores import LockedStore


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
async def store(zoom: Simulator, net: FaultProxy) -> LockedStore:
    """The program's secrets."""
    return await make_secrets(zoom, net)


@pytest.fixture
async def harness(
    zoom: Simulator, profile: Profile, store: LockedStore, clock: ShiftedClock
) -> AsyncIterator[ProgramHarness]:
    """The program, signed in and with its feed connected."""
    async with run_signed_in(zoom, profile, store, clock, FAST_TIMING) as running:
        yield running
