"""What was never told, or so late that it could not be believed, makes no claim of time untrue."""

import pytest

from rtms_tray.capture import events as e
from rtms_tray.capture.events import Action, Outcome
from rtms_tray.capture.machine import step
from rtms_tray.capture.reasons import Code
from rtms_tray.capture.session import ResumePoint
from rtms_tray.capture.states import CaptureState
from rtms_tray.capture.timeline import SpanKind
from rtms_tray.support.frozen import replace
from tests.helpers.capture_stage import (
    I_AM,
    ME,
    NEW_HOST,
    NUMBER,
    OWN_MEETING,
    UUID,
    Stage,
    brought_to,
)
from tests.helpers.sessions_in_time import running_by_a_word, spent

_S = CaptureState
CAPTURED, PAUSED, LOST, UNKNOWN = (
    SpanKind.CAPTURED, SpanKind.PAUSED, SpanKind.LOST, SpanKind.UNKNOWN,
)  # fmt: skip
BY_UUID = e.Meeting(uuid=UUID)
NEXT = e.Meeting("uuid-2", NUMBER, "host")


# --- starts


def test_a_late_start_names_the_stream_that_runs_and_ends_no_pause() -> None:
    stage = running_by_a_word()
    stage.wait(100)
    stage.done(Action.PAUSE)
    stage.wait(50)
    stage.started("a", ago_s=200)
    assert (stage.state, stage.code, stage.unverified) == (_S.PAUSED, Code.PAUSED_BY_YOU, False)
    stage.started("a")
    assert (stage.state, stage.unverified) == (_S.PAUSED, True), "a new server of a paused stream"


def test_a_new_server_of_a_stream_whose_start_comes_late_has_not_ended_its_pause() -> None:
    stage = running_by_a_word()
    stage.wait(100)
    stage.done(Action.PAUSE)
    stage.wait(50)
    stage.started("a")
    stage.wait(30)
    stage.stopped(1)
    assert spent(stage) == {CAPTURED: 100 + 30, PAUSED: 50}
    stage.started("a", ago_s=300)
    assert spent(stage)[PAUSED] == 50 + 30


def test_a_stream_in_the_instance_before_leaves_the_time_unknown() -> None:
    stage = Stage()
    stage.ask()
    stage.reply()
    stage.wait(400)
    stage.zoom(e.StreamStarted(NEXT, "b", ME, stage.at()))
    lost = stage.spans()[LOST]
    stage.wait(100)
    stage.started("a", ago_s=350)
    assert stage.session.meeting == NEXT
    assert stage.spans()[UNKNOWN] == 250
    assert stage.spans()[LOST] == pytest.approx(lost - 250)


def test_a_start_later_than_all_that_was_known_begins_the_next_instance_though_older_than_the_request() -> (
    None
):
    stage = brought_to(_S.STOPPED)
    stage.wait(300)
    stage.resend()
    stage.reply()
    stage.zoom(e.StreamStarted(NEXT, "b", ME, stage.at(100)))
    assert [session.state for session in stage.board.sessions] == [_S.ENDED, _S.SHARING]
    assert stage.session.meeting.uuid == NEXT.uuid


def test_a_given_up_meeting_whose_stream_is_told_late_stays_over_while_the_next_one_runs() -> None:
    stage = brought_to(_S.PENDING_APPROVAL)
    stage.meeting_started()
    stage.give_up()
    stage.stopped(2)
    stage.wait(600)
    stage.zoom(e.MeetingStarted(NEXT, stage.at()))
    stage.zoom(e.StreamStarted(NEXT, "b", ME, stage.at()))
    stage.started("a", ago_s=605)
    assert [session.state for session in stage.board.sessions] == [_S.ENDED, _S.SHARING]


def test_a_meeting_that_began_before_sight_and_is_told_late_may_have_been_captured_before() -> None:
    stage = Stage()
    stage.share(sight=replace(stage.context.sight, up_since=stage.now))
    stage.wait(30)
    stage.meeting_started(ago_s=200)
    stage.ask()
    stage.reply()
    assert (stage.state, stage.unverified) == (_S.PENDING_APPROVAL, True)


def test_the_first_start_after_a_gap_says_nothing_of_the_time_before_it() -> None:
    stage = Stage()
    stage.meeting_started()
    stage.gap(10)
    stage.wait(100)
    stage.started()
    assert spent(stage) == {UNKNOWN: 110}


# --- pauses, replies, words


def test_a_pause_counts_since_it_was_asked_for_however_late_the_reply() -> None:
    stage = brought_to(_S.SHARING)
    captured = stage.spans()[CAPTURED]
    stage.act(Action.PAUSE)
    stage.sleep(100)
    stage.act_answer()
    stage.stopped(3)
    assert stage.spans()[CAPTURED] == captured
    assert stage.spans()[PAUSED] == pytest.approx(100, abs=3)


def test_whether_a_pause_was_taken_whose_reply_is_lost_is_not_known() -> None:
    stage = brought_to(_S.SHARING)
    stage.act(Action.PAUSE)
    stage.act_answer(Outcome.REPLY_LOST)
    stage.wait(100)
    stage.stopped(1)
    assert stage.spans()[UNKNOWN] == pytest.approx(100, abs=3)


def test_once_it_certainly_shares_it_counts_again() -> None:
    stage = brought_to(_S.SHARING)
    stage.act(Action.PAUSE)
    stage.act_answer(Outcome.REPLY_LOST)
    stage.wait(5)
    stage.tell_sharing(True)
    captured = stage.spans()[CAPTURED]
    stage.wait(100)
    assert stage.spans()[CAPTURED] == captured + 100


def test_a_words_time_is_in_doubt_again_once_this_machine_has_slept() -> None:
    stage = brought_to(_S.SHARING)
    stage.feed_down()
    stage.tell_sharing(True)
    captured = stage.spans()[CAPTURED]
    stage.wait(100)
    stage.sleep(60)
    assert stage.unverified
    assert stage.spans()[CAPTURED] == captured


# --- leaving


def test_who_did_not_leave_but_moved_was_captured_all_the_time() -> None:
    stage = running_by_a_word()
    stage.joins(I_AM)
    stage.enters_room()
    stage.wait(100)
    stage.leaves(I_AM)
    stage.wait(5)
    assert (stage.state, stage.code) == (_S.STOPPED, Code.STOP_YOU_LEFT)
    stage.joins(I_AM, ago_s=5)
    stage.leaves_room(ago_s=5)
    stage.wait(5)
    assert stage.state is _S.SHARING
    captured = stage.spans()[CAPTURED]
    stage.wait(60)
    assert stage.spans()[CAPTURED] == captured + 60


def test_a_host_who_is_named_after_the_app_owner_left_may_let_it_go_on() -> None:
    stage = Stage(meeting=OWN_MEETING)
    stage.meeting_started()
    stage.joins(I_AM)
    stage.started()
    stage.enters_room()
    stage.wait(60)
    stage.leaves(I_AM)
    stage.wait(5)
    assert (stage.code, stage.unverified) == (Code.STOP_YOU_LEFT, False)
    stage.becomes_host(NEW_HOST, ago_s=6)
    assert (stage.code, stage.unverified) == (Code.STOP_YOU_LEFT, True)


def test_where_to_return_to_is_dropped_with_the_states_that_return() -> None:
    stage = brought_to(_S.SHARING)
    odd = replace(stage.session, resume_point=ResumePoint(_S.PAUSED, None))
    assert step(odd, e.Tick(), stage.context).session.resume_point is None
