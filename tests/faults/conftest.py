"""The program signed in behind a network that fails as it is told."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from rtms_tray.simulator import Simulator
from rtms_tray.store.profile import Profile
from rtms_tray.store.secrets import MemoryStore
from rtms_tray.support.command_types import Exit
from tests.helpers.fault_proxy import FaultProxy
from tests.helpers.fault_world import MovedClock, profile_behind, program_behind, secrets_behind
from tests.helpers.zoom_world import MEETING, House, simulator


@pytest.fixture
async def zoom() -> AsyncIterator[Simulator]:
    """A simulated Zoom in which nothing happens by itself."""
    async with simulator() as made:
        yield made


@pytest.fixture
async def net(zoom: Simulator) -> AsyncIterator[FaultProxy]:
    """The network between the two."""
    async with FaultProxy(zoom.oauth_url) as proxy:
        yield proxy


@pytest.fixture
def clock() -> MovedClock:
    """The program's clock, which a test may move."""
    return MovedClock()


@pytest.fixture
def profile(tmp_path: Path, zoom: Simulator, net: FaultProxy) -> Profile:
    """The program's profile."""
    return profile_behind(tmp_path, zoom, net)


@pytest.fixture
async def store(zoom: Simulator, net: FaultProxy) -> MemoryStore:
    """The program's secrets."""
    return await secrets_behind(zoom, net)


@pytest.fixture
async def home(
    zoom: Simulator, profile: Profile, store: MemoryStore, clock: MovedClock
) -> AsyncIterator[House]:
    """The program, signed in and with its feed."""
    async with program_behind(zoom, profile, store, clock) as house:
        assert (await house.sign_in()).exit is Exit.DONE
        await house.connected()
        yield house


@pytest.fixture
async def sharing(home: House) -> House:
    """The program while a meeting is captured."""
    await home.do("start", meeting=MEETING)
    home.act("approve")
    await home.state("sharing")
    return home
