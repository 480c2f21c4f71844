"""Everything that can happen, as frozen values.

There are five sources: the user, Zoom's replies, Zoom's events, the connections, and time. `at` is Zoom's own
`event_ts` in Zoom's events, and this machine's clock elsewhere.
"""

from enum import StrEnum

from rtms_tray.capture.conditions import Condition, Source, Value
from rtms_tray.capture.timings import Policy
from rtms_tray.capture.zoom_events import (
    AppDeauthorized,
    BreakoutJoined,
    BreakoutLeft,
    ConcurrencyLimited,
    ConcurrencyNear,
    Meeting,
    MeetingEnded,
    MeetingEvent,
    MeetingStarted,
    Move,
    ParticipantJoined,
    ParticipantLeft,
    Person,
    PersonEvent,
    RequestAnswer,
    RequestEvent,
    RequestStatus,
    RoleChanged,
    SingleMeetingEvent,
    StartFailed,
    Stop,
    StreamEvent,
    StreamInterrupted,
    StreamStarted,
    StreamStopped,
    Unknown,
    UnnamedStreamStopped,
    WaitingForHost,
    ZoomEvent,
)
from rtms_tray.support.frozen import Frozen
from rtms_tray.support.units import Millis

__all__ = [
    "AppDeauthorized",
    "BreakoutJoined",
    "BreakoutLeft",
    "ConcurrencyLimited",
    "ConcurrencyNear",
    "Meeting",
    "MeetingEnded",
    "MeetingEvent",
    "MeetingStarted",
    "Move",
    "ParticipantJoined",
    "ParticipantLeft",
    "Person",
    "PersonEvent",
    "RequestAnswer",
    "RequestEvent",
    "RequestStatus",
    "RoleChanged",
    "SingleMeetingEvent",
    "StartFailed",
    "Stop",
    "StreamEvent",
    "StreamInterrupted",
    "StreamStarted",
    "StreamStopped",
    "Unknown",
    "UnnamedStreamStopped",
    "WaitingForHost",
    "ZoomEvent",
]
"""Zoom's events belong to this vocabulary, too."""


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


class StartRequested(Frozen):
    """The user sends the start request, or sends it again."""

    meeting_id: str | None = None
    meeting_uuid: str | None = None
    resend: bool = False
    scheduled: bool = False  # planned earlier; sent automatically


class ActionRequested(Frozen):
    """The user pauses, resumes or stops capture."""

    action: Action


class GivenUp(Frozen):
    """The user no longer wants this meeting captured."""


class ReminderRequested(Frozen):
    """The user wants to be reminded later."""

    minutes: int = 2


class Acknowledged(Frozen):
    """The user has noticed: the session no longer asks for attention."""


class ConditionReported(Frozen):
    """The user knows a condition of capture."""

    condition: Condition
    value: Value


class SharingReported(Frozen):
    """The user sees Zoom's own "Sharing" sign, or that it is gone."""

    sharing: bool


class PauseReported(Frozen):
    """The user sees that sharing is paused in Zoom."""


# --- the app's own receiver ---------------------------------------------------------------------


class ReceiverState(StrEnum):
    """How the app's receiver sees the stream; the values are an interface (command line)."""

    LIVE = "live"
    PAUSED = "paused"
    STOPPED = "stopped"


class ReceiverReported(Frozen):
    """The app's receiver says how the stream stands, and when data last came; both on this machine's clock."""

    state: ReceiverState
    at: Millis
    media_at: Millis | None = None


class ReceiverWord(Frozen):
    """`rtms.receiver`, a relay's own event: the same of one stream; the moments are the receiver's."""

    stream_id: str
    state: ReceiverState
    at: Millis
    media_at: Millis | None = None


FeedEvent = ZoomEvent | ReceiverWord
"""What comes over a feed."""


# --- replies ----------------------------------------------------------------------------------


class Replied(Frozen):
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


class MeetingFetched(Frozen):
    """Zoom has said how a meeting stands (`GET /meetings/{uuid}`)."""

    meeting: "Meeting"
    status: MeetingStatus
    join_before_host: bool | None = None  # a setting of the meeting, if it could be read


# --- connections, and time --------------------------------------------------------------------


class ZoomDated(Frozen):
    """The `Date` of one of Zoom's replies: Zoom's clock minus this machine's."""

    zoom_ahead_ms: Millis


class FeedConfigured(Frozen):
    """Whether an event feed is set up at all: without one, silence means nothing."""

    possible: bool


class FeedUp(Frozen):
    """The event feed is connected; where all that happened since `since` is told, no event is missing since then."""

    at: Millis
    since: Millis | None = None


class Kept(Frozen):
    """An event as a feed brings it; `at` is when it came: to a relay, perhaps long ago. On this machine's clock."""

    event: FeedEvent
    at: Millis


class CaughtUp(Frozen):
    """The event feed is connected, and tells what came meanwhile, in order: nothing is missing since `since`."""

    at: Millis
    since: Millis
    missed: tuple[Kept, ...] = ()


class ActingChanged(Frozen):
    """Whether this tray acts on its own: of several of one user, one does."""

    acting: bool


class FeedDown(Frozen):
    """The event feed is no longer connected."""

    at: Millis


class Slept(Frozen):
    """This machine slept: no event could be received in between."""

    since: Millis
    at: Millis


class NetworkBack(Frozen):
    """Zoom could be reached again."""


class SignedIn(Frozen):
    """Somebody is signed in: this is the app owner, on this Zoom account."""

    user_id: str
    account_id: str | None = None


class SignInLost(Frozen):
    """Nobody is signed in any more: requests cannot be sent until the next sign-in."""


class KeyringUnlocked(Frozen):
    """The sign-in can be read again: what waited for it can be sent."""


class OwnerClientChecked(Frozen):
    """Whether the app owner's own Zoom client is 6.5.5 or later (B3), by this machine or by Zoom."""

    value: Value
    source: Source


class PolicyChanged(Frozen):
    """The user has changed settings; they hold for open sessions, too."""

    policy: Policy


class Tick(Frozen):
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
ConnectionEvent = (
    FeedConfigured
    | FeedUp
    | FeedDown
    | CaughtUp
    | ActingChanged
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
    | ReceiverWord
    | Kept
    | Replied
    | MeetingFetched
    | ZoomEvent
    | ConnectionEvent
    | ZoomDated
    | PolicyChanged
    | Tick
)
