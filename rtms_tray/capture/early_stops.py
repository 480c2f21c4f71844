"""Stops that come before their starts: they win, for a stopped stream never starts again."""

from rtms_tray.capture import events as e
from rtms_tray.capture.board import Board, Turn, then
from rtms_tray.capture.matching import is_mine
from rtms_tray.capture.memory import remember_stop
from rtms_tray.support.frozen import replace


def with_early_stop(done: Turn, event: e.SingleMeetingEvent) -> Turn:
    """After a start, deliver the stop that came before it: the stream never starts again."""
    if not isinstance(event, e.StreamStarted):
        return done
    stop = _early_stop(done.board, event)
    if stop is None:
        return done
    done = then(done, stop)
    memory = remember_stop(done.board.memory, stop, started=True)
    return replace(done, board=replace(done.board, memory=memory))


def _early_stop(board: Board, event: e.StreamStarted) -> e.StreamStopped | None:
    """Find the stop of a stream that starts, by its ID or, if it is the app owner's, by its meeting alone."""
    if event.stream_id in board.memory.early_stops or not is_mine(board, event):
        return board.memory.early_stops.get(event.stream_id)
    unnamed = board.memory.unnamed_stops.get(event.meeting.uuid or "", ())
    later = (stop for stop in unnamed if stop.at >= event.at)
    own = min(later, key=lambda stop: stop.at, default=None)
    if own is None:
        return None
    return e.StreamStopped(event.meeting, event.stream_id, own.reason, own.at, named=False)
