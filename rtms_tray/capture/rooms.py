"""Breakout rooms (D2): whether somebody is in one, as events and moves between rooms tell.

Zoom sends events for rooms, but none may come when the host or a timer closes them. Each move between rooms also sends
a left and a joined of the same whole second. Such a pair belongs to a room's event that is near; alone, it says only
that somebody moved. Moments are Zoom's.
"""

from enum import Enum, auto
from typing import NamedTuple

from rtms_tray.capture import timings
from rtms_tray.capture.facts import What
from rtms_tray.capture.reasons import Code
from rtms_tray.support.frozen import Frozen, replace
from rtms_tray.support.units import SECOND, Millis


class Move(NamedTuple):
    """Somebody goes into a room, leaves one, or has moved from or to one; `why` where no event of a room says so."""

    at: Millis
    what: What
    why: str = ""


class Where(Enum):
    """Where somebody is, as far as is known."""

    UNKNOWN = auto()
    IN_ROOM = auto()
    OUTSIDE = auto()
    UNCLEAR = auto()  # they have moved since, and nothing says where to


class Room(Frozen):
    """The newest that is known of somebody's breakout rooms."""

    entered_at: Millis | None = None
    left_at: Millis | None = None
    moved_at: Millis | None = None  # the newest left and joined of the same second
    room_id: str | None = None  # the one that they went into last
    left_another: bool = False  # than they had been seen to go into
    unbroken: bool = False  # no event can have been missed since they went in
    moves: tuple[Move, ...] = ()  # all of them that are known, as they were told

    @property
    def where(self) -> Where:
        """Tell where they are; who leaves a room and joins one in the same second has changed rooms."""
        newest = latest(self.entered_at, self.left_at)
        if self.moved_at is not None and (newest is None or _is_beyond(self.moved_at, newest)):
            return Where.UNCLEAR
        if newest is None:
            return Where.UNKNOWN
        return Where.IN_ROOM if is_last(self.entered_at, self.left_at) else Where.OUTSIDE

    def entered(self, at: Millis, room_id: str | None = None, *, unbroken: bool) -> "Room":
        """Somebody goes into a breakout room; `unbroken`: no event can have been missed since."""
        room = self._with(Move(at, What.ROOM_ENTERED, Code.IN_BREAKOUT_ROOM))
        if self.entered_at is not None and at <= self.entered_at:
            return room
        return replace(room, entered_at=at, room_id=room_id, unbroken=unbroken)

    def left(self, at: Millis, why: str = "", room_id: str | None = None) -> "Room":
        """Somebody leaves a breakout room, or, where something else than an event says so, has left it by then.

        Who leaves another room than they went into has been elsewhere meanwhile.
        """
        another = room_id is not None and self.room_id not in {None, room_id}
        why = Code.ROOM_MAYBE_LEFT if another else why
        room = self._with(Move(at, What.ROOM_LEFT, why))
        return replace(room, left_at=latest(self.left_at, at), left_another=another)

    def moved(self, at: Millis) -> "Room":
        """Somebody moves from one room to another; the main room is one of them."""
        room = self._with(Move(at, What.ROOM_UNSURE, Code.ROOM_MAYBE_LEFT))
        return replace(room, moved_at=latest(self.moved_at, at))

    def without_device(self, at: Millis) -> "Room":
        """Somebody leaves the meeting by one device, which may be the one that is in a room."""
        return self._with(Move(at, What.ROOM_UNSURE, Code.LEFT_ON_ONE_DEVICE))

    def _with(self, move: Move) -> "Room":
        moves = (*(other for other in self.moves if other != move), move)
        return replace(self, moves=moves[-timings.MOVES_REMEMBERED :])

    def after_gap(self) -> "Room":
        """Events may have been missed."""
        return replace(self, unbroken=False)


def second(at: Millis) -> int:
    """Cut a moment to its whole second: Zoom's `join_time` and `leave_time` have no more."""
    return at // SECOND


def is_last(joined_at: Millis | None, left_at: Millis | None) -> bool:
    """Whether somebody has joined after they left; a tie is joined."""
    if joined_at is None or left_at is None:
        return joined_at is not None
    return second(joined_at) >= second(left_at)


def latest(first: Millis | None, other: Millis | None) -> Millis | None:
    """The later of two moments, if there is any."""
    return max((at for at in (first, other) if at is not None), default=None)


def _is_beyond(moved_at: Millis, known_at: Millis) -> bool:
    """Whether a move is too late to belong to what is known of a room."""
    return (second(moved_at) - second(known_at)) * SECOND > timings.ROOM_MOVE
