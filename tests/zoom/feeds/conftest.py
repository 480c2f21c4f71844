"""Parts that tests of feeds share: a server to connect to, tokens, and reports to wait for."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest

from rtms_tray.store.relay_place import RelayPlaceFile
from rtms_tray.support.units import HOUR
from rtms_tray.zoom.feeds import Feed
from rtms_tray.zoom.feeds.relay import RelayFeed
from rtms_tray.zoom.feeds.relay_session import RelaySession
from rtms_tray.zoom.feeds.zoom_socket import Timing, ZoomSocketFeed
from tests.helpers.event_server import EventServer
from tests.helpers.manual_clock import ManualClock
from tests.helpers.relay_script import ScriptedRelay
from tests.zoom.fakes import QUICK, BeginRelay, MakeFeed, Reports, Start, Tokens


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


@pytest.fixture
def make(server: EventServer, tokens: Tokens, clock: ManualClock) -> MakeFeed:
    def build(timing: Timing) -> ZoomSocketFeed:
        return ZoomSocketFeed(
            url=server.url,
            subscription_id="sub/1",
            tokens=tokens,
            clock=clock,
            random=lambda: 0.5,
            timing=timing,
        )

    return build


@pytest.fixture
async def start(reports: Reports) -> AsyncIterator[Start]:
    tasks: list[asyncio.Task[None]] = []

    def run(feed: Feed) -> asyncio.Task[None]:
        tasks.append(asyncio.create_task(feed.run(reports)))
        return tasks[-1]

    yield run
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


@pytest.fixture
async def relay(clock: ManualClock) -> AsyncIterator[ScriptedRelay]:
    async with ScriptedRelay(clock) as running:
        yield running


@pytest.fixture
def file(tmp_path: Path) -> RelayPlaceFile:
    return RelayPlaceFile(tmp_path / "relay.json")


@pytest.fixture
async def begin(
    relay: ScriptedRelay,
    file: RelayPlaceFile,
    clock: ManualClock,
    tokens: Tokens,
    reports: Reports,
) -> AsyncIterator[BeginRelay]:
    """Run a feed for somebody who is signed in; the test gets the feed."""
    tasks: list[asyncio.Task[None]] = []

    def run(timing: Timing = QUICK, account: str | None = "me") -> RelayFeed:
        feed = RelayFeed(
            address=relay.address,
            session=RelaySession(relay.address, relay.http, clock),
            file=file,
            clock=clock,
            random=lambda: 0.5,
            timing=timing,
        )
        feed.use_account(account, tokens)
        tasks.append(asyncio.create_task(feed.run(reports)))
        return feed

    yield run
    for task in tasks:
        task.cancel()
    with suppress(asyncio.CancelledError):
        await asyncio.gather(*tasks, return_exceptions=True)
