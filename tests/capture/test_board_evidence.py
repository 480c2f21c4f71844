"""Anything in any order: nothing is live without evidence, and what has ended stays over."""

from typing import Any, Final

from hypothesis import settings

from rtms_tray.capture import events as e
from rtms_tray.capture.effects import Effect
from rtms_tray.capture.events import Outcome
from rtms_tray.capture.matching import given_up
from rtms_tray.capture.routing import Board
from rtms_tray.capture.session import Session
from rtms_tray.capture.states import CaptureState
from tests.capture.test_board_machine import Boards

_S = CaptureState
TELLS_OF_STREAMS: Final = (
    e.StreamStarted,
    e.TellSharing,
    e.BreakoutJoined,  # a stream that stopped a moment ago has paused
    e.BreakoutLeft,
    e.Tell,  # in a breakout room, or back
)
"""What can say that a stream is live; other events only of a session that was live before."""


class Evident(Boards):
    """The same board; every step is judged by what came before it."""

    def _take(self, how: str, event: Any) -> tuple[Effect, ...]:  # noqa: ANN401 - any event, by name
        before = self.board
        effects = super()._take(how, event)
        for session in self.board.sessions:
            _check_step(before, session, event)
        return effects


def _check_step(board: Board, session: Session, event: e.Event) -> None:
    before = board.session(session.key)
    was_live = before is not None and before.live
    if session.live and not was_live:
        assert _is_evidence(board, session, event), (event, before, session)
    if before is not None and before.state is _S.ENDED:
        again = given_up(before) and _brings_a_stream(board, session, event)
        assert session.state is _S.ENDED or again, (event, before, session)


def _is_evidence(board: Board, session: Session, event: e.Event) -> bool:
    if isinstance(event, e.Replied) and event.outcome is Outcome.ALREADY_RUNNING:
        return True
    before = board.session(session.key)
    told = before is not None and any(isinstance(one, TELLS_OF_STREAMS) for one in before.held)
    return told or isinstance(event, TELLS_OF_STREAMS) or _brings_a_stream(board, session, event)


def _brings_a_stream(board: Board, session: Session, event: e.Event) -> bool:
    started = isinstance(event, e.StreamStarted) or _was_kept(board, event)
    return started or _was_joined(board, session)


def _was_kept(board: Board, event: e.Event) -> bool:
    """A look tells the number of a meeting whose stream has begun."""
    uuid = event.meeting.uuid if isinstance(event, e.MeetingSeen) else None
    kept = board.memory.unplaced.get(uuid, ()) if uuid else ()
    return any(isinstance(one, e.StreamStarted) for one in kept)


def _was_joined(board: Board, session: Session) -> bool:
    """Another session of the same meeting, live, has become part of this one."""
    return any(
        one.live and one.key != session.key and one.meeting.uuid == session.meeting.uuid
        for one in board.sessions
    )


Evident.TestCase.settings = settings(stateful_step_count=40)
TestEvidence = Evident.TestCase
