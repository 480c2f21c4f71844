"""Parts that tests of feeds share: a server to connect to, tokens, and reports to wait for."""

from collections.abc import AsyncIterator

import pytest

from rtms_tray.capture.units import HOUR
from tests.helpers.event_server import EventServer
from tests.helpers.feed_parts import Reports, Tokens
from tests.helpers.manual_clock import ManualClock


@pytest.fixture
async def server() -> AsyncIterator[EventServer]:
    async with EventServer() as running:
        yield running


@pytest.fixture
def tokens(clock: ManualClock) -> Tokens:
    return Tokens(clock.now + HOUR)


@pytest.fixture
def reports() -> Reports:
    return Reports()
