"""What remains of an event for those who may hear it: no names, no email addresses, nobody's ID but your own.

A `meeting.*` event is kept once per meeting, with people as hashes; each listener's copy is made
from that. It still reads like Zoom's: `participant.id` is your own, an alias of the host, or empty.
"""

from typing import Any, Final

import msgspec

from rtms_tray.relay.webhook_events import Event, Json, as_id, as_object, digest

MEETING_EVENTS: Final = frozenset(
    {
        "started",
        "ended",
        "participant_joined",
        "participant_jbh_joined",
        "participant_admitted",
        "participant_left",
        "participant_put_in_waiting_room",
        "participant_jbh_waiting",
        "participant_role_changed",
        "participant_joined_breakout_room",
        "participant_left_breakout_room",
    }
)
"""The events of a meeting that a tray needs; all others are for nobody."""

_RTMS_FIELDS: Final = (
    "account_id",
    "meeting_id",
    "webinar_id",
    "meeting_uuid",
    "webinar_uuid",
    "operator_id",
    "rtms_stream_id",
    "stop_reason",
    "is_original_host",
    "status",
    "request_status",
    "code",
    "error_code",
    "reason_code",
    "concurrency_limit",
    "concurrency_number",
    "percentage",
    "state",
    "last_media_at",
)
_MEETING_FIELDS: Final = ("id", "uuid", "type", "start_time", "end_time")
_TIMES: Final = ("join_time", "leave_time", "date_time")
_ROLES: Final = ("host", "co-host", "attendee", "panelist")
_LONGEST_TEXT: Final = 64
_OTHER_ACCOUNT: Final = "other"


def stream_copy(event: Event) -> bytes:
    """Return what the owner of a stream hears of an event about it."""
    payload = _plain(event.object, _RTMS_FIELDS) | _plain(event.payload, _RTMS_FIELDS)
    if meeting := event.meeting:
        payload.setdefault("meeting_uuid", meeting)
    return _encode(event.name, event.at, payload)


def meeting_record(event: Event) -> bytes:
    """Return what is kept of a meeting's event: everybody in it is a hash, of this meeting alone."""
    kept = _plain(event.object, _MEETING_FIELDS)
    kept["host"] = person_hash(event.meeting, event.text("host_id"))
    if event.participant:
        kept["participant"] = _person(event)
    return _encode(event.name, event.at, {"account_id": event.text("account_id"), "object": kept})


def listener_copy(record: bytes, user: str, account: str) -> bytes:
    """Return what this user hears of an event that was kept."""
    envelope = msgspec.json.decode(record)
    payload, about = envelope["payload"], envelope["payload"]["object"]
    if payload["account_id"] != account:
        payload["account_id"] = _OTHER_ACCOUNT
    host, you = about.pop("host"), person_hash(as_id(about.get("uuid")), user)
    ids = {host: f"host-{host}", you: user, "": ""}
    about["host_id"] = ids[host]
    if person := as_object(about.get("participant")):
        who = person.pop("person")
        person |= {"id": ids.get(who, ""), "is_you": who == you, "is_host": who == host != ""}
    return msgspec.json.encode(envelope)


def person_hash(meeting: str, user: str) -> str:
    """Return a person's alias in one meeting; nobody can follow it into another."""
    return digest("person", meeting, user) if user else ""


def connection_hash(event: Event) -> str:
    """Return the alias of the connection that an event is about."""
    person = event.participant
    names = ("participant_uuid", "parent_user_id", "user_id")
    found = next((as_id(person[name]) for name in names if person.get(name)), "")
    return digest("connection", event.meeting, found)


def _person(event: Event) -> Json:
    person = event.participant
    kept = _plain(person, _TIMES)
    for name in ("old_role", "new_role"):
        if (role := str(person.get(name, "")).lower()) in _ROLES:
            kept[name] = role
    if reason := _move(str(person.get("leave_reason", ""))):
        kept["leave_reason"] = reason
    return kept | {
        "participant_uuid": connection_hash(event),
        "person": person_hash(event.meeting, event.person),
    }


def _move(reason: str) -> str:
    """Keep where somebody goes who leaves, not the sentence: it has the person's name in it."""
    _, joins, where = reason.lower().partition("to join")
    if joins and "breakout" in where:
        return "to join breakout room"
    return "to join main room" if joins and "main" in where else ""


def _plain(fields: Json, names: tuple[str, ...]) -> Json:
    """Keep these fields, where they are numbers, truths or short texts."""
    return {name: fields[name] for name in names if name in fields and _is_plain(fields[name])}


def _is_plain(value: object) -> bool:
    return isinstance(value, int) or (isinstance(value, str) and len(value) <= _LONGEST_TEXT)


def _encode(name: str, at: int, payload: dict[str, Any]) -> bytes:
    return msgspec.json.encode({"event": name, "event_ts": at, "payload": payload})
