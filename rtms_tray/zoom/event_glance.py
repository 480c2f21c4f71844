"""A glance at an event: the few fields of those that only say that somebody came or left.

They are nearly all that a busy account brings, and few concern anybody here. Whatever is the least bit odd gets no
glance: `event_decoder` reads it, with all its tolerance. Both read the same into what both can read.
"""

from typing import Annotated, Final, Literal

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType, field

from rtms_tray.capture.bystanders import Sighting
from rtms_tray.support.units import Millis
from rtms_tray.zoom.json_values import EARLIEST, LATEST, LONGEST_ID, LONGEST_NUMBER

_Moment = Annotated[Millis, Meta(ge=EARLIEST, le=LATEST)]
_Name = Annotated[str, Meta(max_length=LONGEST_ID)]
_Number = Annotated[str, Meta(min_length=1, max_length=LONGEST_NUMBER)]


class _Participant(Struct, gc=False):
    id: _Name
    user_id: _Name = ""
    participant_uuid: _Name = ""
    leave_reason: str = ""


class _Meeting(Struct, gc=False):
    id: _Number
    uuid: _Name
    participant: _Participant
    host_id: _Name = ""
    # What the decoder would read first, or read a room from.
    meeting_uuid: UnsetType = UNSET
    webinar_uuid: UnsetType = UNSET
    meeting_id: UnsetType = UNSET
    webinar_id: UnsetType = UNSET
    breakout_room_uuid: UnsetType = UNSET


class _Payload(Struct, gc=False, forbid_unknown_fields=True):
    about: _Meeting = field(name="object")
    account_id: _Name = ""


class _Body(Struct, gc=False):
    event: Literal[
        "meeting.participant_joined",
        "meeting.participant_left",
        "webinar.participant_joined",
        "webinar.participant_left",
    ]
    event_ts: _Moment
    payload: _Payload


_read: Final = msgspec.json.Decoder(_Body).decode


def glance(content: str) -> Sighting | None:
    """Read an event that only says that somebody with an account came or left; None for any other."""
    try:
        body = _read(content)
    except (ValueError, RecursionError):  # msgspec's and Unicode's errors are ValueErrors
        return None
    payload = body.payload
    about = payload.about
    who, number = about.participant, about.id
    if not (number.isdigit() and who.id and about.uuid) or "join" in who.leave_reason.lower():
        return None  # by the join, a room may be meant
    names = (
        about.uuid,
        number,
        about.host_id,
        payload.account_id,
        who.id,
        who.user_id,
        who.participant_uuid,
    )
    whole = "".join(names)
    if " " in whole or not whole.isascii() or not whole.isprintable():
        return None
    return Sighting(
        about.uuid,
        number,
        about.host_id or None,
        payload.account_id or None,
        who.id,
        who.user_id or None,
        who.participant_uuid or None,
        body.event.endswith("joined"),
        body.event_ts,
    )
