"""A request that moves over to the next instance of its meeting takes all of its waiting along."""

from dataclasses import replace

import pytest

from rtms_tray.capture import events as e
from rtms_tray.capture.reasons import Code
from rtms_tray.capture.states import CaptureState
from tests.helpers.capture_stage import GUEST, ME, NUMBER, THE_HOST, Stage
from tests.helpers.capture_ways import brought_to

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
    assert heir.zoom_ahead == 3_000
    assert (heir.asked_again, heir.asking_since) == (2, older.asking_since)
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
    asked = replace(stage.session, nudges=2)
    stage.board = board.changed(asked)
    stage.wait(5)
    next_begins(stage)
    assert stage.session.nudges == 2


def test_a_wait_that_is_held_is_held_on() -> None:
    stage = brought_to(_S.PENDING_APPROVAL)
    stage.wait(4.8)
    stage.feed_down()
    stage.wait(60)
    next_is_captured_for_another(stage)
    assert stage.session.quiet_left == 15_100


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
    stage.zoom(e.MeetingEnded(e.Meeting(number=NUMBER), stage.at()))
    assert (stage.state, stage.code) == (_S.ENDED, None)
    stage.wait(60)
    stage.started()
    assert [one.state for one in stage.board.sessions] == [_S.ENDED, _S.SHARING]


def test_nor_does_one_that_was_lost_sight_of() -> None:
    stage = Stage()
    stage.ask()
    stage.reply()
    stage.wait(12 * 3600 + 60)
    assert (stage.state, stage.code) == (_S.ENDED, Code.LOST_SIGHT)
    stage.zoom(e.StreamStarted(e.Meeting(number=NUMBER), "b", ME, stage.at()))
    assert [one.state for one in stage.board.sessions] == [_S.ENDED, _S.SHARING]
