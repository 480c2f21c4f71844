"""Meetings planned ahead: when their request goes out by itself, and what became of a plan that came to nothing.

A plan holds for one meeting: it is carried out when Zoom tells that the meeting has begun, or at its start time,
whichever comes first; from then on the session tells everything. Events tell only of meetings on accounts with
the app, so a start time is worth having even where there is a feed.
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import Final

from rtms_tray.capture import events as e
from rtms_tray.capture.board import Board
from rtms_tray.capture.policy import ENDED_LISTED_FOR
from rtms_tray.support.units import HOUR, MINUTE, Millis

# --- Meetings that the user gave up: what asks by itself leaves them alone for as long as they run. ---

LONGEST: Final = 30 * HOUR
"""No meeting is left alone for longer: Zoom ends meetings after 30 h."""
AT_LEAST: Final = ENDED_LISTED_FOR + MINUTE
"""So long even where Zoom says that it does not run: it may have been given up before it began."""
MOST_SUPPRESSED: Final = 50


@dataclass(frozen=True, slots=True)
class Suppression:
    """One meeting that was given up, or (`starts_at`) its plan before it began. This machine's clock."""

    number: str
    uuid: str | None
    at: Millis
    starts_at: Millis | None = None

    @property
    def since(self) -> Millis:
        """From when on it can be over."""
        return self.at if self.starts_at is None else max(self.at, self.starts_at)


Suppressions = tuple[Suppression, ...]


def updated(suppressions: Suppressions, board: Board, now: Millis) -> Suppressions:
    """Add what was given up since, and drop what is asked for again, or over."""
    for session in board.sessions:
        number = session.meeting.number
        if number is None:
            continue
        if session.open:
            suppressions = tuple(one for one in suppressions if one.number != number)
        elif session.given_up:
            suppressions = _with(
                suppressions, Suppression(number, session.meeting.uuid, session.since)
            )
    recent = (one for one in suppressions if one.since > now - LONGEST)
    return tuple(one for one in recent if not _is_over(one, board))


def _is_over(suppression: Suppression, board: Board) -> bool:
    """Whether Zoom has told that the meeting ended: its next instance is another matter."""
    return any(
        one.over
        and one.meeting.number == suppression.number
        and (
            one.meeting.uuid == suppression.uuid
            or (suppression.uuid is None and one.seen_at >= suppression.since)
        )
        for one in board.memory.meetings.values()
    )


def with_plan_given_up(
    suppressions: Suppressions, number: str, starts_at: Millis | None, now: Millis
) -> Suppressions:
    """Add a meeting whose plan was given up."""
    return _with(suppressions, Suppression(number, None, now, starts_at))


def _with(suppressions: Suppressions, new: Suppression) -> Suppressions:
    return (*(one for one in suppressions if one.number != new.number), new)[-MOST_SUPPRESSED:]


def is_suppressed(suppressions: Suppressions, meeting: e.Meeting) -> bool:
    """Whether a meeting is to be left alone: another instance, as far as is known, is not."""
    return any(
        one.number == meeting.number
        and (one.uuid is None or meeting.uuid is None or one.uuid == meeting.uuid)
        for one in suppressions
    )


def running_suppressions(
    suppressions: Suppressions, running: AbstractSet[str], now: Millis
) -> Suppressions:
    """Keep what runs on, as Zoom lists it, and what was given up a moment ago."""
    return tuple(one for one in suppressions if one.number in running or one.since > now - AT_LEAST)


def may_request(board: Board, suppressions: Suppressions, number: str, now: Millis) -> bool:
    """Whether a meeting that runs is nobody's yet: not watched, not left alone, not over just now."""
    mine = [one for one in board.sessions if one.meeting.number == number]
    watched = any(one.open or one.since > now - MINUTE for one in mine)
    return not watched and not is_suppressed(suppressions, e.Meeting(number=number))


LATE: Final = 60 * MINUTE
"""A start that passed longer ago, while nothing ran here, is missed: the meeting may be over."""
KEPT: Final = 30 * 24 * HOUR
"""How long a plan without a start time waits."""
MISSED_SHOWN_FOR: Final = 24 * HOUR
MOST_PLANS: Final = 200


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
    return (*(one for one in plans if one.number != new.number), new)[-MOST_PLANS:]


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
    suppressions: Suppressions = (),
    *,
    every_hosted: bool,
) -> bool:
    """Whether a meeting that begins was planned for, by itself or as one that I host."""
    meeting = event.meeting
    if plan_of(plans, meeting.number) is not None:
        return True
    mine = board.context.is_own(meeting)
    return every_hosted and mine and not is_suppressed(suppressions, meeting)


def is_watched(board: Board, meeting: e.Meeting) -> bool:
    """Whether a session takes care of this meeting already, or of this very instance was given up."""
    return any(
        (one.open and meeting.number is not None and one.meeting.number == meeting.number)
        or (meeting.uuid is not None and one.meeting.uuid == meeting.uuid)
        for one in board.sessions
    )
