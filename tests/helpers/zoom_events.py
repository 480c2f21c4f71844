"""Zoom's events for tests, as small as they can be and as Zoom names their fields."""

from itertools import count
from typing import Any

Json = dict[str, Any]

NOON = 1_793_448_000_000
UUID = "4444AAAiAAAAAiAiAiiAii=="
HOST, GUEST, STRANGER = "host-id-AAAAAAAAAAAAAA", "guest-id-BBBBBBBBBBBBB", "stranger-CCCCCCCCCCCC"
HOME, AWAY = "account-home", "account-away"
_moments = count(NOON, 1000)


def started(
    user: str, stream: str = "stream-1", *, meeting: str = UUID, account: str = HOME, **more: object
) -> Json:
    """Make `meeting.rtms_started`."""
    payload = {
        "account_id": account,
        "meeting_uuid": meeting,
        "meeting_id": 98712345670,
        "operator_id": user,
        "rtms_stream_id": stream,
        "server_urls": "wss://media.example.com",
    }
    return event("meeting.rtms_started", payload | more)


def stopped(
    stream: str | None = "stream-1", reason: int | None = 2, *, meeting: str = UUID
) -> Json:
    """Make `meeting.rtms_stopped`; without a stream, or without a reason, as some are."""
    payload: Json = {"meeting_uuid": meeting}
    if stream is not None:
        payload["rtms_stream_id"] = stream
    if reason is not None:
        payload["stop_reason"] = reason
    return event("meeting.rtms_stopped", payload)


def meeting_event(
    what: str, *, host: str = HOST, meeting: str = UUID, account: str = HOME, **more: object
) -> Json:
    """Make `meeting.…`."""
    about = {
        "id": "98712345670",
        "uuid": meeting,
        "host_id": host,
        "topic": "Salaries of Ann",
        "type": 2,
    }
    return event(f"meeting.{what}", {"account_id": account, "object": about | more})


def person(user: str = "", connection: str = "", **more: object) -> Json:
    """Make the `participant` of an event."""
    return {
        "user_id": "16778240",
        "user_name": "Ann Example",
        "email": "ann@example.com",
        "id": user,
        "participant_user_id": user,
        "participant_uuid": connection or f"CONNECTION-OF-{user}",
        **more,
    }


def joined(user: str, second: int = 0, connection: str = "", **more: Any) -> Json:  # noqa: ANN401 - those of `meeting_event`
    """Make `meeting.participant_joined`."""
    who = person(user, connection, join_time=f"2026-10-30T12:00:{second:02}Z")
    return meeting_event("participant_joined", participant=who, **more)


def left(user: str, second: int = 0, connection: str = "", **more: Any) -> Json:  # noqa: ANN401 - those of `meeting_event`
    """Make `meeting.participant_left`."""
    who = person(user, connection, leave_time=f"2026-10-30T12:00:{second:02}Z")
    who["leave_reason"] = "Ann Example left the meeting.<br>Reason: left the meeting"
    return meeting_event("participant_left", participant=who, **more)


def event(name: str, payload: Json) -> Json:
    """Make any event; each a second after the one before."""
    return {"event": name, "event_ts": next(_moments), "payload": payload}
