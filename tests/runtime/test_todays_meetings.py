"""The meetings of today: Zoom's and the calendar's together, and plans that follow theirs."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from rtms_tray.agenda.entries import CalendarEntry, Entries
from rtms_tray.agenda.source import CalendarError, Trouble
from rtms_tray.history.model import HistoryError
from rtms_tray.history.model import Trouble as HistoryTrouble
from rtms_tray.history.reader import HistoryReader, Past
from rtms_tray.presentation.view_model import OfferSource
from rtms_tray.presentation.wording import clock as time_of_day
from rtms_tray.runtime import todays_meetings as module
from rtms_tray.runtime.todays_meetings import TodayInputs, TodaysMeetings, shown
from rtms_tray.support.frozen import replace
from rtms_tray.support.tasks import Tasks
from rtms_tray.support.units import HOUR, MINUTE
from rtms_tray.zoom.replies import MeetingListed
from tests.helpers.manual_clock import NOON
from tests.helpers.notification_daemon import wait_until
from tests.runtime.planner_harness import PlannerHarness

ME = "olive@example.com"
CALL = CalendarEntry(
    "98712345671", NOON + HOUR, NOON + 2 * HOUR, "Customer <b>call</b>", "ana@example.org"
)
OURS = CalendarEntry("98712345672", NOON + 2 * HOUR, NOON + 3 * HOUR, "Planning", "bo@example.com")
MINE = replace(OURS, number="98712345673", organizer=ME)
ANYBODYS = replace(OURS, number="98712345674", organizer="someone@gmail.com")
HOSTED = MeetingListed("98712345670", "uuid==", "Weekly", "me", NOON + 90 * MINUTE, True)
RUNNING = MeetingListed(None, "running==", "", "me", None, None)


class FakeCalendar:
    """A calendar that says what a test wants, once it is ready."""

    def __init__(self) -> None:
        self.source = ""
        self.entries: Entries = ()
        self.coming: Entries | None = None
        self.trouble: CalendarError | None = None
        self.failing: CalendarError | None = None
        self.me = ""
        self.ready = asyncio.Event()
        self.ready.set()

    async def look(self, me: str) -> Entries:
        await self.ready.wait()
        self.me, self.trouble = me, self.failing
        if self.coming is not None:
            self.entries = self.coming
        return self.entries


class Rig(PlannerHarness):
    """Today's meetings beside a planner, with a calendar and a history of their own."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        super().__init__(folder / "plans.json")
        self.calendar = FakeCalendar()
        self.calendars: list[str] = []
        self.source = "/mine.ics"
        self.past: dict[str, Past] | HistoryError = {}
        self.tasks = Tasks()
        monkeypatch.setattr(HistoryReader, "captured", self._captured)
        monkeypatch.setattr("rtms_tray.agenda.calendar.Calendar", self._make)
        inputs = TodayInputs(
            lambda: self.source, lambda: ME, lambda: None, self.tasks.spawn, self._changed
        )
        self.today = TodaysMeetings(self.clock, self.scheduled, folder / "history.sqlite3", inputs)

    def _make(self, source: str, *_: object) -> FakeCalendar:
        self.calendars.append(source)
        self.calendar.source = source
        return self.calendar

    async def _captured(self, numbers: list[str]) -> dict[str, Past]:
        if isinstance(self.past, HistoryError):
            raise self.past
        return {number: past for number, past in self.past.items() if number in numbers}

    async def about(self, entry: CalendarEntry) -> str:
        self.calendar.entries = (entry,)
        (one,) = await self.today.with_calendar((), ())
        return one.about

    def codes(self) -> list[str]:
        return [notice.code for notice in self.today.notices]

    def plans(self) -> list[tuple[str, int | None]]:
        return [(plan.number, plan.starts_at) for plan in self.scheduled.plans]


@pytest.fixture
async def rig(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Rig]:
    rig = Rig(tmp_path, monkeypatch)
    yield rig
    rig.today.close()
    rig.scheduled.close()
    await rig.tasks.close()


async def test_one_list_what_runs_first_then_by_time(rig: Rig) -> None:
    over = replace(CALL, number="98712345679", starts_at=NOON - HOUR, ends_at=NOON)
    tomorrow = replace(CALL, number="98712345678", starts_at=NOON + 24 * HOUR, ends_at=NOON * 2)
    rig.calendar.entries = (over, CALL, replace(CALL, number="98712345670"), OURS, tomorrow)
    found = await rig.today.with_calendar((RUNNING,), (HOSTED,))
    assert [(one.meeting, one.live) for one in found] == [
        ("running==", True),
        ("98712345671", False),
        ("98712345670", False),  # as Zoom has it: the user hosts it
        ("98712345672", False),
    ]
    assert rig.calendar.me == ME
    names = [one.topic for one in shown(found, hidden=False)]
    assert names == ["Meeting running=…", "Customer <b>call</b>", "Weekly", "Planning"]
    assert shown(found, hidden=True)[2].topic == "Meeting 987 1234 5670"


async def test_a_slow_calendar_keeps_nobody_waiting(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PATIENCE_S", 0.01)
    rig.calendar.ready.clear()
    rig.today.begin_to_read()
    rig.calendar.coming = (CALL,)
    assert [one.meeting for one in await rig.today.with_calendar((), (HOSTED,))] == [HOSTED.number]
    rig.calendar.ready.set()
    await rig.today.entries()
    found = await rig.today.with_calendar((), (HOSTED,))
    assert [one.meeting for one in found] == [CALL.number, HOSTED.number]


async def test_whose_meeting_it_is(rig: Rig) -> None:
    assert await rig.about(CALL) == "From example.org"
    assert await rig.about(OURS) == "From your organization"
    assert await rig.about(MINE) == "You organize it"
    assert await rig.about(ANYBODYS) == ""
    assert await rig.about(replace(CALL, organizer="")) == ""


async def test_what_is_out_of_the_ordinary_and_what_history_says(rig: Rig) -> None:
    rig.past = {CALL.number: Past(4, 3), OURS.number: Past(1, 1)}
    moved = replace(CALL, moved_from=NOON)
    assert await rig.about(moved) == (
        f"Moved from {time_of_day(NOON)} · From example.org · Captured 3 of 4 times"
    )
    assert await rig.about(replace(OURS, cancelled=True)) == "Canceled · From your organization"
    rig.past = HistoryError(HistoryTrouble.SLOW)
    assert await rig.about(CALL) == "From example.org"


async def test_the_only_meeting_of_now_is_a_guess(rig: Rig) -> None:
    soon = replace(CALL, starts_at=NOON + 5 * MINUTE)
    off = replace(OURS, starts_at=NOON - MINUTE, cancelled=True)
    rig.calendar.entries = (soon, off, MINE)
    assert await rig.today.guess() == (OfferSource.CALENDAR, CALL.number)
    rig.calendar.entries = (soon, replace(MINE, starts_at=NOON))
    assert await rig.today.guess() is None


async def test_another_calendar_is_another_one(rig: Rig) -> None:
    await rig.today.entries()
    await rig.today.entries()
    rig.source = "/other.ics"
    await rig.today.entries()
    assert rig.calendars == ["/mine.ics", "/other.ics"]
    rig.source = ""
    rig.today.begin_to_read()
    assert await rig.today.entries() == ()
    assert await rig.today.with_calendar((), (HOSTED,)) != []
    assert rig.codes() == []


async def test_a_calendar_that_cannot_be_read_is_told(rig: Rig) -> None:
    rig.calendar.failing = CalendarError(Trouble.NO_FILE)
    before = rig.changes
    await rig.today.entries()
    assert rig.changes == before + 1
    (notice,) = rig.today.notices
    assert notice.code == "calendar_unreadable"
    assert notice.text.startswith("The file can't be read.")
    assert notice.remedy


# --- plans --------------------------------------------------------------------------------------


async def planned(rig: Rig) -> None:
    """Plan the call, which the calendar has."""
    rig.calendar.entries = (CALL,)
    await rig.today.entries()
    rig.scheduled.plan(CALL.number, CALL.starts_at)
    await rig.today.entries()
    assert rig.codes() == []


@pytest.mark.parametrize("says_so", [True, False])
async def test_a_plan_follows_its_meeting(rig: Rig, *, says_so: bool) -> None:
    await planned(rig)
    later = CALL.starts_at + HOUR
    moved_from = CALL.starts_at if says_so else None
    rig.calendar.entries = (replace(CALL, starts_at=later, moved_from=moved_from),)
    await rig.today.entries()
    assert rig.plans() == [(CALL.number, later)]
    await rig.today.entries()
    assert rig.plans() == [(CALL.number, later)]
    assert rig.codes() == []


async def test_a_plan_whose_meeting_is_cancelled_is_told_and_kept(rig: Rig) -> None:
    await planned(rig)
    rig.calendar.entries = (replace(CALL, cancelled=True),)
    await rig.today.entries()
    (notice,) = rig.today.notices
    assert notice.code == f"planned_off_{CALL.number}"
    assert notice.action is not None
    assert notice.action.arguments == (("meeting", CALL.number),)
    assert "Meeting 987 1234 5671" in notice.text
    rig.calendar.entries = (CALL,)
    await rig.today.entries()
    assert rig.codes() == []


async def test_a_plan_whose_meeting_has_gone_is_told_until_it_is_given_up(rig: Rig) -> None:
    await planned(rig)
    rig.calendar.entries = (OURS,)
    await rig.today.entries()
    await rig.today.entries()
    assert rig.codes() == [f"planned_off_{CALL.number}"]
    rig.scheduled.cancel(CALL.number)
    assert rig.codes() == []


async def test_other_plans_are_left_alone(rig: Rig) -> None:
    rig.scheduled.plan("98712345675", NOON + HOUR)  # in no calendar
    rig.scheduled.plan("98712345676", None)
    rig.scheduled.plan(CALL.number, CALL.starts_at + MINUTE)  # at a time of the user's own
    rig.calendar.entries = (CALL,)
    await rig.today.entries()
    before = rig.plans()
    await rig.today.entries()
    assert (rig.plans(), rig.codes()) == (before, [])


async def test_while_a_plan_waits_the_calendar_is_looked_at(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "FOLLOW_S", 0.01)
    rig.today.look_at_plans()
    assert rig.today._timer is None
    await planned(rig)
    rig.calendar.entries = (replace(CALL, cancelled=True),)
    rig.today.look_at_plans()
    rig.today.look_at_plans()
    await wait_until(rig.codes, 10)
    rig.scheduled.cancel(CALL.number)
    rig.today.look_at_plans()
    assert rig.today._timer is None
