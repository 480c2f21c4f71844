"""The page of the tour, played against the real program."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel

from rtms_tray.capture.states import CaptureState
from rtms_tray.demo.host_panel_widgets import FittingArea
from rtms_tray.demo.tour import TOUR, words_at
from rtms_tray.support.texts import text
from tests.helpers.demo_harness import MEETING, run_demo

pytestmark = [pytest.mark.qt_loop, pytest.mark.usefixtures("qapp")]


async def test_the_tour_visits_every_state(tmp_path: Path) -> None:
    async with run_demo(tmp_path) as demo:
        tour, first = demo.panel.tour, len(demo.overviews)
        for stop in TOUR:
            await demo.press(tour.next)
            await demo.wait_until(
                lambda: not tour.is_waiting, f"{stop.state}: {tour.happened.text()}"
            )
            assert tour.happened.text() == stop.text
            assert tour.arrival.overview is not None
            looks = [line.text() for line in tour.look.lines.findChildren(QLabel)]
            assert looks == [words_at(place, tour.arrival.overview) for place in stop.looks]
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
        tour.arrival._timer.setInterval(1)
        await demo.press(tour.next)
        await demo.wait_until(
            lambda: tour.look.heading.text() == text("demo.tour.late"), "the excuse"
        )
        assert tour.next.isEnabled()


async def test_closing_holds_the_tour(tmp_path: Path) -> None:
    async with run_demo(tmp_path) as demo:
        tour = demo.panel.tour
        tour.auto.click()
        demo.panel.close()
        assert not tour.is_automatic
        assert not tour._next_timer.isActive()


async def test_a_click_in_the_trays_own_window_is_followed(tmp_path: Path) -> None:
    async with run_demo(tmp_path) as demo:
        tour = demo.panel.tour
        await demo.do("start", meeting=str(MEETING))
        await demo.wait_until(lambda: tour.position == 0, "the tour to begin")
        for _ in range(2):
            await demo.press(tour.next)
            await demo.wait_until(lambda: not tour.is_waiting, tour.happened.text())
        assert tour.hint.text() == "Now click “Resend request” in rtms-tray."
        await demo.do("resend", meeting=str(MEETING))
        await demo.wait_until(lambda: tour.position == 3, "the tour to go on")
        assert tour.happened.text() == TOUR[3].text
        assert not tour.is_waiting


async def test_what_is_played_elsewhere_does_not_begin_the_tour(tmp_path: Path) -> None:
    async with run_demo(tmp_path) as demo:
        tour = demo.panel.tour
        tour.leave()
        await demo.do("start", meeting=str(MEETING))
        assert tour.stop is None
        assert tour.heading.text() == text("demo.tour.intro.heading")


async def test_a_step_that_is_not_possible_holds_nobody_up(tmp_path: Path) -> None:
    async with run_demo(tmp_path) as demo:
        tour = demo.panel.tour
        tour.position = 0  # nothing was asked, so nothing can be approved
        await demo.press(tour.next)
        await demo.wait_until(demo.panel.trouble.text, "the refusal")
        assert tour.look.heading.text() == text("demo.tour.late")
        assert tour.next.isEnabled()


async def test_a_low_page_keeps_the_button_that_goes_on(tmp_path: Path) -> None:
    async with run_demo(tmp_path) as demo:
        tour, panel = demo.panel.tour, demo.panel
        assert tour.auto.isVisible()
        assert tour._states.isVisible()
        panel.resize(panel.minimumSize())
        await demo.wait_until(lambda: not tour.auto.isVisible(), "the page to be low")
        assert not tour._states.isVisible()
        [area] = tour.findChildren(FittingArea)
        await demo.wait_until(lambda: area.verticalScrollBar().isVisible(), "the rest to scroll")
        assert tour.next.visibleRegion().boundingRect() == tour.next.rect()
        assert "\n" in tour.next.text()
        panel.resize(540, 640)
        await demo.wait_until(
            lambda: not area.verticalScrollBar().isVisible(), "the words to have their room"
        )
        assert "\n" not in tour.next.text()
