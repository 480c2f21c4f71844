"""The shapes of Zoom's events, field for field.

`meeting.*` follow Zoom's webhook OpenAPI (March 2026); RTMS events follow the RTMS events page and
the changelog of 9 May 2026 (https://developers.zoom.us/docs/api/rtms/events/).
"""

from datetime import UTC, datetime
from typing import Any

from rtms_tray.simulator.world import Meeting, Millis, Stream, World

Json = dict[str, Any]


def iso(at: Millis) -> str:
    """Write a time as Zoom does: RFC 3339, whole seconds, UTC."""
    return datetime.fromtimestamp(at // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def meeting_event(world: World, meeting: Meeting, **extra: object) -> Json:
    """Describe the meeting as the payload of a `meeting.*` event."""
    host = world.users[meeting.host]
    about: Json = {
        "id": str(meeting.number),
        "uuid": meeting.uuid,
        "host_id": host.id,
        "topic": meeting.topic,
        "type": meeting.type,
        "start_time": iso(meeting.start_time),
        "timezone": "UTC",
        "duration": meeting.duration,
    }
    return {"account_id": host.account_id, "object": about | extra}


def participant(world: World, key: str, **extra: object) -> Json:
    """Describe somebody in a meeting; of people from elsewhere Zoom tells the name only."""
    user, known = world.users[key], world.is_insider(key)
    return {
        "user_id": world.seat_number(key),
        "user_name": user.name,
        "id": user.id if known else "",
        "participant_user_id": user.id if known else "",
        "email": user.email if known else "",
        "registrant_id": "",
        **extra,
    }


def role_change(world: World, key: str, roles: tuple[str, str], at: Millis) -> Json:
    """Describe the participant of `meeting.participant_role_changed`: (old role, new role)."""
    person = participant(world, key, date_time=iso(at), old_role=roles[0], new_role=roles[1])
    del person["id"]
    return person


def waiting_participant(world: World, key: str) -> Json:
    """Describe the participant of `meeting.participant_jbh_waiting`."""
    user = world.users[key]
    return {"id": user.id if world.is_insider(key) else "", "user_name": user.name}


def rtms_started(world: World, meeting: Meeting, stream: Stream) -> Json:
    """Make the payload of `meeting.rtms_started`."""
    switches, operator = world.switches, world.users[stream.operator]
    payload: Json = {
        "account_id": operator.account_id,
        "meeting_uuid": meeting.uuid,
        "is_original_host": stream.operator == meeting.host,
        "rtms_stream_id": stream.id,
        "server_urls": f"wss://127.0.0.1:{8442 + stream.server}",
    }
    if switches.rtms_operator:
        payload["operator_id"] = operator.id
    if switches.rtms_meeting_id != "absent":
        as_text = switches.rtms_meeting_id == "text"
        payload["meeting_id"] = str(meeting.number) if as_text else meeting.number
    return payload


def rtms_ended(meeting: Meeting, stream: Stream) -> Json:
    """Make the payload of `meeting.rtms_stopped`, or of `…_interrupted` while it lives."""
    payload: Json = {"meeting_uuid": meeting.uuid, "rtms_stream_id": stream.id}
    if stream.stop_reason is not None:
        payload["stop_reason"] = stream.stop_reason
    return payload


def nested(payload: Json) -> Json:
    """Wrap a flat RTMS payload as older documents print it: all but the account in `object`."""
    inner = {k: v for k, v in payload.items() if k != "account_id"}
    return {k: v for k, v in payload.items() if k == "account_id"} | {"object": inner}
