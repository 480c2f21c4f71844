"""Zoom's log of deliveries, read from the simulated Zoom."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx2
import pytest

from rtms_tray.simulator import Simulator
from rtms_tray.simulator.faults import Fault
from rtms_tray.simulator.settings import SCOPES
from rtms_tray.support.clock import SystemClock
from rtms_tray.support.units import MINUTE
from rtms_tray.zoom import delivery_log
from rtms_tray.zoom.delivery_log import LOG_SCOPE, DeliveryLog, LogRefused, digest_of, read_page
from rtms_tray.zoom.errors import ReplyLost
from tests.helpers.simulator_client import SimulatorClient

NUMBER = 98712345670


@dataclass
class User:
    """Somebody with a token."""

    access: str
    api_base: str
    refused: int = 0

    async def token(self) -> str:
        """Return the token."""
        return self.access

    async def mark_refused(self, _token: str) -> None:
        """Count."""
        self.refused += 1


@pytest.fixture
async def zoom() -> AsyncIterator[Simulator]:
    switches = {"delivery_log": True, "scopes": f"{SCOPES} {LOG_SCOPE}"}
    async with Simulator(progression="manual", switches=switches) as simulator:
        yield simulator


@pytest.fixture
def user(client: SimulatorClient, zoom: Simulator) -> User:
    return User(client.token, f"{zoom.api_url}/v2")


def log_of(zoom: Simulator, http: httpx2.AsyncClient, app_id: str = "") -> DeliveryLog:
    """The log of the simulator's app."""
    return DeliveryLog(http, app_id or zoom.world.app.app_id, SystemClock())


async def test_the_events_are_in_it(zoom: Simulator, http: httpx2.AsyncClient, user: User) -> None:
    for _ in range(2):
        zoom.act(NUMBER, "end_meeting")
        zoom.act(NUMBER, "start_meeting")
    read = await log_of(zoom, http).read(user, SystemClock()() - MINUTE)
    assert read.complete
    sent = [one["event"] for one in zoom.world.events]
    assert [json.loads(one.raw) for one in read.entries] == sent
    assert {one.subscription for one in read.entries} == {zoom.world.app.webhook_subscription_id}
    ended = await log_of(zoom, http).read(user, SystemClock()() - MINUTE, "meeting.ended")
    assert {one.name for one in ended.entries} == {"meeting.ended"}


async def test_page_by_page(
    zoom: Simulator, http: httpx2.AsyncClient, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    zoom.act(NUMBER, "end_meeting")
    zoom.act(NUMBER, "start_meeting")
    count = len(zoom.world.events)
    assert count > 2
    monkeypatch.setattr(delivery_log, "PAGE_SIZE", 1)
    read = await log_of(zoom, http).read(user, SystemClock()() - MINUTE)
    assert (len(read.entries), read.complete) == (count, True)
    monkeypatch.setattr(delivery_log, "MOST_PAGES", 2)
    read = await log_of(zoom, http).read(user, SystemClock()() - MINUTE)
    assert (len(read.entries), read.complete) == (2, False)


async def test_the_scope_is_missing(
    zoom: Simulator, http: httpx2.AsyncClient, client: SimulatorClient, user: User
) -> None:
    zoom.world.settings.scopes = SCOPES
    await client.sign_in()
    user.access = client.token
    with pytest.raises(LogRefused) as refused:
        await log_of(zoom, http).read(user, SystemClock()() - MINUTE)
    assert (refused.value.code, refused.value.is_final) == ("scope_missing", True)
    assert LOG_SCOPE in refused.value.text


async def test_somebody_elses_app_does_not_cost_the_sign_in(
    zoom: Simulator, http: httpx2.AsyncClient, user: User
) -> None:
    refusal = {
        "code": 201,
        "message": "You do not have permission to access the targeted resource.",
    }
    zoom.faults.add(Fault(path="webhook_logs", status=401, body=refusal))
    with pytest.raises(LogRefused) as refused:
        await log_of(zoom, http).read(user, SystemClock()() - MINUTE)
    assert (refused.value.is_final, user.refused) == (True, 0)
    with pytest.raises(LogRefused) as unknown:
        await log_of(zoom, http, "other/app").read(user, SystemClock()() - MINUTE)
    assert "other/app" in unknown.value.text


async def test_too_many_calls_end_when_zoom_says(
    zoom: Simulator, http: httpx2.AsyncClient, user: User
) -> None:
    fault = Fault(path="webhook_logs", status=429, headers={"Retry-After": "7"}, body={"code": 429})
    zoom.faults.add(fault)
    with pytest.raises(LogRefused) as refused:
        await log_of(zoom, http).read(user, SystemClock()() - MINUTE)
    assert (refused.value.is_final, refused.value.wait_s) == (False, 7)


async def test_an_answer_that_breaks_off(
    zoom: Simulator, http: httpx2.AsyncClient, user: User
) -> None:
    zoom.faults.add(Fault(path="webhook_logs", drop=True))
    with pytest.raises(ReplyLost):
        await log_of(zoom, http).read(user, SystemClock()() - MINUTE)


EVENT = '{"event": "meeting.ended", "event_ts": 1793400000000, "payload": {}}'


def page(*entries: object, **more: object) -> bytes:
    """A page with these entries."""
    return json.dumps({"webhook_logs": entries, **more}).encode()


@pytest.mark.parametrize(
    "entry",
    [
        7,
        {"request_body": EVENT},
        {"subscription_id": "w"},
        {"subscription_id": "w", "request_body": EVENT[:-5]},
        {"subscription_id": "w", "request_body": '{"event_ts": 1793400000000}'},
        {"subscription_id": "w", "request_body": '{"event": "meeting.ended"}'},
    ],
)
def test_what_holds_no_event_makes_the_page_incomplete(entry: object) -> None:
    good = {"subscription_id": "w", "request_body": EVENT}
    entries, complete, token = read_page(page(good, entry))
    assert ([one.raw for one in entries], complete, token) == ([EVENT], False, "")


def test_zooms_own_checks_are_no_events() -> None:
    check = EVENT.replace("meeting.ended", "endpoint.url_validation")
    assert read_page(page({"subscription_id": "w", "request_body": check})) == ([], True, "")


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"webhook_logs": 3}'])
def test_anything_else_is_no_page(body: bytes) -> None:
    assert read_page(body) == ([], False, "")


def test_a_token_that_does_not_move_ends_it() -> None:
    assert read_page(page(next_page_token="t"), "t") == ([], False, "")
    assert read_page(page(next_page_token="t"), "s") == ([], True, "t")
    assert read_page(page(next_page_token=7)) == ([], True, "")


def test_only_json_has_a_digest() -> None:
    assert digest_of("no") is None
    assert digest_of('{"a": 1, "b": 2}') == digest_of('{"b":2,"a":1}')
