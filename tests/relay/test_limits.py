"""How often is too often: for users, for addresses, and while NATS is away."""

import httpx2
import pytest
from msgspec.structs import replace

from rtms_tray.relay import rate_limits
from rtms_tray.relay.rate_limits import RateLimit
from rtms_tray.relay.settings import Settings
from tests.helpers.manual_clock import ManualClock
from tests.helpers.relay_harness import running
from tests.helpers.simulator_client import SimulatorClient


def test_so_many_a_minute_are_admitted_and_more_later(clock: ManualClock) -> None:
    limit = RateLimit(3, clock)
    assert [limit.admits("a") for _ in range(4)] == [True, True, True, False]
    assert limit.admits("b")
    clock.advance(20_000)
    assert [limit.admits("a") for _ in range(2)] == [True, False]


def test_asking_does_not_count(clock: ManualClock) -> None:
    limit = RateLimit(1, clock)
    assert not limit.is_exceeded("a")
    assert limit.admits("a")
    assert limit.is_exceeded("a")


def test_many_names_are_forgotten_the_quiet_ones_first(
    clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rate_limits, "_MOST_NAMES", 3)
    limit = RateLimit(1, clock)
    limit.count("quiet")
    clock.advance(60_000)
    for name in ("a", "b", "c"):
        limit.count(name)
    assert limit.is_exceeded("a")
    limit.count("d")
    assert not limit.is_exceeded("a")
    assert limit.is_exceeded("d")


async def test_a_user_and_an_address_that_ask_too_often_wait(
    settings: Settings, http: httpx2.AsyncClient, client: SimulatorClient
) -> None:
    async with running(replace(settings, requests_per_minute=2), http) as relay:
        answers = [(await relay.session(client.token)).status_code for _ in range(3)]
        assert answers == [200, 200, 429]
        for _ in range(2):
            assert (await relay.session("guess")).status_code == 401
        assert (await relay.session(client.token)).status_code == 429
        for ask in (relay.renew, relay.end):
            assert (await ask("guess")).status_code == 429


async def test_who_renews_too_often_waits(
    settings: Settings, http: httpx2.AsyncClient, client: SimulatorClient
) -> None:
    async with running(replace(settings, requests_per_minute=3), http) as relay:
        token = (await relay.session(client.token)).json()["token"]
        for _ in range(2):
            reply = await relay.renew(token)
            token = reply.json()["token"]
        assert (await relay.renew(token)).json() == {"error": "too_many_requests"}
        client.zoom.world.settings.user = "host"
        await client.sign_in()
        assert (await relay.session(client.token)).status_code == 200, "others need not wait"
