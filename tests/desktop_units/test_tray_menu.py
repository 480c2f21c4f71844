"""The menu of the tray and of the window: what is in it, what its entries do, and when it may change."""

import asyncio
import sys

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QMessageBox, QPushButton

from rtms_tray.capture.states import CaptureState
from rtms_tray.capture.timeline import SpanKind
from rtms_tray.desktop.tray_menu import captured, headline
from rtms_tray.presentation.meeting_offer import offer_view
from rtms_tray.presentation.view_model import OfferSource, SpanView
from rtms_tray.support.frozen import replace
from rtms_tray.support.texts import text
from rtms_tray.support.units import MINUTE
from tests.desktop_units import samples
from tests.desktop_units.fakes import DesktopHarness, run_scene, settle
from tests.desktop_units.menus import entry, sub_menu, texts

S = CaptureState


@pytest.mark.parametrize("state", CaptureState)
def test_first_line_says_state_and_since_when(qapp: QApplication, state: CaptureState) -> None:
    async def scene(harness: DesktopHarness) -> None:
        harness.desktop.show(samples.overview(state))
        first = harness.desktop.menu.menu.actions()[0]
        assert first.isEnabled()  # readable, and the way to the window
        beside = harness.desktop.window.menu.menu.actions()
        assert first.text() not in [entry.text() for entry in beside]  # the window says it
        first.trigger()
        assert harness.desktop.window.isVisible()
        assert first.text().startswith(samples.overview(state).title)
        resting = state in {S.IDLE, S.SIGNED_OUT}
        line = first.text().split(" · captured")[0]
        assert line.endswith("· for 4 min") is not resting
        assert texts(harness.desktop.menu.menu)[-1] == "Quit"

    run_scene(qapp, scene)


def test_the_time_is_brought_up_to_date_when_the_menu_opens(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        harness.desktop.show(samples.overview(S.SHARING))
        harness.at += 3 * MINUTE
        harness.desktop.menu.menu.aboutToShow.emit()
        assert harness.desktop.menu.menu.actions()[0].text().startswith("Capturing · for 7 min")

    run_scene(qapp, scene)


def test_the_obvious_act_comes_first_and_is_the_default(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        harness.desktop.show(samples.overview(S.RESEND_NEEDED))
        menu = harness.desktop.menu.menu
        assert texts(menu)[1:3] == [text("actions.resend"), text("actions.give_up")]
        assert menu.defaultAction() is not None
        assert menu.defaultAction().text() == "Resend request"
        entry(menu, "Resend request").trigger()
        await settle()
        assert harness.commander.asked == [("resend", {"meeting": "98712345670"})]

    run_scene(qapp, scene)


def test_an_offer_is_the_obvious_act_and_says_which_meeting(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        offer = offer_view(OfferSource.CALENDAR, "98712345670")
        harness.desktop.show(replace(samples.overview(S.IDLE), offer=offer))
        menu = harness.desktop.menu.menu
        assert texts(menu)[1] == "Start in Meeting 987 1234 5670"
        assert menu.defaultAction() is menu.actions()[1]
        menu.actions()[1].trigger()
        await settle()
        assert harness.commander.asked == [("start", {"meeting": "98712345670"})]

    run_scene(qapp, scene)


@pytest.mark.parametrize("copied", ["https://zoom.us/j/98712345670", "no meeting"])
def test_an_offer_for_an_unknown_meeting_asks_which(qapp: QApplication, copied: str) -> None:
    async def scene(harness: DesktopHarness) -> None:
        QGuiApplication.clipboard().setText(copied)
        harness.desktop.open_window(None, "start-dialog")
        dialog = harness.desktop.start_dialog
        assert dialog.isVisible()
        assert dialog.entry.text() == (copied if "zoom.us" in copied else "")
        assert dialog.entry.selectedText() == dialog.entry.text()  # to be typed over
        assert not harness.desktop.window.isVisible()

    run_scene(qapp, scene)


def test_the_menu_is_refilled_never_replaced_and_not_while_open(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        desktop = harness.desktop
        desktop.show(samples.overview(S.RESEND_NEEDED))
        menu = desktop.menu.menu
        assert desktop.tray.icon.contextMenu() is menu
        menu.aboutToShow.emit()
        desktop.show(samples.overview(S.SHARING))
        assert "Resend request" in texts(menu)
        menu.aboutToHide.emit()
        await settle()
        assert texts(menu)[1:3] == [text("actions.pause"), text("actions.stop")]
        assert desktop.tray.icon.contextMenu() is menu

    run_scene(qapp, scene)


def test_a_menu_that_never_says_it_closed_is_refilled_all_the_same(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        menu = harness.desktop.menu
        menu._surely_closed.setInterval(10)
        harness.desktop.show(samples.overview(S.RESEND_NEEDED))
        menu.menu.aboutToShow.emit()
        harness.desktop.show(samples.overview(S.SHARING))
        await asyncio.sleep(0.05)
        assert "Pause" in texts(menu.menu)

    run_scene(qapp, scene)


def test_beside_other_meetings_the_first_line_says_of_which_one_it_speaks(
    qapp: QApplication,
) -> None:
    async def scene(harness: DesktopHarness) -> None:
        leading, over = samples.session(S.RESEND_NEEDED), samples.session(S.ENDED, key="s2")
        other = samples.session(S.SHARING, key="81122223333")
        menu = harness.desktop.menu.menu
        for sessions, named in (([leading, over], False), ([leading, other], True)):
            harness.desktop.show(samples.of_sessions(*sessions))
            await settle()
            said = menu.actions()[0].text()
            assert (f" · {leading.short_name} · for " in said) is named, said

    run_scene(qapp, scene)


def test_other_sessions_have_sub_menus(qapp: QApplication) -> None:
    other = samples.session(S.SHARING, key="81122223333")
    both = samples.of_sessions(samples.session(S.RESEND_NEEDED), other)

    async def scene(harness: DesktopHarness) -> None:
        for _ in range(2):  # the second time the sub-menu is used again
            harness.desktop.show(both)
            sub = sub_menu(harness.desktop.menu.menu, "Meeting 811 2222 3333: Capturing")
            assert texts(sub) == [text("actions.pause"), text("actions.stop")]
            entry(sub, text("actions.stop")).trigger()
            await settle()
            harness.desktop.show(samples.overview(S.IDLE))
        assert harness.commander.asked == [("stop", {"meeting": "81122223333"})] * 2

    run_scene(qapp, scene)


def test_only_the_sub_menus_of_sessions_that_changed_are_filled_again(qapp: QApplication) -> None:
    lead = samples.session(S.RESEND_NEEDED)
    first, second = (samples.session(S.SHARING, key=key) for key in ("81122223333", "82233334444"))
    paused = samples.session(S.PAUSED, key="82233334444")

    async def scene(harness: DesktopHarness) -> None:
        menu = harness.desktop.menu.menu
        harness.desktop.show(samples.of_sessions(lead, first, second))
        entries = sub_menu(menu, "Meeting 811 2222 3333: Capturing").actions()
        harness.desktop.show(samples.of_sessions(lead, first, paused))
        assert sub_menu(menu, "Meeting 811 2222 3333: Capturing").actions() == entries
        changed = sub_menu(menu, f"Meeting 822 3333 4444: {paused.headline}")
        assert text("actions.resume") in texts(changed)
        assert text("actions.pause") not in texts(changed)

    run_scene(qapp, scene)


def test_the_copied_link_is_started_as_it_is_at_the_click(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        harness.desktop.show(samples.overview(S.IDLE))
        menu = harness.desktop.menu.menu
        start = entry(menu, text("menu.start.clipboard"))
        QGuiApplication.clipboard().setText(" https://zoom.us/j/98712345670 ")
        start.trigger()
        await settle()
        QGuiApplication.clipboard().clear()
        start.trigger()
        await settle()
        assert harness.commander.asked == [("start", {"meeting": "https://zoom.us/j/98712345670"})]
        assert "no meeting link on the clipboard" in harness.desktop.banners.shown["refusal"].text

    run_scene(qapp, scene)


def test_a_copied_link_is_offered_only_while_there_is_one(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        harness.desktop.show(samples.overview(S.IDLE))
        menu = harness.desktop.menu.menu
        start = entry(menu, text("menu.start.clipboard"))
        for copied, offered in (("", False), ("a recipe", False), ("https://zoom.us/j/9", True)):
            QGuiApplication.clipboard().setText(copied)
            menu.aboutToShow.emit()
            assert start.isVisible() is offered, copied
            menu.aboutToHide.emit()
            await settle()
        QGuiApplication.clipboard().clear()
        menu.aboutToShow.emit()
        assert not start.isVisible()
        menu.aboutToHide.emit()
        await settle()
        QGuiApplication.clipboard().setText("https://zoom.us/j/9")
        menu.aboutToShow.emit()
        menu.aboutToHide.emit()
        await settle()
        harness.desktop.show(samples.overview(S.RESEND_NEEDED))  # filled anew
        assert entry(menu, text("menu.start.clipboard")).isVisible()

    run_scene(qapp, scene)


@pytest.mark.parametrize("copied", ["a recipe", "https://zoom.us/j/9"])
def test_macos_is_not_asked_for_the_copied_text_when_the_menu_opens(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch, copied: str
) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")

    async def scene(harness: DesktopHarness) -> None:
        harness.desktop.show(samples.overview(S.IDLE))
        menu = harness.desktop.menu.menu
        QGuiApplication.clipboard().setText(copied)
        menu.aboutToShow.emit()
        assert entry(menu, text("menu.start.clipboard")).isVisible()

    run_scene(qapp, scene)


def test_nothing_can_be_started_while_signed_out(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        harness.desktop.show(samples.overview(S.SIGNED_OUT))
        menu = harness.desktop.menu.menu
        starts = [action for action in menu.actions() if action.text().startswith("Start ")]
        assert [action.isEnabled() for action in starts] == [False] * 3
        entry(menu, text("actions.account.sign_in_by_menu")).trigger()
        await settle()
        assert harness.commander.asked == [("sign-in", {"browser": "yes"})]

    run_scene(qapp, scene)


@pytest.mark.parametrize("agree", [True, False])
def test_signing_out_is_asked_about_first(qapp: QApplication, agree: bool) -> None:  # noqa: FBT001  a case
    async def scene(harness: DesktopHarness) -> None:
        harness.desktop.show(samples.overview(S.IDLE))
        entry(harness.desktop.menu.menu, text("actions.account.sign_out")).trigger()
        await settle()
        box = next(
            w for w in qapp.topLevelWidgets() if isinstance(w, QMessageBox) and w.isVisible()
        )
        assert box.text() == samples.SIGN_OUT.confirm
        assert harness.commander.asked == []
        labels = {button.text(): button for button in box.findChildren(QPushButton)}
        labels[text("actions.account.sign_out") if agree else "Cancel"].click()
        await settle()
        assert harness.commander.asked == ([("sign-out", {})] if agree else [])

    run_scene(qapp, scene)


def test_mute_names_its_end_and_sends_its_length(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        harness.desktop.show(samples.overview(S.IDLE))
        mute = sub_menu(harness.desktop.menu.menu, "Mute notifications")
        assert texts(mute) == ["For 30 minutes", "For 1 hour", "Until the meeting ends", "Unmute"]
        for action in mute.actions():
            action.trigger()
            await settle()
        lengths = [arguments["for"] for _name, arguments in harness.commander.asked]
        assert lengths == ["30", "60", "meeting", "off"]
        harness.desktop.show(samples.muted("Muted until 11:30"))
        assert "Muted until 11:30" in texts(harness.desktop.menu.menu)

    run_scene(qapp, scene)


def test_quit_and_window_are_always_there(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        harness.desktop.show(samples.overview(S.SIGNED_OUT))
        entry(harness.desktop.menu.menu, "Open status window").trigger()
        assert harness.desktop.window.isVisible()
        entry(harness.desktop.menu.menu, "Quit").trigger()
        assert harness.quits == 1

    run_scene(qapp, scene)


def test_an_entry_added_later_stands_in_both_menus(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        opened: list[str] = []
        harness.desktop.add_entry("Show host & panel", lambda: opened.append("panel"))
        harness.desktop.show(samples.overview(S.SHARING))
        harness.desktop.add_entry("Another", lambda: opened.append("another"))
        for menu in (harness.desktop.menu.menu, harness.desktop.window.menu.menu):
            texts = [action.text() for action in menu.actions()]
            assert texts.index("Show host && panel") < texts.index("Another")
            menu.actions()[texts.index("Show host && panel")].trigger()
        assert opened == ["panel", "panel"]

    run_scene(qapp, scene)


def test_since_when() -> None:
    assert headline("Sharing", 0, 4 * MINUTE) == "Sharing · for 4 min"
    assert headline("Idle", None, 4 * MINUTE) == "Idle"


@pytest.mark.parametrize(
    ("state", "captured_min", "says"),
    [
        (S.SHARING, 4, "Capturing · for 4 min"),  # it says so already
        (S.SHARING, 16, "Capturing · for 4 min · captured 16 min"),
        (S.PAUSED, 16, "Paused · for 4 min · captured 16 min"),
        (S.PAUSED, 0, "Paused · for 4 min"),
        (S.STOPPED, 16, "Stopped · for 4 min"),  # its line has no room
    ],
)
def test_the_first_line_says_how_much_is_captured(
    state: CaptureState, captured_min: int, says: str
) -> None:
    at = samples.NOW
    past = SpanView(at - captured_min * MINUTE, at, SpanKind.CAPTURED, "")
    lead = replace(samples.session(state), since=at - 4 * MINUTE, spans=(past,))
    view = replace(samples.overview(state), lead=lead, since=lead.since)
    line = says.split(" · captured", maxsplit=1)[0]
    assert captured(line, view, at) == says
    assert captured(line, replace(view, lead=None), at) == line
