"""The user tells that the host said no, then that this was not so: back to what was before."""

import pytest

from rtms_tray.capture.conditions import Value
from rtms_tray.capture.events import Action, Outcome
from rtms_tray.capture.policy import AutoResend, Policy
from rtms_tray.capture.reasons import Code
from rtms_tray.capture.states import CaptureState
from tests.helpers.capture_stage import Stage
from tests.helpers.capture_ways import brought_to

_S = CaptureState


def told_and_taken_back(stage: Stage) -> None:
    stage.tell_approves(Value.NO)
    assert stage.state is _S.DENIED
    stage.wait(30)
    stage.tell_approves(Value.UNKNOWN)


def test_the_meeting_is_asked_for_again_after_5_seconds() -> None:
    stage = brought_to(_S.WAITING_FOR_MEETING)
    told_and_taken_back(stage)
    assert (stage.state, stage.code) == (_S.WAITING_FOR_MEETING, Code.MEETING_NOT_STARTED)
    stage.wait(4.9)
    assert stage.sent() == []
    stage.wait(0.1)
    assert stage.sent() == [Action.START]


def test_but_not_by_itself_where_the_user_wants_none_of_that() -> None:
    stage = brought_to(_S.WAITING_FOR_MEETING, Stage(Policy(AutoResend.OFF)))
    told_and_taken_back(stage)
    assert stage.state is _S.WAITING_FOR_MEETING
    stage.wait(300)
    assert stage.sent() == []


def test_a_lost_reply_is_still_lost() -> None:
    stage = Stage()
    stage.ask()
    stage.reply(Outcome.REPLY_LOST)
    told_and_taken_back(stage)
    assert (stage.state, stage.code) == (_S.PENDING_APPROVAL, Code.REPLY_LOST)


@pytest.mark.parametrize("state", [_S.WAITING_FOR_MEETING, _S.PENDING_APPROVAL, _S.NO_ANSWER])
def test_then_there_is_nothing_more_to_come_back_to(state: CaptureState) -> None:
    stage = brought_to(state)
    told_and_taken_back(stage)
    assert stage.state is state
    assert (stage.session.before, stage.session.before_why) == (None, None)
