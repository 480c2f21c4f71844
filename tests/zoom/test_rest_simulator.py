"""REST calls and the event socket against the simulated Zoom, which shares no code with them."""

import asyncio
from collections.abc import AsyncIterator

import httpx2
import pytest

from rtms_tray.capture.events import (
    Action,
    BreakoutJoined,
    BreakoutLeft,
    FeedEvent,
    MeetingEnded,
    MeetingStatus,
    Outcome,
    ParticipantJoined,
    ParticipantLeft,
    StreamStarted,
    StreamStopped,
    Unknown,
)
from rtms_tray.simulator import Simulator
from rtms_tray.store.environment import custom
from rtms_tray.zoom.event_decoder import decode
from rtms_tray.zoom.feeds import Connected, Disconnected, Glimpsed, Received
from rtms_tray.zoom.feeds.zoom_socket import ZoomSocketFeed
from rtms_tray.zoom.oauth import Client, OAuth
from rtms_tray.zoom.rest import Rest
from rtms_tray.zoom.tokens import AppTokens
from tests.helpers.manual_clock import ManualClock
from tests.helpers.simulator_client import SimulatorClient
from tests.zoom.fakes import Reports

NUMBER = "98712345670"


class Bearer:
    """Gives the client's token, and signs in again where that is refused."""

    def __init__(self, client: SimulatorClient) -> None:
        self._client = client
        self.api_base = f"{client.zoom.api_url}/v2"

    async def token(self) -> str:
        return self._client.token

    async def mark_refused(self, token: str) -> None:
        assert token == self._client.token
        await self._client.sign_in()


@pytest.fixture
async def zoom(clock: ManualClock) -> AsyncIterator[Simulator]:
    async with Simulator(clock=clock) as simulator:
        yield simulator


@pytest.fixture
def rest(client: SimulatorClient, http: httpx2.AsyncClient, clock: ManualClock) -> Rest:
    return Rest(http, Bearer(client), client.zoom.client_id, clock)


@pytest.fixture
def reports() -> Reports:
    return Reports()


@pytest.fixture
async def listening(
    zoom: Simulator, http: httpx2.AsyncClient, clock: ManualClock, reports: Reports
) -> AsyncIterator[asyncio.Task[None]]:
    environment = custom(zoom.oauth_url, zoom.api_url, zoom.events_url)
    client = Client(zoom.client_id, zoom.client_secret)
    feed = ZoomSocketFeed(
        url=environment.events,
        subscription_id=zoom.subscription_id,
        tokens=AppTokens(OAuth(http, environment, client, clock), clock),
        clock=clock,
        random=lambda: 0.0,
    )
    running = asyncio.create_task(feed.run(reports))
    await reports.count(Connected, 1)
    yield running
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


def events(reports: Reports) -> list[FeedEvent]:
    return [report.event for report in reports.all if isinstance(report, Received | Glimpsed)]


def kinds(reports: Reports) -> list[type]:
    return [type(event) for event in events(reports)]


@pytest.mark.usefixtures("listening")
async def test_a_stream_is_asked_for_seen_and_stopped(
    rest: Rest, reports: Reports, zoom: Simulator
) -> None:
    assert (await rest.send_request(1, Action.START, NUMBER)).outcome is Outcome.ACCEPTED
    assert StreamStarted not in kinds(reports)
    zoom.act(int(NUMBER), "approve")
    await reports.until(lambda: StreamStarted in kinds(reports))
    for request, action in enumerate((Action.PAUSE, Action.RESUME, Action.STOP), 2):
        assert (await rest.send_request(request, action, NUMBER)).outcome is Outcome.ACCEPTED
    await reports.until(lambda: StreamStopped in kinds(reports))
    stopped = next(event for event in events(reports) if isinstance(event, StreamStopped))
    assert stopped.reason == 2


@pytest.mark.usefixtures("listening")
async def test_people_come_and_go_until_the_meeting_ends(
    rest: Rest, reports: Reports, zoom: Simulator
) -> None:
    number = int(NUMBER)
    for act in ("host_leaves", "host_joins", "open_breakout", "close_breakout"):
        zoom.act(number, act)
    zoom.act(number, "end_meeting")
    await reports.until(lambda: MeetingEnded in kinds(reports))
    expected = {ParticipantLeft, ParticipantJoined, BreakoutJoined, BreakoutLeft, MeetingEnded}
    assert expected <= set(kinds(reports))
    assert Unknown not in kinds(reports)
    assert [decode(r.raw, 0) for r in reports.all if isinstance(r, Received | Glimpsed)] == events(
        reports
    )
    assert (await rest.send_request(1, Action.START, NUMBER)).outcome is Outcome.NOT_STARTED


async def test_codes_and_statuses_are_read(rest: Rest, client: SimulatorClient) -> None:
    missing = await rest.send_request(1, Action.START, "99999999999")
    assert (missing.outcome, missing.code) == (Outcome.REFUSED, 3001)
    idle = await rest.send_request(2, Action.STOP, NUMBER)
    assert (idle.outcome, idle.code) == (Outcome.REFUSED, 13277)
    fetched = await rest.fetch_meeting(NUMBER)
    assert fetched.status is MeetingStatus.STARTED
    assert fetched.meeting.uuid
    assert await rest.fetch_meeting(fetched.meeting.uuid) == fetched
    assert (await rest.fetch_meeting("99999999999")).status is MeetingStatus.NOT_FOUND
    assert (await rest.me()).id
    listed = await rest.live_meetings() + await rest.upcoming_meetings()
    assert all(meeting.number for meeting in listed)
    await client.control("grants", revoke="owner")
    assert (await rest.fetch_meeting(NUMBER)).status is MeetingStatus.STARTED


async def test_kicked_or_cut_it_comes_back(
    listening: asyncio.Task[None], reports: Reports, client: SimulatorClient
) -> None:
    await client.control("feed", cut=True)
    await reports.count(Connected, 2)
    await client.control("feed", kick=1000)
    await reports.count(Disconnected, 2)
    codes = [r.error.code for r in reports.all if isinstance(r, Disconnected) and r.error]
    assert codes == ["connection_lost", "closed_by_zoom"]
    assert not listening.done()
