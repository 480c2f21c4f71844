"""The page of the scenarios, played against the real program."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from rtms_tray.capture.states import CaptureState
from rtms_tray.demo.scenario_playback import scenario_groups, short_name
from rtms_tray.support.texts import text
from tests.helpers.demo_harness import MEETING, DemoHarness, run_demo

pytestmark = [pytest.mark.qt_loop, pytest.mark.usefixtures("qapp")]

SCENARIOS = {s.name: s for group in scenario_groups().values() for s in group}


async def begin(demo: DemoHarness, name: str) -> None:
    page = demo.panel.scenarios
    page.choose(name)
    assert page.next.text() == text("demo.scenarios.begin")
    await demo.press(page.next)
    await demo.wait_until(
        lambda: page.playback is not None and page.next.isEnabled(), "the play to begin"
    )


async def perform_step(demo: DemoHarness, *, at: int) -> None:
    page = demo.panel.scenarios
    await demo.press(page.next)
    await until_at(demo, at)


async def until_at(demo: DemoHarness, at: int) -> None:
    page = demo.panel.scenarios
    await demo.wait_until(
        lambda: page.playback and page.playback.position == at, f"step {at} of the play"
    )


async def until_marked(demo: DemoHarness, at: int) -> None:
    await demo.wait_until(lambda: steps(demo)[at] == "▶", f"step {at} to be marked")


def steps(demo: DemoHarness) -> list[str]:
    """Give the marks before the steps, as they are drawn."""
    labels = demo.panel.scenarios.steps.findChildren(QLabel)
    return [label.text() for label in labels if label.text() in {"✓", "▶", "·"}]


@pytest.mark.parametrize("name", SCENARIOS)
async def test_every_scenario_is_played_to_its_end(name: str, tmp_path: Path) -> None:
    scenario = SCENARIOS[name]
    async with run_demo(tmp_path) as demo:
        page = demo.panel.scenarios
        await begin(demo, name)
        assert scenario.title in page.heading.text()
        assert page.text.text() == scenario.text
        for at, step in enumerate(scenario.play):
            await until_marked(demo, at)
            in_tray = step.by == "client"
            await demo.wait_until(page.next.isEnabled, "the next step to wake")
            assert page.next.text() == ("Do it for me" if in_tray else "Next step")
            assert ("in rtms-tray" in page.hint.text()) is in_tray
            await perform_step(demo, at=at + 1)
            assert not demo.panel.trouble.isVisible(), demo.panel.trouble.text()
        await demo.wait_until(page.result.text, "the result")
        if scenario.data is None:
            assert page.result.text() == text("demo.scenarios.result.no_data")
        else:
            result = "data" if scenario.data else "no_data"
            assert page.result.text() == text(f"demo.scenarios.result.{result}")
        assert page.next.text() == text("demo.scenarios.begin_again")


def test_the_thirteen_come_first_then_changes_and_messages() -> None:
    names = [[short_name(s) for s in group] for group in scenario_groups().values()]
    assert names[0] == [str(number) for number in range(1, 14)]
    assert names[1] == ["T1", "T2", "T3", "T4", "T5"]
    assert names[2] == ["M1", "M2", "M3", "M4", "M5", "M6"]


async def test_a_step_made_in_the_tray_counts(tmp_path: Path) -> None:
    async with run_demo(tmp_path) as demo:
        page = demo.panel.scenarios
        await begin(demo, "scenario-08")
        await demo.do("start", meeting=str(MEETING))
        await demo.wait_until(
            lambda: page.playback and page.playback.position == 1, "the tray's step to count"
        )
        assert steps(demo) == ["✓", "▶"]


async def test_a_step_made_by_the_hosts_button_counts(tmp_path: Path) -> None:
    async with run_demo(tmp_path) as demo:
        page = demo.panel.scenarios
        await begin(demo, "scenario-08")
        await perform_step(demo, at=1)
        await demo.press(demo.panel.actions_page.buttons["approve"])
        await demo.wait_until(
            lambda: page.result.text() == text("demo.scenarios.result.data"), "the end"
        )


async def test_a_step_that_cannot_be_made_is_said_and_stays(tmp_path: Path) -> None:
    async with run_demo(tmp_path) as demo:
        page = demo.panel.scenarios
        await begin(demo, "scenario-08")
        await perform_step(demo, at=1)
        await demo.act("deny")
        await demo.press(page.next)
        await demo.wait_until(demo.panel.trouble.text, "the refusal")
        assert demo.panel.trouble.text() == "There is no request for the host to answer."
        assert page.playback is not None
        assert page.playback.position == 1


async def test_a_step_that_the_tray_refuses_is_said_and_stays(tmp_path: Path) -> None:
    async with run_demo(tmp_path) as demo:
        page = demo.panel.scenarios
        await begin(demo, "scenario-08")
        await demo.do("sign-out")
        await demo.press(page.next)
        await demo.wait_until(page.answer.text, "the answer")
        assert page.answer.text().startswith("rtms-tray answers: ")
        assert page.playback is not None
        assert page.playback.position == 0


async def test_an_unexpected_end_is_said(tmp_path: Path) -> None:
    async with run_demo(tmp_path) as demo:
        page = demo.panel.scenarios
        await begin(demo, "scenario-09")
        await demo.simulator.change("meetings", {"number": MEETING, "approval_required": True})
        page.arrival._timer.setInterval(1)
        await perform_step(demo, at=1)
        await demo.wait_until(page.result.text, "the result")
        assert page.result.text() == text("demo.scenarios.result.unexpected_no_data")
        assert not page.shown.isVisibleTo(page)


async def test_the_next_step_waits_for_zoom(tmp_path: Path) -> None:
    async with run_demo(tmp_path, progression="manual") as demo:
        page = demo.panel.scenarios
        await begin(demo, "t1")
        await perform_step(demo, at=1)
        await demo.wait_until(lambda: page.hint.text() == "Zoom needs a moment…", "the hint")
        assert not page.next.isEnabled()
        await demo.simulator.change("step", {"until_quiet": True})
        await perform_step(demo, at=2)
        await demo.wait_until(
            lambda: page.result.text() == text("demo.scenarios.result.no_data"), "the end"
        )


async def test_a_new_play_ends_what_was_played(tmp_path: Path) -> None:
    async with run_demo(tmp_path) as demo:
        await begin(demo, "scenario-09")
        await perform_step(demo, at=1)
        await demo.wait_until(
            lambda: demo.program.overview().overall is CaptureState.SHARING, "the stream"
        )
        await demo.simulator.change("feed", {"refuse": True, "cut": True})
        arrival = demo.panel.scenarios.arrival
        await demo.wait_until(
            lambda: arrival.overview and not arrival.overview.feed.connected, "the panel to know"
        )
        await begin(demo, "scenario-05")
        overview = demo.program.overview()
        assert overview.feed.connected
        assert [session.state for session in overview.sessions] == [CaptureState.ENDED]
        await perform_step(demo, at=1)
        await perform_step(demo, at=2)
        await begin(demo, "scenario-08")
        states = {session.state for session in demo.program.overview().sessions}
        assert states == {CaptureState.ENDED}


async def test_a_new_play_needs_no_word_from_the_old_meeting(tmp_path: Path) -> None:
    async with run_demo(tmp_path) as demo:
        await begin(demo, "scenario-09")
        await perform_step(demo, at=1)
        await demo.wait_until(
            lambda: demo.program.overview().overall is CaptureState.SHARING, "the stream"
        )
        await demo.simulator.change("meetings", {"number": MEETING, "host_has_app": False})
        await demo.simulator.change("meetings", {"number": MEETING, "started": False})
        await begin(demo, "scenario-08")
        await perform_step(demo, at=1)
        await perform_step(demo, at=2)
        await demo.wait_until(demo.panel.scenarios.result.text, "the end")
        assert demo.panel.scenarios.result.text() == text("demo.scenarios.result.data")


async def test_a_new_play_signs_in_again(tmp_path: Path) -> None:
    async with run_demo(tmp_path) as demo:
        await demo.do("sign-out")
        arrival = demo.panel.scenarios.arrival
        await demo.wait_until(
            lambda: arrival.overview and arrival.overview.overall is CaptureState.SIGNED_OUT,
            "the panel to know",
        )
        await begin(demo, "scenario-09")
        assert demo.program.overview().account.email == "olive.owner@example.com"


async def test_the_keyboard_is_enough_for_a_play(tmp_path: Path) -> None:
    async with run_demo(tmp_path) as demo:
        page = demo.panel.scenarios
        demo.panel.tabs.setCurrentIndex(1)
        page.choose("scenario-07")
        page.next.setFocus()
        for at in range(3):
            QTest.keyClick(page.next, Qt.Key.Key_Return)
            await until_at(demo, at)
            await demo.wait_until(page.next.isEnabled, "the button to wake")
        assert page.next.hasFocus() or not demo.panel.isActiveWindow()
        assert page.result.text() == text("demo.scenarios.result.no_data")


async def test_tour_and_play_end_each_other(tmp_path: Path) -> None:
    async with run_demo(tmp_path) as demo:
        await begin(demo, "scenario-08")
        await demo.press(demo.panel.tour.next)
        assert demo.panel.scenarios.playback is None
        await demo.wait_until(lambda: not demo.panel.tour.is_waiting, "the first state")
        await begin(demo, "scenario-08")
        assert demo.panel.tour.stop is None
