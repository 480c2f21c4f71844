"""Plans ahead: due at their time, missed when too late, forgotten in the end."""

import pytest

from rtms_tray.capture import events as e
from rtms_tray.capture.arming import (
    KEPT,
    LATE,
    MISSED_SHOWN_FOR,
    MOST,
    Plan,
    cancelled,
    due,
    is_wanted,
    is_watched,
    plan_of,
    planned,
    swept,
)
from rtms_tray.capture.board import Board
from rtms_tray.capture.left_alone import Left
from rtms_tray.capture.units import HOUR, MINUTE
from tests.helpers.capture_stage import MEETING, NUMBER, OWN_MEETING, UUID, Stage
from tests.helpers.manual_clock import NOON

SOON = NOON + HOUR
PLAN = Plan(NUMBER, NOON, SOON)
UNTIMED = Plan("111222333", NOON)


def test_a_meeting_has_one_plan() -> None:
    later = Plan(NUMBER, NOON, SOON + HOUR)
    assert planned((PLAN, UNTIMED), later) == (UNTIMED, later)


def test_plans_are_bounded() -> None:
    plans = tuple(Plan(str(number), NOON) for number in range(MOST))
    assert len(planned(plans, PLAN)) == MOST
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
    assert not is_wanted((UNTIMED,), Board(me="me"), began(MEETING), every_hosted=True)


def test_every_meeting_that_i_host() -> None:
    mine = began(OWN_MEETING)
    assert is_wanted((), Board(me="me"), mine, every_hosted=True)
    assert not is_wanted((), Board(me="me"), mine, every_hosted=False)
    assert not is_wanted((), Board(), mine, every_hosted=True)
    assert not is_wanted((), Board(), began(e.Meeting(UUID)), every_hosted=True)


def test_of_those_that_i_host_what_i_gave_up_is_left_alone() -> None:
    mine, other = began(OWN_MEETING), "999999999"
    given_up = (Left(NUMBER, None, NOON),)
    assert not is_wanted((), Board(me="me"), mine, given_up, every_hosted=True)
    assert is_wanted((), Board(me="me"), mine, (Left(other, None, NOON),), every_hosted=True)
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
