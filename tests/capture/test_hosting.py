"""The host comes: one request each time, and none twice."""

from rtms_tray.capture.hosting import host_came
from rtms_tray.capture.policy import AutoResend, Policy
from rtms_tray.capture.reasons import Code
from rtms_tray.capture.states import CaptureState
from tests.helpers.capture_stage import Stage


def test_one_coming_is_answered_by_one_request() -> None:
    stage = Stage(Policy(auto_resend=AutoResend.HOST_JOINED))
    stage.ask()
    stage.reply()
    stage.wait(30)
    first = host_came(stage.session, stage.now, stage.at())
    assert first.session.why
    assert (len(first.effects), first.session.why.code) == (1, Code.RESENT_FOR_HOST)
    again = host_came(first.session, stage.now, stage.at())
    assert (again.effects, again.session.state) == ((), CaptureState.RESEND_NEEDED)
