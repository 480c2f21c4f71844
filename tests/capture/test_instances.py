"""What an earlier run, or the next instance of a meeting, makes of a session."""

import pytest

from rtms_tray.capture import events as e
from rtms_tray.capture import routing as boards
from rtms_tray.capture.board import Turn
from rtms_tray.capture.effects import Announce, Category, Ignored, Withdraw
from rtms_tray.capture.reasons import Code
from rtms_tray.capture.session import Session
from rtms_tray.capture.states import CaptureState, Timer
from rtms_tray.capture.timings import LOST_SIGHT_AFTER, AutoResend, Policy
from rtms_tray.support.frozen import replace
from rtms_tray.support.units import HOUR, MINUTE, SECOND
from tests.helpers.capture_stage import ME, MEETING, NUMBER, PATH_TO, Stage, brought_to

_S = CaptureState
NEXT = e.Meeting("uuid-2", NUMBER, "host")


def restored(
    stage: Stage, away_s: float = 60, policy: Policy | None = None, session: Session | None = None
) -> Turn:
    """The newest session of a stage, put back by a program that was started after so long."""
    board = Stage(policy, feed=False).board
    saved = replace(session or stage.session, queued_events=())
    now = stage.now + round(away_s * SECOND)
    return boards.restore(board, saved, stage.now, stage.zoom_ahead, now)


CERTAIN = {_S.DENIED, _S.REFUSED, _S.STOPPED_PERMANENTLY}
"""What somebody wanted is so, whatever was missed."""


@pytest.mark.parametrize(
    "state", [state for state in PATH_TO if state not in {_S.REQUESTING, _S.ENDED}]
)
def test_it_is_as_it_was_but_unverified(state: CaptureState) -> None:
    stage = brought_to(state)
    (session,) = restored(stage).board.sessions
    assert (session.number, session.state) == (1, state)
    assert session.doubt.since == (None if state in CERTAIN else stage.now)
    assert session.unseen
    assert session.timeline.marks[: len(stage.session.timeline.marks)]


def test_a_request_that_was_on_its_way_has_lost_its_reply() -> None:
    (session,) = restored(brought_to(_S.REQUESTING)).board.sessions
    assert (session.state, session.code) == (_S.PENDING_APPROVAL, Code.REPLY_LOST)
    assert not session.awaits_reply or session.requests.open


@pytest.mark.parametrize(
    ("policy", "away_s", "repeats"),
    [
        (Policy(), 60, True),
        (Policy(), 59 * 60, True),
        (Policy(), 61 * 60, False),
        (Policy(AutoResend.OFF), 60, False),
    ],
)
def test_a_meeting_that_had_not_started_is_asked_for_again_soon(
    policy: Policy, away_s: float, *, repeats: bool
) -> None:
    stage = brought_to(_S.WAITING_FOR_MEETING)
    board = restored(stage, away_s, policy).board
    expected = board.context.now + 5 * SECOND if repeats else None
    assert board.sessions[0].timers.get(Timer.NEXT_REQUEST) == expected


def test_a_live_one_whose_feed_does_not_come_is_told_of_after_30_s() -> None:
    board = restored(brought_to(_S.SHARING)).board
    assert board.sessions[0].timers[Timer.FEED_DOWN_ALERT] == board.context.now + 30 * SECOND
    assert Timer.FEED_DOWN_ALERT not in restored(brought_to(_S.STOPPED)).board.sessions[0].timers


def test_tries_of_requests_are_not_gone_on_with() -> None:
    stage = brought_to(_S.REQUESTING)
    stage.reply(e.Outcome.SERVER_TROUBLE)
    assert Timer.RETRY in stage.session.timers
    assert Timer.RETRY not in restored(stage).board.sessions[0].timers


def test_sight_is_lost_12_h_after_the_last_evidence() -> None:
    stage = brought_to(_S.PENDING_APPROVAL)
    evidence_at = stage.session.doubt.evidence_at
    session = restored(stage).board.sessions[0]
    assert session.timers[Timer.LOST_SIGHT] == evidence_at + LOST_SIGHT_AFTER
    without = replace(stage.session, timers={})
    assert Timer.LOST_SIGHT not in restored(stage, session=without).board.sessions[0].timers


def test_what_was_written_down_too_long_ago_has_ended_at_its_last_evidence() -> None:
    stage = brought_to(_S.SHARING)
    evidence_at = stage.session.doubt.evidence_at
    (session,) = restored(stage, LOST_SIGHT_AFTER / SECOND).board.sessions
    assert session.state is _S.SHARING
    (session,) = restored(stage, LOST_SIGHT_AFTER / SECOND + 1).board.sessions
    assert (session.state, session.code) == (_S.ENDED, Code.LOST_SIGHT)
    assert session.timeline.closed_at == evidence_at


def test_a_clock_that_was_set_back_makes_no_gap_in_the_future() -> None:
    stage = brought_to(_S.SHARING)
    (session,) = restored(stage, -HOUR / SECOND).board.sessions
    assert session.doubt.since is not None
    assert session.doubt.since <= max(stage.now - HOUR, session.since)


def test_the_board_knows_whose_streams_they_were_and_zooms_clock() -> None:
    stage = Stage(zoom_ahead_s=7)
    stage.ask()
    stage.reply()
    stage.started("x", "other")
    stage.started()
    stage.stopped(1)
    board = restored(stage).board
    assert set(board.memory.finished) == {"a"}
    assert set(board.memory.foreign) == {"x"}
    assert board.context.zoom_ahead == 7 * SECOND
    again = e.StreamStarted(MEETING, "a", "me", board.context.zoom_now)
    ignored = boards.turn(board, again, board.context.now + MINUTE).effects
    assert ignored == (Ignored("StreamStarted", "this stream has stopped before"),)


def test_what_the_user_does_is_done_to_the_session_that_is_meant_alone() -> None:
    stage = brought_to(_S.STOPPED)
    stage.take(boards.turn(stage.board, e.GivenUp(), stage.now))
    assert stage.state is _S.STOPPED
    assert stage.ignored() == [Ignored("GivenUp", "no such session")]


def test_what_was_told_of_a_request_is_told_of_it_in_the_next_instance() -> None:
    stage = brought_to(_S.RESEND_NEEDED)
    stage.wait(60)
    stage.zoom(e.StreamStarted(NEXT, "x", "other", stage.at()))
    told = [one for one in stage.effects if isinstance(one, Announce)]
    assert [(one.session, one.why.code) for one in told] == [
        ("s2", Code.HOST_JOINED_LATER),
        ("s2", Code.CAPTURED_BY_OTHER),
    ]
    assert stage.effects[0] == Withdraw("s1", Category.CAPTURE)


def test_where_its_stream_begins_only_that_is_told() -> None:
    stage = brought_to(_S.NO_ANSWER)
    stage.wait(60)
    stage.zoom(e.StreamStarted(NEXT, "b", ME, stage.at()))
    told = [one for one in stage.effects if isinstance(one, Announce)]
    assert [(one.session, one.why.code) for one in told] == [("s2", Code.BEGAN)]
