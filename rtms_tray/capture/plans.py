"""Requests planned ahead, and meetings that the user gave up, which nothing may ask for automatically.

A plan is for one meeting. Its request is sent when Zoom says that the meeting has begun, or at its start time,
whichever comes first. Events come only from accounts that have the app, so a start time is useful even with a feed.
"""

from collections.abc import Set as AbstractSet
from typing import Final

from rtms_tray.capture import events as e
from rtms_tray.capture.board import Board
from rtms_tray.capture.timings import ENDED_LISTED_FOR
from rtms_tray.support.frozen import Frozen, replace
from rtms_tray.support.units import HOUR, MINUTE, Millis

LATE: Final = 60 * MINUTE
"""A plan whose start passed longer ago, while nothing ran here, is missed: the meeting may be over."""
KEPT: Final = 30 * 24 * HOUR
"""How long a plan without a start time waits."""
MISSED_SHOWN_FOR: Final = 24 * HOUR
MOST_PLANS: Final = 200

LONGEST: Final = 30 * HOUR
"""No suppression lasts longer: Zoom ends meetings after 30 h."""
AT_LEAST: Final = ENDED_LISTED_FOR + MINUTE
"""A suppression lasts so long even if the meeting is not running: it may have been given up before it began."""
MOST_SUPPRESSED: Final = 50


class Plan(Frozen):
    """A request for one meeting, to be sent when it begins. Moments are this machine's clock."""

    number: str
    made_at: Millis
    starts_at: Millis | None = None
    hosted: bool = False  # planned because the user hosts the meeting, and wants every such meeting
    missed_at: Millis | None = None

    @property
    def waits(self) -> bool:
        """Whether its request may still be sent."""
        return self.missed_at is None


class Suppression(Frozen):
    """A meeting that was given up, or whose plan was. Moments are this machine's clock."""

    number: str
    uuid: str | None
    at: Millis
    starts_at: Millis | None = None

    @property
    def since(self) -> Millis:
        """The earliest moment at which the meeting may be over."""
        return max(self.at, self.starts_at or 0)


Plans = tuple[Plan, ...]
Suppressions = tuple[Suppression, ...]


def planned(plans: Plans, new: Plan) -> Plans:
    """Add a plan, in place of an older one for the same meeting; drop the oldest beyond the limit."""
    return (*(plan for plan in plans if plan.number != new.number), new)[-MOST_PLANS:]


def cancelled(plans: Plans, number: str | None) -> Plans:
    """Drop the plan for a meeting; without a number, those that were missed."""
    return tuple(plan for plan in plans if (plan.number != number if number else plan.waits))


def plan_of(plans: Plans, number: str | None) -> Plan | None:
    """Find the plan for a meeting, if it still waits."""
    return next((plan for plan in plans if plan.number == number and plan.waits), None)


def due(plans: Plans, now: Millis) -> Plans:
    """List the plans whose start time has come."""
    return tuple(
        plan
        for plan in plans
        if plan.waits and plan.starts_at is not None and now - LATE <= plan.starts_at <= now
    )


def swept(plans: Plans, now: Millis) -> Plans:
    """Mark plans that were missed, and drop those that nobody needs to be shown any more."""
    marked = (replace(plan, missed_at=now) if _is_missed(plan, now) else plan for plan in plans)
    return tuple(plan for plan in marked if _is_shown(plan, now))


def _is_missed(plan: Plan, now: Millis) -> bool:
    if not plan.waits:
        return False
    if plan.starts_at is None:
        return now - plan.made_at > KEPT
    return now - plan.starts_at > LATE


def _is_shown(plan: Plan, now: Millis) -> bool:
    """A missed plan is shown for a day, if the user made it."""
    if plan.missed_at is None:
        return True
    return not plan.hosted and now - plan.missed_at < MISSED_SHOWN_FOR


def is_wanted(
    plans: Plans,
    board: Board,
    event: e.MeetingStarted,
    suppressions: Suppressions = (),
    *,
    every_hosted: bool,
) -> bool:
    """Whether a meeting that begins is to be captured: it is planned, or the user hosts it and wants all of those."""
    meeting = event.meeting
    if plan_of(plans, meeting.number) is not None:
        return True
    own = board.context.is_own(meeting)
    return every_hosted and own and not is_suppressed(suppressions, meeting)


def is_watched(board: Board, meeting: e.Meeting) -> bool:
    """Whether there is an open session for this meeting, or any for this very instance."""
    return any(
        (session.open and meeting.number is not None and session.meeting.number == meeting.number)
        or (meeting.uuid is not None and session.meeting.uuid == meeting.uuid)
        for session in board.sessions
    )


def may_request(board: Board, suppressions: Suppressions, number: str, now: Millis) -> bool:
    """Whether a running meeting may be asked for: it is not watched, not suppressed, and not just over."""
    sessions = (session for session in board.sessions if session.meeting.number == number)
    watched = any(session.open or session.since > now - MINUTE for session in sessions)
    return not watched and not is_suppressed(suppressions, e.Meeting(number=number))


# --- meetings that were given up ----------------------------------------------------------------


def updated(suppressions: Suppressions, board: Board, now: Millis) -> Suppressions:
    """Add meetings that were given up since, and drop those that are asked for again, or over."""
    for session in board.sessions:
        number, uuid = session.meeting.number, session.meeting.uuid
        if number is None:
            continue
        if session.given_up and not session.open:
            suppressions = _with(suppressions, Suppression(number, uuid, session.since))
        elif suppressions and session.open:
            suppressions = tuple(one for one in suppressions if one.number != number)
    recent = (one for one in suppressions if one.since > now - LONGEST)
    return tuple(one for one in recent if not _is_over(one, board))


def _is_over(suppression: Suppression, board: Board) -> bool:
    """Whether Zoom has said that the meeting ended: its next instance is another matter."""
    number, uuid = suppression.number, suppression.uuid
    return any(
        known.over
        and known.meeting.number == number
        and (
            known.meeting.uuid == uuid
            or (uuid is None and known.last_event_at >= suppression.since)
        )
        for known in board.memory.meetings.values()
    )


def with_plan_given_up(
    suppressions: Suppressions, number: str, starts_at: Millis | None, now: Millis
) -> Suppressions:
    """Add a meeting whose plan was given up."""
    return _with(suppressions, Suppression(number, None, now, starts_at))


def _with(suppressions: Suppressions, new: Suppression) -> Suppressions:
    return (*(one for one in suppressions if one.number != new.number), new)[-MOST_SUPPRESSED:]


def running_suppressions(
    suppressions: Suppressions, running: AbstractSet[str], now: Millis
) -> Suppressions:
    """Keep what Zoom lists as running, and what was given up a moment ago."""
    return tuple(one for one in suppressions if one.number in running or one.since > now - AT_LEAST)


def is_suppressed(suppressions: Suppressions, meeting: e.Meeting) -> bool:
    """Whether nothing may ask for this meeting automatically; another instance may be asked for."""
    return any(
        one.number == meeting.number
        and (None in {one.uuid, meeting.uuid} or one.uuid == meeting.uuid)
        for one in suppressions
    )
