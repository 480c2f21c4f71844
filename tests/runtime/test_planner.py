"""Plans ahead, carried out: at `meeting.started`, at the start time, once; kept across restarts."""

import asyncio
import os
import stat
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from rtms_tray.capture import events as e
from rtms_tray.capture import routing as boards
from rtms_tray.capture.plans import LATE, Plan
from rtms_tray.runtime import planner as module
from rtms_tray.store.state import load_plans
from rtms_tray.support.units import HOUR, MINUTE, SECOND, Millis
from rtms_tray.zoom.feeds import Received
from rtms_tray.zoom.replies import MeetingListed
from tests.helpers.capture_stage import MEETING, NUMBER, OWN_MEETING, UUID
from tests.helpers.expected_logs import ExpectedLogs
from tests.helpers.manual_clock import NOON
from tests.runtime.planner_harness import PlannerHarness


class Planner(PlannerHarness):
    """The planner as time passes and meetings begin."""

    async def begins(self, meeting: e.Meeting = MEETING, at: Millis = NOON) -> None:
        """Zoom tells that a meeting has begun."""
        self.scheduled.take(Received(e.MeetingStarted(meeting, at), "", self.clock()))
        await asyncio.sleep(0)

    def after(self, length: Millis) -> None:
        """Time passes, and the planner looks."""
        self.clock.advance(length)
        self.scheduled.look()


@pytest.fixture
async def harness(tmp_path: Path) -> AsyncIterator[Planner]:
    harness = Planner(tmp_path / "data" / "armed.json")
    yield harness
    harness.scheduled.close()


async def test_the_request_goes_out_when_the_meeting_begins(harness: Planner) -> None:
    harness.scheduled.plan(NUMBER, None)
    await harness.begins()
    assert harness.asked == [e.StartRequested(NUMBER, UUID, scheduled=True)]
    assert harness.scheduled.plans == ()
    await harness.begins()
    assert len(harness.asked) == 1, "an event that comes twice asks once"


async def test_the_session_hears_of_the_start_first(harness: Planner) -> None:
    harness.scheduled.plan(NUMBER, None)
    harness.scheduled.take(Received(e.MeetingStarted(MEETING, NOON), "", NOON))
    assert harness.asked == []
    await asyncio.sleep(0)
    assert len(harness.asked) == 1


async def test_or_at_its_start_time(harness: Planner) -> None:
    harness.scheduled.plan(NUMBER, NOON + HOUR)
    harness.after(HOUR - 1)
    assert harness.asked == []
    harness.after(1)
    assert harness.asked == [e.StartRequested(NUMBER, scheduled=True)]
    assert harness.scheduled.plans == ()
    await harness.begins()
    assert len(harness.asked) == 1, "the session waits for that by itself"


async def test_it_looks_by_itself_when_the_time_comes(harness: Planner) -> None:
    harness.scheduled.plan(NUMBER, NOON + 20)
    harness.clock.advance(20)
    async with asyncio.timeout(5):
        while not harness.asked:  # noqa: ASYNC110 - the planner tells nobody that it asks
            await asyncio.sleep(0.005)


async def test_old_news_asks_for_nothing(harness: Planner) -> None:
    harness.scheduled.plan(NUMBER, None)
    await harness.begins(at=NOON - LATE - 1)
    assert harness.asked == []


async def test_other_meetings_and_events_are_nothing_to_it(harness: Planner) -> None:
    harness.scheduled.plan("999999999", None)
    await harness.begins()
    harness.scheduled.take(Received(e.MeetingEnded(MEETING, NOON), "", NOON))
    assert harness.asked == []


async def test_a_meeting_that_is_watched_already_is_not_asked_for(harness: Planner) -> None:
    harness._ask(e.StartRequested(NUMBER))
    harness.scheduled.plan(NUMBER, NOON + MINUTE)
    harness.after(MINUTE)
    assert len(harness.asked) == 1
    assert harness.scheduled.plans == ()


async def test_every_meeting_that_i_host(harness: Planner) -> None:
    await harness.begins(OWN_MEETING)
    assert harness.asked == []
    harness.every_hosted = True
    await harness.begins(OWN_MEETING)
    await harness.begins(OWN_MEETING)
    assert harness.asked == [e.StartRequested(NUMBER, UUID, scheduled=True)]


async def test_a_plan_is_given_up(harness: Planner) -> None:
    harness.scheduled.plan(NUMBER, NOON + MINUTE)
    assert harness.scheduled.cancel(NUMBER)
    assert not harness.scheduled.cancel(NUMBER)
    harness.after(MINUTE)
    assert harness.asked == []


# --- what comes to nothing ----------------------------------------------------------------------


async def test_what_was_missed_is_told_until_it_is_noted(harness: Planner) -> None:
    harness.scheduled.plan(NUMBER, NOON + MINUTE)
    harness.clock.advance(MINUTE + LATE + SECOND)  # this machine slept
    harness.scheduled.look()
    assert harness.asked == []
    (notice,) = harness.scheduled.notices
    assert (notice.code, notice.action and notice.action.name) == ("planned_missed", "disarm")
    assert "987 1234 5670" in notice.text
    assert harness.scheduled.view == ()
    harness.scheduled.cancel(None)
    assert harness.scheduled.notices == ()


async def test_missed_without_a_time(harness: Planner) -> None:
    harness.scheduled.plan(NUMBER, None)
    harness.after(31 * 24 * HOUR)
    assert harness.scheduled.notices[0].text.endswith("started: 987 1234 5670.")


# --- what I host, where no event tells ----------------------------------------------------------


def listed(number: str | None, start: Millis | None, *, mine: bool = True) -> MeetingListed:
    return MeetingListed(number, None, "Topic", None, start, mine)


async def test_hosted_meetings_are_planned_from_the_list(harness: Planner) -> None:
    harness.scheduled.found_hosted(
        [
            listed(NUMBER, NOON + HOUR),
            listed("222222222", NOON + HOUR, mine=False),
            listed("333333333", NOON - 1),
            listed("444444444", None),
            listed(None, NOON + HOUR),
        ]
    )
    (plan,) = harness.scheduled.plans
    assert plan == Plan(NUMBER, NOON, NOON + HOUR, hosted=True)


async def test_a_hosted_meeting_that_moves_moves_its_plan(harness: Planner) -> None:
    harness.scheduled.found_hosted([listed(NUMBER, NOON + HOUR)])
    harness.scheduled.found_hosted([listed(NUMBER, NOON + 2 * HOUR)])
    before = harness.changes
    harness.scheduled.found_hosted([listed(NUMBER, NOON + 2 * HOUR)])
    assert [one.starts_at for one in harness.scheduled.plans] == [NOON + 2 * HOUR]
    assert harness.changes == before


async def test_what_the_user_planned_stays_as_it_is(harness: Planner) -> None:
    harness.scheduled.plan(NUMBER, NOON + MINUTE)
    harness.scheduled.found_hosted([listed(NUMBER, NOON + HOUR)])
    assert [one.starts_at for one in harness.scheduled.plans] == [NOON + MINUTE]


# --- what is shown, and kept ----------------------------------------------------------------------


async def test_the_next_is_shown_first(harness: Planner) -> None:
    harness.scheduled.plan("111111111", None)
    harness.scheduled.plan("222222222", NOON + 2 * HOUR)
    harness.scheduled.plan(NUMBER, NOON + HOUR)
    assert [one.meeting_id for one in harness.scheduled.view] == [NUMBER, "222222222", "111111111"]
    assert harness.scheduled.view[0].meeting == "Meeting 987 1234 5670"


async def test_plans_are_kept_across_restarts_for_this_user_alone(harness: Planner) -> None:
    harness.scheduled.plan(NUMBER, NOON + HOUR)
    if os.name == "posix":
        assert stat.S_IMODE(harness.file.stat().st_mode) == 0o600
    again = Planner(harness.file)
    again.clock.now = NOON + HOUR
    again.scheduled.begin()
    again.scheduled.close()
    assert again.asked == [e.StartRequested(NUMBER, scheduled=True)]
    assert load_plans(harness.file) == ()


async def test_damaged_plans_are_set_aside_and_told_until_noted(
    harness: Planner, expected_logs: ExpectedLogs
) -> None:
    expected_logs.expect("planner:WARNING:The plans were damaged")
    harness.file.parent.mkdir(parents=True, exist_ok=True)
    harness.file.write_text('{"plans": [{"number": "98712345670", "made_')
    harness.scheduled.begin()
    (notice,) = harness.scheduled.notices
    aside = harness.file.with_name(f"{harness.file.name}.damaged")
    assert notice.code == "plans_set_aside"
    assert aside.name in notice.text
    assert str(aside) in notice.remedy
    harness.scheduled.plan(NUMBER, NOON + HOUR)
    assert aside.read_text().startswith('{"plans"'), "what was planned can still be looked up"
    assert len(load_plans(harness.file)) == 1
    changes = harness.changes
    harness.scheduled.cancel(None)
    assert harness.scheduled.notices == ()
    assert harness.changes > changes
    harness.scheduled.close()


async def test_damaged_plans_that_cannot_be_set_aside_are_told(
    harness: Planner, expected_logs: ExpectedLogs, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_path: Path) -> Path | None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(module, "set_aside_damaged_plans", refuse)
    expected_logs.expect("planner:WARNING:The plans")
    harness.scheduled.begin()
    assert [notice.code for notice in harness.scheduled.notices] == ["plans_set_aside"]


async def test_a_disk_that_takes_nothing_is_told(
    harness: Planner, expected_logs: ExpectedLogs
) -> None:
    expected_logs.expect("planner:WARNING:The plans cannot be written down")
    harness.file.mkdir(parents=True)
    harness.scheduled.plan(NUMBER, None)
    assert [notice.code for notice in harness.scheduled.notices] == ["plans_not_kept"]
    harness.file.rmdir()
    harness.scheduled.plan("111111111", None)
    assert harness.scheduled.notices == ()


def test_it_looks_often_enough_after_sleep() -> None:
    assert module.LONGEST_WAIT_S <= 15


@pytest.mark.parametrize(("hosted", "asked"), [(True, 0), (False, 1)])
async def test_of_several_trays_the_one_that_acts_asks_for_hosted_meetings(
    harness: Planner, *, hosted: bool, asked: int
) -> None:
    harness.board = boards.turn(harness.board, e.ActingChanged(acting=False), NOON).board
    harness.scheduled.plan(NUMBER, NOON + HOUR, hosted=hosted)
    harness.clock.now += HOUR
    harness.scheduled.look()
    assert len(harness.asked) == asked
    assert harness.scheduled.plans == ()
