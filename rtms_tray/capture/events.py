"""Everything that can happen, as frozen values.

There are five sources: the user, Zoom's replies, Zoom's events, the connections, and time. `at` is Zoom's own
`event_ts` in Zoom's events, and this machine's clock elsewhere.
"""

from dataclasses import dataclass
from enum import StrEnum

from rtms_tray.capture.conditions import Condition, Source, Value
from rtms_tray.capture.timings import Policy
from rtms_tray.support.units import Millis


class Action(StrEnum):
    """An action that Zoom can be asked for (`PATCH /live_meetings/{id}/rtms_app/status`)."""

    START = "start"
    STOP = "stop"
    PAUSE = "pause"
    RESUME = "resume"


class Outcome(StrEnum):
    """How a request ended."""

    ACCEPTED = "accepted"  # any 2xx; a stream may start later
    NOT_STARTED = "not_started"  # 3000
    REFUSED = "refused"  # any other 4xx: never repeated automatically
    ALREADY_RUNNING = "already_running"  # in words: it runs, or is not paused
    CONFLICT = "conflict"  # 409 without such words
    SIGN_IN_NEEDED = "sign_in_needed"  # 401/124 after one refresh, or no sign-in
    KEYRING_LOCKED = "keyring_locked"  # not sent: the sign-in cannot be read now
    KEYRING_UNREADABLE = "keyring_unreadable"  # not sent, and nothing can be unlocked
    RATE_LIMITED = "rate_limited"  # 429
    SERVER_TROUBLE = "server_trouble"  # 5xx
    OFFLINE = "offline"  # not sent: no connection
    REPLY_LOST = "reply_lost"  # sent, but no reply came


# --- the user ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StartRequested:
    """The user sends the start request, or sends it again."""

    meeting_id: str | None = None
    meeting_uuid: str | None = None
    resend: bool = False
    scheduled: bool = False  # planned earlier; sent automatically


@dataclass(frozen=True, slots=True)
class ActionRequested:
    """The user pauses, resumes or stops capture."""

    action: Action


@dataclass(frozen=True, slots=True)
class GivenUp:
    """The user no longer wants this meeting captured."""


@dataclass(frozen=True, slots=True)
class ReminderRequested:
    """The user wants to be reminded later."""

    minutes: int = 2


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """The user has noticed: the session no longer asks for attention."""


@dataclass(frozen=True, slots=True)
class ConditionReported:
    """The user knows a condition of capture."""

    condition: Condition
    value: Value


@dataclass(frozen=True, slots=True)
class SharingReported:
    """The user sees Zoom's own "Sharing" sign, or that it is gone."""

    sharing: bool


@dataclass(frozen=True, slots=True)
class PauseReported:
    """The user sees that sharing is paused in Zoom."""


# --- the app's own receiver ---------------------------------------------------------------------


class ReceiverState(StrEnum):
    """How the app's receiver sees the stream; the values are an interface (command line)."""

    LIVE = "live"
    PAUSED = "paused"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class ReceiverReported:
    """The app's receiver says how the stream stands, and when data last came; both on this machine's clock."""

    state: ReceiverState
    at: Millis
    media_at: Millis | None = None


# --- replies ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Replied:
    """Zoom's reply to a request; `zoom_ahead_ms` is Zoom's clock minus this machine's (`Date` header)."""

    request: int
    action: Action
    outcome: Outcome
    code: int | None = None
    message: str = ""
    retry_after_s: int | None = None
    zoom_ahead_ms: Millis | None = None
    limit_is_daily: bool = False  # of a 429: trying again soon cannot help


class MeetingStatus(StrEnum):
    """What `GET /meetings/{id}` says about a meeting."""

    WAITING = "waiting"
    STARTED = "started"
    NOT_FOUND = "not_found"  # 3001: gone, or not ours to read
    FORBIDDEN = "forbidden"
    UNREADABLE = "unreadable"  # no connection, 5xx, anything else


@dataclass(frozen=True, slots=True)
class MeetingFetched:
    """Zoom has said how a meeting stands (`GET /meetings/{uuid}`)."""

    meeting: "Meeting"
    status: MeetingStatus
    join_before_host: bool | None = None  # a setting of the meeting, if it could be read


# --- Zoom's events ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting's names: its number stays, each instance has a UUID; the host is its scheduled owner."""

    uuid: str | None = None
    number: str | None = None
    host_id: str | None = None
    host_account: str | None = None  # the Zoom account of whoever created it


@dataclass(frozen=True, slots=True)
class Person:
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


@dataclass(frozen=True, slots=True)
class StreamStarted:
    """`meeting.rtms_started`, `webinar.rtms_started`: a stream is live."""

    meeting: Meeting
    stream_id: str
    operator_id: str | None
    at: Millis
    account_id: str | None = None  # whose, Zoom doesn't say
    is_original_host: bool | None = None


@dataclass(frozen=True, slots=True)
class StreamStopped:
    """`….rtms_stopped`: a stream is over; `reason` is Zoom's number 0–26, None where it gives none."""

    meeting: Meeting
    stream_id: str
    reason: int | None
    at: Millis
    named: bool = True  # by Zoom; else it is the only stream of the meeting that it names


@dataclass(frozen=True, slots=True)
class UnnamedStreamStopped:
    """`….rtms_stopped` without a stream's ID: some stream of this meeting is over."""

    meeting: Meeting
    reason: int | None
    at: Millis


@dataclass(frozen=True, slots=True)
class StreamInterrupted:
    """`….rtms_interrupted`: the app's receiver lost its signaling connection."""

    meeting: Meeting
    stream_id: str
    at: Millis


@dataclass(frozen=True, slots=True)
class MeetingStarted:
    """`meeting.started`."""

    meeting: Meeting
    at: Millis


@dataclass(frozen=True, slots=True)
class MeetingEnded:
    """`meeting.ended`."""

    meeting: Meeting
    at: Millis


class Move(StrEnum):
    """Where somebody goes who leaves a room, where Zoom says so (`leave_reason`)."""

    TO_ROOM = "to_room"  # a breakout room
    TO_MAIN_ROOM = "to_main_room"


@dataclass(frozen=True, slots=True)
class PersonEvent:
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


@dataclass(frozen=True, slots=True)
class RoleChanged:
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


@dataclass(frozen=True, slots=True)
class ConcurrencyLimited:
    """`rtms.concurrency_limited`: Zoom starts no further stream for this operator."""

    meeting: Meeting
    operator_id: str | None
    at: Millis


@dataclass(frozen=True, slots=True)
class ConcurrencyNear:
    """`rtms.concurrency_near_limit`: more than 80 % of the account's streams are in use."""

    used: int | None
    limit: int | None
    at: Millis


@dataclass(frozen=True, slots=True)
class RequestStatus:
    """`rtms.request_status`, whose schema is not published: `answer` is what can be recognized."""

    meeting: Meeting
    answer: Value  # yes: approved; no: denied; unknown: anything else
    at: Millis
    operator_id: str | None = None


@dataclass(frozen=True, slots=True)
class StartFailed:
    """`rtms.start_failed`, whose fields are not published: `code` and `words` are what can be read."""

    meeting: Meeting
    operator_id: str | None
    code: int | None
    words: str
    at: Millis


@dataclass(frozen=True, slots=True)
class AppDeauthorized:
    """`app_deauthorized`: the user removed the app from their account."""

    user_id: str | None
    at: Millis


@dataclass(frozen=True, slots=True)
class Unknown:
    """An event that means nothing here; `name` is for the log."""

    name: str
    at: Millis


# --- connections, and time --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ZoomDated:
    """The `Date` of one of Zoom's replies: Zoom's clock minus this machine's."""

    zoom_ahead_ms: Millis


@dataclass(frozen=True, slots=True)
class FeedConfigured:
    """Whether an event feed is set up at all: without one, silence means nothing."""

    possible: bool


@dataclass(frozen=True, slots=True)
class FeedUp:
    """The event feed is connected."""

    at: Millis


@dataclass(frozen=True, slots=True)
class FeedDown:
    """The event feed is no longer connected."""

    at: Millis


@dataclass(frozen=True, slots=True)
class Slept:
    """This machine slept: no event could be received in between."""

    since: Millis
    at: Millis


@dataclass(frozen=True, slots=True)
class NetworkBack:
    """Zoom could be reached again."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody is signed in: this is the app owner, on this Zoom account."""

    user_id: str
    account_id: str | None = None


@dataclass(frozen=True, slots=True)
class SignInLost:
    """Nobody is signed in any more: requests cannot be sent until the next sign-in."""


@dataclass(frozen=True, slots=True)
class KeyringUnlocked:
    """The sign-in can be read again: what waited for it can be sent."""


@dataclass(frozen=True, slots=True)
class OwnerClientChecked:
    """Whether the app owner's own Zoom client is 6.5.5 or later (B3), by this machine or by Zoom."""

    value: Value
    source: Source


@dataclass(frozen=True, slots=True)
class PolicyChanged:
    """The user has changed settings; they hold for open sessions, too."""

    policy: Policy


@dataclass(frozen=True, slots=True)
class Tick:
    """Time has passed: every deadline that is due fires."""


UserEvent = (
    StartRequested
    | ActionRequested
    | GivenUp
    | ReminderRequested
    | Acknowledged
    | ConditionReported
    | SharingReported
    | PauseReported
)
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
ConnectionEvent = (
    FeedConfigured
    | FeedUp
    | FeedDown
    | Slept
    | NetworkBack
    | SignedIn
    | SignInLost
    | KeyringUnlocked
    | OwnerClientChecked
)
Event = (
    UserEvent
    | ReceiverReported
    | Replied
    | MeetingFetched
    | ZoomEvent
    | ConnectionEvent
    | ZoomDated
    | PolicyChanged
    | Tick
)
