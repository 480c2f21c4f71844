"""Silence after an accepted request: what is waited for."""

import pytest

from rtms_tray.capture.conditions import Condition, Value
from rtms_tray.capture.reasons import Code
from rtms_tray.capture.states import CaptureState
from tests.helpers.capture_stage import THE_HOST, Stage
from tests.helpers.capture_ways import brought_to

_S = CaptureState


def asked() -> Stage:
    return brought_to(_S.PENDING_APPROVAL)


def approval_pending() -> Stage:
    stage = asked()
    stage.tell(Condition.HOST_APPROVAL_REQUIRED, Value.YES)
    return stage


def asked_host_present() -> Stage:
    """The host was there before the request, and Zoom says nothing."""
    stage = Stage()
    stage.joins(THE_HOST)
    stage.wait(5)
    stage.ask()
    stage.reply()
    stage.wait(20)
    return stage


WAITS = {
    Code.ASKED: asked,
    Code.APPROVAL_PENDING: approval_pending,
    Code.ASKED_HOST_PRESENT: asked_host_present,
}


@pytest.mark.parametrize("code", WAITS)
def test_what_cannot_be_seen_is_not_waited_for(code: Code) -> None:
    stage = WAITS[code]()
    assert (stage.state, stage.code) == (_S.PENDING_APPROVAL, code)
    stage.feed_down()
    assert (stage.state, stage.code) == (_S.PENDING_APPROVAL, Code.CANNOT_SEE)
    stage.feed_up()
    again = Code.APPROVAL_PENDING if code is Code.APPROVAL_PENDING else Code.ASKED
    assert (stage.state, stage.code) == (_S.PENDING_APPROVAL, again)


@pytest.mark.parametrize(
    ("code", "told", "after"),
    [
        (Code.ASKED, Value.YES, Code.APPROVAL_PENDING),
        (Code.ASKED, Value.NO, Code.ASKED),
        (Code.APPROVAL_PENDING, Value.NO, Code.ASKED),
        (Code.ASKED_HOST_PRESENT, Value.YES, Code.ASKED_HOST_PRESENT),
    ],
)
def test_whether_approval_is_required_is_the_users_to_say(
    code: Code, told: Value, after: Code
) -> None:
    stage = WAITS[code]()
    stage.tell(Condition.HOST_APPROVAL_REQUIRED, told)
    assert (stage.state, stage.code) == (_S.PENDING_APPROVAL, after)
