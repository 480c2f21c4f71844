"""Asks for meetings that were planned ahead, the moment that they begin, and says what came of it."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from rtms_tray.capture import events as e
from rtms_tray.capture import plans
from rtms_tray.capture.plans import Plan, Plans, Suppressions
from rtms_tray.capture.reasons import Severity
from rtms_tray.capture.routing import Board
from rtms_tray.presentation.overview import grouped
from rtms_tray.presentation.view_model import ActionView, ArmedView, Notice
from rtms_tray.runtime.client_check import OwnClient
from rtms_tray.store.plans_file import load_plans, load_suppressions, save_plans
from rtms_tray.store.secrets import SecretError
from rtms_tray.support.clock import Clock
from rtms_tray.support.tasks import Tasks
from rtms_tray.support.units import SECOND, Millis
from rtms_tray.zoom.errors import ZoomTrouble
from rtms_tray.zoom.feeds import Received
from rtms_tray.zoom.replies import MeetingListed
from rtms_tray.zoom.rest import Rest

log = logging.getLogger(__name__)

LONGEST_WAIT_S: Final = 15.0
"""A timer does not count the time in which this machine sleeps: the clock is looked at in between."""
OLD_NEWS: Final[Millis] = plans.LATE


@dataclass(frozen=True, slots=True)
class Ways:
    """What a planner needs of the program."""

    clock: Clock
    board: Callable[[], Board]
    ask: Callable[[e.StartRequested], object]
    every_hosted: Callable[[], bool]
    changed: Callable[[], None]


class Ahead:
    """Keeps the plans, on the disk too, and carries them out."""

    def __init__(self, file: Path, ways: Ways) -> None:
        self.plans: Plans = ()
        self.suppressions: Suppressions = ()
        self._file = file
        self._ways = ways
        self._timer: asyncio.TimerHandle | None = None
        self._unkept = False  # the plans could not be written down

    def begin(self) -> None:
        """Take up the plans of the last run."""
        self.plans, self.suppressions = load_plans(self._file), load_suppressions(self._file)
        self.look()

    def plan(self, number: str, starts_at: Millis | None, *, hosted: bool = False) -> None:
        """Plan for a meeting."""
        self._keep(plans.planned(self.plans, Plan(number, self._ways.clock(), starts_at, hosted)))
        self.look()

    def cancel(self, number: str | None) -> bool:
        """Give up a plan; without a number, take note of what was missed. Tell whether there was one."""
        before, plan = self.plans, plans.plan_of(self.plans, number)
        if plan is not None and plan.hosted:
            now = self._ways.clock()
            self._keep_suppressions(
                plans.with_plan_given_up(self.suppressions, plan.number, plan.starts_at, now)
            )
        self._keep(plans.cancelled(before, number))
        return self.plans != before

    def note_given_up(self) -> None:
        """Take note of what the user gave up: it is not asked for again by itself."""
        board, now = self._ways.board(), self._ways.clock()
        self._keep_suppressions(plans.updated(self.suppressions, board, now))

    def take(self, received: Received) -> None:
        """Look whether a meeting that begins was planned for, once its session has heard of it."""
        event = received.event
        if not isinstance(event, e.MeetingStarted):
            return
        every = self._ways.every_hosted()
        board = self._ways.board()
        wanted = plans.is_wanted(self.plans, board, event, self.suppressions, every_hosted=every)
        if wanted and self._ways.clock() - event.at <= OLD_NEWS:
            asyncio.get_running_loop().call_soon(self._carry_out, event.meeting)

    def found_hosted(self, meetings: Iterable[MeetingListed]) -> None:
        """Plan for the meetings to come that I host: for where no event tells that they begin."""
        now = self._ways.clock()
        for meeting in meetings:
            start, number = meeting.start_time, meeting.number
            if not meeting.is_host or number is None or start is None or start <= now:
                continue
            if any((one.number, one.starts_at) == (number, start) for one in self.suppressions):
                continue
            known = plans.plan_of(self.plans, number)
            if known is None or (known.hosted and known.starts_at != start):
                self.plan(number, start, hosted=True)

    def found_running(self, meetings: Iterable[MeetingListed]) -> None:
        """Ask for the meetings that I host and that run already, but not for what was given up."""
        now, board = self._ways.clock(), self._ways.board()
        running = {one.number: one for one in meetings if one.number and one.is_host is not False}
        for number in running:
            if plans.may_request(board, self.suppressions, number, now):
                self._carry_out(e.Meeting(number=number))
        self._keep_suppressions(plans.running_suppressions(self.suppressions, running.keys(), now))

    def look(self) -> None:
        """Carry out what is due, mark what was missed, and look again in time."""
        now = self._ways.clock()
        for one in plans.due(self.plans, now):
            self._carry_out(e.Meeting(number=one.number))
        self._keep(plans.swept(self.plans, now))
        self._arm(now)

    def _carry_out(self, meeting: e.Meeting) -> None:
        if not plans.is_watched(self._ways.board(), meeting):
            log.info("A meeting that was planned ahead has come: asking.")
            self._ways.ask(e.StartRequested(meeting.number, meeting.uuid, scheduled=True))
        if meeting.number is not None:
            self._keep(plans.cancelled(self.plans, meeting.number))

    def _arm(self, now: Millis) -> None:
        self.close()
        starts = [one.starts_at for one in self.plans if one.waits and one.starts_at is not None]
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
        self._ways.changed()

    # --- what is shown ------------------------------------------------------------------------

    @property
    def view(self) -> tuple[ArmedView, ...]:
        """What is planned, for the surfaces, the next first."""
        waiting = [one for one in self.plans if one.waits]
        waiting.sort(key=lambda one: (one.starts_at is None, one.starts_at or one.made_at))
        return tuple(
            ArmedView(one.number, f"Meeting {grouped(one.number)}", one.starts_at, one.hosted)
            for one in waiting
        )

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What came to nothing, and that plans would be lost at the next start."""
        missed = [one for one in self.plans if not one.waits]
        found = [_missed(missed)] if missed else []
        if self._unkept:
            text = "What you planned ahead cannot be written to the disk."
            remedy = "It holds until rtms-tray ends. Check the disk, and the data folder's rights."
            found.append(
                Notice("plans_not_kept", Severity.INFO, "Plans are not kept", text, remedy)
            )
        return tuple(found)


def _missed(missed: list[Plan]) -> Notice:
    names = ", ".join(_named(one) for one in missed)
    return Notice(
        "planned_missed",
        Severity.ATTENTION,
        "A planned meeting was missed",
        f"rtms-tray was not running, or slept, when it was to begin: {names}.",
        "If it still runs, start capture with its number.",
        ActionView("disarm", "Got it"),
    )


def _named(plan: Plan) -> str:
    if plan.starts_at is None:
        return grouped(plan.number)
    at = datetime.fromtimestamp(plan.starts_at / SECOND).astimezone()
    return f"{grouped(plan.number)} ({at:%d %b %H:%M})"


# --- What is done before a request: the app owner's own Zoom is looked at, and planned meetings are waited for. ---

CLIENT_LIMIT_S: Final = 1.0
"""How long a request waits for the look at the client; one that comes later is told then."""
LIST_AGAIN_S: Final = 600.0
LIST_AFTER_TROUBLE_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class Needs:
    """What this part needs of the program; `hosting` tells how things stand now."""

    rest: Callable[[], Rest | None]
    tell: Callable[[e.Event], None]
    hosting: Callable[[], "Hosting"]
    changed: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Hosting:
    """What decides which meetings of mine must be looked for; any change of it has them looked for again."""

    me: str | None = None
    wanted: bool = False  # every meeting that I host
    sees_since: Millis | None = None  # events tell of meetings that begin, since then
    awake_since: Millis | None = None


class Beforehand:
    """Looks at the client before every request, and for the meetings that I host, where the user wants that."""

    def __init__(self, ahead: Ahead, client: OwnClient | None, needs: Needs) -> None:
        self.ahead = ahead
        self._client = client
        self._needs = needs
        self._tasks = Tasks()
        self._hosting = Hosting()
        self._look_again = asyncio.Event()
        self._cannot_list: Notice | None = None

    def begin(self) -> None:
        """Take up the plans, and begin to look."""
        self.ahead.begin()
        self._tasks.spawn(self._list_again(), "list meetings to come")

    async def look_at_client(self) -> str:
        """Look at the app owner's own Zoom; hands back what the user must know before asking."""
        if self._client is None:
            return ""
        look = self._tasks.spawn(self._look(self._client), "look at the Zoom client")
        await asyncio.wait([look], timeout=CLIENT_LIMIT_S)
        notice = self._client.notice
        return f"{notice.title}. {notice.text} {notice.remedy}" if notice else ""

    async def _look(self, client: OwnClient) -> None:
        rest = self._needs.rest()
        support = await client.look(rest.me if rest else None)
        self._needs.tell(e.OwnerClientChecked(support.value, support.source))
        self._needs.changed()

    def look_at_hosting(self) -> None:
        """Something may have changed: look for my meetings at once where it has."""
        self.ahead.note_given_up()
        hosting = self._needs.hosting()
        if hosting != self._hosting:
            self._hosting = hosting
            self._look_again.set()

    async def _list_again(self) -> None:
        while True:
            self._look_again.clear()
            wait = LIST_AGAIN_S if await self.list_hosted() else LIST_AFTER_TROUBLE_S
            with contextlib.suppress(TimeoutError):
                # Not wait_for(): Python 3.11's loses a cancellation that comes with the bell.
                async with asyncio.timeout(wait):
                    await self._look_again.wait()

    async def list_hosted(self) -> bool:
        """Ask for the meetings that I host and that run already, and plan for those to come.

        What is to come is planned only where no event would tell that it begins. Tells whether Zoom answered.
        """
        rest, hosting = self._needs.rest(), self._needs.hosting()
        if rest is None or hosting.me is None or not hosting.wanted:
            self._cannot_list = None
            return True
        try:
            self.ahead.found_running(await rest.live_meetings())
            if hosting.sees_since is None:
                self.ahead.found_hosted(await rest.upcoming_meetings())
        except (ZoomTrouble, SecretError) as trouble:
            log.info("My meetings cannot be listed: %s.", type(trouble).__name__)
            self._tell(_not_listed(trouble, hosting))
            return False
        self._tell(None)
        return True

    def _tell(self, notice: Notice | None) -> None:
        if notice != self._cannot_list:
            self._cannot_list = notice
            self._needs.changed()

    @property
    def notices(self) -> tuple[Notice, ...]:
        """That the own client is too old, and what came to nothing of the plans."""
        old = self._client.notice if self._client else None
        told = (old, self._cannot_list)
        return (*(one for one in told if one), *self.ahead.notices)

    async def close(self) -> None:
        """End what runs."""
        self.ahead.close()
        await self._tasks.close()


def _not_listed(trouble: ZoomTrouble | SecretError, hosting: Hosting) -> Notice | None:
    """Say what only the user can mend; all else passes, or is told elsewhere."""
    if not isinstance(trouble, ZoomTrouble) or trouble.code != "scope_missing":
        return None
    severity = Severity.ATTENTION if hosting.sees_since is None else Severity.INFO
    title = "Meetings that you host cannot be found"
    return Notice("hosted_not_listed", severity, title, trouble.text, trouble.remedy)
