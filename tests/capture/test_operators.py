"""Zoom's answer to a request counts for whom it is meant: the app owner, or a colleague."""

import pytest

from rtms_tray.capture import events as e
from rtms_tray.capture.conditions import Value
from rtms_tray.capture.reasons import Code
from rtms_tray.capture.session import Aside
from rtms_tray.capture.states import UNANSWERED, CaptureState
from tests.helpers.capture_stage import ME, MEETING, NUMBER, Stage, brought_to

_S = CaptureState
COLLEAGUE = "somebody else"


def answers(stage: Stage, operator: str | None, meeting: e.Meeting = MEETING) -> list[e.ZoomEvent]:
    return [
        e.RequestStatus(meeting, Value.NO, stage.at(), operator),
        e.StartFailed(meeting, operator, 13267, "RTMS app disabled", stage.at()),
        e.ConcurrencyLimited(meeting, operator, stage.at()),
    ]


KINDS = pytest.mark.parametrize("kind", [0, 1, 2], ids=["status", "failed", "limit"])


@KINDS
@pytest.mark.parametrize("operator", [ME, None])
def test_an_answer_to_me_or_to_nobody_ends_the_wait(operator: str | None, kind: int) -> None:
    stage = brought_to(_S.PENDING_APPROVAL)
    stage.zoom(answers(stage, operator)[kind])
    assert stage.state is (_S.REFUSED if kind else _S.DENIED)
    assert stage.session.asides == ()


@KINDS
@pytest.mark.parametrize("state", sorted(UNANSWERED))
def test_the_answer_to_a_colleague_is_a_line_under_details(state: CaptureState, kind: int) -> None:
    stage = brought_to(state)
    before = (stage.state, stage.code, stage.session.known)
    stage.zoom(answers(stage, COLLEAGUE)[kind])
    assert (stage.state, stage.code, stage.session.known) == before
    assert stage.session.asides == (Aside.OTHERS_REQUEST,)


@KINDS
@pytest.mark.parametrize("name", [MEETING, e.Meeting(number=NUMBER)], ids=["both", "number"])
def test_an_answer_to_nobody_may_be_to_a_colleague_who_streams_there(
    name: e.Meeting, kind: int
) -> None:
    stage = brought_to(_S.PENDING_APPROVAL)
    stage.started("theirs", COLLEAGUE)
    stage.zoom(answers(stage, None, name)[kind])
    assert stage.state is _S.PENDING_APPROVAL
    assert stage.session.asides == (Aside.OTHERS_REQUEST,)


@KINDS
def test_an_answer_to_nobody_may_be_to_a_colleague_who_asked_there(kind: int) -> None:
    stage = brought_to(_S.PENDING_APPROVAL)
    stage.zoom(e.RequestStatus(MEETING, Value.UNKNOWN, stage.at(), COLLEAGUE))
    stage.zoom(answers(stage, None)[kind])
    assert stage.state is _S.PENDING_APPROVAL


def test_a_colleague_in_another_meeting_is_no_reason_to_doubt_it() -> None:
    stage = brought_to(_S.PENDING_APPROVAL)
    other = e.Meeting("uuid-7", "11122233344")
    stage.zoom(e.StreamStarted(other, "theirs", COLLEAGUE, stage.at()))
    stage.zoom(e.RequestStatus(other, Value.NO, stage.at(), COLLEAGUE))
    stage.zoom(e.RequestStatus(MEETING, Value.NO, stage.at()))
    assert stage.state is _S.DENIED


@KINDS
def test_an_answer_to_nobody_does_not_concern_a_session_that_waits_for_none(kind: int) -> None:
    stage = brought_to(_S.SHARING)
    stage.zoom(answers(stage, None)[kind])
    assert stage.state is _S.SHARING
    assert stage.session.asides == (Aside.OTHERS_REQUEST,)


@KINDS
def test_while_nobody_is_signed_in_no_answer_is_known_to_be_to_me(kind: int) -> None:
    stage = brought_to(_S.PENDING_APPROVAL)
    stage.share(me=None)
    stage.zoom(answers(stage, None)[kind])
    assert stage.state is _S.PENDING_APPROVAL


@KINDS
def test_an_answer_that_names_no_meeting_concerns_none(kind: int) -> None:
    stage = brought_to(_S.PENDING_APPROVAL)
    stage.zoom(answers(stage, None, e.Meeting())[kind])
    assert (stage.state, stage.session.asides) == (_S.PENDING_APPROVAL, ())


@KINDS
def test_an_answer_older_than_the_request_is_of_the_one_before(kind: int) -> None:
    stage = brought_to(_S.PENDING_APPROVAL)
    stage.wait(60)
    late = answers(stage, ME)[kind]
    stage.wait(60)
    stage.resend()
    stage.reply()
    stage.zoom(late)
    assert stage.state is _S.PENDING_APPROVAL


@pytest.mark.parametrize("kind", [1, 2], ids=["failed", "limit"])
@pytest.mark.parametrize("state", [_S.SHARING, _S.STOPPED, _S.DENIED])
def test_where_nothing_waits_a_failure_changes_nothing(state: CaptureState, kind: int) -> None:
    stage = brought_to(state)
    stage.zoom(answers(stage, ME)[kind])
    assert stage.state is state


def test_a_failed_start_says_why_in_zooms_own_words() -> None:
    stage = brought_to(_S.REQUESTING)
    stage.zoom(answers(stage, ME)[1])
    assert stage.code is Code.START_FAILED
    assert stage.session.why is not None
    assert (stage.session.why.number, stage.session.why.message) == (13267, "RTMS app disabled")
    stage.clear()
    stage.wait(120)
    assert stage.sent() == []


def test_a_failed_start_in_doubt_does_not_prove_that_nothing_runs() -> None:
    stage = brought_to(_S.PENDING_APPROVAL)
    stage.gap()
    stage.zoom(answers(stage, ME)[1])
    assert (stage.state, stage.unverified) == (_S.REFUSED, True)


def test_the_same_line_under_details_stands_there_once() -> None:
    stage = brought_to(_S.PENDING_APPROVAL)
    for answer in answers(stage, COLLEAGUE):
        stage.zoom(answer)
    assert stage.session.asides == (Aside.OTHERS_REQUEST,)
