"""Which stream a stop is of that names only its meeting: the one that is live there, if that is certain.

The meeting's end (reason 6) is the end of every session of it. Where several streams are live, or none is known to
be, the sessions are in doubt; and a stream that starts late, but earlier than the stop, has stopped.
"""

from collections.abc import Iterator

from rtms_tray.capture import events as e
from rtms_tray.capture.board import Board
from rtms_tray.capture.matching import is_same_meeting
from rtms_tray.capture.session import Session
from rtms_tray.capture.zoom_codes import EVEN_LATER, MEETING_OVER


def named(board: Board, event: e.UnnamedStreamStopped) -> e.StreamStopped | None:
    """Name the stream that has stopped, if it can be only one."""
    if event.reason == MEETING_OVER and sessions_of(board, event):
        return None
    live = live_streams(board, event)
    if not live and event.reason in EVEN_LATER:
        live = [
            current.stream_id
            for one in sessions_of(board, event)
            if (current := one.streams.current)
        ]
    live = live or [*_unstopped(board, event)]
    if len(live) != 1 or live[0] is None:
        return None
    return e.StreamStopped(event.meeting, live[0], event.reason, event.at, named=False)


def live_streams(board: Board, event: e.UnnamedStreamStopped) -> list[str | None]:
    """List the streams that may have stopped; None stands for one whose start was missed."""
    return [
        *_live(board, event),
        *_live_at_the_end(board, event),
        *_live_of_others(board, event),
    ]


def _live(board: Board, event: e.UnnamedStreamStopped) -> Iterator[str | None]:
    for session in sessions_of(board, event):
        current = session.streams.current
        if session.live and current is None:
            yield None
        elif session.live and current and not current.stopped and current.started_at <= event.at:
            yield current.stream_id


def _live_at_the_end(board: Board, event: e.UnnamedStreamStopped) -> Iterator[str]:
    """List streams whose sessions ended unseen, before their stop came."""
    for session in board.sessions:
        current, uuid = session.streams.current, session.meeting.uuid
        ended = not session.open and uuid is not None and uuid == event.meeting.uuid
        if ended and current and not current.stopped and current.started_at <= event.at:
            yield current.stream_id


def _unstopped(board: Board, event: e.UnnamedStreamStopped) -> Iterator[str]:
    """List streams that were live then, and have made room for another one: their own stop may be late."""
    at = board.context.local(event.at)
    for session in board.sessions:
        if is_same_meeting(session.meeting, event.meeting):
            live = session.timeline.unstopped_at(at)
            yield from live.streams if live else ()


def _live_of_others(board: Board, event: e.UnnamedStreamStopped) -> Iterator[str]:
    for stream_id, colleague in board.memory.colleagues.items():
        if is_same_meeting(colleague.meeting, event.meeting):
            yield stream_id


def ended_unseen(board: Board, event: e.UnnamedStreamStopped) -> list[Session]:
    """List the newest session of the meeting if nobody had told of its end: it went on until then."""
    own = [one for one in board.sessions if is_same_meeting(one.meeting, event.meeting)]
    return [one for one in own[-1:] if one.may_come_back and not one.given_up]


def sessions_of(board: Board, event: e.UnnamedStreamStopped) -> list[Session]:
    """List the open sessions of the meeting that the stop names."""
    meeting = event.meeting
    return [one for one in board.sessions if one.open and is_same_meeting(one.meeting, meeting)]
