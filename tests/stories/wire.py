"""Zoom's events as JSON, in the shapes that the field shows."""

import json
from datetime import UTC, datetime
from typing import Any

from tests.stories.truth import Connection, Instance, Person

Json = dict[str, Any]
ACCOUNT = "AccHost"


def moment(at: int) -> str:
    """A moment in whole seconds, as participants have it."""
    return datetime.fromtimestamp(at // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def event(name: str, stamp: int, payload: Json) -> str:
    """Put an event into its envelope."""
    return json.dumps({"event": name, "event_ts": stamp, "payload": payload})


def of_stream(name: str, stamp: int, meeting: Instance, payload: Json) -> str:
    """`meeting.rtms_*`: all fields lie flat."""
    whole = {f"{meeting.kind}_uuid": meeting.uuid} | payload
    return event(f"{meeting.kind}.rtms_{name}", stamp, whole)


def of_meeting(name: str, stamp: int, meeting: Instance, extra: Json | None = None) -> str:
    """`meeting.*`: the meeting is an object of its own."""
    about: Json = {
        "uuid": meeting.uuid,
        "id": meeting.number,
        "host_id": meeting.host.user_id,
        "topic": "Example",
        "type": 8,
        "start_time": moment(meeting.started),
        "timezone": "UTC",
        "duration": 60,
    }
    about |= extra or {}
    return event(f"{meeting.kind}.{name}", stamp, {"account_id": ACCOUNT, "object": about})


def person(who: Person, connection: Connection | None) -> Json:
    """A participant; guests, and whoever Zoom does not disclose, have no ID."""
    shown = who.user_id if who.disclosed else ""
    found: Json = {"user_name": who.name, "email": "", "id": shown, "participant_user_id": shown}
    if connection is not None:
        found |= {"user_id": connection.user_id, "participant_uuid": connection.uuid}
    return found


def came(stamp: int, meeting: Instance, connection: Connection, at: int) -> str:
    """`meeting.participant_joined`."""
    who = person(connection.person, connection) | {"join_time": moment(at)}
    return of_meeting("participant_joined", stamp, meeting, {"participant": who})


def went(
    stamp: int, meeting: Instance, connection: Connection, at: int, user_id: str, why: str
) -> str:
    """`meeting.participant_left`, under the `user_id` of the room that was left."""
    who = person(connection.person, connection)
    who |= {"user_id": user_id, "leave_time": moment(at)}
    who["leave_reason"] = f"left the meeting. Reason : {why}"
    return of_meeting("participant_left", stamp, meeting, {"participant": who})


def in_room(
    stamp: int, meeting: Instance, connection: Connection, at: int, room: str, *, inside: bool
) -> str:
    """`meeting.participant_joined_breakout_room`, `…_left_breakout_room`."""
    who = person(connection.person, connection)
    who["parent_user_id"] = connection.user_id
    who["user_id"] = f"{connection.user_id}2026-08-30 09:00:49:000"
    who["join_time" if inside else "leave_time"] = moment(at)
    if not inside:
        who["leave_reason"] = "Leave breakout room."
    name = "participant_joined_breakout_room" if inside else "participant_left_breakout_room"
    return of_meeting(name, stamp, meeting, {"breakout_room_uuid": room, "participant": who})


def role(stamp: int, meeting: Instance, connection: Connection, old: str, new: str) -> str:
    """`meeting.participant_role_changed`."""
    who = person(connection.person, connection)
    who |= {"date_time": moment(stamp), "old_role": old, "new_role": new}
    return of_meeting("participant_role_changed", stamp, meeting, {"participant": who})


def uuid_of(payload: Json) -> str | None:
    """The meeting that an event is about."""
    uuid = payload.get("object", {}).get("uuid")
    return uuid or payload.get("meeting_uuid") or payload.get("webinar_uuid")


def brief(text: str) -> str:
    """Write an event in one line, for the log."""
    body = json.loads(text)
    payload = body["payload"]
    inner = payload.get("object", {})
    who = inner.get("participant", {})
    shown = {
        "uuid": uuid_of(payload),
        "number": payload.get("meeting_id"),
        "stream": payload.get("rtms_stream_id"),
        "operator": payload.get("operator_id"),
        "reason": payload.get("stop_reason"),
        "who": who.get("user_name"),
        "by": who.get("participant_uuid"),
        "user": who.get("user_id"),
        "id": who.get("id"),
        "at": who.get("join_time") or who.get("leave_time"),
        "why": who.get("leave_reason"),
        "role": who.get("new_role"),
    }
    rest = " ".join(f"{name}={value}" for name, value in shown.items() if value not in {None, ""})
    return f"{body['event']} [{body['event_ts']}] {rest}"
