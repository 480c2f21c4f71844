"""Takes in what a relay tells of the time in which the feed was down.

Each event is taken as of when the relay got it, and deadlines fire in between, so the result is what it would have been
with the feed up all the time. But it is one turn: nothing is sent or announced that a later event has overtaken.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from rtms_tray.capture import events as e
from rtms_tray.capture import timings
from rtms_tray.capture.board import Board, Turn
from rtms_tray.support.frozen import replace
from rtms_tray.support.units import Millis

if TYPE_CHECKING:
    from rtms_tray.capture.effects import Effect

TakeTurn = Callable[[Board, e.Event, Millis], Turn]


def caught_up(board: Board, event: e.CaughtUp, now: Millis, turn: TakeTurn) -> Turn:
    """Take in what was missed, in order; then go on as after any gap, if something is still in doubt."""
    up = e.FeedUp(event.at, event.since)
    told = _in_turn(_with_replaying(board, replaying=True), [(up, now), *_told(event, now)], turn)
    board = _with_replaying(told.board, replaying=False)
    done = _in_turn(board, [(up, now), (e.Tick(), now)], turn)
    return Turn(done.board, (*told.effects, *done.effects))


def told_late(board: Board, event: e.Kept, now: Millis, turn: TakeTurn) -> Turn:
    """Take an event that a relay got some time ago as of then; but what is sent because of it is sent now."""
    if now - event.at <= timings.CLOCK_MARGIN:
        return turn(board, event.event, now)
    told = turn(_with_replaying(board, replaying=True), event.event, event.at)
    done = turn(_with_replaying(told.board, replaying=False), e.Tick(), now)
    return replace(told, board=done.board, effects=(*told.effects, *done.effects))


def _told(event: e.CaughtUp, now: Millis) -> Iterator[tuple[e.Event, Millis]]:
    for kept in event.missed:
        at = min(kept.at, now)
        yield e.Tick(), at
        yield kept.event, at


def _in_turn(board: Board, events: Iterable[tuple[e.Event, Millis]], turn: TakeTurn) -> Turn:
    effects: list[Effect] = []
    for event, at in events:
        done = turn(board, event, at)
        board = done.board
        effects.extend(done.effects)
    return Turn(board, tuple(effects))


def _with_replaying(board: Board, *, replaying: bool) -> Board:
    return replace(board, context=replace(board.context, replaying=replaying))
