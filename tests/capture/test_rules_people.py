"""Rules for people: who comes and goes, breakout rooms, denials, and what the user tells."""

from dataclasses import replace

import pytest

from rtms_tray.capture import events as e
from rtms_tray.capture.conditions import Condition, Value
from rtms_tray.capture.events import Action, Outcome
from rtms_tray.capture.policy import JOIN_MARGIN, AutoResend, Policy
from rtms_tray.capture.reasons import Code
from rtms_tray.capture.states import CaptureState
from rtms_tray.capture.units import SECOND
from tests.helpers.capture_stage import GUEST, I_AM, MEETING, NEW_HOST, THE_HOST, Stage
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


# --- breakout rooms


def back_without_a_stream() -> Stage:
    stage = brought_to(_S.SHARING)
    stage.enters_room()
    stage.wait(20)
    stage.stopped(7)
    stage.wait(20)
    stage.leaves_room()
    assert stage.state is _S.PAUSED_BREAKOUT
    stage.wait(5)
    return stage


def is_over_after_ten_seconds(stage: Stage) -> bool:
    stage.wait(4.999)
    before = stage.state
    stage.wait(0.001)
    return (before, stage.state, stage.code) == (
        _S.PAUSED_BREAKOUT,
        _S.STOPPED,
        Code.BACK_FROM_BREAKOUT,
    )


def test_another_persons_room_is_not_mine() -> None:
    stage = back_without_a_stream()
    stage.enters_room(GUEST)
    assert is_over_after_ten_seconds(stage)


def test_the_same_word_again_gives_no_more_time() -> None:
    stage = back_without_a_stream()
    stage.leaves_room(ago_s=5)
    assert is_over_after_ten_seconds(stage)


def test_an_older_word_changes_nothing() -> None:
    stage = back_without_a_stream()
    stage.enters_room(ago_s=8)
    assert is_over_after_ten_seconds(stage)


def test_a_late_word_that_i_left_the_main_room_is_not_that_i_left() -> None:
    stage = back_without_a_stream()
    stage.leaves(I_AM, ago_s=10)
    assert is_over_after_ten_seconds(stage)


def test_a_newer_word_does() -> None:
    stage = back_without_a_stream()
    stage.enters_room()
    assert not is_over_after_ten_seconds(stage)


def test_a_room_explains_no_stop_that_has_been_answered_by_asking_again() -> None:
    stage = brought_to(_S.STOPPED)
    stage.resend()
    stage.reply()
    state = stage.state
    stage.enters_room()
    assert stage.state is state


def test_a_room_of_long_before_explains_no_stop() -> None:
    for ago_s, state in ((30, _S.PAUSED_BREAKOUT), (31, _S.STOPPED)):
        stage = brought_to(_S.STOPPED)
        stage.enters_room(ago_s=ago_s)
        assert stage.state is state


def test_a_room_explains_no_stop_that_nobody_saw() -> None:
    stage = brought_to(_S.PAUSED_BREAKOUT)
    stage.wait(1)
    stage.leaves(I_AM)
    stage.wait(1)
    stage.enters_room()
    assert (stage.state, stage.code) == (_S.STOPPED, Code.STOP_YOU_LEFT)


def test_a_stream_that_only_the_user_saw_goes_on_after_the_room() -> None:
    stage = brought_to(_S.NO_ANSWER)
    stage.tell_sharing(sharing=True)
    stage.enters_room()
    stage.leaves_room()
    assert (stage.state, stage.code) == (_S.SHARING, Code.RECEIVER_MAYBE_BACK)


@pytest.mark.parametrize("by_word", [True, False])
def test_a_stream_that_never_ran_is_not_come_back_to(*, by_word: bool) -> None:
    stage = brought_to(_S.NO_ANSWER)
    stage.stopped(3)
    if by_word:
        stage.tell_room(Value.YES)
        stage.tell_room(Value.NO)
    else:
        stage.enters_room()
        stage.wait(1)
        stage.leaves_room()
    assert stage.state is _S.PAUSED_BREAKOUT
    stage.wait(10)
    assert (stage.state, stage.code) == (_S.STOPPED, Code.BACK_FROM_BREAKOUT)


def test_without_the_feed_the_wait_for_a_stream_goes_on() -> None:
    stage = back_without_a_stream()
    stage.feed_down()
    stage.wait(60)
    assert stage.state is _S.PAUSED_BREAKOUT
    stage.feed_up()
    stage.wait(5)
    assert (stage.state, stage.code) == (_S.STOPPED, Code.BACK_FROM_BREAKOUT)


def test_back_from_a_breakout_room_and_stopped_there_is_nothing_to_come_back_to() -> None:
    stage = brought_to(_S.PAUSED_BREAKOUT)
    stage.stopped(3)
    stage.wait(1)
    stage.leaves_room()
    stage.wait(10)
    assert (stage.state, stage.code) == (_S.STOPPED, Code.BACK_FROM_BREAKOUT)
    assert stage.session.before is None


def test_nor_after_leaving_from_a_room() -> None:
    stage = brought_to(_S.PAUSED_BREAKOUT)
    stage.wait(1)
    stage.leaves(I_AM)
    assert (stage.state, stage.code) == (_S.STOPPED, Code.STOP_YOU_LEFT)
    assert stage.session.before is None


# --- a denial taken back


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


# --- what the user says while a request is on its way


def asking_again() -> Stage:
    """A stream has stopped, and the request to start another is on its way."""
    stage = brought_to(_S.SHARING)
    stage.stopped(5)
    stage.resend()
    assert stage.state is _S.REQUESTING
    return stage


@pytest.mark.parametrize("sharing", [True, False])
def test_a_stream_that_begins_counts_more(*, sharing: bool) -> None:
    stage = asking_again()
    stage.tell_sharing(sharing)
    stage.wait(2)
    stage.started("b")
    assert (stage.state, stage.code) == (_S.SHARING, None)


def test_so_does_one_that_ends() -> None:
    stage = Stage()
    stage.ask()
    stage.tell_sharing(True)
    stage.wait(2)
    stage.stopped(7, "never seen")
    assert stage.state is not _S.SHARING


def test_other_words_are_kept() -> None:
    stage = asking_again()
    stage.tell(Condition.HOST_CLIENT_SUPPORTED, Value.YES)
    stage.started("b")
    assert Condition.HOST_CLIENT_SUPPORTED in stage.session.known


def test_without_news_of_a_stream_the_word_counts_once_the_reply_is_in() -> None:
    stage = asking_again()
    stage.tell_sharing(True)
    assert stage.session.held
    stage.reply()
    assert stage.state is _S.SHARING


def test_somebody_elses_stream_is_no_news_of_mine() -> None:
    stage = asking_again()
    stage.tell_sharing(True)
    stage.started("x", "other")
    stage.reply()
    assert stage.state is _S.SHARING
