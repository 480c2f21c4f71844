"""What the tests of commands share: a simulator, and a program signed in to it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from rtms_tray.simulator import Simulator
from tests.helpers.program_harness import (
    MEETING,
    ProgramHarness,
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
async def harness(zoom: Simulator, tmp_path: Path) -> AsyncIterator[ProgramHarness]:
    """The program, signed in and with its feed connected."""
    async with run_signed_in(
        zoom, make_profile(tmp_path, zoom), await make_secrets(zoom)
    ) as running:
        yield running


@pytest.fixture
async def sharing(harness: ProgramHarness) -> ProgramHarness:
    """The program while the first meeting is captured."""
    await harness.do("start", meeting=MEETING)
    harness.act("approve")
    await harness.wait_for_state("sharing")
    return harness
