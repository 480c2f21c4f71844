"""Takes in what a relay tells of the time in which the feed was down.

Each event is taken as of when the relay got it, and deadlines fire in between, so the result is what it would have been
with the feed up all the time. But it is one turn: nothing is sent or announced that a later event has overtaken.
"""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from rtms_tray.capture import events as e
from rtms_tray.capture.board import Board, Turn
from rtms_tray.support.frozen import replace
from rtms_tray.support.units import Millis

if TYPE_CHECKING:
    from rtms_tray.capture.effects import Effect

TakeTurn = Callable[[Board, e.Event, Millis], Turn]


def caught_up(board: Board, event: e.CaughtUp, now: Millis, turn: TakeTurn) -> Turn:
    """Take in what was missed, in order; then go on as after any gap, if something is still in doubt."""
    effects: list[Effect] = []
    board = _with_replaying(board, replaying=True)
    for one, at in _told(event, now):
        done = turn(board, one, at)
        board = done.board
        effects.extend(done.effects)
    board = _with_replaying(board, replaying=False)
    for last in (e.FeedUp(event.at, event.since), e.Tick()):
        done = turn(board, last, now)
        board = done.board
        effects.extend(done.effects)
    return Turn(board, tuple(effects))


def _told(event: e.CaughtUp, now: Millis) -> Iterator[tuple[e.Event, Millis]]:
    yield e.FeedUp(event.at, event.since), now
    for kept in event.missed:
        at = min(kept.at, now)
        yield e.Tick(), at
        yield kept.event, at


def _with_replaying(board: Board, *, replaying: bool) -> Board:
    return replace(board, context=replace(board.context, replaying=replaying))
