"""What the simulator's tests share: a simulator with a manual clock, and a client."""

from collections.abc import AsyncIterator

import httpx2
import pytest

from rtms_tray.simulator import Simulator
from tests.helpers.zoom_caller import MEETING, Clock, ZoomCaller


@pytest.fixture
def clock() -> Clock:
    """The simulated Zoom's clock."""
    return Clock()


@pytest.fixture
async def http() -> AsyncIterator[httpx2.AsyncClient]:
    """A real HTTP client that follows no redirects and knows no proxies."""
    async with httpx2.AsyncClient(trust_env=False, timeout=10) as client:
        yield client


@pytest.fixture
async def zoom(clock: Clock) -> AsyncIterator[Simulator]:
    """A simulated Zoom in the immediate progression, serving on a free port."""
    async with Simulator(clock=clock) as simulator:
        yield simulator


@pytest.fixture
async def caller(zoom: Simulator, http: httpx2.AsyncClient) -> ZoomCaller:
    """Somebody signed in to the simulated Zoom."""
    signed_in = ZoomCaller(zoom, http)
    await signed_in.sign_in()
    return signed_in


@pytest.fixture
async def capture(zoom: Simulator, caller: ZoomCaller) -> ZoomCaller:
    """A signed-in client in a meeting whose capture runs; the list of events is empty."""
    await caller.control("meetings", number=MEETING, approval_required=False)
    await caller.rtms("start")
    assert caller.names() == ["meeting.rtms_started"]
    zoom.world.events.clear()
    return caller
