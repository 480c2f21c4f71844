"""Everything that can happen to a session, as frozen values.

Five sources: the user, Zoom's replies, Zoom's events, the connections, and time. Moments named `at`
in Zoom's events are Zoom's own `event_ts`; those of replies and connections are this machine's clock.
"""

from dataclasses import dataclass
from enum import StrEnum

from rtms_tray.capture.conditions import Condition, Source, Value
from rtms_tray.capture.policy import Policy
from rtms_tray.support.units import Millis


class Action(StrEnum):
    """What can be asked of Zoom (`PATCH /live_meetings/{id}/rtms_app/status`)."""

    START = "start"
    STOP = "stop"
    PAUSE = "pause"
    RESUME = "resume"


class Outcome(StrEnum):
    """What came of a request, in our own words."""

    ACCEPTED = "accepted"  # any 2xx: accepted, not started
    NOT_STARTED = "not_started"  # 3000
    REFUSED = "refused"  # any other 4xx: never repeated by itself
    ALREADY_RUNNING = "already_running"
    SIGN_IN_NEEDED = "sign_in_needed"  # 401/124 after one refresh, or no sign-in
    KEYRING_LOCKED = "keyring_locked"  # never left: the sign-in is there, and cannot be read now
    KEYRING_UNREADABLE = "keyring_unreadable"  # never left: nothing that can be unlocked
    RATE_LIMITED = "rate_limited"  # 429
    SERVER_TROUBLE = "server_trouble"  # 5xx
    OFFLINE = "offline"  # never left this machine
    REPLY_LOST = "reply_lost"  # sent, and the answer never came


# --- the user ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StartRequested:
    """The user sends, or sends again, the start request."""

    meeting_id: str | None = None
    meeting_uuid: str | None = None
    resend: bool = False
    scheduled: bool = False  # planned before; sent automatically


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
    """The user has seen what happened: the session no longer asks for attention."""


@dataclass(frozen=True, slots=True)
class ConditionReported:
    """The user knows a condition."""

    condition: Condition
    value: Value


@dataclass(frozen=True, slots=True)
class SharingReported:
    """The user sees Zoom's own "Sharing" sign, or sees that it is gone."""

    sharing: bool


# --- replies ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Replied:
    """Zoom's answer to a request of ours.

    `zoom_ahead_ms` is Zoom's clock minus this machine's, from the reply's `Date` header.
    """

    request: int
    action: Action
    outcome: Outcome
    code: int | None = None
    message: str = ""
    retry_after_s: int | None = None
    zoom_ahead_ms: Millis | None = None


class MeetingStatus(StrEnum):
    """What `GET /meetings/{id}` tells of a meeting."""

    WAITING = "waiting"
    STARTED = "started"
    NOT_FOUND = "not_found"  # 3001: gone, or not ours to read
    FORBIDDEN = "forbidden"
    UNREADABLE = "unreadable"  # no connection, 5xx, anything else


@dataclass(frozen=True, slots=True)
class MeetingFetched:
    """What a look at the meeting itself told (`GET /meetings/{uuid}`)."""

    meeting: "Meeting"
    status: MeetingStatus
    join_before_host: bool | None = None  # the meeting's setting, where it could be read


# --- Zoom's events ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Meeting:
    """Names a meeting: the number stays, the UUID is one instance, the host is its scheduled owner.

    `host_account` is the Zoom account of whoever created the meeting.
    """

    uuid: str | None = None
    number: str | None = None
    host_id: str | None = None
    host_account: str | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """A participant, by whatever identifiers the event carried; guests have no `account_id`."""

    account_id: str | None = None
    in_meeting_id: str | None = None
    participant_uuid: str | None = None

    def is_same(self, other: "Person") -> bool:
        """Whether two sightings are the same person: the first identifier that both have decides."""
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


@dataclass(frozen=True, slots=True)
class StreamStopped:
    """`….rtms_stopped`: a stream is over; `reason` is Zoom's number 0–26."""

    meeting: Meeting
    stream_id: str
    reason: int
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


@dataclass(frozen=True, slots=True)
class ParticipantJoined:
    """`meeting.participant_joined`, `…_jbh_joined`, `…_admitted`: somebody is in the meeting."""

    meeting: Meeting
    person: Person
    at: Millis


@dataclass(frozen=True, slots=True)
class ParticipantLeft:
    """`meeting.participant_left`."""

    meeting: Meeting
    person: Person
    at: Millis


@dataclass(frozen=True, slots=True)
class RoleChanged:
    """`meeting.participant_role_changed`; roles are host, co-host, attendee."""

    meeting: Meeting
    person: Person
    old_role: str
    new_role: str
    at: Millis


@dataclass(frozen=True, slots=True)
class BreakoutJoined:
    """`meeting.participant_joined_breakout_room`."""

    meeting: Meeting
    person: Person
    at: Millis


@dataclass(frozen=True, slots=True)
class BreakoutLeft:
    """`meeting.participant_left_breakout_room`."""

    meeting: Meeting
    person: Person
    at: Millis


@dataclass(frozen=True, slots=True)
class WaitingForHost:
    """`meeting.participant_jbh_waiting`: somebody waits for a host who is not there (rule S1)."""

    meeting: Meeting
    person: Person
    at: Millis


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
    """`rtms.request_status` (schema unpublished): `answer` only where a word of it is recognisable."""

    meeting: Meeting
    answer: Value  # yes: approved, no: denied, unknown: anything else
    at: Millis


@dataclass(frozen=True, slots=True)
class AppDeauthorized:
    """`app_deauthorized`: the user removed the app from their account."""

    user_id: str | None
    at: Millis


@dataclass(frozen=True, slots=True)
class Unknown:
    """An event that says nothing to us; `name` is for the log."""

    name: str
    at: Millis


# --- connections, and time --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FeedConfigured:
    """Whether there is an event feed at all: without one, silence means nothing."""

    possible: bool


@dataclass(frozen=True, slots=True)
class FeedUp:
    """Events can be seen from now on."""

    at: Millis


@dataclass(frozen=True, slots=True)
class FeedDown:
    """Events can no longer be seen."""

    at: Millis


@dataclass(frozen=True, slots=True)
class Slept:
    """This machine slept: nothing was seen between the two moments."""

    since: Millis
    at: Millis


@dataclass(frozen=True, slots=True)
class NetworkBack:
    """Something reached Zoom again after a time without a network."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """There is a sign-in, and this is who the app owner is, and on which Zoom account."""

    user_id: str
    account_id: str | None = None


@dataclass(frozen=True, slots=True)
class SignInLost:
    """The sign-in is gone: requests cannot be sent until the next one."""


@dataclass(frozen=True, slots=True)
class KeyringUnlocked:
    """The keyring gives out the sign-in again: what waited for it can be sent."""


@dataclass(frozen=True, slots=True)
class OwnerClientChecked:
    """Whether the app owner's own Zoom is 6.5.5 or later (B3), as this machine or Zoom tells."""

    value: Value
    source: Source


@dataclass(frozen=True, slots=True)
class PolicyChanged:
    """The user has changed their choices; they hold for open sessions too."""

    policy: Policy


@dataclass(frozen=True, slots=True)
class Tick:
    """Time has passed: whatever is due happens."""


UserEvent = (
    StartRequested
    | ActionRequested
    | GivenUp
    | ReminderRequested
    | Acknowledged
    | ConditionReported
    | SharingReported
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
RequestEvent = StreamStarted | StreamStopped | ConcurrencyLimited | RequestStatus
"""What Zoom may tell of a request, naming the meeting by its UUID alone."""
SingleMeetingEvent = StreamEvent | MeetingEvent | ConcurrencyLimited | RequestStatus
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
Event = UserEvent | Replied | MeetingFetched | ZoomEvent | ConnectionEvent | PolicyChanged | Tick
