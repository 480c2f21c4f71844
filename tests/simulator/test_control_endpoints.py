"""The control interface: what can be read, changed, and reset."""

import json

import pytest

from rtms_tray.simulator import Simulator
from tests.helpers.simulator_client import SimulatorClient

NUMBER = 98712345670


async def _state(client: SimulatorClient) -> dict[str, object]:
    reply = await client.http.get(f"{client.zoom.control_url}/state")
    state: dict[str, object] = reply.json()
    return state


async def test_state_describes_everything(client: SimulatorClient) -> None:
    await client.rtms("start")
    state = await _state(client)
    assert set(state) == {
        "now",
        "scenario",
        "settings",
        "users",
        "meetings",
        "requests",
        "due",
        "grants",
        "faults",
        "feed",
    }
    assert state["requests"] == [
        {
            "at": state["now"],
            "action": "start",
            "meeting": str(NUMBER),
            "user": "owner",
            "client_id": client.zoom.client_id,
            "status": 204,
            "code": None,
        }
    ]


async def test_events_are_listed(client: SimulatorClient) -> None:
    await client.act("host_leaves")
    reply = (await client.http.get(f"{client.zoom.control_url}/events")).json()
    assert reply == {"events": client.zoom.world.events}
    assert reply["events"][0]["event"]["event"] == "meeting.participant_left"


async def test_meetings_can_be_created(zoom: Simulator, client: SimulatorClient) -> None:
    created = await client.control("meetings", topic="<b>New</b>", starts_in_min=5)
    meeting = zoom.world.meetings[created["number"]]
    assert (meeting.topic, meeting.start_time) == ("<b>New</b>", zoom.engine.now() + 300_000)
    assert len(str(created["number"])) == 11


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("meetings", {"number": NUMBER, "colour": "red"}),
        ("meetings", {"number": NUMBER, "started": "yes"}),
        ("meetings", {"number": NUMBER, "host": "nobody"}),
        ("settings", {"rotation": "sometimes"}),
        ("settings", {"speed": 3}),
        ("feed", {"break": True}),
        ("scenario", {"name": "nonsense"}),
        ("users", {"key": "owner", "type": 3}),
        ("step", {"count": "many"}),
    ],
)
async def test_an_invalid_change_changes_nothing(
    client: SimulatorClient, path: str, body: dict[str, object]
) -> None:
    before = await _state(client)
    assert await client.control_error(400, path, **body)
    assert await _state(client) == before


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("settings", {"user": "nobody"}),
        ("users", {"key": "nobody"}),
        ("meetings/1/act", {"act": "approve"}),
    ],
)
async def test_unknown_users_and_meetings_are_refused(
    client: SimulatorClient, path: str, body: dict[str, object]
) -> None:
    assert await client.control_error(409, path, **body)


async def test_invalid_json_is_refused(client: SimulatorClient) -> None:
    reply = await client.http.post(f"{client.zoom.control_url}/step", content=b"[")
    assert reply.status_code == 400


async def test_users_can_be_changed(client: SimulatorClient) -> None:
    await client.control("users", key="owner", type=1, client_version="6.5.4(win)")
    me = (await client.get("/users/me")).json()
    assert (me["type"], me["last_client_version"]) == (1, "6.5.4(win)")
    assert (await client.rtms("start")).json()["code"] == 2310


async def test_delays_are_merged(zoom: Simulator, client: SimulatorClient) -> None:
    changed = await client.control("settings", delays_s={"stream_begins": 0.5})
    assert changed["settings"]["delays_s"]["stream_begins"] == 0.5
    assert zoom.world.settings.delays_s["jbh_waiting"] == 30.0


async def test_reset_returns_to_the_start_and_keeps_grants(client: SimulatorClient) -> None:
    before = (await _state(client))["meetings"]
    await client.control("settings", nested_payloads=True)
    await client.control("faults", status=500, times=-1)
    await client.control("feed", silence=True)
    await client.act("end_meeting")
    await client.control("reset")
    state = await _state(client)
    assert json.dumps(state["settings"]).count('"nested_payloads": false') == 1
    assert isinstance(before, dict)
    assert isinstance(state["meetings"], dict)
    assert state["meetings"].keys() == before.keys()
    assert client.events() == []
    assert (await client.get("/users/me")).status_code == 200


async def test_loading_a_scenario_returns_its_play(client: SimulatorClient) -> None:
    state = await client.control("scenario", name="scenario-08")
    assert [step["act"] for step in state["scenario"]["play"]] == ["start", "approve"]
    assert list(state["meetings"]) == [str(NUMBER)]
