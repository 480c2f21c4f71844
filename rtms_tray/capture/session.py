"""One meeting instance that the app owner wants captured: a frozen value, changed only by `machine.step`."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from rtms_tray.capture import events as e
from rtms_tray.capture.conditions import Condition, Known, Value, value_of
from rtms_tray.capture.policy import Policy
from rtms_tray.capture.presence import People
from rtms_tray.capture.reasons import Why
from rtms_tray.capture.states import LIVE, OPEN, CaptureState, Timer
from rtms_tray.capture.timeline import Timeline
from rtms_tray.support.units import Millis

REQUESTS_PER_SESSION = 100_000


@dataclass(frozen=True, slots=True)
class Sight:
    """Whether events can be seen: `possible` with any feed at all, `up_since` while it is connected."""

    possible: bool = False
    up_since: Millis | None = None

    @property
    def up(self) -> bool:
        """Whether events can be seen now."""
        return self.up_since is not None

    @property
    def blind(self) -> bool:
        """Whether a feed that should be there is down."""
        return self.possible and not self.up


@dataclass(frozen=True, slots=True)
class Request:
    """A request to Zoom; `sent_at` is this machine's clock, `number` names its newest try."""

    number: int
    action: e.Action
    first_sent_at: Millis
    sent_at: Millis
    tries: int = 1
    open: bool = True


@dataclass(frozen=True, slots=True)
class Stream:
    """An RTMS stream of this session; moments are Zoom's (`event_ts`)."""

    stream_id: str
    started_at: Millis
    last_at: Millis
    interrupted_at: Millis | None = None
    stopped: bool = False


@dataclass(frozen=True, slots=True)
class Happened:
    """One entry of a session's story."""

    at: Millis
    state: CaptureState
    why: Why | None


@dataclass(frozen=True, slots=True)
class Session:
    """Everything known of one session. Times are this machine's clock unless said otherwise."""

    number: int
    meeting: e.Meeting
    state: CaptureState = CaptureState.IDLE
    since: Millis = 0
    why: Why | None = None
    unverified_since: Millis | None = None
    stream_in_doubt: bool = False  # only Zoom's word on the stream, or the user's, settles it
    me: str | None = None
    my_account: str | None = None  # the app owner's Zoom account
    policy: Policy = field(default_factory=Policy)
    sight: Sight = field(default_factory=Sight)
    zoom_ahead: Millis = 0
    request: Request | None = None  # the newest start request
    asked_at: Millis | None = None  # Zoom's clock
    asked: bool = False  # whether anybody asked from here
    act: Request | None = None  # the newest pause, resume or stop
    stop_sent_at: Millis | None = None
    requests: int = 0
    asked_again: int = 0
    asking_since: Millis = 0
    held: tuple[e.Event, ...] = ()
    quiet_left: Millis | None = None  # the rest of the wait for an answer, while nothing is seen
    out_of_denial_at: Millis | None = None  # when the user last sent it again after a denial
    stream: Stream | None = None
    ran: bool = False  # a stream has run
    finished: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()
    before: CaptureState | None = None
    before_why: Why | None = None
    stopped_at: Millis | None = None  # Zoom's clock
    stop_reason: int | None = None
    people: People = field(default_factory=People)
    known: Known = field(default_factory=dict)
    readable: bool = False  # an earlier look at the meeting itself succeeded
    signals: bool = False  # a meeting event came: such signals can come at all
    evidence_at: Millis = 0
    timers: Mapping[Timer, Millis] = field(default_factory=dict)
    nudges: int = 0
    resent_for: Millis | None = None
    refusal: Why | None = None
    acknowledged: bool = False
    timeline: Timeline = field(default_factory=Timeline)
    story: tuple[Happened, ...] = ()

    @property
    def key(self) -> str:
        """The session's name inside this program."""
        return f"s{self.number}"

    @property
    def live(self) -> bool:
        """Whether a stream is believed to be live."""
        return self.state in LIVE

    @property
    def open(self) -> bool:
        """Whether the session is anything but over."""
        return self.state in OPEN

    @property
    def awaits_reply(self) -> bool:
        """Whether the reply to a start request decides what comes next."""
        in_flight = self.request is not None and self.request.open
        waiting = self.state is CaptureState.WAITING_FOR_MEETING and in_flight
        return waiting or self.state is CaptureState.REQUESTING

    @property
    def own(self) -> bool:
        """Whether the app owner is the meeting's host."""
        return self.me is not None and self.meeting.host_id == self.me

    @property
    def host_present(self) -> Value:
        """What is known of the host's presence."""
        return value_of(self.known, Condition.HOST_PRESENT)

    def zoom_now(self, now: Millis) -> Millis:
        """Zoom's clock, as far as replies have told."""
        return now + self.zoom_ahead

    def local(self, zoom_at: Millis, now: Millis) -> Millis:
        """This machine's clock at an event's `event_ts`, never in the future."""
        return min(zoom_at - self.zoom_ahead, now)
