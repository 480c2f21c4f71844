"""The page of the tour, played against the real program."""

from pathlib import Path

import pytest

from rtms_tray.capture.states import CaptureState
from rtms_tray.demo.tour import TOUR
from rtms_tray.support.texts import text
from tests.helpers.demo_harness import run_demo

pytestmark = [pytest.mark.qt_loop, pytest.mark.usefixtures("qapp")]


async def test_the_tour_visits_every_state(tmp_path: Path) -> None:
    async with run_demo(tmp_path) as demo:
        tour, first = demo.panel.tour, len(demo.overviews)
        for stop in TOUR:
            await demo.press(tour.next)
            await demo.wait_until(lambda: not tour.is_waiting, f"{stop.state}: {tour.text.text()}")
            assert tour.text.text() == stop.text
            assert not demo.panel.trouble.isVisible(), demo.panel.trouble.text()
        assert tour.next.text() == text("demo.tour.again")
        assert tour.visited == set(CaptureState)
        seen = demo.overviews[first:]
        shown = {session.state for view in seen for session in view.sessions}
        shown |= {view.overall for view in seen}
        assert shown == set(CaptureState)
        assert demo.program.overview().account.email == "olive.owner@example.com"


async def test_the_tour_runs_by_itself_until_it_is_held(tmp_path: Path) -> None:
    async with run_demo(tmp_path) as demo:
        tour = demo.panel.tour
        tour._next_timer.setInterval(1)
        tour.auto.click()
        assert tour.auto.text() == text("demo.tour.hold")
        await demo.wait_until(lambda: tour.position == 2, "the third step")
        tour.auto.click()
        assert tour.auto.text() == text("demo.tour.run")
        await demo.wait_until(lambda: not tour.is_waiting, "the state of the third step")
        assert tour.position == 2
        assert not tour._next_timer.isActive()


async def test_the_tour_holds_by_itself_at_its_end(tmp_path: Path) -> None:
    async with run_demo(tmp_path) as demo:
        tour = demo.panel.tour
        tour.position = len(TOUR) - 3
        tour._next_timer.setInterval(1)
        await demo.press(tour.next)
        tour.auto.click()
        await demo.wait_until(
            lambda: tour.position == len(TOUR) - 1 and not tour.is_waiting, "the end"
        )
        assert tour.auto.text() == text("demo.tour.run")
        assert not tour._next_timer.isActive()


async def test_a_state_that_does_not_come_holds_nobody_up(tmp_path: Path) -> None:
    async with run_demo(tmp_path) as demo:
        tour = demo.panel.tour
        tour.position = 2  # from here on nothing was asked, so nothing can be pending
        tour._late_timer.setInterval(1)
        await demo.press(tour.next)
        await demo.wait_until(lambda: "not shown in the tray" in tour.progress.text(), "the excuse")
        assert tour.next.isEnabled()


async def test_closing_holds_the_tour(tmp_path: Path) -> None:
    async with run_demo(tmp_path) as demo:
        tour = demo.panel.tour
        tour.auto.click()
        demo.panel.close()
        assert not tour.is_automatic
        assert not tour._next_timer.isActive()
