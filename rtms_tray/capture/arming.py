"""Meetings planned ahead: when their request goes out by itself, and what became of a plan that came to nothing.

A plan holds for one meeting: it is carried out when Zoom tells that the meeting has begun, or at its start time,
whichever comes first; from then on the session tells everything. Events tell only of meetings on accounts with
the app, so a start time is worth having even where there is a feed.
"""

from dataclasses import dataclass, replace
from typing import Final

from rtms_tray.capture import events as e
from rtms_tray.capture.board import Board
from rtms_tray.capture.left_alone import Lefts, is_left
from rtms_tray.capture.units import HOUR, MINUTE, Millis

LATE: Final = 60 * MINUTE
"""A start that passed longer ago, while nothing ran here, is missed: the meeting may be over."""
KEPT: Final = 30 * 24 * HOUR
"""How long a plan without a start time waits."""
MISSED_SHOWN_FOR: Final = 24 * HOUR
MOST: Final = 200


@dataclass(frozen=True, slots=True)
class Plan:
    """One meeting to be asked for ahead. Moments are this machine's clock."""

    number: str
    made_at: Millis
    starts_at: Millis | None = None
    hosted: bool = False  # not planned one by one: every meeting that I host
    missed_at: Millis | None = None

    @property
    def waits(self) -> bool:
        """Whether it may still be carried out."""
        return self.missed_at is None


Plans = tuple[Plan, ...]


def planned(plans: Plans, new: Plan) -> Plans:
    """Add a plan; an older one of the same meeting gives way. The oldest beyond the limit are dropped."""
    return (*(one for one in plans if one.number != new.number), new)[-MOST:]


def cancelled(plans: Plans, number: str | None) -> Plans:
    """Drop the plan of a meeting; without a number, those that were missed."""
    if number is None:
        return tuple(one for one in plans if one.waits)
    return tuple(one for one in plans if one.number != number)


def plan_of(plans: Plans, number: str | None) -> Plan | None:
    """Find the plan of a meeting that still waits."""
    return next((one for one in plans if one.number == number and one.waits), None)


def due(plans: Plans, now: Millis) -> Plans:
    """List the plans whose start time has come."""
    return tuple(
        one
        for one in plans
        if one.waits and one.starts_at is not None and now - LATE <= one.starts_at <= now
    )


def swept(plans: Plans, now: Millis) -> Plans:
    """Mark what was missed, and drop what nobody needs to see any more."""
    marked = (replace(one, missed_at=now) if _is_missed(one, now) else one for one in plans)
    return tuple(one for one in marked if _is_worth_keeping(one, now))


def _is_worth_keeping(plan: Plan, now: Millis) -> bool:
    """What was missed is told for a day, if the user planned it one by one."""
    if plan.missed_at is None:
        return True
    return not plan.hosted and now - plan.missed_at < MISSED_SHOWN_FOR


def _is_missed(plan: Plan, now: Millis) -> bool:
    if not plan.waits:
        return False
    if plan.starts_at is None:
        return now - plan.made_at > KEPT
    return now - plan.starts_at > LATE


def is_wanted(
    plans: Plans,
    board: Board,
    event: e.MeetingStarted,
    lefts: Lefts = (),
    *,
    every_hosted: bool,
) -> bool:
    """Whether a meeting that begins was planned for, by itself or as one that I host."""
    meeting = event.meeting
    if plan_of(plans, meeting.number) is not None:
        return True
    mine = board.me is not None and meeting.host_id == board.me
    return every_hosted and mine and not is_left(lefts, meeting)


def is_watched(board: Board, meeting: e.Meeting) -> bool:
    """Whether a session takes care of this meeting already, or of this very instance was given up."""
    return any(
        (one.open and meeting.number is not None and one.meeting.number == meeting.number)
        or (meeting.uuid is not None and one.meeting.uuid == meeting.uuid)
        for one in board.sessions
    )
