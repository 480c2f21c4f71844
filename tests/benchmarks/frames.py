"""Events as Zoom's socket brings them: of the user's own streams, and of strangers in other meetings."""

import json


def frame(event: str, at: int, payload: dict[str, object]) -> str:
    """Put an event into its envelope: JSON inside JSON."""
    body = json.dumps({"event": event, "event_ts": at, "payload": payload})
    return json.dumps({"module": "message", "content": body, "success": True})


def my_stream(me: str, place: int = 0) -> dict[str, object]:
    """What an event about the user's own stream says, in one of several meetings."""
    return {
        "account_id": "account",
        "meeting_uuid": f"mine-{place:015d}==",
        "meeting_id": 98_700_000_000 + place,
        "operator_id": me,
        "is_original_host": False,
        "rtms_stream_id": f"stream-of-mine-{place}",
        "server_urls": "wss://127.0.0.1:8442",
    }


def stranger(number: int) -> dict[str, object]:
    """What an event about somebody says who comes to one of 2,000 meetings."""
    meeting = number % 2_000
    about = _meeting(str(91_000_000_000 + meeting), f"{meeting:022d}==", f"h{meeting}", number)
    return {"account_id": "account", "object": about}


def guest_of_mine(number: int, places: int) -> dict[str, object]:
    """What an event about somebody says who comes to one of the user's meetings."""
    place = number % places
    mine = my_stream("", place)
    about = _meeting(str(mine["meeting_id"]), str(mine["meeting_uuid"]), "host", number)
    return {"account_id": "account", "object": about}


def _meeting(number: str, uuid: str, host: str, person: int) -> dict[str, object]:
    who = {"user_id": str(person), "user_name": "Somebody", "id": f"u{person}", "email": ""}
    return {
        "id": number,
        "uuid": uuid,
        "host_id": host,
        "topic": "A meeting of other people",
        "type": 2,
        "start_time": "2026-03-01T10:00:00Z",
        "timezone": "UTC",
        "duration": 60,
        "participant": who,
    }
