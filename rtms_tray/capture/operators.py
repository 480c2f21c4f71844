"""Whose request an answer of Zoom's is about: the app owner's, or somebody else's of the same account.

Zoom may leave out the operator. The answer is the app owner's all the same, if nobody else can be meant.
"""

from rtms_tray.capture import events as e
from rtms_tray.capture.board import Board
from rtms_tray.capture.matching import is_same_meeting
from rtms_tray.capture.session import Session
from rtms_tray.capture.states import UNANSWERED
from rtms_tray.support.frozen import replace


def attributed(board: Board, event: e.RequestAnswer) -> e.RequestAnswer:
    """Give an answer its operator where Zoom names none, and only the app owner can be meant."""
    if event.operator_id or not (event.meeting.uuid or event.meeting.number):
        return event
    asks = (one for one in board.sessions if one.state in UNANSWERED)
    waiting = [one for one in asks if is_same_meeting(one.meeting, event.meeting)]
    if len(waiting) != 1 or _others_are_there(board, waiting[0], event):
        return event
    return replace(event, operator_id=board.context.me)


def names_me(board: Board, event: e.RequestEvent) -> bool:
    """Whether an event is an answer that names the app owner as the operator."""
    me = board.context.me
    return isinstance(event, e.RequestAnswer) and event.operator_id == me is not None


def is_somebody_elses(board: Board, event: e.RequestAnswer) -> bool:
    """Whether Zoom names somebody else as the operator."""
    return event.operator_id is not None and event.operator_id != board.context.me


def _others_are_there(board: Board, session: Session, event: e.RequestAnswer) -> bool:
    """Whether somebody else's stream or request is known in this meeting."""
    names = {session.meeting.uuid, session.meeting.number, event.meeting.uuid, event.meeting.number}
    names -= {None}
    meetings = (colleague.meeting for colleague in board.memory.colleagues.values())
    streams = any({meeting.uuid, meeting.number} & names for meeting in meetings)
    asked = any(name in board.memory.asked_by_others for name in names)
    return bool(session.streams.foreign) or streams or asked
