"""Strangers' events are gathered, and the board is as if each had had its turn."""

from typing import Final

from hypothesis import given
from hypothesis import strategies as st

from rtms_tray.capture import events as e
from rtms_tray.capture.board import Board
from rtms_tray.capture.bystanders import Sighting
from rtms_tray.capture.context import Context
from rtms_tray.capture.routing import turn
from rtms_tray.runtime.bystanders import MOST_MEETINGS, Bystanders
from rtms_tray.support.frozen import replace
from rtms_tray.support.units import HOUR, SECOND
from tests.helpers.capture_stage import ME
from tests.helpers.manual_clock import NOON
from tests.helpers.sightings import CONTEXT, SEEN, event_of, sightings, whatever

ASKED: Final = e.StartRequested("98712345670")
"""From then on the events of one number are nobody's but its session's."""
happenings = st.lists(st.one_of(sightings(), whatever, st.just(ASKED)), max_size=25)


@given(happenings, st.integers(0, 700))
def test_gathered_or_not_the_board_is_the_same(what: list[Sighting | e.Event], wait: int) -> None:
    one_by_one = gathered = Board(context=CONTEXT)
    bystanders = Bystanders()
    for number, one in enumerate([*what, e.Tick()]):
        now = NOON + number * wait
        event = event_of(one) if isinstance(one, Sighting) else one
        one_by_one = turn(one_by_one, event, now).board
        if not (isinstance(one, Sighting) and bystanders.take(one, gathered, now)):
            gathered = turn(bystanders.taken_in(gathered), event, now).board
    assert gathered == one_by_one


def test_meetings_that_are_watched_have_no_bystanders() -> None:
    board = turn(Board(context=CONTEXT), e.StartRequested(SEEN.number), NOON).board
    assert not Bystanders().take(SEEN, board, NOON)
    board = turn(Board(context=CONTEXT), e.StartRequested(None, SEEN.uuid), NOON).board
    assert not Bystanders().take(replace(SEEN, number="1"), board, NOON)


def test_while_the_clock_is_in_question_each_event_has_its_turn() -> None:
    board = turn(Board(context=Context(me=ME)), e.ZoomDated(HOUR), NOON).board
    assert not Bystanders().take(SEEN, board, NOON)


def test_a_meeting_that_gets_another_name_needs_a_turn() -> None:
    bystanders, board = Bystanders(), Board(context=CONTEXT)
    assert bystanders.take(SEEN, board, NOON)
    assert not bystanders.take(replace(SEEN, number="1"), board, NOON)
    assert bystanders.take(replace(SEEN, at=NOON - SECOND), board, NOON)
    assert bystanders.taken_in(board).memory.meetings[SEEN.uuid].last_event_at == SEEN.at


def test_no_more_are_gathered_than_can_be_taken_in_at_once() -> None:
    bystanders, board = Bystanders(), Board(context=CONTEXT)
    for number in range(MOST_MEETINGS):
        assert bystanders.take(replace(SEEN, uuid=f"u{number}"), board, NOON)
    assert not bystanders.take(SEEN, board, NOON)
    board = bystanders.taken_in(board)
    assert len(board.memory.meetings) == MOST_MEETINGS
    assert bystanders.taken_in(board) is board
    assert bystanders.take(SEEN, board, NOON)
