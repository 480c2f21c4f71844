"""Anything in any order: the board never raises, and what must hold holds after every step."""

from itertools import pairwise
from typing import Final

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from rtms_tray.capture import events as e
from rtms_tray.capture import routing as boards
from rtms_tray.capture.alerts import wants_attention
from rtms_tray.capture.board import Board, Turn
from rtms_tray.capture.conditions import Condition, Source, Value
from rtms_tray.capture.context import Context
from rtms_tray.capture.diagnosis import silence_of
from rtms_tray.capture.doubt import may_change_unseen
from rtms_tray.capture.effects import Effect, SendRequest
from rtms_tray.capture.events import Action, Outcome
from rtms_tray.capture.reasons import Code
from rtms_tray.capture.session import REQUESTS_PER_SESSION, Session
from rtms_tray.capture.states import CaptureState, Timer
from rtms_tray.capture.timeline import SpanKind
from rtms_tray.capture.timings import AutoResend, Policy
from rtms_tray.capture.transitions import TIMERS
from rtms_tray.capture.zoom_codes import USER_LEFT
from rtms_tray.support.units import SECOND
from tests.helpers.capture_stage import GUEST, I_AM, ME, NEW_HOST, THE_HOST
from tests.helpers.manual_clock import NOON

_S = CaptureState
MEANINGFUL_IN = {(state, row.timer) for row in TIMERS for state in row.states}
NUMBERS = ("98712345670", "11122233344")
UUIDS = ("uuid-1", "uuid-2", "uuid-3", None)
NEVER_EMPTY = frozenset(_S) - {_S.IDLE, _S.REQUESTING, _S.SHARING, _S.ENDED}
MAY_START = (
    e.StartRequested, e.Tick, e.MeetingStarted, e.ParticipantJoined, e.RoleChanged, e.ConditionReported, e.SignedIn,
    e.NetworkBack, e.KeyringUnlocked,
)  # fmt: skip

KEYRING = (e.KeyringUnlocked, e.SignedIn)
WAIT_FOR: dict[Code, tuple[type, ...]] = {
    Code.OFFLINE: (e.NetworkBack,),
    Code.SIGN_IN_NEEDED: (e.SignedIn,),
    Code.KEYRING_LOCKED: KEYRING,
    Code.KEYRING_UNREADABLE: KEYRING,
}

numbers = st.sampled_from([*NUMBERS, None])
meetings = st.builds(
    e.Meeting, st.sampled_from(UUIDS), numbers, st.sampled_from([ME, "host", None])
)
people = st.sampled_from([I_AM, THE_HOST, GUEST, NEW_HOST, e.Person()])
streams = st.sampled_from(["a", "b", "c", "d"])
operators = st.sampled_from([ME, ME, "other", None])
delays = st.sampled_from([0, 0, 1, 500, 3_000, 20_000, 300_000, 3_600_000, -2_000])
lengths = st.sampled_from([0, 100, 1_000, 5_000, 30_000, 80_000, 700_000, 50_000_000])
outcomes = st.sampled_from(list(Outcome))
codes = st.sampled_from([3000, 3001, 2310, 13262, 13267, 13273, 13277, None])


TELLS_OF_STREAMS: Final = (
    e.StreamStarted,
    e.StreamInterrupted,
    e.SharingReported,
    e.BreakoutJoined,  # a stream that stopped a moment ago has paused
    e.BreakoutLeft,
    e.ConditionReported,  # in a breakout room, or back
)
"""What can say that a stream is live; other events only of a session that was live before."""


class Boards(RuleBasedStateMachine):
    """The board, driven by people, Zoom, the wires and the clock, all of them unreliable."""

    def __init__(self) -> None:
        super().__init__()
        self.now = NOON
        self.board = Board(context=Context(me=ME))
        self.past: list[e.ZoomEvent] = []
        self.pending: list[SendRequest] = []
        self.log: list[tuple[e.Event, int, str | None]] = []
        self.begun = self.board
        self.in_flight: set[int] = set()
        self.sent: set[int] = set()

    @initialize(
        auto=st.sampled_from(AutoResend),
        after=st.sampled_from([1_000, 20_000]),
        me=st.sampled_from([ME, ME, ME, None]),
    )
    def begin(self, auto: AutoResend, after: int, me: str | None) -> None:
        self.begun = Board(context=Context(me=me, policy=Policy(auto, after)))
        self.board = self.begun

    # --- what happens ---------------------------------------------------------------------

    def _take(self, event: e.Event, key: str | None = None) -> tuple[Effect, ...]:
        before = self.board
        self.log.append((event, self.now, key))
        turn = boards.turn(self.board, event, self.now, key)
        self.board = turn.board
        for session in self.board.sessions:
            _check_step(before, session, event)
        self._requests(before, turn, event)
        return turn.effects

    def _requests(self, before: Board, turn: Turn, event: e.Event) -> None:
        if isinstance(event, e.Replied):
            self.in_flight.discard(event.request)
        elif isinstance(event, e.ConcurrencyLimited | e.StartFailed):
            self.in_flight.clear()  # one has been answered, whatever its reply says
        for effect in turn.effects:
            if not isinstance(effect, SendRequest):
                continue
            assert effect.meeting, "a request must name its meeting"
            assert effect.request not in self.sent, "every request has a number of its own"
            self.sent.add(effect.request)
            self.pending.append(effect)
            if effect.action is Action.START:
                asker = before.session(f"s{effect.request // REQUESTS_PER_SESSION}")
                self._may_start(asker, event)
                self.in_flight.add(effect.request)

    def _may_start(self, asker: Session | None, event: e.Event) -> None:
        if asker is None:
            assert isinstance(event, e.StartRequested | e.MeetingStarted | e.StreamStarted)
            return
        held_up = bool(asker.queued_events) and isinstance(event, e.Replied)
        assert held_up or isinstance(event, MAY_START), "only the user, and the rules, ask"
        if asker.state is _S.REFUSED and not isinstance(event, e.StartRequested):
            assert asker.why is not None
            assert isinstance(event, WAIT_FOR[asker.why.code]), "a 4xx is never repeated by itself"
        request = asker.requests.newest
        assert request is None or request.number not in self.in_flight, "never two at once"

    @rule(number=st.sampled_from(NUMBERS), resend=st.booleans(), ahead=st.booleans())
    def ask(self, number: str, resend: bool, ahead: bool) -> None:  # noqa: FBT001 - drawn
        self._take(e.StartRequested(number, None, resend, ahead))

    @rule(
        key=st.integers(1, 4),
        event=st.one_of(
            st.builds(
                e.ActionRequested, st.sampled_from([Action.PAUSE, Action.RESUME, Action.STOP])
            ),
            st.just(e.GivenUp()),
            st.builds(e.ReminderRequested, st.integers(1, 10)),
            st.just(e.Acknowledged()),
            st.builds(e.ConditionReported, st.sampled_from(Condition), st.sampled_from(Value)),
            st.builds(e.SharingReported, st.booleans()),
        ),
    )
    def user(self, key: int, event: e.UserEvent) -> None:
        self._take(event, f"s{key}")

    @rule(data=st.data(), outcome=outcomes, code=codes, wait=st.sampled_from([None, 1, 3600]))
    def reply(self, data: st.DataObject, outcome: Outcome, code: int | None, wait: int) -> None:
        if not self.pending:
            return
        sent = data.draw(st.sampled_from(self.pending))
        if data.draw(st.booleans()):
            self.pending.remove(sent)
        ahead = data.draw(st.sampled_from([None, 0, 500, -120_000]))
        self._take(e.Replied(sent.request, sent.action, outcome, code, "", wait, ahead))

    def _zoom(self, event: e.ZoomEvent) -> None:
        self.past.append(event)
        self._take(event)

    @rule(meeting=meetings, stream=streams, operator=operators, late=delays)
    def started(self, meeting: e.Meeting, stream: str, operator: str | None, late: int) -> None:
        self._zoom(e.StreamStarted(meeting, stream, operator, self.now - late))

    @rule(meeting=meetings, stream=streams, reason=st.integers(-1, 27), late=delays)
    def stopped(self, meeting: e.Meeting, stream: str, reason: int, late: int) -> None:
        self._zoom(e.StreamStopped(meeting, stream, reason, self.now - late))

    @rule(meeting=meetings, stream=streams, late=delays)
    def interrupted(self, meeting: e.Meeting, stream: str, late: int) -> None:
        self._zoom(e.StreamInterrupted(meeting, stream, self.now - late))

    @rule(
        kind=st.sampled_from([e.MeetingStarted, e.MeetingStarted, e.MeetingEnded]),
        meeting=meetings,
        late=delays,
    )
    def meeting(
        self, kind: type[e.MeetingStarted | e.MeetingEnded], meeting: e.Meeting, late: int
    ) -> None:
        self._zoom(kind(meeting, self.now - late))

    @rule(
        kind=st.sampled_from(
            [
                e.ParticipantJoined, e.ParticipantLeft, e.BreakoutJoined, e.BreakoutLeft,
                e.WaitingForHost,
            ]
        ),
        meeting=meetings,
        person=people,
        late=delays,
    )  # fmt: skip
    def person(
        self,
        kind: type[e.ParticipantJoined | e.ParticipantLeft | e.BreakoutJoined | e.BreakoutLeft],
        meeting: e.Meeting,
        person: e.Person,
        late: int,
    ) -> None:
        self._zoom(kind(meeting, person, self.now - late))

    @rule(
        meeting=meetings,
        person=people,
        role=st.sampled_from(["host", "co-host", "attendee"]),
        late=delays,
    )
    def role(self, meeting: e.Meeting, person: e.Person, role: str, late: int) -> None:
        self._zoom(e.RoleChanged(meeting, person, "attendee", role, self.now - late))

    @rule(meeting=meetings, operator=operators, answer=st.sampled_from(Value))
    def other(self, meeting: e.Meeting, operator: str | None, answer: Value) -> None:
        self._zoom(e.ConcurrencyLimited(meeting, operator, self.now))
        self._zoom(e.RequestStatus(meeting, answer, self.now))

    @rule(data=st.data())
    def again(self, data: st.DataObject) -> None:
        if self.past:
            self._take(data.draw(st.sampled_from(self.past)))

    @rule(
        event=st.sampled_from(
            [
                e.NetworkBack(), e.SignedIn(ME), e.SignInLost(), e.KeyringUnlocked(), e.Tick(),
                e.OwnerClientChecked(Value.NO, Source.MACHINE),
                e.OwnerClientChecked(Value.YES, Source.REPLY),
                e.OwnerClientChecked(Value.UNKNOWN, Source.INFERRED),
                e.ConcurrencyNear(1, 2, NOON), e.Unknown("x", NOON),
                e.PolicyChanged(Policy(AutoResend.OFF, 1_000)), e.PolicyChanged(Policy()),
                e.ZoomDated(3_600_000), e.ZoomDated(-400),
            ]
        )
    )  # fmt: skip
    def wires(self, event: e.Event) -> None:
        self._take(event)

    @rule(user=st.sampled_from([ME, "other", None]))
    def deauthorized(self, user: str | None) -> None:
        self._take(e.AppDeauthorized(user, self.now))

    @rule(up=st.booleans(), ago=st.sampled_from([0, 1_000, 60_000]))
    def feed(self, up: bool, ago: int) -> None:  # noqa: FBT001 - drawn
        self._take(e.FeedUp(self.now) if up else e.FeedDown(self.now - ago))

    @rule(up=st.sampled_from([True, False, None]))
    def feed_configured(self, up: bool | None) -> None:  # noqa: FBT001 - drawn
        """A feed that is set up tells soon whether it is connected."""
        self._take(e.FeedConfigured(up is not None))
        if up is not None:
            self.feed(up, 0)

    @rule(
        meeting=meetings,
        status=st.sampled_from(e.MeetingStatus),
        early=st.sampled_from([True, False, None]),
    )
    def look(self, meeting: e.Meeting, status: e.MeetingStatus, early: bool | None) -> None:  # noqa: FBT001 - drawn
        self._take(e.MeetingFetched(meeting, status, early))

    @rule(length=lengths)
    def wait(self, length: int) -> None:
        until = self.now + length
        for _ in range(400):
            due = boards.deadline(self.board)
            if due is None or due > until:
                break
            self.now = max(self.now, due)
            self._tick()
        else:
            raise AssertionError("deadlines without end")
        self.now = until

    def _tick(self) -> None:
        self._take(e.Tick())
        due = boards.deadline(self.board)
        assert due is None or due > self.now, "a tick left its deadline standing: a busy loop"

    @rule(length=lengths)
    def sleep(self, length: int) -> None:
        since, self.now = self.now, self.now + length
        self._take(e.Slept(since, self.now))

    # --- what holds -----------------------------------------------------------------------

    @invariant()
    def sessions_are_possible(self) -> None:
        context = self.board.context
        for session in self.board.sessions:
            _check_state(session, context)
            _check_silence(session, context)
            _check_waits(session)
            _check_time(session, self.now)
            if context.sight.blind and may_change_unseen(session):
                assert not session.verified or Timer.WORD in session.timers
            assert not (session.attention.acknowledged and wants_attention(session))

    @invariant()
    def identities_are_one(self) -> None:
        keys = [one.key for one in self.board.sessions]
        assert len(keys) == len(set(keys))
        open_ones = [one for one in self.board.sessions if one.open]
        uuids = [one.meeting.uuid for one in open_ones if one.meeting.uuid]
        assert len(uuids) == len(set(uuids))
        live = (one.streams.current for one in open_ones if one.live)
        streams = [current.stream_id for current in live if current]
        assert len(streams) == len(set(streams))

    def teardown(self) -> None:
        board = self.begun
        for event, now, key in self.log:
            board = boards.turn(board, event, now, key).board
        assert board == self.board, "the same events make the same board"


def _check_state(session: Session, context: Context) -> None:
    assert session.state not in {_S.IDLE, _S.SIGNED_OUT}
    assert session.state not in NEVER_EMPTY or session.why is not None
    assert not session.queued_events or session.awaits_reply
    if session.hosted_by_me(context):
        assert session.state not in {_S.WAITING_FOR_HOST, _S.RESEND_NEEDED}
    if session.state is _S.ENDED:
        assert session.verified
        assert set(session.timers) <= {Timer.FORGET}
    if session.resume_point is not None:
        assert session.state in {_S.INTERRUPTED, _S.PAUSED_BREAKOUT, _S.DENIED, _S.REQUESTING}
    assert session.requests.newest is None or session.requests.newest.action is Action.START
    assert session.streams.action is None or session.streams.action.action is not Action.START
    if session.state is _S.REQUESTING:
        assert session.requests.newest is not None
        assert session.requests.newest.open
    if session.live and session.streams.current is not None and session.why is None:
        breakout = session.state is _S.PAUSED_BREAKOUT
        assert breakout or not session.streams.current.stopped or not session.verified


def _check_silence(session: Session, context: Context) -> None:
    told = silence_of(session, context)
    if told is None:
        return
    assert len(told.fits) >= (0 if told.text else len(told.scenarios))
    assert not (told.text and told.ask_next), "what is decided is not asked"
    if told.ask_next is not None:
        known = session.known.get(told.ask_next)
        assert known is None or known.value is Value.UNKNOWN


def _check_waits(session: Session) -> None:
    for timer in session.timers:
        assert (session.state, timer) in MEANINGFUL_IN
    assert session.requests.answer_timeout_left is None or session.state is _S.PENDING_APPROVAL


def _check_time(session: Session, now: int) -> None:
    timeline = session.timeline
    spans = timeline.spans(now + SECOND)
    assert all(one.start < one.end for one in spans)
    assert all(one.end <= two.start for one, two in pairwise(spans))
    counted = sum(timeline.total(kind, now) for kind in SpanKind)
    assert counted == timeline.elapsed(now)
    assert all(mark.at <= now for mark in timeline.marks)


def _check_step(board: Board, session: Session, event: e.Event) -> None:
    before = board.session(session.key)
    was_live = before is not None and before.live
    if session.live and not was_live:
        assert _is_evidence(board, session, event), (event, before, session)
    if before is not None and before.state is _S.ENDED:
        tells = isinstance(event, e.StreamInterrupted)
        again = before.may_come_back and (tells or _brings_a_stream(board, session, event))
        assert session.state is _S.ENDED or again, (event, before, session)


def _is_evidence(board: Board, session: Session, event: e.Event) -> bool:
    before = board.session(session.key)
    if isinstance(event, e.Replied):
        kept = before is not None and before.resume_point is not None
        resumed = event.action is Action.RESUME and event.outcome is Outcome.ACCEPTED
        if resumed or kept or event.outcome in {Outcome.ALREADY_RUNNING, Outcome.CONFLICT}:
            return True
    if isinstance(event, e.Tick) and session.state is _S.PAUSED_BREAKOUT:
        return before is not None and before.streams.stop_reason == USER_LEFT  # perhaps in a room
    told = before is not None and any(
        isinstance(one, TELLS_OF_STREAMS) for one in before.queued_events
    )
    return told or isinstance(event, TELLS_OF_STREAMS) or _brings_a_stream(board, session, event)


def _brings_a_stream(board: Board, session: Session, event: e.Event) -> bool:
    started = isinstance(event, e.StreamStarted) or _was_kept(board, event)
    return started or _was_joined(board, session)


def _was_kept(board: Board, event: e.Event) -> bool:
    """A look tells the number of a meeting whose stream has begun."""
    uuid = event.meeting.uuid if isinstance(event, e.MeetingFetched) else None
    kept = board.memory.unplaced.get(uuid, ()) if uuid else ()
    return any(isinstance(one, e.StreamStarted | e.StreamInterrupted) for one in kept)


def _was_joined(board: Board, session: Session) -> bool:
    """Another session of the same meeting, live, has become part of this one."""
    return any(
        one.live and one.key != session.key and one.meeting.uuid == session.meeting.uuid
        for one in board.sessions
    )


Boards.TestCase.settings = settings(stateful_step_count=40)
TestBoards = Boards.TestCase
