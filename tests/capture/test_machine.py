"""The machine: one rule at most for each state and event; what has no rule changes nothing."""

from collections import Counter
from typing import get_args

import pytest

from rtms_tray.capture import events as e
from rtms_tray.capture.conditions import Condition, Source, Value
from rtms_tray.capture.context import Context
from rtms_tray.capture.effects import Ignored
from rtms_tray.capture.events import Action, MeetingStatus, Outcome
from rtms_tray.capture.machine import QUEUED_WHILE_REQUESTING, step
from rtms_tray.capture.session import Session
from rtms_tray.capture.states import LIVE, NOT_LIVE, CaptureState, Timer
from rtms_tray.capture.timings import Policy
from rtms_tray.capture.transitions import TABLE
from rtms_tray.support.frozen import replace
from tests.helpers.capture_rows import NO_ANSWER, START, STOP
from tests.helpers.capture_stage import (
    GUEST,
    I_AM,
    ME,
    MEETING,
    NUMBER,
    OWN_MEETING,
    PATH_TO,
    THE_HOST,
    Stage,
    brought_to,
)
from tests.helpers.manual_clock import NOON

STATES = (CaptureState.IDLE, *PATH_TO)
RULES = {(state, row.event) for row in TABLE for state in row.states}
LATER = NOON + 3_600_000
ONE_OF_EACH: tuple[e.Event, ...] = (
    e.StartRequested(NUMBER), e.ActionRequested(Action.STOP), e.GivenUp(), e.ReminderRequested(), e.Acknowledged(),
    e.ConditionReported(Condition.HOST_PRESENT, Value.YES), e.SharingReported(sharing=True), e.PauseReported(),
    e.Replied(100_001, START, Outcome.ACCEPTED), e.MeetingFetched(MEETING, MeetingStatus.STARTED),
    e.StreamStarted(MEETING, "z", ME, LATER), e.StreamStopped(MEETING, "a", 1, LATER),
    e.StreamInterrupted(MEETING, "a", LATER), e.MeetingStarted(MEETING, LATER),
    e.MeetingEnded(MEETING, LATER), e.ParticipantJoined(MEETING, THE_HOST, LATER),
    e.ParticipantLeft(MEETING, I_AM, LATER), e.RoleChanged(MEETING, I_AM, "attendee", "host", LATER),
    e.BreakoutJoined(MEETING, I_AM, LATER), e.BreakoutLeft(MEETING, I_AM, LATER),
    e.WaitingForHost(MEETING, GUEST, LATER), e.ConcurrencyLimited(MEETING, ME, LATER),
    e.ConcurrencyNear(9, 10, LATER), e.RequestStatus(MEETING, Value.NO, LATER),
    e.AppDeauthorized(ME, LATER), e.Unknown("meeting.novelty", LATER),
    e.ReceiverReported(e.ReceiverState.LIVE, LATER),
    e.UnnamedStreamStopped(MEETING, 1, LATER), e.StartFailed(MEETING, ME, None, "", LATER), e.FeedUp(LATER),
    e.FeedDown(LATER), e.Slept(NOON, LATER), e.NetworkBack(), e.SignedIn(ME), e.SignInLost(),
    e.KeyringUnlocked(), e.OwnerClientChecked(Value.NO, Source.MACHINE), e.Tick(),
    e.FeedConfigured(possible=False), e.PolicyChanged(Policy()), e.ZoomDated(0),
    e.CaughtUp(LATER, NOON), e.Kept(e.StreamInterrupted(MEETING, "a", LATER), LATER),
    e.ReceiverWord("a", e.ReceiverState.LIVE, LATER), e.ActingChanged(acting=False),
)  # fmt: skip
EXPECTED_QUEUED = {
    e.ReminderRequested, e.ConditionReported, e.SharingReported, e.PauseReported,
    e.MeetingFetched, e.MeetingStarted, e.ParticipantJoined,
    e.ParticipantLeft, e.RoleChanged, e.BreakoutJoined, e.BreakoutLeft, e.WaitingForHost,
}  # fmt: skip
"""What waits for the reply: it may mean something else once the request is answered."""


def in_state(state: CaptureState) -> tuple[Session, Context]:
    stage = Stage() if state is CaptureState.IDLE else brought_to(state)
    session = Session(1, MEETING) if state is CaptureState.IDLE else stage.session
    return session, stage.context


def named(event: e.Event) -> str:
    return type(event).__name__


def without_evidence(session: Session) -> Session:
    """Any event of a meeting tells that it is on, whether or not it has a rule."""
    timers = dict(session.timers)
    timers.pop(Timer.LOST_SIGHT, None)
    timers.pop(Timer.MAYBE_OVER, None)
    return replace(session, timers=timers, doubt=replace(session.doubt, evidence_at=0))


def test_no_event_has_two_rules_in_one_state() -> None:
    rules = Counter((state, row.event) for row in TABLE for state in row.states)
    assert [pair for pair, count in rules.items() if count > 1] == []


def test_every_kind_of_event_is_tried_in_every_state() -> None:
    assert {type(event) for event in ONE_OF_EACH} == set(get_args(e.Event))
    assert set(STATES) == set(CaptureState) - {CaptureState.SIGNED_OUT}


@pytest.mark.parametrize("event", ONE_OF_EACH, ids=named)
@pytest.mark.parametrize("state", STATES)
def test_an_event_has_a_rule_or_is_ignored_with_a_reason(
    state: CaptureState, event: e.Event
) -> None:
    before, context = in_state(state)
    after = step(before, event, context.after(event, LATER))
    if before.awaits_reply and type(event) in EXPECTED_QUEUED:
        assert (after.session, after.effects) == (replace(before, queued_events=(event,)), ())
    elif isinstance(event, e.Tick) or (state, type(event)) in RULES:
        assert (after.session.number, after.session.queued_events) == (before.number, ())
    else:
        assert without_evidence(after.session) == without_evidence(before)
        assert after.effects == (Ignored(named(event), f"nothing to do in {state}"),)


def test_what_waits_for_the_reply() -> None:
    assert set(QUEUED_WHILE_REQUESTING) == EXPECTED_QUEUED


# --- events that do not concern the session

OF_OTHERS: tuple[e.Event, ...] = (
    e.StartRequested(NUMBER), e.ActionRequested(Action.STOP), e.ActionRequested(Action.START),
    e.GivenUp(), e.ReminderRequested(), e.Acknowledged(),
    e.ConditionReported(Condition.OWNER_CLIENT_SUPPORTED, Value.YES), e.SharingReported(sharing=False),
    e.Replied(77, START, Outcome.ACCEPTED), e.Replied(77, STOP, Outcome.ACCEPTED),
    e.MeetingFetched(OWN_MEETING, MeetingStatus.FORBIDDEN),
    e.StreamStarted(OWN_MEETING, "z", "other", 1), e.StreamStopped(OWN_MEETING, "z", 1, 1),
    e.StreamInterrupted(OWN_MEETING, "z", 1), e.MeetingStarted(OWN_MEETING, 1),
    e.ParticipantJoined(OWN_MEETING, GUEST, 1), e.ParticipantLeft(OWN_MEETING, GUEST, 1),
    e.RoleChanged(OWN_MEETING, GUEST, "host", "attendee", 1),
    e.BreakoutJoined(OWN_MEETING, GUEST, 1), e.BreakoutLeft(OWN_MEETING, GUEST, 1),
    e.ConcurrencyLimited(OWN_MEETING, "other", 1), e.RequestStatus(OWN_MEETING, Value.UNKNOWN, 1),
    e.Unknown("x", 1), e.NetworkBack(), e.SignedIn("me"), e.KeyringUnlocked(), e.Tick(),
)  # fmt: skip
MAY_MOVE = {
    (e.StartRequested, state) for state in NOT_LIVE
} | {(e.GivenUp, state) for state in NOT_LIVE} | {
    (e.SharingReported, state) for state in LIVE
} | {(e.MeetingStarted, NO_ANSWER)}  # fmt: skip
CASES = [
    (state, event)
    for state in PATH_TO
    for event in OF_OTHERS
    if (type(event), state) not in MAY_MOVE
]


@pytest.mark.parametrize(
    ("state", "event"), CASES, ids=[f"{state} {named(event)}" for state, event in CASES]
)
def test_what_has_no_row_changes_no_state(state: CaptureState, event: e.Event) -> None:
    stage = brought_to(state)
    stage.user(event)
    assert stage.state is state
