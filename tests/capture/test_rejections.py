"""Requests of the user that are not granted, and why: surfaces tell it, and decide nothing themselves."""

import pytest

from rtms_tray.capture import events as e
from rtms_tray.capture import routing as boards
from rtms_tray.capture.board import Board
from rtms_tray.capture.conditions import Value
from rtms_tray.capture.effects import Rejection, SendRequest
from rtms_tray.capture.events import Action
from rtms_tray.capture.states import LIVE, NOT_LIVE, CaptureState
from rtms_tray.support.frozen import replace
from tests.helpers.capture_rows import (
    DENIED,
    ENDED,
    INTERRUPTED,
    NO_ANSWER,
    PAUSED,
    REFUSED,
    REQUESTING,
    SHARING,
    STOP,
    STOPPED,
    Do,
    approves,
    click,
    in_turn,
)
from tests.helpers.capture_stage import (
    Stage,
    brought_to,
)


def nothing(_stage: Stage) -> None:
    """Nothing happens before."""


REFUSED_WISHES: list[tuple[CaptureState, Do, e.UserEvent, Rejection]] = [
    (REQUESTING, nothing, e.StartRequested(resend=True), Rejection.UNDER_WAY),
    (SHARING, Stage.ask, e.StartRequested(resend=True), Rejection.UNDER_WAY),
    (DENIED, in_turn(Stage.resend, Stage.reply, approves(Value.NO)), e.StartRequested(resend=True),
     Rejection.TOO_SOON),
    (SHARING, click(STOP), e.ActionRequested(STOP), Rejection.UNDER_WAY),
    (SHARING, click(STOP), e.ActionRequested(Action.PAUSE), Rejection.BUSY),
    (PAUSED, click(Action.RESUME), e.ActionRequested(Action.RESUME), Rejection.UNDER_WAY),
    (SHARING, nothing, e.ActionRequested(Action.RESUME), Rejection.NOT_NOW),
    (PAUSED, nothing, e.ActionRequested(Action.PAUSE), Rejection.NOT_NOW),
    *((state, nothing, e.ActionRequested(STOP), Rejection.NOTHING_CAPTURED) for state in sorted(NOT_LIVE)),
    *((state, nothing, e.SharingReported(sharing=False), Rejection.NOTHING_CAPTURED) for state in sorted(NOT_LIVE)),
    *((state, nothing, e.GivenUp(), Rejection.CAPTURE_RUNS) for state in sorted(LIVE)),
    (ENDED, nothing, e.ReminderRequested(), Rejection.NOT_NOW),
]  # fmt: skip


@pytest.mark.parametrize(("state", "first", "wish", "refused"), REFUSED_WISHES)
def test_a_wish_that_is_not_granted_changes_nothing(
    state: CaptureState, first: Do, wish: e.UserEvent, refused: Rejection
) -> None:
    stage = brought_to(state)
    first(stage)
    before = replace(stage.session, timers={})
    turn = boards.turn(stage.board, wish, stage.now, stage.session.key)
    after = turn.board.session(before.key)
    assert after is not None
    assert turn.refused is refused
    assert (after.state, after.requests.newest, after.streams.action, after.queued_events) == (
        before.state, before.requests.newest, before.streams.action, before.queued_events,
    )  # fmt: skip
    assert not any(isinstance(effect, SendRequest) for effect in turn.effects)


GRANTED: list[tuple[CaptureState, e.UserEvent]] = [
    (DENIED, e.StartRequested(resend=True)),
    (SHARING, e.ActionRequested(Action.PAUSE)),
    (PAUSED, e.ActionRequested(Action.RESUME)),
    (INTERRUPTED, e.ActionRequested(STOP)),
    (NO_ANSWER, e.GivenUp()),
    (SHARING, e.SharingReported(sharing=False)),
    (REQUESTING, e.SharingReported(sharing=True)),
    (STOPPED, e.ReminderRequested()),
    (REFUSED, e.Acknowledged()),
]


@pytest.mark.parametrize(("state", "wish"), GRANTED)
def test_a_wish_that_is_granted_has_no_reason_against_it(
    state: CaptureState, wish: e.UserEvent
) -> None:
    stage = brought_to(state)
    turn = boards.turn(stage.board, wish, stage.now, stage.session.key)
    assert turn.refused is None


def test_of_a_session_that_is_gone_nothing_can_be_wished() -> None:
    turn = boards.turn(Board(), e.GivenUp(), 0, "s1")
    assert turn.refused is Rejection.NOT_NOW
