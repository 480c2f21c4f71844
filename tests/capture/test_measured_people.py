"""The measured shapes of people's events, from Zoom's JSON to who is there and where."""

import json
from pathlib import Path
from typing import Any

import pytest

from rtms_tray.capture import events as e
from rtms_tray.capture.attendance import settled, with_event
from rtms_tray.capture.context import Context, Sight
from rtms_tray.capture.people import People, is_there
from rtms_tray.capture.rooms import Where
from rtms_tray.zoom.event_decoder import decode

PAYLOADS = Path(__file__).parents[1] / "fixtures" / "payloads"
CONTEXT = Context(me="me", sight=Sight(possible=True, up_since=0))
NOW = 1_795_190_000_000


def measured(name: str, **changed: Any) -> e.ZoomEvent:  # noqa: ANN401 - any JSON
    """Read a shape, of the app owner; its `event_ts` is made to fit its times."""
    body = json.loads((PAYLOADS / f"measured_{name}.json").read_text(encoding="utf-8"))
    participant = body["payload"]["object"]["participant"]
    participant.update({"id": "me", **changed})
    body["event_ts"] = NOW
    event = decode(json.dumps(body), NOW)
    assert not isinstance(event, e.ReceiverWord)
    return event


def after(*events: e.ZoomEvent) -> People:
    people = People()
    for event in events:
        assert isinstance(event, e.PersonEvent)
        people = with_event(people, event, CONTEXT, event.meeting)
    return settled(people, CONTEXT.at(NOW))


@pytest.mark.parametrize("name", ["left_plain", "left_to_room"])
@pytest.mark.parametrize("left_first", [True, False])
def test_the_measured_pair_is_a_move(name: str, *, left_first: bool) -> None:
    pair = (measured(name), measured("joined_pair"))
    people = after(*(pair if left_first else reversed(pair)))
    assert is_there(people.connections)
    assert people.room.moved_at is not None
    named = name == "left_to_room"
    assert people.room.where is (Where.IN_ROOM if named else Where.UNCLEAR)


@pytest.mark.parametrize("name", ["left_plain", "left_disconnected", "left_host_ended"])
def test_a_measured_left_alone_is_a_leaving(name: str) -> None:
    assert not is_there(after(measured(name)).connections)


def test_a_measured_left_that_names_the_main_room_is_the_way_back() -> None:
    people = after(measured("breakout_joined"), measured("left_room_to_main"))
    assert people.room.where is Where.OUTSIDE
    assert is_there(people.connections)


def test_measured_rooms_are_of_one_connection() -> None:
    people = after(measured("joined_pair"), measured("breakout_joined"))
    assert people.room.where is Where.IN_ROOM
    assert len(people.connections) == 1
    assert after(measured("breakout_joined"), measured("breakout_left")).room.where is Where.OUTSIDE


def test_without_a_participant_uuid_the_room_names_the_id_in_the_meeting() -> None:
    nameless = {"participant_uuid": "", "id": ""}
    joined = measured("joined_pair", user_id="16778240")
    people = after(joined, measured("breakout_joined", **nameless))
    assert people.room.where is Where.IN_ROOM
