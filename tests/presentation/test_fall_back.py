"""When another way of capturing is offered: where RTMS cannot work, never where somebody said no (P1)."""

import pytest

from rtms_tray.capture.states import CaptureState
from rtms_tray.capture.timings import Policy
from rtms_tray.presentation.actions import actions_of, offers_fall_back
from rtms_tray.support.frozen import replace
from tests.helpers.capture_stage import NEW_HOST, PATH_TO, Stage, brought_to

CANNOT_WORK = {2308, 2309, 2310, 13262, 13267, 13273}


def with_fall_back() -> Stage:
    """A user who has set up another way of capturing."""
    return Stage(Policy(fall_back=True))


@pytest.mark.parametrize("state", PATH_TO)
def test_only_in_these_states(state: CaptureState) -> None:
    stage = brought_to(state, with_fall_back())
    offered = offers_fall_back(stage.session, stage.context)
    assert offered is (
        state in {CaptureState.NO_ANSWER, CaptureState.REFUSED, CaptureState.STOPPED_PERMANENTLY}
    )


@pytest.mark.parametrize("state", PATH_TO)
def test_not_where_none_is_set_up(state: CaptureState) -> None:
    stage = brought_to(state)
    assert not offers_fall_back(stage.session, stage.context)


@pytest.mark.parametrize("code", [300, 2312, 3001, 4711, 9999, *CANNOT_WORK])
def test_only_after_a_refusal_with_which_it_cannot_work(code: int) -> None:
    asked = with_fall_back()
    asked.ask()
    asked.refuse(code)
    assert offers_fall_back(asked.session, asked.context) is (code in CANNOT_WORK)
    offered = "fall-back" in [action.name for action in actions_of(asked.session, asked.context)]
    assert offered is (code in CANNOT_WORK)


def test_where_too_many_run_already() -> None:
    limited = with_fall_back()
    limited.ask()
    limited.reply()
    limited.limited()
    assert limited.state is CaptureState.REFUSED
    assert offers_fall_back(limited.session, limited.context)


@pytest.mark.parametrize("reason", range(27))
def test_never_right_after_a_stop_that_may_be_undone_nor_after_8(reason: int) -> None:
    stopped = brought_to(CaptureState.SHARING, with_fall_back())
    stopped.stopped(reason)
    assert offers_fall_back(stopped.session, stopped.context) is (reason == 23)


@pytest.mark.parametrize("reason", [1, 4, 5, 9])
def test_silence_after_somebody_said_no_is_no_reason(reason: int) -> None:
    stopped = brought_to(CaptureState.SHARING, with_fall_back())
    stopped.stopped(reason)
    stopped.resend()
    stopped.reply()
    stopped.wait(30)
    assert stopped.state is CaptureState.NO_ANSWER
    assert not offers_fall_back(stopped.session, stopped.context)


def test_nor_is_silence_after_a_denial() -> None:
    denied = brought_to(CaptureState.DENIED, with_fall_back())
    denied.resend()
    denied.reply()
    denied.wait(30)
    assert denied.state is CaptureState.NO_ANSWER
    assert not offers_fall_back(denied.session, denied.context)


def test_after_a_hand_off_that_the_new_organization_refuses() -> None:
    handed = brought_to(CaptureState.SHARING, with_fall_back())
    handed.becomes_host(NEW_HOST)
    handed.stopped(9)
    assert not offers_fall_back(handed.session, handed.context)
    handed.resend()
    handed.refuse(13267)
    assert handed.state is CaptureState.STOPPED_PERMANENTLY
    assert offers_fall_back(handed.session, handed.context)


def test_after_8_no_other_refusal_makes_it_offered() -> None:
    revoked = brought_to(CaptureState.SHARING, with_fall_back())
    revoked.stopped(8)
    revoked.resend()
    revoked.refuse(13267)
    assert not offers_fall_back(revoked.session, revoked.context)


def test_a_new_stream_makes_a_new_start() -> None:
    again = brought_to(CaptureState.SHARING, with_fall_back())
    again.stopped(5)
    again.resend()
    again.reply()
    again.started("b")
    again.stopped(10, "b")
    again.resend()
    again.reply()
    again.wait(30)
    assert offers_fall_back(again.session, again.context)


def test_a_session_without_a_reason_is_offered_none() -> None:
    refused = brought_to(CaptureState.REFUSED, with_fall_back())
    assert not offers_fall_back(replace(refused.session, why=None), refused.context)
