"""The JSON that Zoom sends, field for field: payloads of events and bodies of REST replies.

REST replies and `meeting.*` events follow Zoom's OpenAPI (March 2026), or what was measured in real
meetings. RTMS events follow the RTMS events page and the changelog of 9 May 2026
(https://developers.zoom.us/docs/api/rtms/events/).
"""

from datetime import UTC, datetime
from typing import Any

from rtms_tray.simulator.world import Connection, Meeting, Millis, Stream, User, World

Json = dict[str, Any]
DAY_MS = 24 * 60 * 60 * 1000


def iso(at: Millis) -> str:
    """Format a time as Zoom does: RFC 3339, whole seconds, UTC."""
    return datetime.fromtimestamp(at // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


# --- events -------------------------------------------------------------------------------------


def meeting_event(world: World, meeting: Meeting, **extra: object) -> Json:
    """Build the payload of a `meeting.*` event."""
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


def participant(world: World, connection: Connection, **extra: object) -> Json:
    """Build the `participant` of an event; of people in other accounts Zoom gives only the name."""
    user, known = world.users[connection.person], world.is_disclosed(connection.person)
    person: Json = {
        "user_id": connection.user_id,
        "user_name": user.name,
        "id": user.id if known else "",
        "participant_uuid": connection.uuid,
        "participant_user_id": user.id if known else "",
        "email": user.email if known else "",
    }
    if world.settings.people_fields == "measured":
        return person | {"public_ip": "203.0.113.7"} | extra
    return person | {"registrant_id": "", "customer_key": ""} | extra


def leaver(world: World, connection: Connection, at: Millis, reason: str) -> Json:
    """Build the participant of `meeting.participant_left`."""
    sentence = f"{world.users[connection.person].name} left the meeting.<br>Reason: {reason}"
    person = participant(world, connection, leave_time=iso(at))
    if world.settings.people_fields == "measured":
        sentence = f"left the meeting. Reason : {reason}"
        person["private_ip"] = "10.0.0.5"
    return person | {"leave_reason": sentence}


def room_mover(world: World, connection: Connection, at: Millis, change: str) -> Json:
    """Build the participant of a breakout event, whose `user_id` is of another sort."""
    day = datetime.fromtimestamp(at // 1000, UTC).strftime("%Y-%m-%d %H:%M:%S:000")
    person = participant(world, connection, parent_user_id=connection.main_user_id)
    person["user_id"] = connection.main_user_id + day
    if change == "joined":
        return person | {"join_time": iso(at)}
    return person | {"leave_time": iso(at), "leave_reason": "Leave breakout room."}


def role_change(world: World, connection: Connection, roles: tuple[str, str], at: Millis) -> Json:
    """Build the participant of `meeting.participant_role_changed`: (old role, new role)."""
    person = participant(world, connection, date_time=iso(at), old_role=roles[0], new_role=roles[1])
    person.pop("customer_key", None)
    del person["id"]
    return person


def waiting_participant(world: World, key: str) -> Json:
    """Build the participant of `meeting.participant_jbh_waiting`."""
    user = world.users[key]
    user_id = user.id if world.is_disclosed(key) else ""
    return {"id": user_id, "user_name": user.name, "customer_key": ""}


def rtms_started(world: World, meeting: Meeting, stream: Stream) -> Json:
    """Build the payload of `meeting.rtms_started`."""
    settings, operator = world.settings, world.users[stream.operator]
    payload: Json = {
        "account_id": operator.account_id,
        "meeting_uuid": meeting.uuid,
        "is_original_host": stream.operator == meeting.host,
        "rtms_stream_id": stream.id,
        "server_urls": f"wss://127.0.0.1:{8442 + stream.server}",
    }
    if settings.rtms_operator:
        payload["operator_id"] = operator.id
    if settings.rtms_meeting_id != "absent":
        as_text = settings.rtms_meeting_id == "text"
        payload["meeting_id"] = str(meeting.number) if as_text else meeting.number
    return payload


def rtms_ended(world: World, meeting: Meeting, stream: Stream) -> Json:
    """Build the payload of `meeting.rtms_stopped`, or of `…_interrupted` for a running stream."""
    payload: Json = {"meeting_uuid": meeting.uuid, "rtms_stream_id": stream.id}
    if stream.stop_reason is None:
        return payload
    payload["stop_reason"] = stream.stop_reason
    missing = {
        "all": (),
        "no_reason": ("stop_reason",),
        "no_stream": ("rtms_stream_id",),
        "uuid_only": ("rtms_stream_id", "stop_reason"),
    }[world.settings.stop_fields]
    return {name: value for name, value in payload.items() if name not in missing}


def nested(payload: Json) -> Json:
    """Nest a flat RTMS payload as older documentation does: all but the account in `object`."""
    inner = {k: v for k, v in payload.items() if k != "account_id"}
    return {k: v for k, v in payload.items() if k == "account_id"} | {"object": inner}


# --- REST replies -------------------------------------------------------------------------------


def user_profile(user: User) -> Json:
    """Build the reply to `GET /users/me`."""
    return {
        "id": user.id,
        "account_id": user.account_id,
        "email": user.email,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "display_name": user.name,
        "type": user.type,
        "status": "active",
        "timezone": "UTC",
        "role_name": "Member",
        "last_client_version": user.client_version,
    }


def meeting_list(world: World, meetings: list[Meeting]) -> Json:
    """Build the reply to `GET /users/me/meetings`: one page."""
    return {
        "page_count": 1,
        "page_number": 1,
        "page_size": 30,
        "total_records": len(meetings),
        "next_page_token": "",
        "meetings": [_list_item(world, meeting) for meeting in meetings],
    }


def upcoming_list(meetings: list[Meeting], user: str | None) -> Json:
    """Build the reply to `GET /users/me/upcoming_meetings` for this user."""
    items = [_upcoming_item(m, is_host=m.host == user) for m in meetings]
    return {"total_records": len(items), "meetings": items}


def meeting_details(world: World, meeting: Meeting) -> Json:
    """Build the reply to `GET /meetings/{meetingId}`."""
    return _list_item(world, meeting) | {
        "host_email": world.users[meeting.host].email,
        "status": "started" if meeting.started else "waiting",
        "settings": {
            "join_before_host": meeting.meeting_allowed_without_host,
            "jbh_time": 0,
            "waiting_room": False,
            "alternative_hosts": "",
            "meeting_authentication": False,
        },
    }


def _list_item(world: World, meeting: Meeting) -> Json:
    return {
        "uuid": meeting.uuid,
        "id": meeting.number,
        "host_id": world.users[meeting.host].id,
        **_schedule(meeting),
    }


def _upcoming_item(meeting: Meeting, *, is_host: bool) -> Json:
    return {"id": meeting.number, **_schedule(meeting), "use_pmi": False, "is_host": is_host}


def _schedule(meeting: Meeting) -> Json:
    return {
        "topic": meeting.topic,
        "type": meeting.type,
        "start_time": iso(meeting.start_time),
        "duration": meeting.duration,
        "timezone": "UTC",
        "created_at": iso(meeting.start_time - DAY_MS),
        "join_url": f"https://zoom.us/j/{meeting.number}",
    }
