"""Plans ahead, carried out: at `meeting.started`, at the start time, once; kept across restarts."""

import asyncio
import os
import stat
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from rtms_tray.capture import events as e
from rtms_tray.capture import routing as boards
from rtms_tray.capture.board import Board
from rtms_tray.capture.context import Context
from rtms_tray.capture.plans import LATE, Plan
from rtms_tray.runtime import planner as module
from rtms_tray.runtime.planner import ScheduledRequests
from rtms_tray.store.state import load_plans
from rtms_tray.support.units import HOUR, MINUTE, SECOND, Millis
from rtms_tray.zoom.feeds import Received
from rtms_tray.zoom.replies import MeetingListed
from tests.helpers.capture_stage import MEETING, NUMBER, OWN_MEETING, UUID
from tests.helpers.expected_logs import ExpectedLogs
from tests.helpers.manual_clock import NOON, ManualClock


class Desk:
    """A planner with a board of its own; `asked` is what it asked for."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.clock = ManualClock()
        self.board = Board(context=Context(me="me"))
        self.asked: list[e.StartRequested] = []
        self.every_hosted = False
        self.changes = 0
        self.scheduled = ScheduledRequests(
            file,
            self.clock,
            board=lambda: self.board,
            ask=self._ask,
            every_hosted=lambda: self.every_hosted,
            changed=self._changed,
        )

    def _ask(self, event: e.StartRequested) -> None:
        self.asked.append(event)
        self.board = boards.turn(self.board, event, self.clock()).board

    def _changed(self) -> None:
        self.changes += 1

    async def begins(self, meeting: e.Meeting = MEETING, at: Millis = NOON) -> None:
        """Zoom tells that a meeting has begun."""
        self.scheduled.take(Received(e.MeetingStarted(meeting, at), "", self.clock()))
        await asyncio.sleep(0)

    def after(self, length: Millis) -> None:
        """Time passes, and the planner looks."""
        self.clock.advance(length)
        self.scheduled.look()


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    made = Desk(tmp_path / "data" / "armed.json")
    yield made
    made.scheduled.close()


async def test_the_request_goes_out_when_the_meeting_begins(desk: Desk) -> None:
    desk.scheduled.plan(NUMBER, None)
    await desk.begins()
    assert desk.asked == [e.StartRequested(NUMBER, UUID, scheduled=True)]
    assert desk.scheduled.plans == ()
    await desk.begins()
    assert len(desk.asked) == 1, "an event that comes twice asks once"


async def test_the_session_hears_of_the_start_first(desk: Desk) -> None:
    desk.scheduled.plan(NUMBER, None)
    desk.scheduled.take(Received(e.MeetingStarted(MEETING, NOON), "", NOON))
    assert desk.asked == []
    await asyncio.sleep(0)
    assert len(desk.asked) == 1


async def test_or_at_its_start_time(desk: Desk) -> None:
    desk.scheduled.plan(NUMBER, NOON + HOUR)
    desk.after(HOUR - 1)
    assert desk.asked == []
    desk.after(1)
    assert desk.asked == [e.StartRequested(NUMBER, scheduled=True)]
    assert desk.scheduled.plans == ()
    await desk.begins()
    assert len(desk.asked) == 1, "the session waits for that by itself"


async def test_it_looks_by_itself_when_the_time_comes(desk: Desk) -> None:
    desk.scheduled.plan(NUMBER, NOON + 20)
    desk.clock.advance(20)
    async with asyncio.timeout(5):
        while not desk.asked:  # noqa: ASYNC110 - the planner tells nobody that it asks
            await asyncio.sleep(0.005)


async def test_old_news_asks_for_nothing(desk: Desk) -> None:
    desk.scheduled.plan(NUMBER, None)
    await desk.begins(at=NOON - LATE - 1)
    assert desk.asked == []


async def test_other_meetings_and_events_are_nothing_to_it(desk: Desk) -> None:
    desk.scheduled.plan("999999999", None)
    await desk.begins()
    desk.scheduled.take(Received(e.MeetingEnded(MEETING, NOON), "", NOON))
    assert desk.asked == []


async def test_a_meeting_that_is_watched_already_is_not_asked_for(desk: Desk) -> None:
    desk._ask(e.StartRequested(NUMBER))
    desk.scheduled.plan(NUMBER, NOON + MINUTE)
    desk.after(MINUTE)
    assert len(desk.asked) == 1
    assert desk.scheduled.plans == ()


async def test_every_meeting_that_i_host(desk: Desk) -> None:
    await desk.begins(OWN_MEETING)
    assert desk.asked == []
    desk.every_hosted = True
    await desk.begins(OWN_MEETING)
    await desk.begins(OWN_MEETING)
    assert desk.asked == [e.StartRequested(NUMBER, UUID, scheduled=True)]


async def test_a_plan_is_given_up(desk: Desk) -> None:
    desk.scheduled.plan(NUMBER, NOON + MINUTE)
    assert desk.scheduled.cancel(NUMBER)
    assert not desk.scheduled.cancel(NUMBER)
    desk.after(MINUTE)
    assert desk.asked == []


# --- what comes to nothing ----------------------------------------------------------------------


async def test_what_was_missed_is_told_until_it_is_noted(desk: Desk) -> None:
    desk.scheduled.plan(NUMBER, NOON + MINUTE)
    desk.clock.advance(MINUTE + LATE + SECOND)  # this machine slept
    desk.scheduled.look()
    assert desk.asked == []
    (notice,) = desk.scheduled.notices
    assert (notice.code, notice.action and notice.action.name) == ("planned_missed", "disarm")
    assert "987 1234 5670" in notice.text
    assert desk.scheduled.view == ()
    desk.scheduled.cancel(None)
    assert desk.scheduled.notices == ()


async def test_missed_without_a_time(desk: Desk) -> None:
    desk.scheduled.plan(NUMBER, None)
    desk.after(31 * 24 * HOUR)
    assert desk.scheduled.notices[0].text.endswith("started: 987 1234 5670.")


# --- what I host, where no event tells ----------------------------------------------------------


def listed(number: str | None, start: Millis | None, *, mine: bool = True) -> MeetingListed:
    return MeetingListed(number, None, "Topic", None, start, mine)


async def test_hosted_meetings_are_planned_from_the_list(desk: Desk) -> None:
    desk.scheduled.found_hosted(
        [
            listed(NUMBER, NOON + HOUR),
            listed("222222222", NOON + HOUR, mine=False),
            listed("333333333", NOON - 1),
            listed("444444444", None),
            listed(None, NOON + HOUR),
        ]
    )
    (plan,) = desk.scheduled.plans
    assert plan == Plan(NUMBER, NOON, NOON + HOUR, hosted=True)


async def test_a_hosted_meeting_that_moves_moves_its_plan(desk: Desk) -> None:
    desk.scheduled.found_hosted([listed(NUMBER, NOON + HOUR)])
    desk.scheduled.found_hosted([listed(NUMBER, NOON + 2 * HOUR)])
    before = desk.changes
    desk.scheduled.found_hosted([listed(NUMBER, NOON + 2 * HOUR)])
    assert [one.starts_at for one in desk.scheduled.plans] == [NOON + 2 * HOUR]
    assert desk.changes == before


async def test_what_the_user_planned_stays_as_it_is(desk: Desk) -> None:
    desk.scheduled.plan(NUMBER, NOON + MINUTE)
    desk.scheduled.found_hosted([listed(NUMBER, NOON + HOUR)])
    assert [one.starts_at for one in desk.scheduled.plans] == [NOON + MINUTE]


# --- what is shown, and kept ----------------------------------------------------------------------


async def test_the_next_is_shown_first(desk: Desk) -> None:
    desk.scheduled.plan("111111111", None)
    desk.scheduled.plan("222222222", NOON + 2 * HOUR)
    desk.scheduled.plan(NUMBER, NOON + HOUR)
    assert [one.meeting_id for one in desk.scheduled.view] == [NUMBER, "222222222", "111111111"]
    assert desk.scheduled.view[0].meeting == "Meeting 987 1234 5670"


async def test_plans_are_kept_across_restarts_for_this_user_alone(desk: Desk) -> None:
    desk.scheduled.plan(NUMBER, NOON + HOUR)
    if os.name == "posix":
        assert stat.S_IMODE(desk.file.stat().st_mode) == 0o600
    again = Desk(desk.file)
    again.clock.now = NOON + HOUR
    again.scheduled.begin()
    again.scheduled.close()
    assert again.asked == [e.StartRequested(NUMBER, scheduled=True)]
    assert load_plans(desk.file) == ()


async def test_a_disk_that_takes_nothing_is_told(desk: Desk, expected_logs: ExpectedLogs) -> None:
    expected_logs.expect("planner:WARNING:The plans cannot be written down")
    desk.file.mkdir(parents=True)
    desk.scheduled.plan(NUMBER, None)
    assert [notice.code for notice in desk.scheduled.notices] == ["plans_not_kept"]
    desk.file.rmdir()
    desk.scheduled.plan("111111111", None)
    assert desk.scheduled.notices == ()


def test_it_looks_often_enough_after_sleep() -> None:
    assert module.LONGEST_WAIT_S <= 15
