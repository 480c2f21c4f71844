"""A glance reads what the decoder reads, or nothing."""

import json
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtms_tray.capture import events as e
from rtms_tray.zoom.event_decoder import decode
from rtms_tray.zoom.event_glance import glance
from tests.helpers.manual_clock import NOON

PAYLOADS: Final = sorted((Path(__file__).parents[1] / "fixtures/payloads").glob("*.json"))


def joined(**changes: object) -> dict[str, Any]:
    about = {
        "id": "98712345670", "uuid": "uuid-1==", "host_id": "host", "topic": "Ours",
        "participant": {"id": "somebody", "user_id": "16778240", "participant_uuid": "p1", "email": ""},
    }  # fmt: skip
    payload: dict[str, object] = {"account_id": "account", "object": about}
    body = {"event": "meeting.participant_joined", "event_ts": NOON, "payload": payload}
    for path, value in changes.items():
        *way, name = path.split("__")
        place: Any = body
        for step in way:
            place = place[step]
        place[name] = value
    return body


def assert_read_alike(content: str) -> None:
    seen = glance(content)
    if seen is not None:
        kind = e.ParticipantJoined if seen.joined else e.ParticipantLeft
        event = decode(content, 1)
        assert isinstance(event, kind)
        assert (event.meeting, event.person, event.at) == (seen.meeting, seen.person, seen.at)
        assert event.move is event.room is None


def test_who_joins_and_who_leaves_is_seen_at_a_glance() -> None:
    for name, is_joined in (("joined", True), ("left", False)):
        for kind in ("meeting", "webinar"):
            content = json.dumps(joined(event=f"{kind}.participant_{name}"))
            seen = glance(content)
            assert seen is not None
            assert seen.joined is is_joined
            assert_read_alike(content)


@pytest.mark.parametrize(
    "changes",
    [
        {"event": "meeting.started"},
        {"event_ts": 0},
        {"event_ts": str(NOON)},
        {"payload__event_ts": NOON},
        {"payload__meeting_id": "1"},
        {"payload__object__meeting_uuid": "another"},
        {"payload__object__breakout_room_uuid": "room"},
        {"payload__object__uuid": ""},
        {"payload__object__id": ""},
        {"payload__object__id": "987 1234 5670"},
        {"payload__object__id": 98_712_345_670},
        {"payload__object__host_id": "a b"},
        {"payload__object__host_id": "\x07"},
        {"payload__object__host_id": "höst"},
        {"payload__object__participant__id": ""},
        {"payload__object__participant__id": "x" * 301},
        {"payload__object__participant__leave_reason": "Somebody left to Join a breakout room"},
    ],
)
def test_what_is_the_least_bit_odd_gets_no_glance(changes: dict[str, object]) -> None:
    assert glance(json.dumps(joined(**changes))) is None


@pytest.mark.parametrize("content", ["", "[]", "{", '"x"', "[" * 100_000, "\ud800"])
def test_nonsense_gets_no_glance(content: str) -> None:
    assert glance(content) is None


@pytest.mark.parametrize("path", PAYLOADS, ids=lambda path: path.stem)
def test_every_shape_that_was_seen_is_read_alike(path: Path) -> None:
    assert_read_alike(path.read_text(encoding="utf-8"))


VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=8),
    st.sampled_from(["", " ", "1", "left to join the main room", " x", "987-1", "٣"]),
    st.dictionaries(st.sampled_from(["id", "uuid"]), st.text(max_size=3), max_size=2),
)  # fmt: skip
PLACES = st.sampled_from([
    "event_ts", "payload__account_id", "payload__id", "payload__uuid", "payload__id_field",
    "payload__participant", "payload__breakout_room_uuid", "payload__object__id", "payload__object__uuid",
    "payload__object__meeting_id", "payload__object__webinar_uuid", "payload__object__host_id",
    "payload__object__participant__id", "payload__object__participant__participant_user_id",
    "payload__object__participant__user_id", "payload__object__participant__participant_uuid",
    "payload__object__participant__leave_reason",
])  # fmt: skip


@given(st.dictionaries(PLACES, VALUES, max_size=3))
def test_whatever_stands_there_is_read_alike(changes: dict[str, object]) -> None:
    assert_read_alike(json.dumps(joined(**changes)))
