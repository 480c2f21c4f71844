"""Gathers the sightings that need no turn, and has the board take them in before anything else happens to it."""

from typing import Final

from rtms_tray.capture.board import Board
from rtms_tray.capture.bystanders import (
    Heard,
    Sighting,
    is_bystander,
    names_watched,
    with_sightings,
)
from rtms_tray.capture.clocks import NewestEvent, newer
from rtms_tray.support.units import Millis

MOST_MEETINGS: Final = 250
"""Meetings whose sightings are gathered: taking in so many takes a millisecond."""


class Bystanders:
    """What has been told of meetings that nobody watches, since the board was last changed."""

    def __init__(self) -> None:
        self._heard: dict[str, Heard] = {}
        self._newest: NewestEvent | None = None
        self._board = Board()
        self._watched: frozenset[str] = frozenset()
        self._clock_is_certain = True

    def take(self, sighting: Sighting, board: Board, now: Millis) -> bool:
        """Gather a sighting; False where it needs a turn of its own, or these have to be taken in first."""
        if board is not self._board:
            self._look_at(board)
        uuid, watched = sighting.uuid, self._watched
        if uuid in watched or sighting.number in watched or not self._clock_is_certain:
            return False
        if not is_bystander(sighting, board.memory.meetings.get(uuid), board.context):
            return False
        at, told = board.context.clock.date(sighting.at, now), self._heard.get(uuid)
        if told is None:
            if len(self._heard) >= MOST_MEETINGS:
                return False
            self._heard[uuid] = Heard(sighting, at)
        elif not told.sighting.is_of_same(sighting):
            return False
        elif at > told.last_at:
            self._heard[uuid] = Heard(sighting, at)
        self._newest = newer(self._newest, NewestEvent(sighting.at, now))
        return True

    def taken_in(self, board: Board) -> Board:
        """Give the board after all that was gathered; nothing is gathered then."""
        if not self._heard:
            return board
        board = with_sightings(board, self._heard, self._newest)
        self._heard, self._newest = {}, None
        return board

    def _look_at(self, board: Board) -> None:
        if board.sessions is not self._board.sessions:
            self._watched = names_watched(board.sessions)
        self._board = board
        self._clock_is_certain = board.context.clock.is_certain
        self._newest = board.context.clock.newest
