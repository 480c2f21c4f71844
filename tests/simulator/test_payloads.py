"""Payloads match Zoom's OpenAPI for REST and `meeting.*`, and our own schema for RTMS."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from rtms_tray.simulator import Simulator
from tests.helpers.simulator_client import SimulatorClient, encode_twice

NUMBER = 98712345670
NEARBY = Path(__file__).parents[2].parent / "shared" / "zoom" / "zoom-openapi-subset.json"
OPENAPI = Path(os.environ.get("RTMS_TRAY_ZOOM_OPENAPI", NEARBY))

Schema = dict[str, Any]
STRING = {"type": "string", "minLength": 1}
INTEGER = {"type": "integer"}


def _payload(**fields: Schema) -> Schema:
    return {
        "type": "object",
        "properties": fields,
        "required": list(fields),
        "additionalProperties": False,
    }


STREAM: dict[str, Schema] = {
    "meeting_uuid": STRING,
    "rtms_stream_id": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
}
RTMS: dict[str, Schema] = {
    "meeting.rtms_started": _payload(
        **STREAM,
        account_id=STRING,
        meeting_id=INTEGER,
        operator_id=STRING,
        is_original_host={"type": "boolean"},
        server_urls={"type": "string", "pattern": "^wss://"},
    ),
    "meeting.rtms_stopped": _payload(
        **STREAM, stop_reason={"type": "integer", "minimum": 0, "maximum": 26}
    ),
    "meeting.rtms_interrupted": _payload(**STREAM),
    "rtms.concurrency_limited": _payload(
        operator_id=STRING,
        concurrency_number=INTEGER,
        id_field=_payload(meeting_uuid=STRING),
    ),
}
"""Our own description of the RTMS events' payloads, from Zoom's RTMS events page."""

ERROR: Schema = _payload(code=INTEGER, message=STRING)
OAUTH_ERROR: Schema = _payload(reason=STRING, error=STRING)


@pytest.fixture(scope="session")
def openapi() -> Schema:
    """Zoom's OpenAPI subset, where this machine has it."""
    if not OPENAPI.is_file():
        pytest.skip(f"Zoom's OpenAPI subset is not here; set RTMS_TRAY_ZOOM_OPENAPI: {OPENAPI}")
    schema: Schema = json.loads(OPENAPI.read_text(encoding="utf-8"))
    return schema


def _check(value: object, schema: Schema) -> None:
    formats = jsonschema.FormatChecker(formats=["date"])
    jsonschema.validate(value, schema, format_checker=formats)


def _reply_schema(openapi: Schema, path: str) -> Schema:
    replies = openapi["paths"][path]["get"]["responses"]
    schema: Schema = replies["200"]["content"]["application/json"]["schema"]
    return schema


async def test_rest_replies_match_zooms_schema(openapi: Schema, client: SimulatorClient) -> None:
    await client.control("meetings", number=NUMBER, host="owner")
    uuid = client.zoom.world.meetings[NUMBER].uuid
    for path, template in [
        ("/users/me", "/users/{userId}"),
        ("/users/me/meetings", "/users/{userId}/meetings"),
        ("/users/me/upcoming_meetings", "/users/{userId}/upcoming_meetings"),
        (f"/meetings/{NUMBER}", "/meetings/{meetingId}"),
        (f"/meetings/{encode_twice(uuid)}", "/meetings/{meetingId}"),
    ]:
        reply = await client.get(path)
        assert reply.status_code == 200
        _check(reply.json(), _reply_schema(openapi, template))


async def _play_everything(zoom: Simulator, client: SimulatorClient) -> None:
    third = NUMBER + 2
    await client.control("meetings", number=third, meeting_allowed_without_host=False)
    zoom.act(third, "owner_joins")
    zoom.act(third, "host_joins")
    await client.rtms("start", third)
    zoom.act(third, "interrupt_receiver")
    zoom.act(third, "new_server")
    zoom.act(third, "open_breakout")
    zoom.act(third, "close_breakout")
    zoom.act(third, "concurrency_limited")
    if zoom.world.settings.made_up_events:
        zoom.act(third, "start_failed")
        zoom.act(third, "request_status")
    zoom.act(third, "hand_off", to="outside")
    zoom.act(third, "owner_leaves")
    zoom.act(third, "end_meeting")


async def test_meeting_events_match_zooms_schema(
    openapi: Schema, zoom: Simulator, client: SimulatorClient
) -> None:
    await _play_everything(zoom, client)
    events = [e for e in client.events() if e["event"] in openapi["webhooks"]]
    for event in events:
        hook = openapi["webhooks"][event["event"]]["post"]["requestBody"]
        _check(event, hook["content"]["application/json"]["schema"])
    assert {str(e["event"]).removeprefix("meeting.") for e in events} == {
        "started",
        "ended",
        "participant_joined",
        "participant_left",
        "participant_joined_breakout_room",
        "participant_left_breakout_room",
        "participant_role_changed",
        "participant_jbh_waiting",
    }


FIXTURES = Path(__file__).parents[1] / "fixtures" / "payloads"
OWN = {"made_up"}
"""Marks what Zoom has not published."""
LEFT_OUT = {"id", "customer_key"}
"""Zoom's own schema has no such fields where a role changes; its example does."""


def _shape(event: Schema) -> set[str]:
    """List the paths of all fields."""
    return set(_paths("", event))


def _paths(prefix: str, value: Any) -> Iterator[str]:  # noqa: ANN401 - any JSON
    if not isinstance(value, dict):
        yield prefix
        return
    for name, inner in value.items():
        if name not in OWN:
            yield from _paths(f"{prefix}/{name}", inner)


@pytest.mark.parametrize(
    ("fixture", "fields"),
    [
        ("rtms_started_may2026", "documented"),
        ("rtms_stopped_1", "documented"),
        ("rtms_interrupted", "documented"),
        ("concurrency_limited", "documented"),
        ("start_failed_flat", "documented"),
        ("request_status_flat_uuid", "documented"),
        ("meeting_started", "documented"),
        ("participant_joined", "documented"),
        ("participant_left", "documented"),
        ("breakout_joined", "documented"),
        ("breakout_left", "documented"),
        ("jbh_waiting", "documented"),
        ("role_changed", "documented"),
        ("measured_joined_pair", "measured"),
        ("measured_left_plain", "measured"),
        ("measured_breakout_joined", "measured"),
        ("measured_breakout_left", "measured"),
    ],
)
async def test_events_have_the_fields_of_zooms_own(
    zoom: Simulator, client: SimulatorClient, fixture: str, fields: str
) -> None:
    example = json.loads((FIXTURES / f"{fixture}.json").read_text(encoding="utf-8"))
    await client.control("settings", people_fields=fields, made_up_events=True, move_pairs=True)
    await _play_everything(zoom, client)
    event = next(e for e in client.events() if e["event"] == example["event"])
    missing = _shape(example) - _shape(event)
    assert _shape(event) - _shape(example) == set()
    assert {path.rpartition("/")[2] for path in missing} <= (
        LEFT_OUT if fixture == "role_changed" else set()
    )


@pytest.mark.parametrize(
    ("fixture", "fields"),
    [
        ("rtms_stopped_uuid_only", "uuid_only"),
        ("rtms_stopped_with_uuid_and_reason_no_stream", "no_stream"),
    ],
)
async def test_poor_stops_have_the_fields_of_zooms_own(
    zoom: Simulator, client: SimulatorClient, fixture: str, fields: str
) -> None:
    example = json.loads((FIXTURES / f"{fixture}.json").read_text(encoding="utf-8"))
    await client.control("settings", stop_fields=fields)
    await _play_everything(zoom, client)
    event = next(e for e in client.events() if e["event"] == example["event"])
    assert _shape(event) == _shape(example)


@pytest.mark.parametrize(
    ("fixture", "act"),
    [
        ("measured_left_to_room", "open_breakout"),
        ("measured_left_room_to_main", "close_breakout"),
        ("measured_left_host_ended", "end_meeting"),
        ("measured_left_plain", "host_leaves"),
    ],
)
async def test_the_reasons_of_leaving_are_those_that_were_measured(
    client: SimulatorClient, fixture: str, act: str
) -> None:
    example = json.loads((FIXTURES / f"{fixture}.json").read_text(encoding="utf-8"))
    await client.control("settings", people_fields="measured", move_pairs=True, move_reason="named")
    await client.control("meetings", number=NUMBER, in_breakout_room=act == "close_breakout")
    await client.act(act)
    left = next(e for e in client.events() if e["event"] == "meeting.participant_left")
    reasons = [e["payload"]["object"]["participant"]["leave_reason"] for e in (left, example)]
    assert reasons[0] == reasons[1]


async def test_rtms_events_match_our_schema(zoom: Simulator, client: SimulatorClient) -> None:
    await _play_everything(zoom, client)
    events = [e for e in client.events() if "rtms" in str(e["event"])]
    assert {event["event"] for event in events} == RTMS.keys()
    for event in events:
        assert set(event) == {"event", "event_ts", "payload"}
        _check(event["payload"], RTMS[str(event["event"])])


async def test_nested_payloads_contain_the_same_fields(
    zoom: Simulator, client: SimulatorClient
) -> None:
    await client.control("settings", nested_payloads=True)
    await _play_everything(zoom, client)
    started = next(e for e in client.events() if e["event"] == "meeting.rtms_started")
    payload = started["payload"]
    assert payload.keys() == {"account_id", "object"}
    inner = payload["object"] | {"account_id": payload["account_id"]}
    _check(inner, RTMS["meeting.rtms_started"])


@pytest.mark.parametrize(
    ("settings", "missing", "meeting_id"),
    [
        ({"rtms_meeting_id": "absent"}, {"meeting_id"}, None),
        ({"rtms_operator": False}, {"operator_id"}, NUMBER),
        ({"rtms_meeting_id": "text"}, set(), str(NUMBER)),
    ],
)
async def test_fields_can_be_missing_or_of_an_older_type(
    client: SimulatorClient, settings: dict[str, object], missing: set[str], meeting_id: object
) -> None:
    await client.control("settings", **settings)
    await client.act("starts_in_zoom")
    payload = client.events()[0]["payload"]
    assert RTMS["meeting.rtms_started"]["properties"].keys() - payload.keys() == missing
    assert payload.get("meeting_id") == meeting_id


async def test_webinars_have_their_own_event_names(client: SimulatorClient) -> None:
    await client.control("meetings", number=NUMBER, kind="webinar")
    await client.act("starts_in_zoom")
    await client.act("host_leaves")
    assert client.event_names() == ["webinar.rtms_started", "webinar.participant_left"]


async def test_errors_match_our_schema(client: SimulatorClient) -> None:
    _check((await client.rtms("start", NUMBER + 2)).json(), ERROR)
    _check((await client.get("/meetings/91234567890")).json(), ERROR)
    _check((await client.redeem("nonsense")).json(), OAUTH_ERROR)
    client.token = "nonsense"
    refused = await client.get("/users/me")
    assert refused.status_code == 401
    _check(refused.json(), ERROR)
