"""Memory: what earlier events told, and what a request takes along to the next instance."""

from collections.abc import Callable

import pytest

from rtms_tray.capture import events as e
from rtms_tray.capture import memory as m
from rtms_tray.capture import routing as boards
from rtms_tray.capture.context import Context
from rtms_tray.capture.memory import Memory
from rtms_tray.capture.reasons import Code
from rtms_tray.capture.states import CaptureState
from rtms_tray.capture.timeline import SpanKind
from rtms_tray.capture.timings import MEETINGS_REMEMBERED
from rtms_tray.support.frozen import field_names, replace
from tests.helpers.capture_stage import GUEST, ME, NUMBER, THE_HOST, UUID, Stage, brought_to

Told = Callable[[Memory, str], Memory]


def _meeting(memory: Memory, name: str) -> Memory:
    return m.remember(memory, e.MeetingStarted(e.Meeting(uuid=name), 0), Context(me=ME))


def _early_stop(memory: Memory, name: str) -> Memory:
    return m.remember_stop(memory, e.StreamStopped(e.Meeting(), name, 0, 0), started=False)


def _stop(memory: Memory, name: str) -> Memory:
    return m.remember_stop(memory, e.StreamStopped(e.Meeting(), name, 0, 0), started=True)


def _others(memory: Memory, name: str) -> Memory:
    return m.remember_start(memory, e.StreamStarted(e.Meeting(), name, "other", 0), ME)


def _unplaced(memory: Memory, name: str) -> Memory:
    event = e.StreamStopped(e.Meeting(uuid=name), "a", 0, 0)
    return m.with_unplaced(memory, name, event)


@pytest.mark.parametrize(
    ("tell", "kept"),
    [
        (_meeting, {"meetings"}),
        (_early_stop, {"early_stops"}),
        (_stop, {"finished"}),
        (_others, {"foreign", "colleagues"}),
        (_unplaced, {"unplaced"}),
    ],
)
def test_the_oldest_of_too_many_are_forgotten(tell: Told, kept: set[str]) -> None:
    memory = Memory()
    for number in range(MEETINGS_REMEMBERED + 1):
        memory = tell(memory, str(number))
    names = list(map(str, range(1, MEETINGS_REMEMBERED + 1)))
    found = {field: list(getattr(memory, field)) for field in field_names(Memory)}
    assert found == {field: names if field in kept else [] for field in field_names(Memory)}


def test_names_that_come_one_after_the_other_are_put_together() -> None:
    stage = Stage()
    stage.zoom(e.ParticipantJoined(e.Meeting(uuid=UUID), GUEST, stage.at()))
    stage.zoom(e.ParticipantJoined(e.Meeting(UUID, NUMBER), GUEST, stage.at()))
    stage.take(boards.turn(stage.board, e.StartRequested(meeting_id=NUMBER), stage.now))
    assert stage.session.meeting.uuid == UUID


FULL = e.Meeting("uuid-1", "98712345670", "host", "account")


@pytest.mark.parametrize("field", ["uuid", "number", "host_id", "host_account"])
def test_of_each_name_the_older_stands_and_the_newer_fills_the_gap(field: str) -> None:
    other = replace(FULL, **{field: "another"})
    lacks = replace(FULL, **{field: None})
    assert m.joined_names(FULL, other) == FULL
    assert m.joined_names(FULL, lacks) == FULL
    assert m.joined_names(lacks, FULL) == FULL


# --- a request moves over to the next instance of its meeting

_S = CaptureState
NEXT = e.Meeting("uuid-2", NUMBER, "host")


def next_begins(stage: Stage) -> None:
    stage.meeting = NEXT
    stage.meeting_started()


def next_is_captured_for_another(stage: Stage) -> None:
    """Tells of the next instance without being the start that a waiting request waits for."""
    stage.meeting = NEXT
    stage.started("x", "other")


def test_the_silence_ends_when_it_would_have() -> None:
    stage = brought_to(_S.PENDING_APPROVAL)  # accepted 0.1 s ago
    stage.wait(10)
    next_is_captured_for_another(stage)
    assert (stage.state, stage.code) == (_S.PENDING_APPROVAL, Code.ASKED)
    assert stage.session.since == stage.now
    seen = []
    for seconds in (9.8, 0.1):
        stage.wait(seconds)
        seen.append(stage.state)
    assert seen == [_S.PENDING_APPROVAL, _S.NO_ANSWER]


def test_a_host_who_joins_it_came_after_the_request() -> None:
    stage = brought_to(_S.PENDING_APPROVAL)
    stage.wait(10)
    next_begins(stage)
    stage.joins(THE_HOST)
    assert (stage.state, stage.code) == (_S.RESEND_NEEDED, Code.HOST_JOINED_LATER)


def test_its_stream_was_asked_for_here() -> None:
    stage = brought_to(_S.PENDING_APPROVAL)
    stage.wait(10)
    next_begins(stage)
    stage.started("b")
    assert (stage.state, stage.code) == (_S.SHARING, None)


def test_the_rhythm_of_asking_again_goes_on() -> None:
    stage = Stage(zoom_ahead_s=3)
    stage.ask()
    stage.refuse(3000)
    stage.joins(GUEST)
    stage.wait(5)
    stage.refuse(3000)
    older = stage.session
    stage.wait(2)
    next_is_captured_for_another(stage)
    heir = stage.session
    assert heir.number != older.number
    assert stage.context.zoom_ahead == 3_000
    assert heir.requests.repeats == 2
    assert heir.requests == older.requests
    stage.clear()
    stage.wait(7.9)
    assert stage.sent() == []
    stage.wait(0.1)
    assert stage.sent() == [e.Action.START]


def test_reminders_are_counted_on() -> None:
    stage = Stage()
    stage.ask()
    stage.reply()
    stage.joins(GUEST)
    board = stage.board
    requests = replace(stage.session.requests, nudges=2)
    asked = replace(stage.session, requests=requests)
    stage.board = board.changed(asked)
    stage.wait(5)
    next_begins(stage)
    assert stage.session.requests.nudges == 2


def test_a_wait_that_is_held_is_held_on() -> None:
    stage = brought_to(_S.PENDING_APPROVAL)
    stage.wait(4.8)
    stage.feed_down()
    stage.wait(60)
    next_is_captured_for_another(stage)
    assert stage.session.requests.answer_timeout_left == 15_100


@pytest.mark.parametrize("feed", [True, False])
def test_in_the_dark_it_is_in_doubt_at_once_and_else_not(feed: bool) -> None:  # noqa: FBT001 - a case
    stage = Stage()
    stage.ask()
    stage.joins(GUEST)
    stage.wait(5)
    if not feed:
        stage.feed_down()
    next_begins(stage)
    assert stage.state is _S.REQUESTING
    assert stage.unverified is not feed


def test_a_meeting_that_ended_before_it_had_a_name_keeps_no_later_stream() -> None:
    stage = Stage()
    stage.ask()
    stage.reply()
    stage.wait(1)
    stage.zoom(e.MeetingEnded(e.Meeting(number=NUMBER), stage.at()))
    assert (stage.state, stage.code) == (_S.ENDED, None)
    stage.wait(60)
    stage.started()
    assert [one.state for one in stage.board.sessions] == [_S.ENDED, _S.SHARING]


def test_nor_does_one_that_was_lost_sight_of() -> None:
    stage = Stage()
    stage.ask()
    stage.reply()
    stage.wait(3 * 3600 + 60)
    assert (stage.state, stage.code) == (_S.ENDED, Code.LOST_SIGHT)
    stage.zoom(e.StreamStarted(e.Meeting(number=NUMBER), "b", ME, stage.at()))
    assert [one.state for one in stage.board.sessions] == [_S.ENDED, _S.SHARING]


def test_only_the_meetings_start_tells_since_when_it_is_on() -> None:
    stage = Stage()
    stage.joins(GUEST)
    stage.wait(60)
    stage.ask()
    stage.reply()
    stage.wait(10)
    assert stage.session.meeting.uuid == UUID
    assert stage.spans() == {SpanKind.LOST: 10}


def test_a_meeting_that_is_over_stays_over() -> None:
    stage = Stage()
    stage.meeting_started()
    stage.meeting_ended()
    stage.leaves(GUEST)
    stage.ask()
    assert stage.session.meeting.uuid is None


def test_other_peoples_streams_are_remembered_until_their_meeting_is_over() -> None:
    stage = Stage()
    stage.started("c", "other")
    stage.joins(GUEST)
    assert set(stage.board.memory.colleagues) == {"c"}


def test_who_was_absent_before_a_gap_may_be_there_after_it() -> None:
    stage = Stage()
    stage.meeting_started()
    stage.gap()
    stage.ask()
    stage.reply()
    stage.joins(GUEST)
    stage.wait(20)
    assert (stage.state, stage.code) == (CaptureState.NO_ANSWER, Code.SILENCE)
