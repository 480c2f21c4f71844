"""What is left of an event: enough for a tray, and nothing about anybody else."""

import json

import pytest

from rtms_tray.relay import scrubbing
from rtms_tray.relay.webhook_events import Event, make_event
from tests.helpers.zoom_events import (
    AWAY,
    GUEST,
    HOME,
    HOST,
    UUID,
    Json,
    joined,
    left,
    meeting_event,
    person,
    started,
    stopped,
)

PERSONAL = ("Ann", "example.com", "Salaries", HOST, GUEST, "CONNECTION-OF", "16778240", "media.")


def read(event: Json) -> Event:
    return make_event(event["event"], event["event_ts"], event["payload"], 0)


def copy(event: Json, user: str, account: str = HOME) -> Json:
    """What this user hears of a meeting's event."""
    copied: Json = json.loads(
        scrubbing.listener_copy(scrubbing.meeting_record(read(event)), user, account)
    )
    return copied


@pytest.mark.promise("the relay tells nobody about anybody else")
@pytest.mark.parametrize("event", [joined(GUEST), left(GUEST), meeting_event("started")])
def test_what_is_kept_of_a_meeting_names_nobody(event: Json) -> None:
    kept = scrubbing.meeting_record(read(event)).decode()
    assert not [word for word in PERSONAL if word in kept]


def test_you_are_told_that_it_is_you_and_who_is_the_host_only_by_alias() -> None:
    own = copy(joined(GUEST), GUEST)["payload"]["object"]
    assert own["participant"]["id"] == GUEST
    assert (own["participant"]["is_you"], own["participant"]["is_host"]) == (True, False)
    assert own["host_id"].startswith("host-")
    hosts = copy(joined(HOST), GUEST)["payload"]["object"]
    assert hosts["participant"]["id"] == hosts["host_id"] == own["host_id"]
    assert hosts["participant"]["is_host"] is True
    others = copy(joined(GUEST), HOST)["payload"]["object"]
    assert (others["host_id"], others["participant"]["id"]) == (HOST, "")


def test_people_without_an_id_are_nobody_in_particular() -> None:
    unknown = copy(joined(""), GUEST)["payload"]["object"]["participant"]
    assert (unknown["id"], unknown["is_you"], unknown["is_host"]) == ("", False, False)


def test_a_connection_is_the_same_within_its_meeting_and_another_in_the_next() -> None:
    def alias(event: Json) -> str:
        return str(copy(event, HOST)["payload"]["object"]["participant"]["participant_uuid"])

    assert alias(joined(GUEST)) == alias(left(GUEST))
    assert alias(joined(GUEST)) != alias(joined(GUEST, connection="second device"))
    assert alias(joined(GUEST)) != alias(joined(GUEST, meeting="another"))


def test_an_account_is_your_own_or_another() -> None:
    assert copy(joined(GUEST), GUEST, HOME)["payload"]["account_id"] == HOME
    assert copy(joined(GUEST), GUEST, AWAY)["payload"]["account_id"] == "other"


@pytest.mark.parametrize(
    ("reason", "kept"),
    [
        ("Ann left the meeting to join breakout room.", "to join breakout room"),
        ("leave breakout room to join main meeting", "to join main room"),
        ("Ann left the meeting.", None),
        ("to join Ann", None),
    ],
)
def test_of_a_reason_to_leave_only_the_direction_is_kept(reason: str, kept: str | None) -> None:
    event = meeting_event("participant_left", participant=person(GUEST, leave_reason=reason))
    assert copy(event, HOST)["payload"]["object"]["participant"].get("leave_reason") == kept


def test_roles_are_kept_and_nothing_else_that_is_called_so() -> None:
    roles = person(GUEST, old_role="attendee", new_role="Host", date_time="2026-10-30T12:00:00Z")
    kept = copy(meeting_event("participant_role_changed", participant=roles), HOST)
    told = kept["payload"]["object"]["participant"]
    assert (told["old_role"], told["new_role"]) == ("attendee", "host")
    roles["old_role"] = "Ann"
    kept = copy(meeting_event("participant_role_changed", participant=roles), HOST)
    assert "old_role" not in kept["payload"]["object"]["participant"]


def test_of_a_streams_events_the_owner_hears_what_zoom_documents_alone() -> None:
    told = json.loads(scrubbing.stream_copy(read(started(HOST, user_name="Ann", state={"a": 1}))))
    assert told["payload"] == {
        "account_id": HOME,
        "meeting_id": 98712345670,
        "meeting_uuid": UUID,
        "operator_id": HOST,
        "rtms_stream_id": "stream-1",
    }
    nested = make_event("meeting.rtms_stopped", 1, {"object": stopped()["payload"]}, 0)
    assert json.loads(scrubbing.stream_copy(nested))["payload"]["stop_reason"] == 2


def test_long_texts_are_dropped() -> None:
    told = json.loads(scrubbing.stream_copy(read(started(HOST, status="x" * 65))))
    assert "status" not in told["payload"]


def test_without_a_participant_uuid_the_number_in_the_meeting_tells_connections_apart() -> None:
    first = person(GUEST, connection="x", participant_uuid="", user_id="1")
    second = person(GUEST, connection="x", participant_uuid="", user_id="2")
    events = [read(meeting_event("participant_joined", participant=who)) for who in (first, second)]
    assert len({scrubbing.connection_hash(event) for event in events}) == 2
