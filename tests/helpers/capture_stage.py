"""A stage for sessions: one meeting, its people, Zoom's events and replies, and a clock to move by hand."""

from collections.abc import Callable

from rtms_tray.capture import events as e
from rtms_tray.capture import routing as boards
from rtms_tray.capture.board import Board, Turn
from rtms_tray.capture.clocks import ZoomClock
from rtms_tray.capture.conditions import Condition, Value
from rtms_tray.capture.context import Context
from rtms_tray.capture.effects import (
    Announce,
    Category,
    Effect,
    FetchMeeting,
    Ignored,
    SendRequest,
    Withdraw,
)
from rtms_tray.capture.events import Action, Outcome
from rtms_tray.capture.reasons import Code, Severity
from rtms_tray.capture.session import Session
from rtms_tray.capture.states import CaptureState
from rtms_tray.capture.timeline import SpanKind
from rtms_tray.capture.timings import Policy
from rtms_tray.support.frozen import replace
from rtms_tray.support.units import HOUR, SECOND, Millis
from tests.helpers.manual_clock import NOON

ME, HOST = "me", "host"
IN_SIGHT_FOR = 2 * HOUR
"""So long have events come at noon: no stream began before them, as far as the rules know."""
NUMBER, UUID = "98712345670", "uuid-1"
MEETING = e.Meeting(UUID, NUMBER, HOST)
OWN_MEETING = e.Meeting(UUID, NUMBER, ME)

I_AM = e.Person(account_id=ME, in_meeting_id="16", participant_uuid="p-me")
THE_HOST = e.Person(account_id=HOST, in_meeting_id="17", participant_uuid="p-host")
GUEST = e.Person(in_meeting_id="18", participant_uuid="p-guest")
NEW_HOST = e.Person(account_id="other", in_meeting_id="19", participant_uuid="p-other")


class Stage:
    """One board, watched from noon on; moments are seconds after noon, on both clocks."""

    def __init__(
        self,
        policy: Policy | None = None,
        *,
        feed: bool = True,
        meeting: e.Meeting = MEETING,
        zoom_ahead_s: float = 0,
    ) -> None:
        self.now: Millis = NOON
        self.meeting = meeting
        self.zoom_ahead = round(zoom_ahead_s * SECOND)
        clock = ZoomClock.ahead_by(self.zoom_ahead)  # as the sign-in's replies have told
        self.board = Board(context=Context(me=ME, policy=policy or Policy(), clock=clock))
        self.effects: list[Effect] = []
        if feed:
            self.all(e.FeedUp(self.now - IN_SIGHT_FOR))

    def share(self, **changes: object) -> None:
        """Change what the sessions share, as no event would."""
        context = replace(self.board.context, **changes)  # type: ignore[arg-type]
        self.board = replace(self.board, context=context)

    # --- time -----------------------------------------------------------------------------

    def wait(self, seconds: float) -> None:
        """Let time pass, with a tick at every deadline on the way."""
        until = self.now + round(seconds * SECOND)
        while (due := boards.deadline(self.board)) is not None and due <= until:
            self.now = max(self.now, due)
            self.all(e.Tick())
            after = boards.deadline(self.board)
            assert after is None or after > self.now, "a tick left its deadline standing"
        self.now = until

    def at(self, ago_s: float = 0) -> Millis:
        """Zoom's clock, or some seconds before."""
        return self.now + self.zoom_ahead - round(ago_s * SECOND)

    # --- doing ----------------------------------------------------------------------------

    def take(self, turn: Turn) -> None:
        """Apply a turn: keep its board, collect its effects."""
        self.board = turn.board
        self.effects += turn.effects

    def all(self, event: e.Event) -> None:
        """Deliver an event to every session."""
        self.take(boards.turn(self.board, event, self.now))

    def user(self, event: e.Event) -> None:
        """Deliver a user's event to the newest session."""
        self.take(boards.turn(self.board, event, self.now, self.session.key))

    def zoom(self, event: e.ZoomEvent) -> None:
        """Deliver an event of Zoom's."""
        self.take(boards.turn(self.board, event, self.now))

    def ask(self, *, resend: bool = False) -> None:
        """Start, or resend."""
        event = e.StartRequested(meeting_id=self.meeting.number, resend=resend)
        self.take(boards.turn(self.board, event, self.now))

    def resend(self) -> None:
        """Resend."""
        self.ask(resend=True)

    def reply(
        self, outcome: Outcome = Outcome.ACCEPTED, code: int | None = None, **more: object
    ) -> None:
        """Zoom's answer to the newest start request."""
        request = self.session.requests.newest
        assert request is not None
        self.answer(request.number, Action.START, outcome, code, **more)

    def answer(
        self,
        number: int,
        action: Action,
        outcome: Outcome = Outcome.ACCEPTED,
        code: int | None = None,
        **more: object,
    ) -> None:
        """Zoom's answer to any request."""
        wait, ahead = more.get("retry_after_s"), more.get("zoom_ahead_ms", self.zoom_ahead)
        assert wait is None or isinstance(wait, int)
        assert isinstance(ahead, int)
        daily = bool(more.get("limit_is_daily"))
        event = e.Replied(number, action, outcome, code, "", wait, ahead, daily)
        self.take(boards.turn(self.board, event, self.now))

    def refuse(self, code: int) -> None:
        """A 4xx to the newest start request."""
        self.reply(Outcome.NOT_STARTED if code == 3000 else Outcome.REFUSED, code)

    def act(self, action: Action) -> None:
        """Pause, resume or stop: the click alone."""
        self.user(e.ActionRequested(action))

    def act_answer(self, outcome: Outcome = Outcome.ACCEPTED, code: int | None = None) -> None:
        """Zoom's answer to the newest pause, resume or stop."""
        sent = self.session.streams.action
        assert sent is not None
        self.answer(sent.number, sent.action, outcome, code)

    def done(self, action: Action) -> None:
        """Pause, resume or stop, accepted by Zoom."""
        self.act(action)
        self.act_answer()

    def give_up(self) -> None:
        """Give up."""
        self.user(e.GivenUp())

    def tell(self, condition: Condition, value: Value) -> None:
        """The user tells a condition."""
        self.user(e.ConditionReported(condition, value))

    def tell_host(self, value: Value) -> None:
        """The user tells whether the host is there."""
        self.tell(Condition.HOST_PRESENT, value)

    def tell_approves(self, value: Value) -> None:
        """The user tells whether the host approves."""
        self.tell(Condition.HOST_APPROVES, value)

    def tell_room(self, value: Value) -> None:
        """The user tells whether they are in a breakout room."""
        self.tell(Condition.IN_BREAKOUT_ROOM, value)

    def tell_sharing(self, sharing: bool) -> None:  # noqa: FBT001 - it is what the user says
        """The user sees Zoom's sign, or sees that it is gone."""
        self.user(e.SharingReported(sharing))

    def tell_paused(self) -> None:
        """The user sees that sharing is paused."""
        self.user(e.PauseReported())

    # --- Zoom's events --------------------------------------------------------------------

    def started(self, stream: str = "a", operator: str | None = ME, ago_s: float = 0) -> None:
        """A stream starts."""
        self.zoom(e.StreamStarted(self.meeting, stream, operator, self.at(ago_s)))

    def stopped(self, reason: int, stream: str = "a", ago_s: float = 0) -> None:
        """A stream stops."""
        meeting = e.Meeting(uuid=self.meeting.uuid)
        self.zoom(e.StreamStopped(meeting, stream, reason, self.at(ago_s)))

    def interrupted(self, stream: str = "a", ago_s: float = 0) -> None:
        """The receiver of a stream loses its connection."""
        self.zoom(e.StreamInterrupted(e.Meeting(UUID), stream, self.at(ago_s)))

    def meeting_started(self, ago_s: float = 0) -> None:
        """The meeting starts."""
        self.zoom(e.MeetingStarted(self.meeting, self.at(ago_s)))

    def meeting_ended(self, ago_s: float = 0) -> None:
        """The meeting ends."""
        self.zoom(e.MeetingEnded(self.meeting, self.at(ago_s)))

    def joins(self, person: e.Person, ago_s: float = 0) -> None:
        """Somebody joins."""
        self.zoom(e.ParticipantJoined(self.meeting, person, self.at(ago_s)))

    def leaves(self, person: e.Person, ago_s: float = 0) -> None:
        """Somebody leaves the meeting."""
        self.zoom(e.ParticipantLeft(self.meeting, person, self.at(ago_s)))

    def becomes_host(self, person: e.Person, ago_s: float = 0) -> None:
        """Somebody becomes the host."""
        self.zoom(e.RoleChanged(self.meeting, person, "attendee", "host", self.at(ago_s)))

    def waits_for_host(self, ago_s: float = 0) -> None:
        """Somebody waits for the host."""
        self.zoom(e.WaitingForHost(self.meeting, GUEST, self.at(ago_s)))

    def enters_room(self, person: e.Person = I_AM, ago_s: float = 0) -> None:
        """Somebody joins a breakout room."""
        self.zoom(e.BreakoutJoined(self.meeting, person, self.at(ago_s)))

    def leaves_room(self, person: e.Person = I_AM, ago_s: float = 0) -> None:
        """Somebody leaves a breakout room."""
        self.zoom(e.BreakoutLeft(self.meeting, person, self.at(ago_s)))

    def limited(self, operator: str | None = ME) -> None:
        """Zoom starts no further stream for an operator."""
        self.zoom(e.ConcurrencyLimited(self.meeting, operator, self.at()))

    def request_status(self, answer: Value) -> None:
        """The host's answer, as far as Zoom tells it."""
        self.zoom(e.RequestStatus(self.meeting, answer, self.at()))

    # --- sight ----------------------------------------------------------------------------

    def feed_up(self) -> None:
        """Events can be seen."""
        self.all(e.FeedUp(self.now))

    def feed_down(self, ago_s: float = 0) -> None:
        """Events can no longer be seen."""
        self.all(e.FeedDown(self.now - round(ago_s * SECOND)))

    def gap(self, seconds: float = 1) -> None:
        """The feed is down for a while."""
        self.feed_down()
        self.wait(seconds)
        self.feed_up()

    def sleep(self, seconds: float) -> None:
        """This machine sleeps: no tick comes before it wakes."""
        since = self.now
        self.now += round(seconds * SECOND)
        self.all(e.Slept(since, self.now))

    def look(self, status: e.MeetingStatus) -> None:
        """Deliver what `GET /meetings/{uuid}` tells."""
        event = e.MeetingFetched(self.meeting, status)
        self.take(boards.turn(self.board, event, self.now))

    def take_turn_for(self, event: e.Event) -> None:
        """Deliver an event to whichever session it concerns."""
        self.take(boards.turn(self.board, event, self.now))

    def take_fetched(
        self, meeting: e.Meeting, status: e.MeetingStatus = e.MeetingStatus.STARTED
    ) -> None:
        """Deliver what `GET /meetings/{uuid}` tells of any meeting."""
        self.take(boards.turn(self.board, e.MeetingFetched(meeting, status), self.now))

    def receiver(
        self, state: e.ReceiverState, ago_s: float = 0, media_ago_s: float | None = None
    ) -> None:
        """The app's receiver says how the stream stands."""
        media_at = None if media_ago_s is None else self.now - round(media_ago_s * SECOND)
        self.user(e.ReceiverReported(state, self.now - round(ago_s * SECOND), media_at))

    # --- looking --------------------------------------------------------------------------

    @property
    def context(self) -> Context:
        """What the sessions share, now."""
        return self.board.context.at(self.now)

    @property
    def session(self) -> Session:
        """The newest session."""
        return self.board.sessions[-1]

    @property
    def state(self) -> CaptureState:
        """The newest session's state."""
        return self.session.state

    @property
    def code(self) -> Code | None:
        """The newest session's reason."""
        return self.session.why.code if self.session.why else None

    @property
    def unverified(self) -> bool:
        """Whether the newest session is in doubt."""
        return not self.session.verified

    def clear(self) -> None:
        """Forget the effects so far."""
        self.effects.clear()

    def sent(self) -> list[Action]:
        """What was asked of Zoom since the last `clear`."""
        return [effect.action for effect in self.effects if isinstance(effect, SendRequest)]

    def looked(self) -> list[str]:
        """Which meetings were looked at since."""
        return [effect.meeting for effect in self.effects if isinstance(effect, FetchMeeting)]

    def ignored(self) -> list[Ignored]:
        """What was ignored since."""
        return [effect for effect in self.effects if isinstance(effect, Ignored)]

    def announced(self, category: Category | None = None) -> list[tuple[Severity, Code]]:
        """What was announced since."""
        return [
            (effect.severity, effect.why.code)
            for effect in self.effects
            if isinstance(effect, Announce) and category in {None, effect.category}
        ]

    def withdrawn(self, category: Category) -> bool:
        """Whether what was announced was withdrawn since."""
        return any(
            isinstance(effect, Withdraw) and effect.category is category for effect in self.effects
        )

    def spans(self) -> dict[SpanKind, float]:
        """What the time so far was worth, in seconds; only what is not nothing."""
        totals = {kind: self.session.timeline.total(kind, self.now) for kind in SpanKind}
        return {kind: total / SECOND for kind, total in totals.items() if total}


# --- into each state, by the ordinary way


def _requesting(stage: Stage) -> None:
    stage.ask()
    stage.wait(0.1)


def _waiting_for_meeting(stage: Stage) -> None:
    _requesting(stage)
    stage.refuse(3000)


def _pending(stage: Stage) -> None:
    _requesting(stage)
    stage.reply()
    stage.joins(GUEST)  # binds the UUID: later stops and ends find their session
    stage.wait(0.1)


def _after_grace(stage: Stage) -> None:
    _pending(stage)
    stage.wait(6)


def _waiting_for_host(stage: Stage) -> None:
    _after_grace(stage)
    stage.tell_host(Value.NO)


def _resend_needed(stage: Stage) -> None:
    _waiting_for_host(stage)
    stage.wait(0.1)
    stage.joins(THE_HOST)


def _no_answer(stage: Stage) -> None:
    _pending(stage)
    stage.wait(20)


def _sharing(stage: Stage) -> None:
    _pending(stage)
    stage.wait(2)
    stage.started()
    stage.wait(10)


def _paused(stage: Stage) -> None:
    _sharing(stage)
    stage.done(Action.PAUSE)


def _paused_breakout(stage: Stage) -> None:
    _sharing(stage)
    stage.enters_room()


def _interrupted(stage: Stage) -> None:
    _sharing(stage)
    stage.interrupted()


def _stopped(stage: Stage) -> None:
    _sharing(stage)
    stage.stopped(1)


def _denied(stage: Stage) -> None:
    _after_grace(stage)
    stage.tell_approves(Value.NO)


def _refused(stage: Stage) -> None:
    _requesting(stage)
    stage.refuse(13262)
    stage.joins(GUEST)


def _stopped_permanently(stage: Stage) -> None:
    _sharing(stage)
    stage.stopped(23)


def _ended(stage: Stage) -> None:
    _sharing(stage)
    stage.meeting_ended()


_S = CaptureState

PATH_TO: dict[CaptureState, Callable[[Stage], None]] = {
    _S.REQUESTING: _requesting,
    _S.WAITING_FOR_MEETING: _waiting_for_meeting,
    _S.WAITING_FOR_HOST: _waiting_for_host,
    _S.RESEND_NEEDED: _resend_needed,
    _S.PENDING_APPROVAL: _pending,
    _S.NO_ANSWER: _no_answer,
    _S.SHARING: _sharing,
    _S.PAUSED: _paused,
    _S.PAUSED_BREAKOUT: _paused_breakout,
    _S.INTERRUPTED: _interrupted,
    _S.STOPPED: _stopped,
    _S.DENIED: _denied,
    _S.REFUSED: _refused,
    _S.STOPPED_PERMANENTLY: _stopped_permanently,
    _S.ENDED: _ended,
}


def brought_to(state: CaptureState, stage: Stage | None = None) -> Stage:
    """Bring a stage to a state, by the ordinary way."""
    stage = stage or Stage()
    PATH_TO[state](stage)
    assert stage.state is state
    stage.clear()
    return stage
