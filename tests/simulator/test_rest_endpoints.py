"""The REST calls of the simulated Zoom."""

import pytest

from rtms_tray.simulator import Simulator
from rtms_tray.simulator.rest_endpoints import parse_reference
from tests.helpers.manual_clock import ManualClock
from tests.helpers.simulator_client import SimulatorClient, encode_twice

NUMBER = 98712345670


async def test_users_me_returns_the_caller(zoom: Simulator, client: SimulatorClient) -> None:
    me = (await client.get("/users/me")).json()
    assert me["id"] == zoom.world.users["owner"].id
    assert me["last_client_version"] == "6.6.1.2345(linux)"


async def test_live_meetings_are_the_callers_own(zoom: Simulator, client: SimulatorClient) -> None:
    async def numbers(kind: str) -> list[int]:
        reply = await client.get("/users/me/meetings", type=kind)
        return [meeting["id"] for meeting in reply.json()["meetings"]]

    assert await numbers("live") == []
    for number in (NUMBER, NUMBER + 2):
        await client.control("meetings", number=number, host="owner")
    assert await numbers("live") == [NUMBER]
    assert await numbers("scheduled") == [NUMBER, NUMBER + 2]
    assert await numbers("upcoming") == [NUMBER + 2]
    zoom.act(NUMBER, "end_meeting")
    assert await numbers("previous_meetings") == [NUMBER]


async def test_upcoming_meetings_include_invitations(client: SimulatorClient) -> None:
    reply = (await client.get("/users/me/upcoming_meetings")).json()
    assert reply["total_records"] == 3
    assert {m["is_host"] for m in reply["meetings"]} == {False}
    await client.control("meetings", number=1234567890, starts_in_min=60 * 25)
    assert (await client.get("/users/me/upcoming_meetings")).json()["total_records"] == 3


async def test_a_meeting_by_number_and_by_uuid_with_slashes(
    zoom: Simulator, client: SimulatorClient
) -> None:
    uuid = zoom.world.ids.uuid_with_slashes()
    assert uuid.startswith("/")
    assert "//" in uuid
    await client.control("meetings", number=NUMBER, uuid=uuid)
    by_number = await client.get(f"/meetings/{NUMBER}")
    by_uuid = await client.get(f"/meetings/{encode_twice(uuid)}")
    assert by_number.json() == by_uuid.json()
    assert (by_uuid.json()["uuid"], by_uuid.json()["status"]) == (uuid, "started")


async def test_an_unreadable_meeting_is_not_found(client: SimulatorClient) -> None:
    await client.control("meetings", number=NUMBER, readable=False)
    reply = await client.get(f"/meetings/{NUMBER}")
    assert (reply.status_code, reply.json()["code"]) == (404, 3001)


@pytest.mark.parametrize(("switch", "status"), [("waiting", 200), ("gone", 404)])
async def test_an_ended_meeting_is_waiting_or_gone(
    zoom: Simulator, client: SimulatorClient, switch: str, status: int
) -> None:
    await client.control("settings", ended_meeting=switch)
    zoom.act(NUMBER, "end_meeting")
    reply = await client.get(f"/meetings/{NUMBER}")
    assert reply.status_code == status
    assert reply.json().get("status", "waiting") == "waiting"


async def test_the_next_instance_has_another_uuid(zoom: Simulator, client: SimulatorClient) -> None:
    old = zoom.world.meetings[NUMBER].uuid
    zoom.act(NUMBER, "end_meeting")
    zoom.act(NUMBER, "host_joins")
    assert zoom.world.meetings[NUMBER].uuid != old
    assert (await client.get(f"/meetings/{encode_twice(old)}")).status_code == 404


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"action": "begin", "settings": {"client_id": "x"}}, "action"),
        ({"action": "start"}, "settings.client_id"),
        ([], "body"),
    ],
)
async def test_a_validation_error_names_its_field(
    client: SimulatorClient, body: object, field: str
) -> None:
    reply = await client.patch(NUMBER, body)
    assert (reply.status_code, reply.json()["code"]) == (400, 300)
    assert [error["field"] for error in reply.json()["errors"]] == [field]


async def test_refusals_have_zooms_code_and_text(client: SimulatorClient) -> None:
    reply = await client.rtms("start", NUMBER + 2)
    assert (reply.status_code, reply.json()) == (
        400,
        {"code": 3000, "message": f"Meeting {NUMBER + 2} has not started."},
    )
    assert (await client.rtms("start", "123")).json()["code"] == 300
    assert (await client.get("/nothing/here")).status_code == 404


async def test_replies_are_dated_by_zooms_clock(
    client: SimulatorClient, clock: ManualClock
) -> None:
    clock.now = 1_795_000_000_000
    await client.control("settings", clock_skew_s=3600)
    reply = await client.get("/users/me")
    assert reply.headers["date"] == "Wed, 18 Nov 2026 12:06:40 GMT"


@pytest.mark.parametrize(
    "path", ["/users/me", "/users/me/meetings", "/users/me/upcoming_meetings", "/meetings/1"]
)
async def test_every_call_needs_its_scope(client: SimulatorClient, path: str) -> None:
    await client.control("settings", scopes="user:read:settings")
    reply = await client.get(path)
    assert (reply.status_code, reply.json()["code"]) == (400, 4711)


async def test_invalid_references_and_bodies_are_refused(client: SimulatorClient) -> None:
    assert (await client.get("/meetings/1")).json()["code"] == 300
    reply = await client.rtms("stop", participant_user_id="nobody")
    assert reply.json()["code"] == 2312
    url = f"{client.zoom.api_url}/v2/live_meetings/{NUMBER}/rtms_app/status"
    headers = {"Authorization": f"Bearer {client.token}"}
    broken = await client.http.patch(url, content=b"{", headers=headers)
    assert broken.json()["errors"] == [{"field": "body", "message": "Invalid JSON."}]


@pytest.mark.parametrize(
    ("segment", "expected"),
    [
        ("98712345670", "98712345670"),
        ("12345", None),
        ("abc", None),
        ("aDYlohsHRtCd4ii1uC2+hA%3D%3D", "aDYlohsHRtCd4ii1uC2+hA=="),
        ("%252FajXp112Q%252F%252FmuoJ4854875%253D%253D", "/ajXp112Q//muoJ4854875=="),
        ("%252FajXp112Q%252FmuoJ485487%253D%253D", None),
        ("%2FajXp112Q%2FmuoJ485487%3D%3D", None),
    ],
)
def test_references_in_paths(segment: str, expected: str | None) -> None:
    assert parse_reference(segment) == expected
