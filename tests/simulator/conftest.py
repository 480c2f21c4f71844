"""What the simulator's tests share: a simulator with a manual clock, and a client."""

from collections.abc import AsyncIterator

import httpx2
import pytest

from rtms_tray.simulator import Simulator
from tests.helpers.manual_clock import ManualClock
from tests.helpers.simulator_client import MEETING, SimulatorClient


@pytest.fixture
def clock() -> ManualClock:
    """The simulated Zoom's clock."""
    return ManualClock()


@pytest.fixture
async def http() -> AsyncIterator[httpx2.AsyncClient]:
    """A real HTTP client that follows no redirects and knows no proxies."""
    async with httpx2.AsyncClient(trust_env=False, timeout=10) as client:
        yield client


@pytest.fixture
async def zoom(clock: ManualClock) -> AsyncIterator[Simulator]:
    """A simulated Zoom in the immediate progression, serving on a free port."""
    async with Simulator(clock=clock) as simulator:
        yield simulator


@pytest.fixture
async def client(zoom: Simulator, http: httpx2.AsyncClient) -> SimulatorClient:
    """Somebody signed in to the simulated Zoom."""
    signed_in = SimulatorClient(zoom, http)
    await signed_in.sign_in()
    return signed_in


@pytest.fixture
async def capture(zoom: Simulator, client: SimulatorClient) -> SimulatorClient:
    """A signed-in client in a meeting whose capture runs; the list of events is empty."""
    await client.control("meetings", number=MEETING, approval_required=False)
    await client.rtms("start")
    assert client.event_names() == ["meeting.rtms_started"]
    zoom.world.events.clear()
    return client
