"""Who came, and when: late words, late hosts, and hosts that come with another organization's rules."""

from dataclasses import replace

from rtms_tray.capture import events as e
from rtms_tray.capture.events import Action
from rtms_tray.capture.policy import JOIN_MARGIN, AutoResend, Policy
from rtms_tray.capture.reasons import Code
from rtms_tray.capture.states import CaptureState
from rtms_tray.capture.units import SECOND
from tests.helpers.capture_stage import I_AM, MEETING, NEW_HOST, THE_HOST, Stage
from tests.helpers.capture_ways import brought_to

_S = CaptureState


def test_a_late_word_of_a_host_who_left_again_brings_nobody_back() -> None:
    stage = brought_to(_S.PENDING_APPROVAL)
    stage.wait(10)
    stage.joins(THE_HOST)
    stage.leaves(THE_HOST)
    state = stage.state
    stage.joins(THE_HOST, ago_s=2)
    assert stage.state is state is not _S.RESEND_NEEDED


def test_a_host_joins_after_the_request_only_if_by_more_than_zooms_clock_may_be_off() -> None:
    for later, state in ((0, _S.PENDING_APPROVAL), (1, _S.RESEND_NEEDED)):
        stage = brought_to(_S.PENDING_APPROVAL)
        assert stage.session.asked_at is not None
        stage.wait(5)
        at = stage.session.asked_at + JOIN_MARGIN + later
        stage.zoom(e.ParticipantJoined(MEETING, THE_HOST, at))
        assert stage.state is state


def refused_before_i_joined() -> Stage:
    stage = brought_to(_S.WAITING_FOR_MEETING)
    stage.wait(5)
    stage.refuse(2308)
    assert (stage.state, stage.code) == (_S.WAITING_FOR_MEETING, Code.NOT_ENTITLED_TO_START)
    stage.clear()
    return stage


def test_who_has_come_to_want_to_resend_by_hand_resends_by_hand() -> None:
    stage = refused_before_i_joined()
    one = replace(stage.session, policy=Policy(AutoResend.OFF))
    stage.board = stage.board.changed(one)
    stage.joins(I_AM)
    assert stage.sent() == []


def test_a_late_word_that_i_was_there_sends_nothing() -> None:
    stage = refused_before_i_joined()
    stage.leaves(I_AM)
    stage.joins(I_AM, ago_s=2)
    assert stage.sent() == []
    stage.joins(I_AM)
    assert stage.sent() == [Action.START]


def test_a_new_host_explains_no_stop_that_has_been_answered_by_asking_again() -> None:
    stage = brought_to(_S.STOPPED)
    stage.resend()
    stage.reply()
    stage.becomes_host(NEW_HOST)
    assert stage.code is not Code.HAND_OFF


def test_a_clock_that_was_set_back_ends_no_meeting_in_the_future() -> None:
    stage = brought_to(_S.SHARING)
    stage.look(e.MeetingStatus.STARTED)
    stage.wait(60)
    stage.gap()
    stage.now -= 10 * SECOND
    stage.look(e.MeetingStatus.WAITING)
    assert stage.state is _S.ENDED
    assert stage.session.timeline.closed_at == stage.now
