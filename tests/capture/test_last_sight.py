"""The last moment in sight: how long a meeting is waited for of which nothing is heard any more."""

import pytest

from rtms_tray.capture import routing as boards
from rtms_tray.capture.board import Board
from rtms_tray.capture.conditions import Value
from rtms_tray.capture.context import Context
from rtms_tray.capture.effects import Category
from rtms_tray.capture.reasons import Code, Severity
from rtms_tray.capture.states import CaptureState, Timer
from rtms_tray.capture.timeline import SpanKind
from rtms_tray.capture.timings import LOST_SIGHT_AFTER
from rtms_tray.support.units import HOUR, MINUTE, SECOND
from tests.helpers.capture_rows import Do, in_turn, wait
from tests.helpers.capture_stage import GUEST, ME, Stage

_S = CaptureState
ASKED = [(Severity.ATTENTION, Code.MAYBE_OVER)]
INTO: dict[CaptureState, Do] = {
    _S.PENDING_APPROVAL: Stage.reply,
    _S.NO_ANSWER: in_turn(Stage.reply, wait(30)),
    _S.REFUSED: lambda stage: stage.refuse(13262),
    _S.WAITING_FOR_MEETING: lambda stage: stage.refuse(3000),
    _S.SHARING: in_turn(Stage.reply, Stage.started),
    _S.STOPPED: in_turn(Stage.reply, Stage.started, wait(9), lambda stage: stage.stopped(1)),
    _S.STOPPED_PERMANENTLY: in_turn(Stage.reply, Stage.started, lambda stage: stage.stopped(23)),
}
"""Into a state without any event of the meeting itself."""
SILENT = INTO.keys() - {_S.WAITING_FOR_MEETING, _S.SHARING}


def silent(state: CaptureState) -> Stage:
    stage = Stage()
    stage.ask()
    INTO[state](stage)
    assert (stage.state, stage.session.meeting_events_seen) == (state, False)
    stage.tell_host(Value.UNKNOWN)
    stage.effects.clear()
    return stage


def asked(stage: Stage) -> list[tuple[Severity, Code]]:
    return [one for one in stage.announced(Category.REMINDER) if one in ASKED]


@pytest.mark.parametrize("state", sorted(SILENT))
def test_where_nothing_would_tell_of_the_end_the_user_is_asked_once_and_it_ends_after_3_h(
    state: CaptureState,
) -> None:
    stage = silent(state)
    heard_at = stage.now
    stage.wait(3600 - 1)
    assert asked(stage) == []
    stage.wait(1)
    assert asked(stage) == ASKED
    stage.wait(2 * 3600 - 1)
    assert (asked(stage), stage.session.open) == (ASKED, True)
    stage.wait(1)
    assert (stage.state, stage.code) == (_S.ENDED, Code.LOST_SIGHT)
    assert stage.session.timeline.closed_at == heard_at


def test_news_begin_the_hours_anew_but_nobody_is_asked_twice() -> None:
    stage = silent(_S.PENDING_APPROVAL)
    stage.wait(3600)
    stage.tell_host(Value.YES)
    stage.wait(3 * 3600 - 1)
    assert (asked(stage), stage.session.open) == (ASKED, True)
    stage.wait(1)
    assert stage.state is _S.ENDED


def test_the_answer_is_one_click() -> None:
    stage = silent(_S.STOPPED)
    stage.wait(3600)
    stage.give_up()
    assert (stage.state, stage.code) == (_S.ENDED, Code.GIVEN_UP)


def test_where_events_of_the_meeting_come_its_end_will_be_told() -> None:
    stage = silent(_S.PENDING_APPROVAL)
    stage.joins(GUEST)
    stage.wait(12 * 3600 - 1)
    assert (asked(stage), stage.session.open) == ([], True)
    stage.wait(1)
    assert stage.code is Code.LOST_SIGHT


def test_while_a_stream_is_live_its_stop_will_be_told() -> None:
    stage = silent(_S.SHARING)
    stage.wait(30 * 3600)
    assert (asked(stage), stage.state) == ([], _S.SHARING)
    stage.stopped(2)
    stage.wait(3 * 3600)
    assert (asked(stage), stage.state) == (ASKED, _S.ENDED)


def test_a_stream_that_begins_gives_it_all_the_time_again() -> None:
    stage = silent(_S.PENDING_APPROVAL)
    assert Timer.MAYBE_OVER in stage.session.timers
    stage.started()
    assert Timer.MAYBE_OVER not in stage.session.timers
    assert stage.session.timers[Timer.LOST_SIGHT] == stage.now + LOST_SIGHT_AFTER


def test_a_meeting_that_has_not_begun_is_not_over() -> None:
    stage = silent(_S.WAITING_FOR_MEETING)
    stage.wait(11 * 3600)
    assert (asked(stage), stage.state) == ([], _S.WAITING_FOR_MEETING)


def restarted(stage: Stage, after_ms: int) -> Board:
    board = Board(context=Context(me=ME))
    return boards.restore(board, stage.session, stage.now, 0, stage.now + after_ms).board


def test_after_a_restart_the_hours_go_on() -> None:
    stage = silent(_S.PENDING_APPROVAL)
    stage.wait(30 * 60)
    assert restarted(stage, 150 * MINUTE).sessions[0].open
    ended = restarted(stage, 150 * MINUTE + SECOND).sessions[0]
    assert (ended.state, ended.code) == (_S.ENDED, Code.LOST_SIGHT)
    seen = silent(_S.SHARING)
    assert restarted(seen, 12 * HOUR).sessions[0].open


def test_time_out_of_sight_is_not_counted() -> None:
    stage = silent(_S.PENDING_APPROVAL)
    lost = stage.spans()
    stage.wait(3 * 3600 + 60)
    assert stage.state is _S.ENDED
    assert stage.spans() == lost
    assert set(lost) <= {SpanKind.LOST}
