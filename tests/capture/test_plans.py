"""Plans: when a planned request goes out, when it is missed, and which meetings are left alone."""

import pytest

from rtms_tray.capture import board, plans
from rtms_tray.capture import events as e
from rtms_tray.capture.board import Board
from rtms_tray.capture.context import Context
from rtms_tray.capture.plans import (
    AT_LEAST,
    KEPT,
    LATE,
    LONGEST,
    MISSED_SHOWN_FOR,
    MOST_PLANS,
    MOST_SUPPRESSED,
    Plan,
    Suppression,
    Suppressions,
    cancelled,
    due,
    is_suppressed,
    is_wanted,
    is_watched,
    may_request,
    plan_of,
    planned,
    running_suppressions,
    swept,
    updated,
    with_plan_given_up,
)
from rtms_tray.capture.states import CaptureState
from rtms_tray.capture.timings import LOST_SIGHT_AFTER
from rtms_tray.support.frozen import replace
from rtms_tray.support.units import HOUR, MINUTE, SECOND
from tests.helpers.capture_stage import ME, MEETING, NUMBER, OWN_MEETING, UUID, Stage, brought_to
from tests.helpers.manual_clock import NOON

SOON = NOON + HOUR
PLAN = Plan(NUMBER, NOON, SOON)
UNTIMED = Plan("111222333", NOON)


def test_a_meeting_has_one_plan() -> None:
    later = Plan(NUMBER, NOON, SOON + HOUR)
    assert planned((PLAN, UNTIMED), later) == (UNTIMED, later)


def test_plans_are_bounded() -> None:
    plans = tuple(Plan(str(number), NOON) for number in range(MOST_PLANS))
    assert len(planned(plans, PLAN)) == MOST_PLANS
    assert planned(plans, PLAN)[-1] is PLAN


def test_a_plan_is_given_up() -> None:
    assert cancelled((PLAN, UNTIMED), NUMBER) == (UNTIMED,)
    assert cancelled((PLAN,), "999999999") == (PLAN,)


@pytest.mark.parametrize(
    ("at", "is_due"),
    [(SOON - 1, False), (SOON, True), (SOON + LATE, True), (SOON + LATE + 1, False)],
)
def test_it_is_due_from_its_start_on_but_not_for_ever(at: int, is_due: bool) -> None:  # noqa: FBT001 - a row
    assert due((PLAN, UNTIMED), at) == ((PLAN,) if is_due else ())


def test_what_is_missed_is_marked_shown_and_forgotten() -> None:
    at = SOON + LATE + 1
    (missed,) = swept((PLAN,), at)
    assert missed.missed_at == at
    assert not missed.waits
    assert plan_of((missed,), NUMBER) is None
    assert due((missed,), SOON) == ()
    assert swept((missed,), at + MISSED_SHOWN_FOR - 1) == (missed,)
    assert swept((missed,), at + MISSED_SHOWN_FOR) == ()
    assert cancelled((missed, UNTIMED), None) == (UNTIMED,)


def test_a_missed_meeting_of_many_is_not_worth_a_word() -> None:
    hosted = Plan(NUMBER, NOON, SOON, hosted=True)
    assert swept((hosted,), SOON + LATE + 1) == ()


def test_what_is_not_late_stays_as_it_is() -> None:
    assert swept((PLAN, UNTIMED), SOON + LATE) == (PLAN, UNTIMED)


def test_without_a_time_it_waits_long() -> None:
    assert swept((UNTIMED,), NOON + KEPT) == (UNTIMED,)
    (missed,) = swept((UNTIMED,), NOON + KEPT + 1)
    assert not missed.waits


def began(meeting: e.Meeting) -> e.MeetingStarted:
    return e.MeetingStarted(meeting, NOON)


def test_a_planned_meeting_is_wanted() -> None:
    assert is_wanted((PLAN,), Board(), began(MEETING), every_hosted=False)
    assert not is_wanted((), Board(), began(MEETING), every_hosted=False)
    assert not is_wanted(
        (UNTIMED,), Board(context=Context(me="me")), began(MEETING), every_hosted=True
    )


def test_every_meeting_that_i_host() -> None:
    mine = began(OWN_MEETING)
    assert is_wanted((), Board(context=Context(me="me")), mine, every_hosted=True)
    assert not is_wanted((), Board(context=Context(me="me")), mine, every_hosted=False)
    assert not is_wanted((), Board(), mine, every_hosted=True)
    assert not is_wanted((), Board(), began(e.Meeting(UUID)), every_hosted=True)


def test_of_those_that_i_host_what_i_gave_up_is_left_alone() -> None:
    mine, other = began(OWN_MEETING), "999999999"
    given_up = (Suppression(NUMBER, None, NOON),)
    assert not is_wanted((), Board(context=Context(me="me")), mine, given_up, every_hosted=True)
    assert is_wanted(
        (),
        Board(context=Context(me="me")),
        mine,
        (Suppression(other, None, NOON),),
        every_hosted=True,
    )
    assert is_wanted((PLAN,), Board(), mine, given_up, every_hosted=False)


def test_a_watched_meeting_needs_no_plan() -> None:
    stage = Stage()
    assert not is_watched(stage.board, MEETING)
    stage.ask()
    assert is_watched(stage.board, MEETING)
    assert is_watched(stage.board, e.Meeting(number=NUMBER))
    assert not is_watched(stage.board, e.Meeting(number="999999999"))
    assert not is_watched(stage.board, e.Meeting())


def test_what_was_given_up_is_not_asked_for_again_but_its_next_instance_is() -> None:
    stage = Stage()
    stage.meeting_started()
    stage.ask()
    stage.give_up()
    assert is_watched(stage.board, MEETING)
    assert not is_watched(stage.board, e.Meeting("uuid-2", NUMBER))


def test_the_limits_are_as_said() -> None:
    assert (LATE, MISSED_SHOWN_FOR, KEPT) == (60 * MINUTE, 24 * HOUR, 30 * 24 * HOUR)


def test_a_meeting_known_by_its_uuid_alone() -> None:
    stage = Stage()
    stage.zoom(e.StreamStarted(e.Meeting(uuid=UUID), "a", ME, stage.at()))
    assert stage.session.meeting.number is None
    assert plans.is_watched(stage.board, e.Meeting(uuid=UUID))
    assert not plans.is_watched(stage.board, e.Meeting(uuid="uuid-9"))


# --- meetings that were given up

NEXT = e.Meeting("uuid-2", NUMBER)


def given_up() -> Stage:
    stage = brought_to(CaptureState.PENDING_APPROVAL)
    stage.give_up()
    return stage


def suppressions_of(stage: Stage, before: Suppressions = ()) -> Suppressions:
    return updated(before, stage.board, stage.now)


def test_what_is_given_up_is_noted_once() -> None:
    stage = given_up()
    (suppression,) = suppressions_of(stage)
    assert (suppression.number, suppression.uuid) == (NUMBER, stage.session.meeting.uuid)
    assert suppressions_of(stage, (suppression,)) == (suppression,)


def test_it_is_remembered_when_the_session_is_forgotten() -> None:
    stage = given_up()
    suppressions = suppressions_of(stage)
    stage.wait(2 * HOUR / 1000)
    assert stage.board.sessions == ()
    assert suppressions_of(stage, suppressions) == suppressions
    assert updated(suppressions, stage.board, suppressions[0].at + LONGEST) == ()


def test_what_is_asked_for_again_is_wanted_again() -> None:
    stage = given_up()
    suppressions = suppressions_of(stage)
    stage.ask()
    assert suppressions_of(stage, suppressions) == ()


def test_what_is_asked_for_elsewhere_changes_nothing() -> None:
    stage = brought_to(CaptureState.SHARING)
    suppression = Suppression("999999999", None, stage.now)
    assert suppressions_of(stage, (suppression,)) == (suppression,)


def test_a_session_that_only_fell_silent_is_not_left() -> None:
    stage = brought_to(CaptureState.PENDING_APPROVAL)
    stage.wait(LOST_SIGHT_AFTER / SECOND)
    assert stage.state is CaptureState.ENDED
    assert suppressions_of(stage) == ()


def test_a_session_that_only_ended_is_not_left() -> None:
    stage = brought_to(CaptureState.SHARING)
    stage.meeting_ended()
    assert suppressions_of(stage) == ()


def test_the_end_of_the_meeting_ends_it() -> None:
    stage = given_up()
    stage.joins(e.Person("guest"))
    suppressions = (Suppression(NUMBER, UUID, stage.now),)
    stage.wait(5)
    stage.meeting_ended()
    assert suppressions_of(stage, suppressions) == ()


def test_an_end_of_long_ago_ends_nothing_that_has_no_uuid() -> None:
    stage = Stage()
    stage.meeting_ended(ago_s=3600)
    suppression = Suppression(NUMBER, None, stage.now)
    assert suppressions_of(stage, (suppression,)) == (suppression,)
    stage.wait(5)
    stage.zoom(e.MeetingEnded(NEXT, stage.at()))
    assert suppressions_of(stage, (suppression,)) == ()


def test_another_meetings_end_ends_nothing() -> None:
    stage = Stage()
    suppression = Suppression("999999999", None, stage.now)
    stage.meeting_ended()
    assert suppressions_of(stage, (suppression,)) == (suppression,)


def test_another_instances_end_ends_nothing() -> None:
    stage = Stage()
    suppression = Suppression(NUMBER, UUID, stage.now)
    stage.zoom(e.MeetingEnded(NEXT, stage.now))
    assert suppressions_of(stage, (suppression,)) == (suppression,)


def test_an_end_in_the_same_millisecond_ends_it_too() -> None:
    stage = Stage()
    suppression = Suppression(NUMBER, None, stage.now)
    stage.zoom(e.MeetingEnded(NEXT, stage.now))
    assert suppressions_of(stage, (suppression,)) == ()


def test_another_instance_is_not_left() -> None:
    suppressions = (Suppression(NUMBER, UUID, NOON),)
    assert is_suppressed(suppressions, MEETING)
    assert is_suppressed(suppressions, e.Meeting(number=NUMBER))
    assert not is_suppressed(suppressions, NEXT)
    assert not is_suppressed(suppressions, e.Meeting(number="999999999"))
    assert is_suppressed((Suppression(NUMBER, None, NOON),), NEXT)


def test_zooms_list_tells_what_runs_no_longer() -> None:
    suppression = Suppression(NUMBER, UUID, NOON)
    later = NOON + AT_LEAST
    assert running_suppressions((suppression,), {NUMBER}, later) == (suppression,)
    assert running_suppressions((suppression,), set(), later) == ()
    assert running_suppressions((suppression,), set(), later - 1) == (suppression,)


def test_a_plan_that_was_given_up_is_left_until_its_meeting_is_over() -> None:
    suppressions = with_plan_given_up((), NUMBER, NOON + 5 * HOUR, NOON)
    at = NOON + 5 * HOUR
    assert running_suppressions(suppressions, set(), at) == suppressions
    assert running_suppressions(suppressions, set(), at + AT_LEAST) == ()
    assert updated(suppressions, board.Board(), at + LONGEST - 1) == suppressions


def test_one_entry_for_a_number_and_not_too_many() -> None:
    suppressions = with_plan_given_up((Suppression(NUMBER, UUID, NOON),), NUMBER, None, NOON)
    assert suppressions == (Suppression(NUMBER, None, NOON),)
    for number in range(MOST_SUPPRESSED + 5):
        suppressions = with_plan_given_up(suppressions, str(number), None, NOON)
    assert len(suppressions) == MOST_SUPPRESSED
    assert suppressions[-1].number == str(MOST_SUPPRESSED + 4)


def test_what_nobody_takes_care_of_may_be_asked_for() -> None:
    assert may_request(board.Board(), (), NUMBER, NOON)
    assert not may_request(board.Board(), (Suppression(NUMBER, UUID, NOON),), NUMBER, NOON)
    assert may_request(board.Board(), (Suppression("999999999", UUID, NOON),), NUMBER, NOON)
    stage = brought_to(CaptureState.REFUSED)
    assert not may_request(stage.board, (), NUMBER, stage.now)
    assert may_request(stage.board, (), "999999999", stage.now)


def test_what_is_watched_is_not_asked_for_however_long_it_lasts() -> None:
    stage = brought_to(CaptureState.SHARING)
    stage.wait(3_600)
    assert not may_request(stage.board, (), NUMBER, stage.now)


def test_a_list_that_lags_behind_the_meetings_end_asks_for_nothing() -> None:
    stage = brought_to(CaptureState.SHARING)
    stage.meeting_ended()
    ended = stage.session.since
    assert not may_request(stage.board, (), NUMBER, ended + MINUTE - 1)
    assert may_request(stage.board, (), NUMBER, ended + MINUTE)


def test_a_session_without_a_number_is_nobodys() -> None:
    stage = given_up()
    session = replace(stage.session, meeting=e.Meeting(uuid=UUID))
    assert updated((), stage.board.changed(session), stage.now) == ()
