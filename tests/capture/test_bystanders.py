"""Strangers' events are taken in many at once, and the board is the same as after a turn for each."""

from typing import Final

from hypothesis import given
from hypothesis import strategies as st

from rtms_tray.capture import events as e
from rtms_tray.capture.board import Board
from rtms_tray.capture.bystanders import (
    Heard,
    Sighting,
    is_bystander,
    names_watched,
    with_sightings,
)
from rtms_tray.capture.clocks import NewestEvent, ZoomClock
from rtms_tray.capture.memory import Remembered
from rtms_tray.capture.routing import turn
from rtms_tray.capture.session import Session
from rtms_tray.support.frozen import replace
from rtms_tray.support.units import HOUR, MINUTE
from tests.helpers.capture_stage import ME
from tests.helpers.manual_clock import NOON
from tests.helpers.sightings import CONTEXT, HOST, SEEN, event_of, sightings, whatever

KNOWN: Final = Remembered(SEEN.meeting, NOON)


def with_people(*events: e.MeetingEvent) -> Remembered:
    board = Board(context=CONTEXT)
    for event in events:
        board = turn(board, event, NOON).board
    return board.memory.meetings[SEEN.uuid]


def test_a_stranger_in_a_meeting_that_nobody_knows_is_a_bystander() -> None:
    assert is_bystander(SEEN, None, CONTEXT)
    assert is_bystander(SEEN, KNOWN, CONTEXT)


def test_whoever_comes_or_leaves_a_meeting_is_known_by_all_its_names() -> None:
    assert SEEN.is_of_same(replace(SEEN, account_id="somebody", joined=False, at=NOON + MINUTE))
    assert not SEEN.is_of_same(replace(SEEN, uuid="uuid-2"))
    assert not SEEN.is_of_same(replace(SEEN, number="98712345671"))
    assert not SEEN.is_of_same(replace(SEEN, host_id=None))
    assert not SEEN.is_of_same(replace(SEEN, host_account=None))


def test_the_app_owner_and_the_host_are_none() -> None:
    assert not is_bystander(replace(SEEN, account_id=ME), None, CONTEXT)
    assert not is_bystander(replace(SEEN, account_id=HOST), None, CONTEXT)


def test_nobody_is_where_the_meeting_gets_another_name_or_is_over() -> None:
    assert not is_bystander(replace(SEEN, host_id="another"), KNOWN, CONTEXT)
    assert not is_bystander(SEEN, replace(KNOWN, over=True), CONTEXT)


def test_nobody_is_who_may_show_that_the_meeting_runs_without_its_host() -> None:
    began = with_people(e.MeetingStarted(SEEN.meeting, NOON))
    assert not is_bystander(SEEN, began, CONTEXT)
    assert is_bystander(replace(SEEN, joined=False), began, CONTEXT)
    hosted = with_people(
        e.MeetingStarted(SEEN.meeting, NOON),
        e.ParticipantJoined(SEEN.meeting, e.Person(HOST, "2"), NOON),
    )
    assert is_bystander(SEEN, hosted, CONTEXT)


def test_nobody_is_who_may_be_somebody_that_matters() -> None:
    guest = with_people(e.ParticipantJoined(SEEN.meeting, e.Person(None, "1"), NOON))
    assert not is_bystander(SEEN, guest, CONTEXT)
    assert is_bystander(replace(SEEN, in_meeting_id="3"), guest, CONTEXT)
    named = with_people(e.RoleChanged(SEEN.meeting, e.Person("new", "1"), "attendee", "host", NOON))
    assert not is_bystander(SEEN, named, CONTEXT)
    alone = replace(named, people=replace(named.people, connections=()))
    assert not is_bystander(SEEN, alone, CONTEXT)
    assert is_bystander(replace(SEEN, in_meeting_id="3"), alone, CONTEXT)


def test_nobody_is_while_somebody_may_just_be_moving() -> None:
    leaves = with_people(
        e.ParticipantJoined(SEEN.meeting, e.Person(HOST, "2"), NOON - MINUTE),
        e.ParticipantLeft(SEEN.meeting, e.Person(HOST, "2"), NOON),
    )
    assert not is_bystander(SEEN, leaves, CONTEXT)


def test_both_names_of_a_session_are_watched() -> None:
    sessions = (Session(1, e.Meeting("u", None)), Session(2, e.Meeting(None, "123")))
    assert names_watched(sessions) == {"u", "123"}


def test_a_clock_is_certain_while_all_dates_agree_with_this_machine() -> None:
    assert ZoomClock().is_certain
    assert ZoomClock((500,), ahead=500).is_certain
    assert not ZoomClock((500, HOUR), ahead=500).is_certain
    assert not ZoomClock.ahead_by(500).is_certain


def test_what_was_told_of_a_meeting_is_never_older_than_what_was_known() -> None:
    meetings = {SEEN.uuid: KNOWN}
    board = Board(context=CONTEXT)
    board = replace(board, memory=replace(board.memory, meetings=meetings))
    older = with_sightings(board, {SEEN.uuid: Heard(SEEN, NOON - 1)}, None)
    assert older == board
    newer = with_sightings(board, {SEEN.uuid: Heard(SEEN, NOON + 1)}, NewestEvent(NOON + 1, NOON))
    assert newer.memory.meetings[SEEN.uuid].last_event_at == NOON + 1
    assert newer.context.clock.newest == NewestEvent(NOON + 1, NOON)


@given(st.lists(whatever, max_size=12), sightings(), st.integers(0, 5_000))
def test_a_bystander_changes_nothing_but_when_the_meeting_was_last_heard_of(
    before: list[e.Event], sighting: Sighting, wait: int
) -> None:
    board = Board(context=CONTEXT)
    for event in before:
        board = turn(board, event, NOON).board
    now = NOON + wait
    known = board.memory.of(sighting.uuid)
    if not board.context.clock.is_certain or not is_bystander(sighting, known, board.context):
        return
    done = turn(board, event_of(sighting), now)
    at = board.context.clock.date(sighting.at, now)
    gathered = with_sightings(
        board, {sighting.uuid: Heard(sighting, at)}, done.board.context.clock.newest
    )
    assert done.board.memory == gathered.memory
    assert done.board.sessions == gathered.sessions
    assert done.board.context.clock == gathered.context.clock
    assert [type(effect).__name__ for effect in done.effects] == ["Ignored"]
