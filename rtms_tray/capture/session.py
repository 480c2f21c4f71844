"""One meeting instance that the app owner wants captured: a frozen value, changed only by `machine.step`."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from rtms_tray.capture import events as e
from rtms_tray.capture.conditions import Condition, Known, Value, value_of
from rtms_tray.capture.context import Context
from rtms_tray.capture.people import People
from rtms_tray.capture.presence import i_host
from rtms_tray.capture.reasons import Code, Why
from rtms_tray.capture.states import LIVE, OPEN, CaptureState, Timer
from rtms_tray.capture.timeline import Timeline
from rtms_tray.support.frozen import Frozen, field, replace
from rtms_tray.support.units import Millis

REQUESTS_PER_SESSION = 100_000
_ENDED_WITHOUT_WORD: Final = frozenset({Code.GIVEN_UP, Code.INFERRED, Code.LOST_SIGHT})


def number_of(key: str) -> int | None:
    """Read a session's number from its key, whose form is `Session.key`'s; None if it is no key."""
    return int(key[1:]) if key[:1] == "s" and key[1:].isdecimal() else None


class Request(Frozen):
    """A request to Zoom; `sent_at` is this machine's clock, `number` names its newest try."""

    number: int
    action: e.Action
    first_sent_at: Millis
    sent_at: Millis
    tries: int = 1
    open: bool = True

    def closed(self) -> "Request":
        """No reply is waited for any more, and no further try will be sent."""
        return replace(self, open=False)


class Requests(Frozen):
    """What Zoom was asked for, and what is waited for because of that."""

    newest: Request | None = None  # the newest start request
    count: int = 0  # requests of any kind, for their numbers
    asked_here: bool = False  # whether anybody asked from here
    asked_at: Millis | None = None  # when the newest start request left, on Zoom's clock
    repeats: int = 0  # for a meeting that had not started
    repeating_since: Millis = 0
    answer_timeout_left: Millis | None = None  # while no events can come
    nudges: int = 0
    maybe_running: bool = False  # accepted, but a stream may have begun before events came
    resent_for_join_at: Millis | None = None  # the host's join that a request was sent for
    resent_after_denial_at: Millis | None = None

    @property
    def open(self) -> bool:
        """Whether a start request is on its way."""
        return self.newest is not None and self.newest.open

    def closed(self) -> "Requests":
        """The newest start request is answered, or will never be."""
        return replace(self, newest=self.newest.closed() if self.newest else None)


class Stream(Frozen):
    """An RTMS stream of this session; moments are Zoom's (`event_ts`)."""

    stream_id: str
    started_at: Millis
    last_at: Millis
    interrupted_at: Millis | None = None
    restarted_at: Millis | None = None  # by a new server
    stopped: bool = False
    doubted: bool = False  # at any time since it started: another may have followed it

    @property
    def interrupted(self) -> bool:
        """Whether an interruption is the newest that is known of it."""
        return self.interrupted_at == self.last_at != self.restarted_at

    def has_start(self, at: Millis) -> bool:
        """Whether a start of this moment is known, or has been overtaken by later news."""
        return at < self.last_at or at in {self.started_at, self.restarted_at}


class Streams(Frozen):
    """The RTMS streams of this meeting: the newest of the app owner's, and which others there were."""

    current: Stream | None = None
    has_streamed: bool = False
    finished: frozenset[str] = frozenset()
    foreign: frozenset[str] = frozenset()  # somebody else's, of the same app
    paused: bool = False  # as the last pause or resume from here, or the user's word, has it
    stopped_at: Millis | None = None  # Zoom's clock
    stop_reason: int | None = None
    action: Request | None = None  # the newest pause, resume or stop
    stop_sent_at: Millis | None = None
    received_at: Millis | None = None  # when data last came, as the app's receiver says
    taken_over_at: Millis | None = None  # by the new host's stream; Zoom's clock

    @property
    def is_stopped(self) -> bool:
        """Whether the newest stream is known to have ended."""
        return self.current is not None and self.current.stopped

    def is_current(self, stream_id: str) -> bool:
        """Whether this is the newest stream."""
        return self.current is not None and self.current.stream_id == stream_id

    def with_finished(self, stream_id: str) -> "Streams":
        """Add a stream that never starts again."""
        return replace(self, finished=self.finished | {stream_id})

    def action_closed(self) -> "Streams":
        """The newest pause, resume or stop is answered, or will never be."""
        return replace(self, action=self.action.closed() if self.action else None)


class Doubt(Frozen):
    """Since when the stream is in doubt, and what has been proved of it. Moments are this machine's."""

    since: Millis | None = None
    unseen: bool = (
        False  # events may have been missed since something last proved how the stream stands
    )
    by_gap: bool = False  # it is only in doubt because events may have been missed
    proved_at: Millis = 0  # when that was
    evidence_at: Millis = 0  # when the meeting was last known to be on


class Attention(Frozen):
    """What the user should notice beside the state and its reason, and whether they have."""

    refusal: Why | None = None  # of what was asked of a live session
    feed_down: bool = False  # for so long that it matters
    long_gap: bool = False  # the same, and over: what came of the stream meanwhile is not known
    new_host: bool = False  # since somebody or something said no
    acknowledged: bool = False
    asked_if_over: bool = False  # the user, once


class Aside(StrEnum):
    """What Zoom has said of a meeting that does not change its session: a line under Details."""

    OTHERS_REQUEST = "others_request"  # an answer to a request that may be somebody else's
    EARLIER_INSTANCE = "earlier_instance"  # a stream of a meeting that had this number before


class ResumePoint(Frozen):
    """Where to return to after a breakout room, an interruption, or a denial that is taken back."""

    state: CaptureState
    why: Why | None


class Happened(Frozen):
    """One entry of a session's story."""

    at: Millis
    state: CaptureState
    why: Why | None


class Session(Frozen):
    """Everything known of one session. Times are this machine's clock unless said otherwise."""

    number: int
    meeting: e.Meeting
    state: CaptureState = CaptureState.IDLE
    since: Millis = 0
    why: Why | None = None
    resume_point: ResumePoint | None = None
    requests: Requests = field(default_factory=Requests)
    streams: Streams = field(default_factory=Streams)
    doubt: Doubt = field(default_factory=Doubt)
    attention: Attention = field(default_factory=Attention)
    people: People = field(default_factory=People)
    known: Known = field(default_factory=dict)
    meeting_readable: bool = False  # Zoom has said how the meeting stands
    meeting_events_seen: bool = False  # such events can come at all
    timers: Mapping[Timer, Millis] = field(default_factory=dict)
    queued_events: tuple[e.Event, ...] = ()  # until the reply to a start request is in
    timeline: Timeline = field(default_factory=Timeline)
    story: tuple[Happened, ...] = ()
    asides: tuple[Aside, ...] = ()

    @property
    def key(self) -> str:
        """The session's name inside this program."""
        return f"s{self.number}"

    @property
    def code(self) -> Code | None:
        """The code of its reason."""
        return self.why.code if self.why else None

    @property
    def live(self) -> bool:
        """Whether a stream is believed to be live."""
        return self.state in LIVE

    @property
    def open(self) -> bool:
        """Whether the session is anything but over."""
        return self.state in OPEN

    @property
    def verified(self) -> bool:
        """Whether the stream is not in doubt."""
        return self.doubt.since is None

    @property
    def unseen(self) -> bool:
        """Whether something may have happened that no event told."""
        return self.doubt.unseen or not self.verified

    @property
    def given_up(self) -> bool:
        """Whether the user gave this meeting up."""
        return self.code is Code.GIVEN_UP

    @property
    def may_come_back(self) -> bool:
        """Whether it ended without word of the meeting's end: a stream of its own shows that it goes on."""
        return self.state is CaptureState.ENDED and self.code in _ENDED_WITHOUT_WORD

    @property
    def awaits_reply(self) -> bool:
        """Whether the reply to a start request decides what comes next."""
        waiting = self.state is CaptureState.WAITING_FOR_MEETING and self.requests.open
        return waiting or self.state is CaptureState.REQUESTING

    def hosted_by_me(self, context: Context) -> bool:
        """Whether the app owner is the host."""
        return i_host(self.people, context, self.meeting)

    @property
    def host_present(self) -> Value:
        """What is known of the host's presence."""
        return value_of(self.known, Condition.HOST_PRESENT)
