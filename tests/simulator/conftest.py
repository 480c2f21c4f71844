"""What the simulator's tests share: a simulator with a manual clock, and a client."""

from collections.abc import AsyncIterator

import pytest

from rtms_tray.simulator import Simulator
from tests.helpers.manual_clock import ManualClock
from tests.helpers.simulator_client import MEETING, SimulatorClient


@pytest.fixture
async def zoom(clock: ManualClock) -> AsyncIterator[Simulator]:
    """A simulated Zoom in the immediate progression, serving on a free port."""
    async with Simulator(clock=clock) as simulator:
        yield simulator


@pytest.fixture
async def capture(zoom: Simulator, client: SimulatorClient) -> SimulatorClient:
    """A signed-in client in a meeting whose capture runs; the list of events is empty."""
    await client.control("meetings", number=MEETING, approval_required=False)
    await client.rtms("start")
    assert client.event_names() == ["meeting.rtms_started"]
    zoom.world.events.clear()
    return client
