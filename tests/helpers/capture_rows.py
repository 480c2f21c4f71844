"""Rows of the state table as test cases, and short names for what happens in them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from rtms_tray.capture import events as e
from rtms_tray.capture.conditions import Value
from rtms_tray.capture.events import Action, Outcome
from rtms_tray.capture.reasons import Code
from rtms_tray.capture.states import CaptureState, Timer
from rtms_tray.capture.timings import Policy
from rtms_tray.support.units import SECOND
from tests.helpers.capture_stage import ME, Stage, brought_to
from tests.helpers.manual_clock import NOON

Do: TypeAlias = Callable[[Stage], object]

_S = CaptureState
REQUESTING, PENDING_APPROVAL, NO_ANSWER = _S.REQUESTING, _S.PENDING_APPROVAL, _S.NO_ANSWER
WAITING_FOR_MEETING, WAITING_FOR_HOST, RESEND_NEEDED = (
    _S.WAITING_FOR_MEETING, _S.WAITING_FOR_HOST, _S.RESEND_NEEDED,
)  # fmt: skip
SHARING, PAUSED, PAUSED_BREAKOUT, INTERRUPTED = (
    _S.SHARING, _S.PAUSED, _S.PAUSED_BREAKOUT, _S.INTERRUPTED,
)  # fmt: skip
STOPPED, STOPPED_PERMANENTLY, DENIED, REFUSED, ENDED = (
    _S.STOPPED, _S.STOPPED_PERMANENTLY, _S.DENIED, _S.REFUSED, _S.ENDED,
)  # fmt: skip
START, STOP, RESUME = Action.START, Action.STOP, Action.RESUME


USUAL_WAITS = {
    _S.PENDING_APPROVAL: (Timer.GRACE, Timer.NO_ANSWER),
    _S.WAITING_FOR_MEETING: (Timer.NEXT_REQUEST,),
    _S.PAUSED_BREAKOUT: (Timer.ROOM_NEWS,),
    _S.INTERRUPTED: (Timer.INTERRUPTION_ALERT, Timer.INTERRUPTION_OVER),
}
"""What a state waits for, if its row says nothing else; the other states wait for nothing."""
_OF_EVERY_STATE = {
    Timer.LOST_SIGHT, Timer.MAYBE_OVER, Timer.FORGET, Timer.NUDGE, Timer.LEFT, Timer.ROOM,
}  # fmt: skip
"""Deadlines that depend on what was seen, not on the state: they have tests of their own."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the state table: from, input, to, reason, requests to Zoom, and what else is to be seen.

    All of it is compared; a row names only what differs from nothing (`waits`: from `USUAL_WAITS`).
    """

    start: CaptureState
    what: str
    do: Do
    to: CaptureState
    reason: Code | None
    sent: tuple[Action, ...] = ()
    doubt: bool = False
    looks: int = 0  # how often the meeting itself is looked at
    ignored: tuple[str, ...] = ()  # what the log says of inputs without effect
    shown: Code | None = None  # a refusal that is shown beside the unchanged state
    waits: tuple[Timer, ...] | None = None
    policy: Policy = field(default_factory=Policy)

    @property
    def name(self) -> str:
        """From, input, to; `?` for in doubt."""
        return f"{self.start} | {self.what} | {self.to}{'?' if self.doubt else ''}"


def check(row: Row) -> None:
    """Play a row, and compare."""
    stage = brought_to(row.start, Stage(row.policy))
    row.do(stage)
    assert (stage.state, stage.code) == (row.to, row.reason)
    assert stage.unverified is row.doubt
    assert tuple(stage.sent()) == row.sent
    assert len(stage.looked()) == row.looks
    assert tuple(effect.because for effect in stage.ignored()) == row.ignored
    refusal = stage.session.attention.refusal
    assert (refusal.code if refusal else None) == row.shown
    waits = USUAL_WAITS.get(row.to, ()) if row.waits is None else row.waits
    assert set(stage.session.timers) - _OF_EVERY_STATE == set(waits)


def in_turn(*acts: Do) -> Do:
    """Several things, one after the other."""

    def do(stage: Stage) -> None:
        for act in acts:
            act(stage)

    return do


def wait(seconds: float) -> Do:
    """Time passes."""
    return lambda stage: stage.wait(seconds)


def trouble(outcome: Outcome, times: int = 4) -> Do:
    """The same trouble at every try."""

    def do(stage: Stage) -> None:
        for delay in (1, 2, 4, 0)[:times]:
            stage.reply(outcome)
            stage.wait(delay)

    return do


def no_feed(stage: Stage) -> None:
    """The feed goes down."""
    stage.feed_down()


def refuse(code: int) -> Do:
    """A 4xx."""
    return lambda s: s.refuse(code)


def reply(outcome: Outcome, code: int | None = None, *, retry_after_s: int | None = None) -> Do:
    """Zoom answers the start request."""
    return lambda s: s.reply(outcome, code, retry_after_s=retry_after_s)


def host_is(value: Value) -> Do:
    """The user tells whether the host is there."""
    return lambda s: s.tell_host(value)


def approves(value: Value) -> Do:
    """The user tells whether the host approves."""
    return lambda s: s.tell_approves(value)


def in_room(value: Value) -> Do:
    """The user tells whether they are in a breakout room."""
    return lambda s: s.tell_room(value)


def sees_sharing(sharing: bool) -> Do:  # noqa: FBT001 - it is what the user says
    """The user tells whether Zoom shows its sign."""
    return lambda s: s.tell_sharing(sharing)


def late_reply(*acts: Do, code: int = 13262) -> Do:
    """Zoom refuses the start request, but only after all this."""

    def do(stage: Stage) -> None:
        request = stage.session.requests.newest
        assert request is not None
        in_turn(*acts)(stage)
        stage.answer(request.number, START, Outcome.REFUSED, code)

    return do


def acknowledge(stage: Stage) -> None:
    """The user has seen what happened."""
    stage.user(e.Acknowledged())


def remind(minutes: int) -> Do:
    """The user wants to be reminded."""
    return lambda s: s.user(e.ReminderRequested(minutes))


def look(status: e.MeetingStatus) -> Do:
    """What a look at the meeting tells."""
    return lambda s: s.look(status)


def joins(person: e.Person, ago_s: float = 0) -> Do:
    """Somebody joins."""
    return lambda s: s.joins(person, ago_s)


def seen_from_start(stage: Stage) -> None:
    """The meeting started when the stage began to look: nobody can be there unseen."""
    stage.meeting_started(ago_s=(stage.now - NOON) / SECOND)


def leaves(person: e.Person, ago_s: float = 0) -> Do:
    """Somebody leaves."""
    return lambda s: s.leaves(person, ago_s)


def moves(person: e.Person) -> Do:
    """Somebody moves between rooms: a left and a joined of one moment."""
    return in_turn(leaves(person), joins(person))


def becomes(person: e.Person, role: str) -> Do:
    """Somebody is given a role."""
    return lambda s: s.zoom(e.RoleChanged(s.meeting, person, "attendee", role, s.at()))


def started(stream: str = "a", operator: str | None = ME, ago_s: float = 0) -> Do:
    """A stream starts."""
    return lambda s: s.started(stream, operator, ago_s)


def stopped(reason: int, stream: str = "a", ago_s: float = 0) -> Do:
    """A stream stops."""
    return lambda s: s.stopped(reason, stream, ago_s)


def click(action: Action) -> Do:
    """The user clicks; no reply yet."""
    return lambda s: s.act(action)


def done(action: Action) -> Do:
    """The user clicks, and Zoom accepts."""
    return lambda s: s.done(action)


def answered(outcome: Outcome, code: int | None = None) -> Do:
    """Zoom answers the click."""
    return lambda s: s.act_answer(outcome, code)
