"""The host panel: every button performs its action, and what cannot be done is explained."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QListWidget, QTabBar, QWidget

from rtms_tray.capture.states import CaptureState
from rtms_tray.demo.host_actions import ACTIONS
from rtms_tray.demo.host_panel import Page
from rtms_tray.demo.simulator_client import Meeting, SimulatorState
from rtms_tray.desktop.theme import DARK, LIGHT, is_dark
from rtms_tray.support.texts import text
from tests.helpers.demo_harness import MEETING, DemoHarness, run_demo

pytestmark = [pytest.mark.qt_loop, pytest.mark.usefixtures("qapp")]

Check = Callable[[SimulatorState, Meeting], object]


def stopped_by(reason: int) -> Check:
    return lambda _, m: m.streams and m.streams[-1].stop_reason == reason


def rooms(meeting: Meeting) -> list[str]:
    return [connection.person for connection in meeting.connections if connection.room]


BUTTONS: dict[str, tuple[tuple[str, ...], Check]] = {
    "approve": (("request",), lambda _, m: m.live_streams),
    "deny": (("request",), lambda _, m: m.request is None and not m.live_streams),
    "ignore": (("request",), lambda _, m: m.waits_for_host and m.approval == "ignore"),
    "sharing_off": (("starts_in_zoom",), stopped_by(5)),
    "all_apps_off": (("starts_in_zoom",), lambda _, m: not m.sharing_on and not m.live_streams),
    "sharing_on": (
        ("starts_in_zoom", "all_apps_off"),
        lambda _, m: m.sharing_on and m.live_streams,
    ),
    "host_joins": (("host_leaves",), lambda _, m: m.host_present),
    "host_leaves": ((), lambda _, m: not m.host_present),
    "hand_off_inside": (
        ("starts_in_zoom",),
        lambda _, m: m.host_now == "colleague" and m.live_streams,
    ),
    "hand_off_outside": (
        ("starts_in_zoom",),
        lambda _, m: m.host_now == "outsider" and not m.live_streams,
    ),
    "owner_joins": (("owner_leaves",), lambda _, m: m.owner_present),
    "owner_leaves": (("starts_in_zoom",), stopped_by(3)),
    "remove_owner": (("starts_in_zoom",), stopped_by(4)),
    "pause_in_zoom": (("starts_in_zoom",), lambda _, m: m.live_streams[0].paused),
    "resume_in_zoom": (
        ("starts_in_zoom", "pause_in_zoom"),
        lambda _, m: m.live_streams and not m.live_streams[0].paused,
    ),
    "second_device_joins": ((), lambda _, m: len(m.connections) == 3),
    "second_device_leaves": (("second_device_joins",), lambda _, m: len(m.connections) == 2),
    "host_to_room": (("starts_in_zoom",), lambda _, m: rooms(m) == ["host"] and m.live_streams),
    "host_from_room": (("host_to_room",), lambda _, m: rooms(m) == []),
    "close_rooms_silently": (("host_to_room", "open_breakout"), lambda _, m: rooms(m) == []),
    "open_breakout": (("starts_in_zoom",), lambda _, m: m.in_breakout_room and not m.live_streams),
    "close_breakout": (
        ("starts_in_zoom", "open_breakout"),
        lambda _, m: not m.in_breakout_room and m.live_streams,
    ),
    "start_meeting": (("end_meeting",), lambda _, m: m.started),
    "end_meeting": ((), lambda _, m: m.ended and not m.started),
    "cut_feed": ((), lambda w, _: w.feed.faults.refuse and not w.feed.connections),
    "restore_feed": (("cut",), lambda w, _: not w.feed.faults.refuse),
    "interrupt_receiver": (("starts_in_zoom",), lambda _, m: m.live_streams[0].interrupted),
    "receiver_back": (
        ("starts_in_zoom", "interrupt_receiver"),
        lambda _, m: m.live_streams and not m.live_streams[0].interrupted,
    ),
    "receiver_timeout": (("starts_in_zoom", "interrupt_receiver"), stopped_by(19)),
    "revoke": (("starts_in_zoom",), stopped_by(8)),
    "admin_disables": (("starts_in_zoom",), stopped_by(23)),
}


async def prepare(demo: DemoHarness, before: tuple[str, ...]) -> None:
    for name in before:
        if name == "request":
            await demo.do("start", meeting=str(MEETING))
        elif name == "cut":
            await demo.simulator.change("feed", {"refuse": True})
        elif name == "host_to_room":
            await demo.act("open_breakout", who="host")
        else:
            await demo.act(name)
    demo.panel.refresh()


@pytest.mark.parametrize("key", ACTIONS)
async def test_every_button_performs_its_action(key: str, tmp_path: Path) -> None:
    before, is_done = BUTTONS[key]
    async with run_demo(tmp_path) as demo:
        await prepare(demo, before)
        assert not is_done(*await demo.meeting())
        await demo.press(demo.panel.actions_page.buttons[key])
        await demo.wait_until_state(is_done, f"what {key} leads to")
        assert not demo.panel.trouble.isVisibleTo(demo.panel)


async def test_buttons_are_disabled_when_they_make_no_sense(tmp_path: Path) -> None:
    async with run_demo(tmp_path) as demo:
        buttons = demo.panel.actions_page.buttons
        assert buttons["host_leaves"].isEnabled()
        disabled = {key for key in buttons if not buttons[key].isEnabled()}
        assert disabled == {
            "approve", "deny", "ignore", "sharing_off", "sharing_on", "host_joins", "owner_joins",
            "close_breakout", "start_meeting", "restore_feed", "interrupt_receiver",
            "receiver_back", "receiver_timeout", "revoke", "pause_in_zoom", "resume_in_zoom",
            "second_device_leaves", "host_from_room", "close_rooms_silently",
        }  # fmt: skip


@pytest.mark.parametrize(
    "before",
    [
        (),
        ("request",),
        ("starts_in_zoom",),
        ("starts_in_zoom", "all_apps_off"),
        ("end_meeting",),
        ("host_to_room", "open_breakout"),
    ],
)
async def test_an_enabled_button_is_never_refused(before: tuple[str, ...], tmp_path: Path) -> None:
    async with run_demo(tmp_path) as demo:
        for action in (action for action in ACTIONS.values() if action.action):
            await demo.simulator.change("scenario", {"name": "default"})
            await prepare(demo, before)
            state, meeting = await demo.meeting()
            if action.is_possible(state, meeting):
                await demo.simulator.act(MEETING, action.action, action.details)


async def test_a_refused_action_is_explained(tmp_path: Path) -> None:
    async with run_demo(tmp_path) as demo:
        await prepare(demo, ("request",))
        await demo.wait_until(
            demo.panel.actions_page.buttons["approve"].isEnabled, "the request to be seen"
        )
        await demo.act("deny")
        demo.panel.actions_page.buttons["approve"].click()
        await demo.wait_until(demo.panel.trouble.text, "the refusal")
        assert demo.panel.trouble.text() == "There is no request for the host to answer."
        assert demo.panel.trouble.isVisible()
        await demo.press(demo.panel.actions_page.buttons["host_leaves"])
        await demo.wait_until(lambda: not demo.panel.trouble.isVisible(), "the refusal to go")


async def test_the_header_describes_the_meeting(tmp_path: Path) -> None:
    async with run_demo(tmp_path) as demo:
        header = demo.panel.header
        assert header.choice.count() == 3
        assert header.people.text() == (
            "The meeting is running. Henry Host, the host, is here; the app owner is here."
        )
        await prepare(demo, ("request",))
        await demo.wait_until(
            lambda: header.request.text() == text("demo.request.waiting"), "the request"
        )
        await demo.press(demo.panel.actions_page.buttons["approve"])
        await demo.wait_until(
            lambda: header.stream.text().startswith("Capturing since "), "the stream"
        )
        await demo.wait_until(
            lambda: header.tray.text() == "rtms-tray says: Capturing", "the tray's word"
        )
        header.choice.setCurrentIndex(1)
        assert "the host, is away" in header.people.text()
        assert header.stream.text().startswith(text("demo.stream.none"))
        assert demo.panel.actions_page.buttons["host_joins"].isEnabled()


async def test_it_refreshes_only_while_it_is_visible(tmp_path: Path) -> None:
    async with run_demo(tmp_path) as demo:
        header = demo.panel.header
        await demo.act("host_leaves")
        await demo.wait_until(lambda: "is away" in header.people.text(), "a refresh")
        demo.panel.close()
        await asyncio.sleep(0)
        await demo.act("host_joins")
        await asyncio.sleep(0.7)
        assert "is away" in header.people.text()
        demo.panel.bring()
        await demo.wait_until(
            lambda: "is here" in header.people.text(), "a refresh once it is back"
        )


async def test_a_simulator_that_does_not_answer_is_reported(tmp_path: Path) -> None:
    async with run_demo(tmp_path) as demo:
        demo.panel._simulator._url = "http://127.0.0.1:9/control"
        demo.panel.refresh()
        await demo.wait_until(demo.panel.trouble.text, "the trouble")
        assert demo.panel.trouble.text() == text("demo.panel.no_answer")


async def test_the_trays_window_can_be_shown(tmp_path: Path) -> None:
    async with run_demo(tmp_path) as demo:
        demo.panel.header.window_button.click()
        await demo.wait_until(lambda: demo.shown_windows, "the window")
        assert demo.shown_windows == [None]


async def test_everything_has_a_name_and_escape_closes(tmp_path: Path) -> None:
    async with run_demo(tmp_path) as demo:
        panel = demo.panel
        kinds = QAbstractButton | QComboBox | QListWidget | QTabBar
        nameless = [
            widget.metaObject().className()
            for widget in panel.findChildren(QWidget)
            if isinstance(widget, kinds)
            and not widget.accessibleName()
            and widget.objectName() not in {"ScrollLeftButton", "ScrollRightButton"}
        ]
        assert nameless == []
        captions = {
            button.accessibleDescription() for button in panel.actions_page.buttons.values()
        }
        assert "" not in captions
        QTest.keyClick(panel, Qt.Key.Key_Escape)
        assert not panel.isVisible()


@pytest.mark.parametrize("page", [0, 1, 2])
async def test_nothing_is_cut_off_in_the_narrowest_panel(page: int, tmp_path: Path) -> None:
    async with run_demo(tmp_path) as demo:
        panel = demo.panel
        panel.tabs.setCurrentIndex(page)
        panel.resize(panel.minimumWidth(), 900)
        for _ in range(6):
            await asyncio.sleep(0.005)
        area = panel.pages.currentWidget()
        assert area is not None
        shown = [label for label in panel.findChildren(QLabel) if label.isVisible()]
        assert len(shown) >= 5
        for label in shown:
            assert label.width() <= panel.width()
            if label.wordWrap():
                assert label.height() >= label.heightForWidth(label.width()), label.text()


async def test_it_has_the_programs_colours(tmp_path: Path) -> None:
    async with run_demo(tmp_path) as demo:
        panel = demo.panel
        now, other = (DARK, LIGHT) if is_dark() else (LIGHT, DARK)
        assert now.card in panel.styleSheet()
        panel.set_theme(other)
        assert other.card in panel.styleSheet()


async def test_a_scenario_that_is_asked_for_is_shown(tmp_path: Path) -> None:
    async with run_demo(tmp_path) as demo:
        assert demo.panel.tabs.currentIndex() == Page.TOUR
        demo.panel.choose_scenario("m3")
        assert demo.panel.tabs.currentIndex() == Page.SCENARIOS
        assert demo.panel.scenarios.scenario.name == "m3"


async def test_space_after_approve_stops_nothing(tmp_path: Path) -> None:
    """The button that was pressed is disabled: the focus must not slide to the next one."""
    async with run_demo(tmp_path) as demo:
        panel = demo.panel
        panel.activateWindow()
        panel.tabs.setCurrentIndex(Page.ACTIONS)
        await demo.do("start", meeting=str(MEETING))
        approve = panel.actions_page.buttons["approve"]
        await demo.wait_until(approve.isEnabled, "the request to arrive")
        approve.setFocus()
        QTest.keyClick(approve, Qt.Key.Key_Space)
        await demo.wait_until(
            lambda: demo.program.overview().overall is CaptureState.SHARING, "the stream"
        )
        await demo.wait_until(lambda: not approve.isEnabled(), "the panel to see it")
        for key in (Qt.Key.Key_Space, Qt.Key.Key_Return):
            QTest.keyClick(panel.focusWidget(), key)
        assert panel.focusWidget() is panel
        state, meeting = await demo.meeting()
        assert meeting.live_streams
        assert not state.is_busy
        QTest.keyClick(panel, Qt.Key.Key_Tab)
        assert panel.focusWidget() in set(panel.actions_page.buttons.values())
