"""A silently dead connection to the simulated Zoom, which answers pings or doesn't."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest

from rtms_tray.simulator import Simulator
from rtms_tray.store.environment import custom
from rtms_tray.support.frozen import replace
from rtms_tray.zoom.feeds import Connected, Disconnected
from rtms_tray.zoom.feeds.standby import StandbyFeed
from rtms_tray.zoom.feeds.zoom_socket import Timing, ZoomSocketFeed
from rtms_tray.zoom.http_client import make_http
from rtms_tray.zoom.oauth import Client, OAuth
from rtms_tray.zoom.tokens import AppTokens
from tests.helpers.manual_clock import ManualClock
from tests.zoom.fakes import CALM, Reports

# Heartbeats alone would take a minute.
PINGING = replace(CALM, ping_s=0.2, pong_s=0.2)
BEATING = replace(PINGING, heartbeat_s=0.3, answer_s=0.2)


@pytest.fixture
async def zoom(clock: ManualClock) -> AsyncIterator[Simulator]:
    async with Simulator(clock=clock) as simulator:
        yield simulator


@pytest.fixture
async def begin(
    zoom: Simulator, clock: ManualClock, reports: Reports
) -> AsyncIterator[Callable[..., ZoomSocketFeed]]:
    tasks: list[asyncio.Task[None]] = []
    async with make_http() as http:
        environment = custom(zoom.oauth_url, zoom.api_url, zoom.events_url)
        app = OAuth(http, environment, Client(zoom.client_id, zoom.client_secret), clock)

        def run(timing: Timing = PINGING) -> ZoomSocketFeed:
            feed = ZoomSocketFeed(
                url=environment.events, subscription_id=zoom.subscription_id,
                tokens=AppTokens(app, clock), clock=clock, random=lambda: 0.0, timing=timing,
            )  # fmt: skip
            feed.watch_closely(wanted=True)
            tasks.append(asyncio.create_task(feed.run(reports)))
            return feed

        yield run
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def test_where_pings_are_answered_their_silence_is_noticed(
    zoom: Simulator, clock: ManualClock, reports: Reports, begin: Callable[..., ZoomSocketFeed]
) -> None:
    feed = begin()
    await reports.count(Connected, 1)
    clock.advance(5_000)
    await reports.until(lambda: feed.seen_at == clock.now)  # by a pong: no frame was due
    assert feed.pings_answered
    both = StandbyFeed(feed, feed, clock)
    assert both.pings_answered == 2 * feed.pings_answered
    zoom.feed.faults.no_pongs = True
    await reports.count(Disconnected, 1)
    assert reports.error_codes() == ["connection_lost"]


async def test_where_pings_never_were_heartbeats_judge(
    zoom: Simulator, reports: Reports, begin: Callable[..., ZoomSocketFeed]
) -> None:
    zoom.feed.faults.no_pongs = True
    feed = begin(BEATING)
    await reports.count(Connected, 1)
    await reports.until(lambda: sum(c.heartbeats for c in zoom.feed.connections.values()) >= 4)
    assert reports.of(Disconnected) == []
    assert not feed.pings_answered
    zoom.feed.faults.silence = True
    await reports.count(Disconnected, 1)
