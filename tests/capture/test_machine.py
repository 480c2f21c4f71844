"""The table of transitions itself."""

from collections import Counter

import pytest

from rtms_tray.capture import events as e
from rtms_tray.capture.conditions import Condition, Value
from rtms_tray.capture.events import Action, Outcome
from rtms_tray.capture.machine import TABLE
from rtms_tray.capture.states import LIVE, NOT_LIVE, CaptureState
from tests.helpers.capture_rows import (
    NO_ANSWER,
    START,
    STOP,
)
from tests.helpers.capture_stage import GUEST, NUMBER, OWN_MEETING, PATH_TO, brought_to


def test_no_event_has_two_rules_in_one_state() -> None:
    rules = Counter((state, event) for states, event, _ in TABLE for state in states)
    assert [pair for pair, count in rules.items() if count > 1] == []


EVENTS: tuple[e.Event, ...] = (
    e.Ask(NUMBER), e.Act(Action.STOP), e.Act(Action.START), e.GiveUp(), e.Remind(), e.Acknowledge(),
    e.Tell(Condition.OWNER_CLIENT_SUPPORTED, Value.YES), e.TellSharing(sharing=False),
    e.Replied(77, START, Outcome.ACCEPTED), e.Replied(77, STOP, Outcome.ACCEPTED),
    e.MeetingSeen(OWN_MEETING, e.MeetingStatus.FORBIDDEN),
    e.StreamStarted(OWN_MEETING, "z", "other", 1), e.StreamStopped(OWN_MEETING, "z", 1, 1),
    e.StreamInterrupted(OWN_MEETING, "z", 1), e.MeetingStarted(OWN_MEETING, 1),
    e.ParticipantJoined(OWN_MEETING, GUEST, 1), e.ParticipantLeft(OWN_MEETING, GUEST, 1),
    e.RoleChanged(OWN_MEETING, GUEST, "host", "attendee", 1),
    e.BreakoutJoined(OWN_MEETING, GUEST, 1), e.BreakoutLeft(OWN_MEETING, GUEST, 1),
    e.ConcurrencyLimited(OWN_MEETING, "other", 1), e.RequestStatus(OWN_MEETING, Value.UNKNOWN, 1),
    e.Unknown("x", 1), e.NetworkBack(), e.SignedIn("me"), e.KeyringOpen(), e.Tick(),
)  # fmt: skip
MAY_MOVE = {
    (e.Ask, state) for state in NOT_LIVE
} | {(e.GiveUp, state) for state in NOT_LIVE} | {
    (e.TellSharing, state) for state in LIVE
} | {(e.MeetingStarted, NO_ANSWER)}  # fmt: skip
CASES = [
    (state, event) for state in PATH_TO for event in EVENTS if (type(event), state) not in MAY_MOVE
]


@pytest.mark.parametrize(
    ("state", "event"), CASES, ids=[f"{state} {type(event).__name__}" for state, event in CASES]
)
def test_what_has_no_row_changes_no_state(state: CaptureState, event: e.Event) -> None:
    stage = brought_to(state)
    stage.user(event)
    assert stage.state is state
