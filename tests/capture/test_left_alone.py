"""What the user gave up is left alone while it runs, and no longer."""

from dataclasses import replace

from rtms_tray.capture import boards
from rtms_tray.capture import events as e
from rtms_tray.capture.left_alone import (
    AT_LEAST,
    LONGEST,
    MOST,
    Left,
    Lefts,
    is_left,
    may_ask,
    noted,
    still_running,
    with_plan,
)
from rtms_tray.capture.policy import LOST_SIGHT_AFTER
from rtms_tray.capture.states import CaptureState
from rtms_tray.capture.units import HOUR, MINUTE, SECOND
from tests.helpers.capture_stage import MEETING, NUMBER, UUID, Stage
from tests.helpers.capture_ways import brought_to
from tests.helpers.manual_clock import NOON

NEXT = e.Meeting("uuid-2", NUMBER)


def given_up() -> Stage:
    stage = brought_to(CaptureState.PENDING_APPROVAL)
    stage.give_up()
    return stage


def lefts_of(stage: Stage, before: Lefts = ()) -> Lefts:
    return noted(before, stage.board, stage.now)


def test_what_is_given_up_is_noted_once() -> None:
    stage = given_up()
    (left,) = lefts_of(stage)
    assert (left.number, left.uuid) == (NUMBER, stage.session.meeting.uuid)
    assert lefts_of(stage, (left,)) == (left,)


def test_it_is_remembered_when_the_session_is_forgotten() -> None:
    stage = given_up()
    lefts = lefts_of(stage)
    stage.wait(2 * HOUR / 1000)
    assert stage.board.sessions == ()
    assert lefts_of(stage, lefts) == lefts
    assert noted(lefts, stage.board, lefts[0].at + LONGEST) == ()


def test_what_is_asked_for_again_is_wanted_again() -> None:
    stage = given_up()
    lefts = lefts_of(stage)
    stage.ask()
    assert lefts_of(stage, lefts) == ()


def test_what_is_asked_for_elsewhere_changes_nothing() -> None:
    stage = brought_to(CaptureState.SHARING)
    left = Left("999999999", None, stage.now)
    assert lefts_of(stage, (left,)) == (left,)


def test_a_session_that_only_fell_silent_is_not_left() -> None:
    stage = brought_to(CaptureState.PENDING_APPROVAL)
    stage.wait(LOST_SIGHT_AFTER / SECOND)
    assert stage.state is CaptureState.ENDED
    assert lefts_of(stage) == ()


def test_a_session_that_only_ended_is_not_left() -> None:
    stage = brought_to(CaptureState.SHARING)
    stage.meeting_ended()
    assert lefts_of(stage) == ()


def test_the_end_of_the_meeting_ends_it() -> None:
    stage = given_up()
    stage.joins(e.Person("guest"))
    lefts = (Left(NUMBER, UUID, stage.now),)
    stage.wait(5)
    stage.meeting_ended()
    assert lefts_of(stage, lefts) == ()


def test_an_end_of_long_ago_ends_nothing_that_has_no_uuid() -> None:
    stage = Stage()
    stage.meeting_ended(ago_s=3600)
    left = Left(NUMBER, None, stage.now)
    assert lefts_of(stage, (left,)) == (left,)
    stage.wait(5)
    stage.zoom(e.MeetingEnded(NEXT, stage.at()))
    assert lefts_of(stage, (left,)) == ()


def test_another_meetings_end_ends_nothing() -> None:
    stage = Stage()
    left = Left("999999999", None, stage.now)
    stage.meeting_ended()
    assert lefts_of(stage, (left,)) == (left,)


def test_another_instances_end_ends_nothing() -> None:
    stage = Stage()
    left = Left(NUMBER, UUID, stage.now)
    stage.zoom(e.MeetingEnded(NEXT, stage.now))
    assert lefts_of(stage, (left,)) == (left,)


def test_an_end_in_the_same_millisecond_ends_it_too() -> None:
    stage = Stage()
    left = Left(NUMBER, None, stage.now)
    stage.zoom(e.MeetingEnded(NEXT, stage.now))
    assert lefts_of(stage, (left,)) == ()


def test_another_instance_is_not_left() -> None:
    lefts = (Left(NUMBER, UUID, NOON),)
    assert is_left(lefts, MEETING)
    assert is_left(lefts, e.Meeting(number=NUMBER))
    assert not is_left(lefts, NEXT)
    assert not is_left(lefts, e.Meeting(number="999999999"))
    assert is_left((Left(NUMBER, None, NOON),), NEXT)


def test_zooms_list_tells_what_runs_no_longer() -> None:
    left = Left(NUMBER, UUID, NOON)
    later = NOON + AT_LEAST
    assert still_running((left,), {NUMBER}, later) == (left,)
    assert still_running((left,), set(), later) == ()
    assert still_running((left,), set(), later - 1) == (left,)


def test_a_plan_that_was_given_up_is_left_until_its_meeting_is_over() -> None:
    lefts = with_plan((), NUMBER, NOON + 5 * HOUR, NOON)
    at = NOON + 5 * HOUR
    assert still_running(lefts, set(), at) == lefts
    assert still_running(lefts, set(), at + AT_LEAST) == ()
    assert noted(lefts, boards.Board(), at + LONGEST - 1) == lefts


def test_one_entry_for_a_number_and_not_too_many() -> None:
    lefts = with_plan((Left(NUMBER, UUID, NOON),), NUMBER, None, NOON)
    assert lefts == (Left(NUMBER, None, NOON),)
    for number in range(MOST + 5):
        lefts = with_plan(lefts, str(number), None, NOON)
    assert len(lefts) == MOST
    assert lefts[-1].number == str(MOST + 4)


def test_what_nobody_takes_care_of_may_be_asked_for() -> None:
    assert may_ask(boards.Board(), (), NUMBER, NOON)
    assert not may_ask(boards.Board(), (Left(NUMBER, UUID, NOON),), NUMBER, NOON)
    assert may_ask(boards.Board(), (Left("999999999", UUID, NOON),), NUMBER, NOON)
    stage = brought_to(CaptureState.REFUSED)
    assert not may_ask(stage.board, (), NUMBER, stage.now)
    assert may_ask(stage.board, (), "999999999", stage.now)


def test_what_is_watched_is_not_asked_for_however_long_it_lasts() -> None:
    stage = brought_to(CaptureState.SHARING)
    stage.wait(3_600)
    assert not may_ask(stage.board, (), NUMBER, stage.now)


def test_a_list_that_lags_behind_the_meetings_end_asks_for_nothing() -> None:
    stage = brought_to(CaptureState.SHARING)
    stage.meeting_ended()
    ended = stage.session.since
    assert not may_ask(stage.board, (), NUMBER, ended + MINUTE - 1)
    assert may_ask(stage.board, (), NUMBER, ended + MINUTE)


def test_a_session_without_a_number_is_nobodys() -> None:
    stage = given_up()
    session = replace(stage.session, meeting=e.Meeting(uuid=UUID))
    assert noted((), stage.board.changed(session), stage.now) == ()
