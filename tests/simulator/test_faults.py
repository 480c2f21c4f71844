"""Faults on demand, and pages and hosts that are refused."""

import httpx2
import pytest

from rtms_tray.simulator import Simulator
from tests.helpers.simulator_client import SimulatorClient


async def test_a_fault_happens_a_number_of_times(client: SimulatorClient) -> None:
    headers = {"Retry-After": "7"}
    await client.control(
        "faults", path="users/me$", times=2, status=429, body={"code": 4001}, headers=headers
    )
    for _ in range(2):
        reply = await client.get("/users/me")
        assert (reply.status_code, reply.json()) == (429, {"code": 4001})
        assert reply.headers["retry-after"] == "7"
    assert (await client.get("/users/me")).status_code == 200


async def test_a_fault_can_be_for_one_method_and_permanent(client: SimulatorClient) -> None:
    await client.control("faults", method="patch", times=-1, status=500, body="Broken")
    assert (await client.get("/users/me")).status_code == 200
    for _ in range(3):
        assert (await client.rtms("start")).text == "Broken"
    assert await client.control("faults", clear=True) == {"faults": []}
    assert (await client.rtms("start")).status_code == 204


async def test_a_dropped_request_does_nothing(zoom: Simulator, client: SimulatorClient) -> None:
    await client.control("faults", path="rtms_app", drop=True)
    with pytest.raises(httpx2.TransportError):
        await client.rtms("start")
    assert zoom.world.requests == []


async def test_a_request_whose_reply_is_lost_is_carried_out(
    zoom: Simulator, client: SimulatorClient
) -> None:
    await client.control("meetings", number=98712345670, approval_required=False)
    await client.control("faults", path="rtms_app", lose_reply=True)
    with pytest.raises(httpx2.TransportError):
        await client.rtms("start")
    assert [request["status"] for request in zoom.world.requests] == [204]
    assert client.event_names() == ["meeting.rtms_started"]


async def test_a_delay_only_delays(client: SimulatorClient) -> None:
    await client.control("faults", path="users/me", delay_s=0.01)
    assert (await client.get("/users/me")).status_code == 200


@pytest.mark.promise("the simulator serves this computer alone")
@pytest.mark.parametrize("path", ["/v2/users/me", "/control/state", "/oauth/authorize"])
@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "127.0.0.1.evil.example:80"},
        {"Host": "[nonsense"},
        {"Origin": "https://evil.example"},
    ],
)
async def test_foreign_pages_are_refused(
    client: SimulatorClient, path: str, headers: dict[str, str]
) -> None:
    reply = await client.http.get(client.zoom.api_url + path, headers=headers)
    assert reply.status_code == 421


async def test_a_page_without_an_origin_may_only_sign_in(client: SimulatorClient) -> None:
    headers = {"Origin": "null"}
    for path, status in [("/control/state", 421), ("/oauth/authorize", 400)]:
        reply = await client.http.get(client.zoom.api_url + path, headers=headers)
        assert reply.status_code == status


async def test_an_invalid_fault_is_refused(client: SimulatorClient) -> None:
    assert "path" in await client.control_error(400, "faults", path=3)
