"""The tray's menu: what stands in it, what its entries do, and when it may change."""

import asyncio

import pytest
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QApplication, QMenu, QMessageBox, QPushButton

from rtms_tray.capture.states import CaptureState
from rtms_tray.desktop.meetings_menu import CannotListError, MeetingChoice
from rtms_tray.desktop.menu import Menu
from rtms_tray.support.units import MINUTE
from tests.desktop_units import samples
from tests.desktop_units.fakes import Stage, play, settle
from tests.helpers.expected_logs import ExpectedLogs

S = CaptureState


def texts(menu: QMenu) -> list[str]:
    return [action.text() for action in menu.actions() if not action.isSeparator()]


def entry(menu: QMenu, text: str) -> QAction:
    return next(action for action in menu.actions() if action.text() == text)


def sub_menu(menu: QMenu, text: str) -> QMenu:
    found = entry(menu, text).menu()
    assert isinstance(found, QMenu)
    return found


@pytest.mark.parametrize("state", CaptureState)
def test_first_line_says_state_and_since_when(qapp: QApplication, state: CaptureState) -> None:
    async def scene(stage: Stage) -> None:
        stage.desktop.show(samples.overview(state))
        first = stage.desktop.menu.menu.actions()[0]
        assert first.isEnabled()  # readable, and the way to the window
        beside = stage.desktop.window.menu.menu.actions()
        assert first.text() not in [entry.text() for entry in beside]  # the window says it
        first.trigger()
        assert stage.desktop.window.isVisible()
        assert first.text().startswith(samples.TITLES[state][0])
        resting = state in {S.IDLE, S.SIGNED_OUT}
        assert first.text().endswith("· for 4 min") is not resting
        assert texts(stage.desktop.menu.menu)[-1] == "Quit"

    play(qapp, scene)


def test_the_time_is_brought_up_to_date_when_the_menu_opens(qapp: QApplication) -> None:
    async def scene(stage: Stage) -> None:
        stage.desktop.show(samples.overview(S.SHARING))
        stage.at += 3 * MINUTE
        stage.desktop.menu.menu.aboutToShow.emit()
        assert stage.desktop.menu.menu.actions()[0].text() == "Sharing · for 7 min"

    play(qapp, scene)


def test_the_obvious_act_comes_first_and_is_the_default(qapp: QApplication) -> None:
    async def scene(stage: Stage) -> None:
        stage.desktop.show(samples.overview(S.RESEND_NEEDED))
        menu = stage.desktop.menu.menu
        assert texts(menu)[1:4] == ["Resend request", "Remind in 2 min", "Give up"]
        assert menu.defaultAction() is not None
        assert menu.defaultAction().text() == "Resend request"
        entry(menu, "Resend request").trigger()
        await settle()
        assert stage.commander.asked == [("resend", {"meeting": "98712345670"})]

    play(qapp, scene)


def test_the_menu_is_refilled_never_replaced_and_not_while_open(qapp: QApplication) -> None:
    async def scene(stage: Stage) -> None:
        desktop = stage.desktop
        desktop.show(samples.overview(S.RESEND_NEEDED))
        menu = desktop.menu.menu
        assert desktop.tray.icon.contextMenu() is menu
        menu.aboutToShow.emit()
        desktop.show(samples.overview(S.SHARING))
        assert "Resend request" in texts(menu)
        menu.aboutToHide.emit()
        await settle()
        assert texts(menu)[1:3] == ["Pause", "Stop"]
        assert desktop.tray.icon.contextMenu() is menu

    play(qapp, scene)


def test_a_menu_that_never_says_it_closed_is_refilled_all_the_same(qapp: QApplication) -> None:
    async def scene(stage: Stage) -> None:
        menu = stage.desktop.menu
        menu._surely_closed.setInterval(10)
        stage.desktop.show(samples.overview(S.RESEND_NEEDED))
        menu.menu.aboutToShow.emit()
        stage.desktop.show(samples.overview(S.SHARING))
        await asyncio.sleep(0.05)
        assert "Pause" in texts(menu.menu)

    play(qapp, scene)


def test_other_sessions_have_sub_menus(qapp: QApplication) -> None:
    other = samples.session(S.SHARING, key="81122223333")
    both = samples.of_sessions(samples.session(S.RESEND_NEEDED), other)

    async def scene(stage: Stage) -> None:
        for _ in range(2):  # the second time the sub-menu is used again
            stage.desktop.show(both)
            sub = sub_menu(stage.desktop.menu.menu, "Meeting 811 2222 3333: Sharing")
            assert texts(sub) == ["Pause", "Stop"]
            entry(sub, "Stop").trigger()
            await settle()
            stage.desktop.show(samples.overview(S.IDLE))
        assert stage.commander.asked == [("stop", {"meeting": "81122223333"})] * 2

    play(qapp, scene)


def test_clipboard_is_read_on_the_click_only(qapp: QApplication) -> None:
    async def scene(stage: Stage) -> None:
        stage.desktop.show(samples.overview(S.IDLE))
        start = entry(stage.desktop.menu.menu, "Start in the meeting on the clipboard")
        QGuiApplication.clipboard().setText(" https://zoom.us/j/98712345670 ")
        start.trigger()
        await settle()
        QGuiApplication.clipboard().clear()
        start.trigger()
        await settle()
        assert stage.commander.asked == [("start", {"meeting": "https://zoom.us/j/98712345670"})]
        assert "clipboard holds no text" in stage.desktop.banners.shown["refusal"].text

    play(qapp, scene)


def open_meetings(menu: Menu) -> QMenu:
    sub = sub_menu(menu.menu, "Start in one of my meetings")
    sub.aboutToShow.emit()
    return sub


def test_my_meetings_are_asked_for_when_the_sub_menu_opens(qapp: QApplication) -> None:
    async def scene(stage: Stage) -> None:
        stage.meetings = (
            MeetingChoice("111", "R&D <b>weekly</b>", live=True),
            MeetingChoice("222", "Standup", live=False, starts_at=samples.NOW),
        )
        stage.desktop.show(samples.overview(S.IDLE))
        assert stage.listed == 0
        sub = open_meetings(stage.desktop.menu)
        assert texts(sub) == ["Loading…"]
        await settle()
        assert texts(sub)[0] == "Live now: R&&D <b>weekly</b>"
        assert texts(sub)[1].endswith(" Standup")
        sub.actions()[0].trigger()
        await settle()
        assert stage.commander.asked == [("start", {"meeting": "111"})]
        assert stage.listed == 1

    play(qapp, scene)


@pytest.mark.parametrize(
    ("outcome", "says"),
    [
        (CannotListError("Sign in first."), "Sign in first."),
        ((), "No meeting is live, and none is coming up."),
        (TimeoutError(), "Zoom does not answer. Try again in a minute."),
    ],
)
def test_my_meetings_say_why_there_are_none(
    qapp: QApplication, outcome: tuple[MeetingChoice, ...] | Exception, says: str
) -> None:
    async def scene(stage: Stage) -> None:
        stage.meetings = outcome
        stage.desktop.show(samples.overview(S.IDLE))
        sub = open_meetings(stage.desktop.menu)
        await settle()
        assert texts(sub) == [says]
        assert not sub.actions()[0].isEnabled()

    play(qapp, scene)


def test_a_fault_while_listing_is_logged_and_said(
    qapp: QApplication, expected_logs: ExpectedLogs
) -> None:
    async def scene(stage: Stage) -> None:
        stage.meetings = ValueError("odd")
        stage.desktop.show(samples.overview(S.IDLE))
        sub = open_meetings(stage.desktop.menu)
        await settle()
        assert texts(sub) == ["Your meetings could not be listed. The log says more."]

    expected_logs.expect("meetings_menu:ERROR:Listing the meetings failed")
    play(qapp, scene)


def test_nothing_can_be_started_while_signed_out(qapp: QApplication) -> None:
    async def scene(stage: Stage) -> None:
        stage.desktop.show(samples.overview(S.SIGNED_OUT))
        menu = stage.desktop.menu.menu
        starts = [action for action in menu.actions() if action.text().startswith("Start in")]
        assert [action.isEnabled() for action in starts] == [False] * 3
        entry(menu, "Sign in to Zoom…").trigger()
        await settle()
        assert stage.commander.asked == [("sign-in", {"browser": "yes"})]

    play(qapp, scene)


@pytest.mark.parametrize("agree", [True, False])
def test_signing_out_is_asked_about_first(qapp: QApplication, agree: bool) -> None:  # noqa: FBT001  a case
    async def scene(stage: Stage) -> None:
        stage.desktop.show(samples.overview(S.IDLE))
        entry(stage.desktop.menu.menu, "Sign out").trigger()
        await settle()
        box = next(
            w for w in qapp.topLevelWidgets() if isinstance(w, QMessageBox) and w.isVisible()
        )
        assert box.text() == samples.SIGN_OUT.confirm
        assert stage.commander.asked == []
        labels = {button.text(): button for button in box.findChildren(QPushButton)}
        labels["Sign out" if agree else "Cancel"].click()
        await settle()
        assert stage.commander.asked == ([("sign-out", {})] if agree else [])

    play(qapp, scene)


def test_mute_names_its_end_and_sends_its_length(qapp: QApplication) -> None:
    async def scene(stage: Stage) -> None:
        stage.desktop.show(samples.overview(S.IDLE))
        mute = sub_menu(stage.desktop.menu.menu, "Mute notifications")
        assert texts(mute) == ["For 30 minutes", "For 1 hour", "Until the meeting ends", "Off"]
        for action in mute.actions():
            action.trigger()
            await settle()
        lengths = [arguments["for"] for _name, arguments in stage.commander.asked]
        assert lengths == ["30", "60", "meeting", "off"]
        stage.desktop.show(samples.muted("Muted until 11:30"))
        assert "Muted until 11:30" in texts(stage.desktop.menu.menu)

    play(qapp, scene)


def test_quit_and_window_are_always_there(qapp: QApplication) -> None:
    async def scene(stage: Stage) -> None:
        stage.desktop.show(samples.overview(S.SIGNED_OUT))
        entry(stage.desktop.menu.menu, "Show status window").trigger()
        assert stage.desktop.window.isVisible()
        entry(stage.desktop.menu.menu, "Quit").trigger()
        assert stage.quits == 1

    play(qapp, scene)
