"""Requests for meetings planned ahead: kept on disk, sent the moment the meeting begins."""

import asyncio
import logging
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from rtms_tray.capture import events as e
from rtms_tray.capture import plans
from rtms_tray.capture.board import Board
from rtms_tray.capture.plans import Plan, Plans, Suppressions
from rtms_tray.capture.reasons import Severity
from rtms_tray.presentation.actions import PLANS_SEEN, view_of
from rtms_tray.presentation.view_model import ArmedView, Notice
from rtms_tray.presentation.wording import date_and_time, grouped, meeting_name
from rtms_tray.store.state import (
    load_plans,
    load_suppressions,
    save_plans,
    set_aside_damaged_plans,
)
from rtms_tray.support.clock import Clock
from rtms_tray.support.texts import text
from rtms_tray.support.units import SECOND, Millis
from rtms_tray.zoom.feeds import Received
from rtms_tray.zoom.replies import MeetingListed

log = logging.getLogger(__name__)

LONGEST_WAIT_S: Final = 15.0
"""A timer does not count the time in which this machine sleeps: the clock is looked at in between."""
OLD_NEWS: Final[Millis] = plans.LATE


class ScheduledRequests:
    """Keeps the plans, on the disk too, and carries them out."""

    def __init__(
        self,
        file: Path,
        clock: Clock,
        *,
        board: Callable[[], Board],
        ask: Callable[[e.StartRequested], object],
        every_hosted: Callable[[], bool],
        changed: Callable[[], None],
    ) -> None:
        self.plans: Plans = ()
        self.suppressions: Suppressions = ()
        self._file = file
        self._clock = clock
        self._board = board
        self._ask = ask
        self._every_hosted = every_hosted
        self._changed = changed
        self._timer: asyncio.TimerHandle | None = None
        self._unkept = False  # the plans could not be written down
        self._damaged: Path | None = None  # the plans of the last run, where they cannot be read

    def begin(self) -> None:
        """Take up the plans of the last run."""
        self._set_aside_damaged()
        self.plans, self.suppressions = load_plans(self._file), load_suppressions(self._file)
        self.look()

    def _set_aside_damaged(self) -> None:
        try:
            self._damaged = set_aside_damaged_plans(self._file)
        except OSError as error:
            log.warning("The plans can neither be read nor set aside: %s.", error.strerror)
            self._damaged = self._file
            return
        if self._damaged is not None:
            log.warning("The plans were damaged; they are kept as %s.", self._damaged.name)

    def plan(self, number: str, starts_at: Millis | None, *, hosted: bool = False) -> None:
        """Plan for a meeting."""
        self._keep(plans.planned(self.plans, Plan(number, self._clock(), starts_at, hosted)))
        self.look()

    def cancel(self, number: str | None) -> bool:
        """Give up a plan; without a number, take note of what was missed. Tell whether there was plan."""
        before, plan = self.plans, plans.plan_of(self.plans, number)
        if number is None and self._damaged is not None:
            self._damaged = None
            self._changed()
        if plan is not None and plan.hosted:
            now = self._clock()
            self._keep_suppressions(
                plans.with_plan_given_up(self.suppressions, plan.number, plan.starts_at, now)
            )
        self._keep(plans.cancelled(before, number))
        return self.plans != before

    def note_given_up(self) -> None:
        """Take note of what the user gave up: it is not asked for again by itself."""
        board, now = self._board(), self._clock()
        self._keep_suppressions(plans.updated(self.suppressions, board, now))

    def take(self, received: Received) -> None:
        """Look whether a meeting that begins was planned for, once its session has heard of it."""
        event = received.event
        if not isinstance(event, e.MeetingStarted):
            return
        every = self._every_hosted()
        board = self._board()
        wanted = plans.is_wanted(self.plans, board, event, self.suppressions, every_hosted=every)
        if wanted and self._clock() - event.at <= OLD_NEWS:
            asyncio.get_running_loop().call_soon(self._carry_out, event.meeting)

    def found_hosted(self, meetings: Iterable[MeetingListed]) -> None:
        """Plan for the meetings to come that I host: for where no event tells that they begin."""
        now = self._clock()
        for meeting in meetings:
            start, number = meeting.start_time, meeting.number
            if not meeting.is_host or number is None or start is None or start <= now:
                continue
            if any((plan.number, plan.starts_at) == (number, start) for plan in self.suppressions):
                continue
            known = plans.plan_of(self.plans, number)
            if known is None or (known.hosted and known.starts_at != start):
                self.plan(number, start, hosted=True)

    def found_running(self, meetings: Iterable[MeetingListed]) -> None:
        """Ask for the meetings that I host and that run already, but not for what was given up."""
        now, board = self._clock(), self._board()
        running = {
            plan.number: plan for plan in meetings if plan.number and plan.is_host is not False
        }
        for number in running:
            if plans.may_request(board, self.suppressions, number, now):
                self._carry_out(e.Meeting(number=number))
        self._keep_suppressions(plans.running_suppressions(self.suppressions, running.keys(), now))

    def look(self) -> None:
        """Carry out what is due, mark what was missed, and look again in time."""
        now = self._clock()
        for plan in plans.due(self.plans, now):
            self._carry_out(e.Meeting(number=plan.number))
        self._keep(plans.swept(self.plans, now))
        self._arm(now)

    def _acts_for(self, meeting: e.Meeting) -> bool:
        """Whether this tray asks: for what was planned here, or as the one of the user's trays that acts."""
        plan = plans.plan_of(self.plans, meeting.number)
        return self._board().context.acting or (plan is not None and not plan.hosted)

    def _carry_out(self, meeting: e.Meeting) -> None:
        if not self._acts_for(meeting):
            log.info("A meeting that I host has come: another tray of mine asks.")
        elif not plans.is_watched(self._board(), meeting):
            log.info("A meeting that was planned ahead has come: asking.")
            self._ask(e.StartRequested(meeting.number, meeting.uuid, scheduled=True))
        if meeting.number is not None:
            self._keep(plans.cancelled(self.plans, meeting.number))

    def _arm(self, now: Millis) -> None:
        self.close()
        starts = [
            plan.starts_at for plan in self.plans if plan.waits and plan.starts_at is not None
        ]
        if starts:
            wait = min(max(min(starts) - now, 0) / SECOND, LONGEST_WAIT_S)
            self._timer = asyncio.get_running_loop().call_later(wait, self.look)

    def close(self) -> None:
        """Wait for nothing any more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _keep(self, plans: Plans) -> None:
        if plans != self.plans:
            self.plans = plans
            self._write_down()

    def _keep_suppressions(self, suppressions: Suppressions) -> None:
        if suppressions != self.suppressions:
            self.suppressions = suppressions
            self._write_down()

    def _write_down(self) -> None:
        try:
            save_plans(self._file, self.plans, self.suppressions)
            self._unkept = False
        except OSError as error:
            log.warning("The plans cannot be written down: %s.", error.strerror)
            self._unkept = True
        self._changed()

    # --- what is shown ------------------------------------------------------------------------

    @property
    def view(self) -> tuple[ArmedView, ...]:
        """What is planned, for the surfaces, the next first."""
        waiting = [plan for plan in self.plans if plan.waits]
        waiting.sort(key=lambda plan: (plan.starts_at is None, plan.starts_at or plan.made_at))
        return tuple(
            ArmedView(
                plan.number,
                meeting_name(e.Meeting(number=plan.number)),
                plan.starts_at,
                plan.hosted,
            )
            for plan in waiting
        )

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What came to nothing, and that plans would be lost at the next start."""
        missed = [plan for plan in self.plans if not plan.waits]
        found = [_missed(missed)] if missed else []
        if self._damaged is not None:
            found.append(_set_aside(self._damaged))
        if self._unkept:
            found.append(
                Notice(
                    "plans_not_kept",
                    Severity.INFO,
                    text("planning.not_kept.title"),
                    text("planning.not_kept.text"),
                    text("planning.not_kept.remedy"),
                )
            )
        return tuple(found)


def _set_aside(damaged: Path) -> Notice:
    return Notice(
        "plans_set_aside",
        Severity.ATTENTION,
        text("planning.set_aside.title"),
        text("planning.set_aside.text", file=damaged.name),
        text("planning.set_aside.remedy", path=damaged),
        view_of(PLANS_SEEN),
    )


def _missed(missed: list[Plan]) -> Notice:
    names = ", ".join(_named(plan) for plan in missed)
    return Notice(
        "planned_missed",
        Severity.ATTENTION,
        text("planning.missed.title"),
        text("planning.missed.text", meetings=names),
        text("planning.missed.remedy"),
        view_of(PLANS_SEEN),
    )


def _named(plan: Plan) -> str:
    if plan.starts_at is None:
        return grouped(plan.number)
    return f"{grouped(plan.number)} ({date_and_time(plan.starts_at)})"
