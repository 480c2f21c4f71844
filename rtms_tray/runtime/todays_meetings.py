"""The meetings of today, from Zoom's lists and from the calendar, and what is known of each.

Zoom lists meetings that the app owner hosts; others' stand in the calendar only. Plans follow their meetings there: one
that was moved takes its plan along, and one that was cancelled is told.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rtms_tray.capture.events import Meeting
from rtms_tray.capture.plans import Plan
from rtms_tray.capture.reasons import Severity
from rtms_tray.history.model import HistoryError
from rtms_tray.presentation.actions import GIVE_PLAN_UP, view_of
from rtms_tray.presentation.view_model import Notice, OfferSource
from rtms_tray.presentation.wording import clock, meeting_name
from rtms_tray.runtime.meeting_offer import Guess, Spawn, only_one_hosted
from rtms_tray.runtime.planner import ScheduledRequests
from rtms_tray.support.clock import Clock
from rtms_tray.support.frozen import Frozen, replace
from rtms_tray.support.tasks import Tasks
from rtms_tray.support.texts import text
from rtms_tray.support.units import HOUR, MINUTE, Millis
from rtms_tray.zoom.replies import MeetingListed
from rtms_tray.zoom.rest import Rest

if TYPE_CHECKING:  # nothing of these is loaded where no calendar is set
    import httpx2

    from rtms_tray.agenda.calendar import Calendar
    from rtms_tray.agenda.entries import CalendarEntry, Entries
    from rtms_tray.agenda.source import MakeHttp
    from rtms_tray.history.reader import HistoryReader, Past

log = logging.getLogger(__name__)

PATIENCE_S: Final = 6.0
"""How long a list waits for the calendar."""
FOLLOW_S: Final = 1_800.0
"""How often the calendar is looked at while a plan waits."""
EARLY: Final[Millis] = 10 * MINUTE
"""People come so long before a meeting begins."""
_EVERYBODYS: Final = frozenset(
    {
        "163.com",
        "aol.com",
        "gmail.com",
        "gmx.de",
        "gmx.net",
        "googlemail.com",
        "hotmail.com",
        "icloud.com",
        "live.com",
        "mail.ru",
        "me.com",
        "outlook.com",
        "proton.me",
        "protonmail.com",
        "qq.com",
        "web.de",
        "yahoo.com",
    }
)
"""Mail addresses there say nothing of an organization."""
DAY: Final[Millis] = 24 * HOUR
"""A menu that names times of day lists no further; Zoom's own list doesn't either."""
_AT_LEAST: Final = 2
"""Once is no custom."""


def unseen_http() -> "httpx2.AsyncClient":
    """Make a client whose calls are in no list."""
    from rtms_tray.zoom.http_client import make_http  # noqa: PLC0415 - slow to load, and loaded by then

    return make_http()


class TodaysMeeting(Frozen):
    """A meeting to choose from. `meeting` is its number, or else its UUID; `topic` is strangers' plain text."""

    meeting: str
    topic: str = ""
    live: bool = False
    starts_at: Millis | None = None
    about: str = ""  # whose it is, and what history says
    cancelled: bool = False


class TodayInputs(Frozen):
    """What the list needs of the program."""

    source: Callable[[], str]  # the calendar that the settings name
    me: Callable[[], str]  # the app owner's mail address
    rest: Callable[[], Rest | None]
    spawn: Spawn
    changed: Callable[[], None]
    make_http: "MakeHttp" = unseen_http


class TodaysMeetings:
    """Lists them, and keeps the plans true to the calendar."""

    def __init__(
        self, clock: Clock, scheduled: ScheduledRequests, history_file: Path, of: TodayInputs
    ) -> None:
        self._clock = clock
        self._scheduled = scheduled
        self._history_file = history_file
        self._history: HistoryReader | None = None
        self._of = of
        self._calendar: Calendar | None = None
        self._known: frozenset[tuple[str, Millis]] = frozenset()
        self._lost: tuple[Plan, ...] = ()
        self._timer: asyncio.TimerHandle | None = None
        self._tasks = Tasks()

    def close(self) -> None:
        """Look at nothing any more."""
        if self._history is not None:
            self._history.close()
        self._tasks.cancel()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    # --- the list -----------------------------------------------------------------------------

    async def entries(self) -> "Entries":
        """Give the calendar's meetings, read anew where they are old; what plans depend on is kept true."""
        calendar = self._current()
        if calendar is None:
            return ()
        before = calendar.trouble
        entries = await calendar.look(self._of.me())
        self._follow(entries)
        if calendar.trouble is not before:
            self._of.changed()
        return entries

    def begin_to_read(self) -> None:
        """Read the calendar, if there is one, while Zoom is asked."""
        if self._of.source():
            self._tasks.spawn(self.entries(), "read the calendar")

    async def _soon(self) -> "Entries":
        """Give the entries without waiting long: those of a slow calendar are there the next time."""
        reading = self._tasks.spawn(self.entries(), "read the calendar")
        await asyncio.wait([reading], timeout=PATIENCE_S)
        return self._calendar.entries if self._calendar is not None else ()

    def _current(self) -> "Calendar | None":
        """Give the calendar that the settings name."""
        source = self._of.source()
        if source != (self._calendar.source if self._calendar is not None else ""):
            self._calendar = self._made(source) if source else None
            self._known, self._lost = frozenset(), ()
        return self._calendar

    def _made(self, source: str) -> "Calendar":
        from rtms_tray.agenda.calendar import Calendar  # noqa: PLC0415 - only where one is set

        return Calendar(source, self._of.make_http, self._clock)

    async def with_calendar(
        self, live: Sequence[MeetingListed], later: Sequence[MeetingListed]
    ) -> list[TodaysMeeting]:
        """Join Zoom's lists with the calendar's meetings: what runs, and then by time."""
        entries = await self._soon()
        past = await self._past({entry.number for entry in entries})
        own = {meeting.number for meeting in (*live, *later)}
        running = {meeting.number for meeting in live}
        listed = [_of_zoom(meeting, live=True) for meeting in live]
        rest = [_of_zoom(one, live=False) for one in later if one.number not in running]
        now = self._clock()
        rest += [
            self._of_calendar(entry, past.get(entry.number))
            for entry in entries
            if entry.number not in own and entry.ends_at > now and entry.starts_at < now + DAY
        ]
        return [*listed, *sorted(rest, key=lambda one: one.starts_at or 0)]

    def _of_calendar(self, entry: "CalendarEntry", past: "Past | None") -> TodaysMeeting:
        return TodaysMeeting(
            entry.number,
            entry.title,
            starts_at=entry.starts_at,
            about=" · ".join(_about(entry, self._of.me(), past)),
            cancelled=entry.cancelled,
        )

    async def _past(self, numbers: Iterable[str]) -> "Mapping[str, Past]":
        wanted = sorted(numbers)
        if not wanted:
            return {}
        try:
            return await self._reader().captured(wanted)
        except HistoryError as error:
            log.info("What history says of meetings cannot be read: %s.", error.trouble)
            return {}

    def _reader(self) -> "HistoryReader":
        from rtms_tray.history.reader import HistoryReader  # noqa: PLC0415 - as above

        self._history = self._history or HistoryReader(self._history_file)
        return self._history

    # --- guessing which one runs --------------------------------------------------------------

    async def guess(self) -> Guess | None:
        """Guess which meeting this computer's Zoom client is in, where only one is likely."""
        guesses = (await only_one_hosted(self._of.rest()), await self.only_one_now())
        found = [guess for guess in guesses if guess is not None]
        return found[0] if len({number for _, number in found}) == 1 else None

    async def only_one_now(self) -> Guess | None:
        """Guess that it is the meeting that the calendar has for now, where that is one alone."""
        now = self._clock()
        numbers = {
            entry.number
            for entry in await self.entries()
            if entry.starts_at - EARLY <= now < entry.ends_at and not entry.cancelled
        }
        return (OfferSource.CALENDAR, numbers.pop()) if len(numbers) == 1 else None

    # --- plans --------------------------------------------------------------------------------

    def look_at_plans(self) -> None:
        """While a plan waits, look at the calendar now and then."""
        wanted = bool(self._of.source()) and any(
            plan.waits and plan.starts_at for plan in self._scheduled.plans
        )
        if wanted and self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(FOLLOW_S, self._look)
        elif not wanted and self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _look(self) -> None:
        self._timer = None
        self._of.spawn(self._keep_plans_true(), "look at the calendar")

    async def _keep_plans_true(self) -> None:
        await self.entries()
        self.look_at_plans()

    def _follow(self, entries: "Entries") -> None:
        """Move the plans whose meetings were moved; find those whose meetings are not to be."""
        lost = []
        for plan in self._scheduled.plans:
            if not plan.waits or plan.starts_at is None or plan.hosted:
                continue
            moved = self._moved(plan, entries)
            if moved is not None:
                log.info("A planned meeting was moved in the calendar: its plan follows.")
                self._scheduled.plan(plan.number, moved.starts_at)
            elif self._is_off(plan, entries):
                lost.append(plan)
        self._known = frozenset((entry.number, entry.starts_at) for entry in entries)
        if tuple(lost) != self._lost:
            self._lost = tuple(lost)
            self._of.changed()

    def _moved(self, plan: Plan, entries: "Entries") -> "CalendarEntry | None":
        """Find where a plan's meeting is now: as the calendar says, or the only one that is new there."""
        same = [entry for entry in entries if entry.number == plan.number and not entry.cancelled]
        if any(entry.starts_at == plan.starts_at for entry in same):
            return None
        said = [entry for entry in same if entry.moved_from == plan.starts_at]
        was_there = (plan.number, plan.starts_at) in self._known
        new = [entry for entry in same if (entry.number, entry.starts_at) not in self._known]
        found = said or (new if was_there else [])
        return found[0] if len(found) == 1 and found[0].starts_at > self._clock() else None

    def _is_off(self, plan: Plan, entries: "Entries") -> bool:
        """Whether a plan's meeting was cancelled, or has gone from the calendar."""
        at_its_time = [
            entry
            for entry in entries
            if (entry.number, entry.starts_at) == (plan.number, plan.starts_at)
        ]
        if at_its_time:
            return all(entry.cancelled for entry in at_its_time)
        before = {(lost.number, lost.starts_at) for lost in self._lost} | self._known
        readable = self._calendar is not None and self._calendar.trouble is None
        return readable and (plan.number, plan.starts_at) in before

    # --- what is told -------------------------------------------------------------------------

    @property
    def notices(self) -> Iterator[Notice]:
        """That the calendar cannot be read, and that planned meetings are not to be."""
        trouble = self._calendar.trouble if self._calendar is not None else None
        if trouble is not None:
            yield Notice(
                "calendar_unreadable",
                Severity.INFO,
                text("calendar.unreadable.title"),
                text("calendar.unreadable.text", problem=trouble.text),
                trouble.remedy,
            )
        waiting = {(plan.number, plan.starts_at) for plan in self._scheduled.plans if plan.waits}
        for plan in self._lost:
            if (plan.number, plan.starts_at) in waiting and plan.starts_at is not None:
                yield _off(plan, plan.starts_at)


def _of_zoom(meeting: MeetingListed, *, live: bool) -> TodaysMeeting:
    name = meeting.number or meeting.uuid or ""
    return TodaysMeeting(name, meeting.topic, live, meeting.start_time)


def _about(entry: "CalendarEntry", me: str, past: "Past | None") -> Iterator[str]:
    """Say what is out of the ordinary, whose meeting it is, and how it went before."""
    if entry.cancelled:
        yield text("calendar.about.cancelled")
    elif entry.moved_from is not None:
        yield text("calendar.about.moved", time=clock(entry.moved_from))
    mine, its = _organization(me), _organization(entry.organizer)
    if entry.organizer and entry.organizer == me:
        yield text("calendar.about.yours")
    elif its and its == mine:
        yield text("calendar.about.own_organization")
    elif its:
        yield text("calendar.about.other_organization", organization=its)
    if past is not None and past.times >= _AT_LEAST:
        yield text("calendar.about.past", captured=past.captured, times=past.times)


def _organization(address: str) -> str:
    domain = address.casefold().rpartition("@")[2]
    return "" if domain in _EVERYBODYS else domain


def _off(plan: Plan, starts_at: Millis) -> Notice:
    action = replace(view_of(GIVE_PLAN_UP), arguments=(("meeting", plan.number),))
    return Notice(
        f"planned_off_{plan.number}",
        Severity.ATTENTION,
        text("calendar.off.title"),
        text(
            "calendar.off.text",
            meeting=meeting_name(Meeting(number=plan.number)),
            time=clock(starts_at),
        ),
        text("calendar.off.remedy"),
        action,
    )


def shown(meetings: Iterable[TodaysMeeting], *, hidden: bool) -> list[TodaysMeeting]:
    """Name each by its topic, or by its number where it has none, or where topics are `hidden`."""
    return [
        replace(one, topic=("" if hidden else one.topic) or _plain_name(one.meeting))
        for one in meetings
    ]


def _plain_name(meeting: str) -> str:
    number = meeting if meeting.isdigit() else None
    return meeting_name(Meeting(uuid=None if number else meeting, number=number))
