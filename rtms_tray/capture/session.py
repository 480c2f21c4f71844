"""One meeting instance that the app owner wants captured: a frozen value, changed only by `machine.step`."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from rtms_tray.capture import events as e
from rtms_tray.capture.conditions import Condition, Evidence, Known, Source, Value, learn, value_of
from rtms_tray.capture.people import People
from rtms_tray.capture.policy import Policy
from rtms_tray.capture.reasons import Code, Why
from rtms_tray.capture.states import LIVE, OPEN, CaptureState
from rtms_tray.capture.timeline import SpanKind, Timeline
from rtms_tray.capture.units import Millis

REQUESTS_PER_SESSION = 100_000


class Timer(StrEnum):
    """What a session can be waiting for."""

    RETRY = "retry"  # repeat a request that met trouble
    RETRY_ACT = "retry_act"  # the same for pause, resume, stop
    ASK_AGAIN = "ask_again"  # the meeting had not started
    GRACE = "grace"
    NO_ANSWER = "no_answer"
    INTERRUPTION_HEARD = "interruption_heard"
    INTERRUPTION_OVER = "interruption_over"
    BREAKOUT_RETURN = "breakout_return"
    BLIND = "blind"
    REMINDER = "reminder"  # asked for by the user
    NUDGE = "nudge"  # where no signal could tell that the host has come
    LOST_SIGHT = "lost_sight"
    FORGET = "forget"  # an ended session leaves the list


NEEDS_SIGHT = frozenset(
    {
        Timer.NO_ANSWER,
        Timer.GRACE,
        Timer.INTERRUPTION_OVER,
        Timer.BREAKOUT_RETURN,
        Timer.LOST_SIGHT,
    }
)
"""Deadlines that mean something only while events could be seen; they wait for the feed."""


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
    automatic: bool = False


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
    me: str | None = None
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
    stream: Stream | None = None
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
    def own(self) -> bool:
        """Whether the app owner is the meeting's host."""
        return bool(self.me) and self.meeting.host_id == self.me

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


def learned(
    session: Session, condition: Condition, value: Value, source: Source, at: Millis
) -> Session:
    """Keep a piece of evidence (`at` on Zoom's clock)."""
    known = learn(session.known, condition, Evidence(value, source, at))
    return replace(session, known=known)


def armed(session: Session, timer: Timer, at: Millis) -> Session:
    """Set a deadline, replacing an older one of the same name."""
    return replace(session, timers={**session.timers, timer: at})


def disarmed(session: Session, *timers: Timer) -> Session:
    """Drop deadlines."""
    left = {name: at for name, at in session.timers.items() if name not in timers}
    return replace(session, timers=left)


def span_kind(session: Session) -> SpanKind:
    """Say what time is worth in this state."""
    match session.state:
        case CaptureState.WAITING_FOR_MEETING | CaptureState.IDLE:
            return SpanKind.NOT_COUNTED
        case _ if session.unverified_since is not None:
            return SpanKind.UNKNOWN
        case CaptureState.SHARING:
            return SpanKind.CAPTURED
        case CaptureState.PAUSED:
            return SpanKind.PAUSED
        case CaptureState.INTERRUPTED:
            return SpanKind.UNKNOWN
        case CaptureState.STOPPED if session.why and session.why.code is Code.STOPPED_BY_YOU:
            return SpanKind.PAUSED
        case _:
            return SpanKind.LOST


def moved(
    session: Session,
    state: CaptureState,
    now: Millis,
    why: Why | None = None,
    *,
    at: Millis | None = None,
) -> Session:
    """Enter a state (at an earlier moment of this machine's clock, where an event says so)."""
    at = now if at is None else min(at, now)
    changed = state is not session.state
    code = why.code if why else None
    news = changed or code is not (session.why.code if session.why else None)
    entry = (Happened(at, state, why),) if news else ()
    return replace(
        session,
        state=state,
        why=why,
        since=max(at, session.since) if changed else session.since,
        acknowledged=session.acknowledged and not news,
        refusal=None if changed else session.refusal,
        story=(*session.story, *entry)[-200:],
    )


def painted(session: Session, now: Millis, at: Millis | None = None) -> Session:
    """Let the timeline follow the state."""
    at = now if at is None else min(at, now)
    code = session.why.code if session.why else ""
    if session.state is CaptureState.ENDED:
        return replace(session, timeline=session.timeline.close(at))
    return replace(session, timeline=session.timeline.mark(at, span_kind(session), code))


def verified(session: Session) -> Session:
    """Something about this session was seen or is certain again."""
    return replace(session, unverified_since=None)


def doubted(session: Session, since: Millis) -> Session:
    """Nothing vouches for this session's state since then."""
    if not session.open or session.unverified_since is not None:
        return session
    timeline = session.timeline
    if session.state is not CaptureState.WAITING_FOR_MEETING:
        timeline = timeline.repaint(since, SpanKind.UNKNOWN, "unverified")
    return replace(session, unverified_since=max(since, session.since), timeline=timeline)


def ended(session: Session, now: Millis, why: Why | None, at: Millis | None = None) -> Session:
    """The meeting is over, or was given up: nothing is counted or waited for any more."""
    session = moved(session, CaptureState.ENDED, now, why, at=at)
    session = replace(
        session, unverified_since=None, timers={}, held=(), before=None, acknowledged=False
    )
    return painted(session, now, at)
