"""Meetings that I host and that run already: asked for once, kept alone once given up, across restarts."""

from collections.abc import AsyncIterator, Iterable
from pathlib import Path

import pytest

from rtms_tray.capture import events as e
from rtms_tray.capture import routing as boards
from rtms_tray.capture.board import Board
from rtms_tray.capture.context import Context
from rtms_tray.store.state import load_suppressions
from rtms_tray.support.units import HOUR, MINUTE, Millis
from rtms_tray.zoom.feeds import Received
from rtms_tray.zoom.replies import MeetingListed
from tests.helpers.capture_stage import NUMBER, OWN_MEETING
from tests.helpers.manual_clock import NOON
from tests.runtime.planner_harness import PlannerHarness


class HostedPlanner(PlannerHarness):
    """A planner that watches every meeting that I host."""

    def __init__(self, file: Path) -> None:
        super().__init__(file)
        self.every_hosted = True
        self.scheduled.begin()

    def give_up(self) -> None:
        """The user gives the newest meeting up."""
        key = self.board.sessions[-1].key
        self.board = boards.turn(self.board, e.GivenUp(), self.clock(), key).board
        self.scheduled.note_given_up()

    def found(self, numbers: Iterable[str]) -> None:
        """Zoom lists what runs."""
        self.scheduled.found_running([listed(number) for number in numbers])


def listed(number: str, start: Millis | None = None) -> MeetingListed:
    return MeetingListed(number, None, "Topic", None, start, is_host=None)


def starts(harness: HostedPlanner) -> list[Millis | None]:
    return [one.starts_at for one in harness.scheduled.plans]


@pytest.fixture
async def harness(tmp_path: Path) -> AsyncIterator[HostedPlanner]:
    harness = HostedPlanner(tmp_path / "data" / "armed.json")
    yield harness
    harness.scheduled.close()


async def test_what_runs_is_asked_for_once(harness: HostedPlanner) -> None:
    harness.found([NUMBER])
    harness.found([NUMBER])
    assert harness.asked == [e.StartRequested(NUMBER, scheduled=True)]


async def test_a_plan_for_it_is_carried_out_with_it(harness: HostedPlanner) -> None:
    harness.scheduled.plan(NUMBER, NOON + HOUR)
    harness.found([NUMBER])
    assert harness.scheduled.plans == ()


async def test_meetings_of_others_are_not_mine(harness: HostedPlanner) -> None:
    harness.scheduled.found_running([MeetingListed(NUMBER, None, "", None, None, is_host=False)])
    harness.scheduled.found_running([MeetingListed(None, "uuid", "", None, None, is_host=True)])
    assert harness.asked == []


async def test_what_was_given_up_is_not_asked_for_again(harness: HostedPlanner) -> None:
    harness.found([NUMBER])
    harness.give_up()
    harness.clock.advance(2 * HOUR)
    harness.board = Board(context=Context(me="me"))  # the session is no longer listed
    harness.found([NUMBER])
    assert len(harness.asked) == 1
    again = HostedPlanner(harness.file)
    again.clock.now = harness.clock.now
    again.found([NUMBER])
    assert again.asked == []
    again.clock.advance(MINUTE)
    again.found([])
    again.found([NUMBER])
    assert len(again.asked) == 1, "it had ended in between"
    assert load_suppressions(harness.file) == ()


async def test_nor_when_news_of_its_start_comes_late(harness: HostedPlanner) -> None:
    harness.found([NUMBER])
    harness.give_up()
    harness.board = Board(context=Context(me="me"))
    harness.scheduled.take(Received(e.MeetingStarted(OWN_MEETING, NOON), "", NOON))
    harness.found([])
    assert len(harness.asked) == 1


async def test_a_hosted_plan_that_was_given_up_does_not_come_back(harness: HostedPlanner) -> None:
    start = NOON + HOUR
    mine = MeetingListed(NUMBER, None, "Topic", None, start, is_host=True)
    harness.scheduled.found_hosted([mine])
    assert harness.scheduled.cancel(NUMBER)
    harness.scheduled.found_hosted([mine])
    assert harness.scheduled.plans == ()
    harness.clock.now = start
    harness.scheduled.look()
    harness.found([NUMBER])
    assert harness.asked == []
    tomorrow = MeetingListed(NUMBER, None, "Topic", None, start + 24 * HOUR, is_host=True)
    harness.scheduled.found_hosted([tomorrow])
    assert starts(harness) == [start + 24 * HOUR]


async def test_the_users_own_plan_leaves_nothing_behind(harness: HostedPlanner) -> None:
    harness.scheduled.plan(NUMBER, NOON + HOUR)
    harness.scheduled.cancel(NUMBER)
    assert harness.scheduled.suppressions == ()
