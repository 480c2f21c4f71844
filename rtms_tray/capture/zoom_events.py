"""Zoom's events, as frozen values; `at` is Zoom's own `event_ts`."""

from enum import StrEnum

from rtms_tray.capture.conditions import Value
from rtms_tray.support.frozen import Frozen
from rtms_tray.support.units import Millis


class Meeting(Frozen):
    """A meeting's names: its number stays, each instance has a UUID; the host is its scheduled owner."""

    uuid: str | None = None
    number: str | None = None
    host_id: str | None = None
    host_account: str | None = None  # the Zoom account of whoever created it


class Person(Frozen):
    """A participant, by the identifiers that an event has; guests have no `account_id`."""

    account_id: str | None = None
    in_meeting_id: str | None = None
    participant_uuid: str | None = None

    def is_same(self, other: "Person") -> bool:
        """Whether both are the same person: the first identifier that both have decides."""
        pairs = (
            (self.participant_uuid, other.participant_uuid),
            (self.in_meeting_id, other.in_meeting_id),
            (self.account_id, other.account_id),
        )
        return next((mine == theirs for mine, theirs in pairs if mine and theirs), False)


class StreamStarted(Frozen):
    """`meeting.rtms_started`, `webinar.rtms_started`: a stream is live."""

    meeting: Meeting
    stream_id: str
    operator_id: str | None
    at: Millis
    account_id: str | None = None  # whose, Zoom doesn't say
    is_original_host: bool | None = None


class StreamStopped(Frozen):
    """`….rtms_stopped`: a stream is over; `reason` is Zoom's number 0–26, None where it gives none."""

    meeting: Meeting
    stream_id: str
    reason: int | None
    at: Millis
    named: bool = True  # by Zoom; else it is the only stream of the meeting that it names


class UnnamedStreamStopped(Frozen):
    """`….rtms_stopped` without a stream's ID: some stream of this meeting is over."""

    meeting: Meeting
    reason: int | None
    at: Millis


class StreamInterrupted(Frozen):
    """`….rtms_interrupted`: the app's receiver lost its signaling connection."""

    meeting: Meeting
    stream_id: str
    at: Millis


class MeetingStarted(Frozen):
    """`meeting.started`."""

    meeting: Meeting
    at: Millis


class MeetingEnded(Frozen):
    """`meeting.ended`."""

    meeting: Meeting
    at: Millis


class Move(StrEnum):
    """Where somebody goes who leaves a room, where Zoom says so (`leave_reason`)."""

    TO_ROOM = "to_room"  # a breakout room
    TO_MAIN_ROOM = "to_main_room"


class PersonEvent(Frozen):
    """Somebody in a meeting has done something; each kind is a class of its own.

    `happened_at` is Zoom's `join_time`, `leave_time` or `date_time`, in whole seconds.
    """

    meeting: Meeting
    person: Person
    at: Millis
    happened_at: Millis | None = None
    move: Move | None = None
    room: str | None = None  # the breakout room that it is about


class ParticipantJoined(PersonEvent):
    """`meeting.participant_joined`, `…_jbh_joined`, `…_admitted`: somebody is in the meeting."""


class ParticipantLeft(PersonEvent):
    """`meeting.participant_left`: somebody leaves the meeting, or one of its rooms for another."""


class RoleChanged(Frozen):
    """`meeting.participant_role_changed`; roles are host, co-host, attendee."""

    meeting: Meeting
    person: Person
    old_role: str
    new_role: str
    at: Millis


class BreakoutJoined(PersonEvent):
    """`meeting.participant_joined_breakout_room`."""


class BreakoutLeft(PersonEvent):
    """`meeting.participant_left_breakout_room`."""


class WaitingForHost(PersonEvent):
    """`meeting.participant_jbh_waiting`: somebody waits for a host who is not there (S1)."""


class ConcurrencyLimited(Frozen):
    """`rtms.concurrency_limited`: Zoom starts no further stream for this operator."""

    meeting: Meeting
    operator_id: str | None
    at: Millis


class ConcurrencyNear(Frozen):
    """`rtms.concurrency_near_limit`: more than 80 % of the account's streams are in use."""

    used: int | None
    limit: int | None
    at: Millis


class RequestStatus(Frozen):
    """`rtms.request_status`, whose schema is not published: `answer` is what can be recognized."""

    meeting: Meeting
    answer: Value  # yes: approved; no: denied; unknown: anything else
    at: Millis
    operator_id: str | None = None


class StartFailed(Frozen):
    """`rtms.start_failed`, whose fields are not published: `code` and `words` are what can be read."""

    meeting: Meeting
    operator_id: str | None
    code: int | None
    words: str
    at: Millis


class AppDeauthorized(Frozen):
    """`app_deauthorized`: the user removed the app from their account."""

    user_id: str | None
    at: Millis


class Unknown(Frozen):
    """An event that means nothing here; `name` is for the log."""

    name: str
    at: Millis


Stop = StreamStopped | UnnamedStreamStopped
StreamEvent = StreamStarted | StreamStopped | StreamInterrupted
MeetingEvent = (
    MeetingStarted
    | MeetingEnded
    | ParticipantJoined
    | ParticipantLeft
    | RoleChanged
    | BreakoutJoined
    | BreakoutLeft
    | WaitingForHost
)
RequestAnswer = ConcurrencyLimited | RequestStatus | StartFailed
"""What Zoom says of a request, which may be somebody else's."""
RequestEvent = StreamEvent | UnnamedStreamStopped | RequestAnswer
"""Zoom may send these for a request, naming the meeting only by its UUID."""
SingleMeetingEvent = StreamEvent | UnnamedStreamStopped | MeetingEvent | RequestAnswer
ZoomEvent = SingleMeetingEvent | ConcurrencyNear | AppDeauthorized | Unknown
