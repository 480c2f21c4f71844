"""What every test of the commands begins with: a simulated Zoom, and somebody signed in to it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from rtms_tray.simulator import Simulator
from tests.helpers.zoom_world import MEETING, House, profile_in, secrets_of, signed_in, simulator


@pytest.fixture
async def zoom() -> AsyncIterator[Simulator]:
    """A simulated Zoom of its own."""
    async with simulator() as made:
        yield made


@pytest.fixture
async def home(zoom: Simulator, tmp_path: Path) -> AsyncIterator[House]:
    """The program, signed in, with a feed that is connected."""
    async with signed_in(zoom, profile_in(tmp_path, zoom), await secrets_of(zoom)) as made:
        yield made


@pytest.fixture
async def sharing(home: House) -> House:
    """A house in which the first meeting is captured."""
    await home.do("start", meeting=MEETING)
    home.act("approve")
    await home.state("sharing")
    return home
