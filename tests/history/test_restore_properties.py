"""Whatever happened in a meeting, it continues after a restart: no time is lost or made up."""

from collections.abc import Callable, Mapping

from hypothesis import given
from hypothesis import strategies as st

from rtms_tray.capture import events as e
from rtms_tray.capture import routing as boards
from rtms_tray.capture.board import Board
from rtms_tray.capture.conditions import Condition, Value
from rtms_tray.capture.context import Context
from rtms_tray.capture.events import Outcome
from rtms_tray.capture.states import CaptureState
from rtms_tray.capture.timeline import SpanKind
from rtms_tray.history.restore import record_of, restore_board
from rtms_tray.support.units import HOUR, MINUTE, Millis
from tests.helpers.capture_stage import I_AM, ME, MEETING, THE_HOST, Stage

S = CaptureState

ACTS: Mapping[str, Callable[[Stage], None]] = {
    "ask": lambda stage: stage.ask(),
    "accepted": lambda stage: reply_to(stage, Outcome.ACCEPTED),
    "not started": lambda stage: reply_to(stage, Outcome.NOT_STARTED, 3000),
    "refused": lambda stage: reply_to(stage, Outcome.REFUSED, 13267),
    "offline": lambda stage: reply_to(stage, Outcome.OFFLINE),
    "begins": lambda stage: stage.zoom(e.StreamStarted(MEETING, "one", ME, stage.at())),
    "begins again": lambda stage: stage.zoom(e.StreamStarted(MEETING, "two", ME, stage.at())),
    "stops": lambda stage: stage.zoom(e.StreamStopped(MEETING, "one", 11, stage.at())),
    "interrupted": lambda stage: stage.zoom(e.StreamInterrupted(MEETING, "one", stage.at())),
    "starts": lambda stage: stage.zoom(e.MeetingStarted(MEETING, stage.at(ago_s=30))),
    "ends": lambda stage: stage.zoom(e.MeetingEnded(MEETING, stage.at())),
    "host comes": lambda stage: stage.zoom(e.ParticipantJoined(MEETING, THE_HOST, stage.at())),
    "to a room": lambda stage: stage.zoom(e.BreakoutJoined(MEETING, I_AM, stage.at())),
    "blind": lambda stage: stage.all(e.FeedDown(stage.now)),
    "sees": lambda stage: stage.feed_up(),
    "remind": lambda stage: stage.user(e.ReminderRequested(5)),
    "gives up": lambda stage: stage.user(e.GivenUp()),
    "tells": lambda stage: stage.user(e.ConditionReported(Condition.HOST_PRESENT, Value.NO)),
    "waits": lambda stage: stage.wait(40),
}


def reply_to(stage: Stage, outcome: Outcome, code: int | None = None) -> None:
    if stage.session.requests.newest is not None and stage.session.requests.newest.open:
        stage.reply(outcome, code)


@given(
    st.lists(st.sampled_from(sorted(ACTS)), max_size=12),
    st.integers(0, 3 * HOUR - MINUTE),
    st.integers(0, HOUR),
)
def test_whatever_happened_no_time_is_lost_by_a_restart(
    acts: list[str], away: Millis, later: Millis
) -> None:
    stage = Stage()
    stage.ask()
    for act in acts:
        ACTS[act](stage)
        stage.wait(1.5)
    for session in stage.board.sessions:
        record = record_of(session, "key", stage.context)
        now = stage.now + away
        restored = restore_board(Board(context=Context(me=ME)), [record], now)
        if not session.open:
            assert record.ended_at is not None
            continue
        (after_restart,) = restored.board.sessions
        before, after = session.timeline, after_restart.timeline
        assert after_restart.unseen
        assert after.total(SpanKind.CAPTURED, now) <= before.total(SpanKind.CAPTURED, stage.now)
        if after_restart.state is not S.WAITING_FOR_MEETING:
            assert after.elapsed(now) == before.elapsed(stage.now) + away
        kinds = {kind: after.total(kind, now) for kind in SpanKind}
        assert sum(kinds.values()) == after.elapsed(now)
        board = boards.turn(restored.board, e.FeedUp(now), now).board
        board = boards.turn(board, e.Tick(), now + later).board
        record = record_of(board.sessions[0], "key", board.context.at(now + later))
        again = restore_board(Board(), [record], now + later)
        assert len(again.ended) + len(again.board.sessions) == 1
