"""Meetings that the user gave up: what asks by itself leaves them alone for as long as they run.

A session that was given up is soon forgotten, and so is everything at the program's end; a meeting that runs on
must not be asked for again because of that.
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final

from rtms_tray.capture import events as e
from rtms_tray.capture.board import Board
from rtms_tray.capture.identity import given_up
from rtms_tray.capture.policy import ENDED_LISTED_FOR
from rtms_tray.capture.units import HOUR, MINUTE, Millis

LONGEST: Final = 30 * HOUR
"""No meeting is left alone for longer: Zoom ends meetings after 30 h."""
AT_LEAST: Final = ENDED_LISTED_FOR + MINUTE
"""So long even where Zoom says that it does not run: it may have been given up before it began."""
MOST: Final = 50


@dataclass(frozen=True, slots=True)
class Left:
    """One meeting that was given up, or (`starts_at`) its plan before it began. This machine's clock."""

    number: str
    uuid: str | None
    at: Millis
    starts_at: Millis | None = None

    @property
    def since(self) -> Millis:
        """From when on it can be over."""
        return self.at if self.starts_at is None else max(self.at, self.starts_at)


Lefts = tuple[Left, ...]


def noted(lefts: Lefts, board: Board, now: Millis) -> Lefts:
    """Add what was given up since, and drop what is asked for again, or over."""
    for session in board.sessions:
        number = session.meeting.number
        if number is None:
            continue
        if session.open:
            lefts = tuple(one for one in lefts if one.number != number)
        elif given_up(session):
            lefts = _with(lefts, Left(number, session.meeting.uuid, session.since))
    recent = (one for one in lefts if one.since > now - LONGEST)
    return tuple(one for one in recent if not _is_over(one, board))


def _is_over(left: Left, board: Board) -> bool:
    """Whether Zoom has told that the meeting ended: its next instance is another matter."""
    return any(
        one.over
        and one.meeting.number == left.number
        and (one.meeting.uuid == left.uuid or (left.uuid is None and one.seen_at >= left.since))
        for one in board.memory.meetings.values()
    )


def with_plan(lefts: Lefts, number: str, starts_at: Millis | None, now: Millis) -> Lefts:
    """Add a meeting whose plan was given up."""
    return _with(lefts, Left(number, None, now, starts_at))


def _with(lefts: Lefts, new: Left) -> Lefts:
    return (*(one for one in lefts if one.number != new.number), new)[-MOST:]


def is_left(lefts: Lefts, meeting: e.Meeting) -> bool:
    """Whether a meeting is to be left alone: another instance, as far as is known, is not."""
    return any(
        one.number == meeting.number
        and (one.uuid is None or meeting.uuid is None or one.uuid == meeting.uuid)
        for one in lefts
    )


def still_running(lefts: Lefts, running: AbstractSet[str], now: Millis) -> Lefts:
    """Keep what runs on, as Zoom lists it, and what was given up a moment ago."""
    return tuple(one for one in lefts if one.number in running or one.since > now - AT_LEAST)


def may_ask(board: Board, lefts: Lefts, number: str, now: Millis) -> bool:
    """Whether a meeting that runs is nobody's yet: not watched, not left alone, not over just now."""
    mine = [one for one in board.sessions if one.meeting.number == number]
    watched = any(one.open or one.since > now - MINUTE for one in mine)
    return not watched and not is_left(lefts, e.Meeting(number=number))
