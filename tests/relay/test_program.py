"""The whole program beside a real relay: what it hears, what it says, and what it does when the relay goes."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest

from rtms_tray.relay.settings import Settings
from rtms_tray.simulator import Simulator
from rtms_tray.store.profile import Profile
from tests.helpers.program_harness import (
    FAST_TIMING,
    ProgramHarness,
    make_profile,
    run_signed_in,
)
from tests.helpers.relay_harness import RelayHarness, running
from tests.helpers.stores import LockedStore


@pytest.fixture
async def zoom() -> AsyncIterator[Simulator]:
    """A simulated Zoom in which nothing happens on its own; its access tokens are JWTs."""
    async with Simulator(progression="manual", switches={"access_tokens": "jwt"}) as simulator:
        yield simulator


@pytest.fixture
async def relay(
    settings: Settings, http: httpx2.AsyncClient, zoom: Simulator
) -> AsyncIterator[RelayHarness]:
    """A running relay, to which Zoom sends its webhooks."""
    async with running(settings, http) as harness:
        zoom.world.settings.webhook_url = f"{harness.url}/zoom/webhook"
        yield harness


@pytest.fixture
def profile(tmp_path: Path, zoom: Simulator, relay: RelayHarness) -> Profile:
    """The program's profile, set up for the relay."""
    return make_profile(tmp_path / "tray", zoom, feed__kind="relay", feed__url=relay.url)


@pytest.fixture
async def harness(zoom: Simulator, profile: Profile) -> AsyncIterator[ProgramHarness]:
    """The program, signed in and connected to the relay, without the app's secret."""
    async with run_signed_in(zoom, profile, LockedStore(), timing=FAST_TIMING) as running_:
        yield running_


async def test_capture_is_shown_as_it_begins_and_ends(harness: ProgramHarness) -> None:
    await harness.share()
    assert harness.session().verified
    harness.act("host_stops")
    await harness.wait_for_state("stopped")
