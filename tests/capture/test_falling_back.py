"""The fall-back is offered where RTMS cannot work, and never where somebody said no (P1)."""

from dataclasses import replace

import pytest

from rtms_tray.capture.falling_back import falls_back
from rtms_tray.capture.policy import Policy
from rtms_tray.capture.states import CaptureState
from tests.helpers.capture_stage import NEW_HOST, Stage
from tests.helpers.capture_ways import WAYS, brought_to

_S = CaptureState
POLICY_CODES = {13262, 13267, 13273}


def stage() -> Stage:
    """A stage whose user has set up a fall-back."""
    return Stage(Policy(fall_back=True))


@pytest.mark.parametrize("state", WAYS)
def test_only_in_these_states(state: CaptureState) -> None:
    offered = falls_back(brought_to(state, stage()).session)
    assert offered is (state in {_S.NO_ANSWER, _S.REFUSED, _S.STOPPED_PERMANENTLY})


@pytest.mark.parametrize("state", WAYS)
def test_not_where_none_is_set_up(state: CaptureState) -> None:
    assert not falls_back(brought_to(state).session)


@pytest.mark.parametrize("code", [300, 2308, 2309, 2310, 2312, 3001, 4711, *POLICY_CODES])
def test_refused_by_policy_only(code: int) -> None:
    asked = stage()
    asked.ask()
    asked.refuse(code)
    assert falls_back(asked.session) is (code in POLICY_CODES)


@pytest.mark.parametrize("reason", range(27))
def test_never_right_after_a_stop_that_may_be_undone_nor_after_8(reason: int) -> None:
    stopped = brought_to(_S.SHARING, stage())
    stopped.stopped(reason)
    assert falls_back(stopped.session) is (reason == 23)


@pytest.mark.parametrize("reason", [1, 4, 5, 9])
def test_silence_after_somebody_said_no_is_no_reason(reason: int) -> None:
    stopped = brought_to(_S.SHARING, stage())
    stopped.stopped(reason)
    stopped.resend()
    stopped.reply()
    stopped.wait(30)
    assert stopped.state is _S.NO_ANSWER
    assert not falls_back(stopped.session)


def test_nor_is_silence_after_a_denial() -> None:
    denied = brought_to(_S.DENIED, stage())
    denied.resend()
    denied.reply()
    denied.wait(30)
    assert denied.state is _S.NO_ANSWER
    assert not falls_back(denied.session)


def test_after_a_hand_off_that_the_new_organization_refuses() -> None:
    handed = brought_to(_S.SHARING, stage())
    handed.becomes_host(NEW_HOST)
    handed.stopped(9)
    assert not falls_back(handed.session)
    handed.resend()
    handed.refuse(13267)
    assert handed.state is _S.STOPPED_PERMANENTLY
    assert falls_back(handed.session)


def test_after_8_no_other_refusal_makes_it_offered() -> None:
    revoked = brought_to(_S.SHARING, stage())
    revoked.stopped(8)
    revoked.resend()
    revoked.refuse(13267)
    assert not falls_back(revoked.session)


def test_a_new_stream_makes_a_new_start() -> None:
    again = brought_to(_S.SHARING, stage())
    again.stopped(5)
    again.resend()
    again.reply()
    again.started("b")
    again.stopped(10, "b")
    again.resend()
    again.reply()
    again.wait(30)
    assert falls_back(again.session)


def test_a_session_without_a_reason_is_offered_none() -> None:
    refused = brought_to(_S.REFUSED, stage()).session
    assert not falls_back(replace(refused, why=None))
