"""The desktop as one application: what it draws, its tray, and pages that do not open."""

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from rtms_tray.capture.reasons import Severity
from rtms_tray.capture.states import CaptureState
from rtms_tray.desktop.first_icon import name_application
from rtms_tray.desktop.notifications import Message, Topic
from rtms_tray.desktop.theme import DARK, LIGHT, Theme, is_dark
from rtms_tray.presentation.view_model import AccountView, Overview, SignInState
from rtms_tray.support.command_types import Answer, Exit
from rtms_tray.support.files import resources
from rtms_tray.support.frozen import replace
from rtms_tray.support.texts import text
from tests.desktop_units import samples
from tests.desktop_units.fakes import DesktopHarness, FullDesktop, run_scene, settle
from tests.helpers.windows import push, visible_texts, words

S = CaptureState
ADDRESS = "https://zoom.us/oauth/authorize?state=x"
NOT_CONFIGURED = AccountView(SignInState.NOT_CONFIGURED)


def not_set_up() -> Overview:
    return replace(samples.at_rest(samples.S.SIGNED_OUT), account=NOT_CONFIGURED)


def test_the_programs_names_and_files(qapp: QApplication) -> None:
    name_application(qapp)
    assert QGuiApplication.desktopFileName() == "rtms-tray"
    assert QGuiApplication.applicationDisplayName() == "rtms-tray"
    assert not qapp.windowIcon().pixmap(32).isNull()
    entry = (resources() / "app" / "rtms-tray.desktop").read_text(encoding="utf-8")
    assert "\nIcon=rtms-tray\n" in entry
    assert (resources() / "app" / "rtms-tray.png").is_file()


def test_the_same_overview_is_not_drawn_again(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        harness.desktop.show(samples.overview(S.SHARING))
        harness.desktop.open_window()
        button = push(harness.desktop.window.card, "Pause")
        entry = harness.desktop.menu.menu.actions()[1]
        harness.desktop.show(samples.overview(S.SHARING))
        assert push(harness.desktop.window.card, "Pause") is button
        assert harness.desktop.menu.menu.actions()[1] is entry

    run_scene(qapp, scene)


def test_the_icon_waits_for_its_menu_and_then_comes_first(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        desktop, before = harness.desktop, harness.desktop.tray.icon.icon().cacheKey()
        desktop.draw_icon(samples.overview(S.SHARING).icon)
        assert desktop.tray.icon.icon().cacheKey() == before
        desktop.show(samples.overview(S.SHARING))
        shown = desktop.tray.icon.icon().cacheKey()
        desktop.draw_icon(samples.overview(S.STOPPED).icon)
        assert desktop.tray.icon.icon().cacheKey() != shown

    run_scene(qapp, scene)


def test_the_desktops_colours_are_followed(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        harness.desktop.show(samples.overview(S.SHARING))
        harness.desktop.window.set_theme(LIGHT if is_dark() else DARK)
        qapp.styleHints().colorSchemeChanged.emit(qapp.styleHints().colorScheme())
        assert harness.desktop.window._theme is (DARK if is_dark() else LIGHT)
        coloured = harness.desktop.tray.icon.icon().cacheKey()
        harness.desktop.apply_appearance(theme="auto", icons="monochrome")
        assert harness.desktop.tray.icon.icon().cacheKey() != coloured

    run_scene(qapp, scene)


def test_that_there_is_no_tray_can_be_dismissed(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        harness.desktop.show(samples.overview(S.IDLE))
        harness.desktop.tray.missing.emit("This desktop shows no tray icons.")
        assert "No tray icon" in words(harness.desktop.window.banners)
        push(harness.desktop.window.banners, "Dismiss").click()
        assert "No tray icon" not in words(harness.desktop.window)

    run_scene(qapp, scene)


@pytest.mark.parametrize("waited", [True, False], ids=["a sign-in waited", "nothing waited"])
def test_a_page_that_was_not_opened_ends_the_sign_in_that_waits(
    qapp: QApplication, *, waited: bool
) -> None:
    async def scene(harness: DesktopHarness) -> None:
        harness.commander.answer = Answer(Exit.DONE if waited else Exit.REFUSED, "No.")
        harness.desktop.show(samples.at_rest(S.SIGNED_OUT))
        harness.desktop.window.show()
        harness.desktop._pages._not_opened(ADDRESS)
        await settle()
        assert harness.commander.asked == [("no-browser", {"address": ADDRESS})]
        message = text("status.no_browser", url=ADDRESS)
        assert (message in visible_texts(harness.desktop.window.banners)) is not waited

    run_scene(qapp, scene)


@pytest.mark.qt_loop
async def test_the_first_start_opens_the_set_up_once(full: FullDesktop) -> None:
    full.desktop.show(not_set_up())
    setup_wizard = full.windows.setup_wizard
    assert setup_wizard.isVisible()
    setup_wizard.close()
    full.desktop.show(replace(not_set_up(), title="Changed"))
    assert not setup_wizard.isVisible()
    full.desktop.open_window()
    assert setup_wizard.isVisible()
    assert not full.desktop.window.isVisible()


@pytest.mark.qt_loop
async def test_once_set_up_the_window_opens(full: FullDesktop) -> None:
    full.desktop.show(samples.at_rest())
    full.desktop.open_window()
    assert full.desktop.window.isVisible()
    assert not full.windows.setup_wizard.isVisible()


@pytest.mark.qt_loop
async def test_at_its_end_the_window_opens(full: FullDesktop) -> None:
    full.desktop.show(not_set_up())
    full.windows.setup_wizard.finished.emit()
    assert full.desktop.window.isVisible()


@pytest.mark.qt_loop
async def test_without_a_tray_something_stays(full: FullDesktop) -> None:
    full.desktop.show(not_set_up())
    full.desktop.window.minimise_instead = True
    full.windows.setup_wizard.close()
    assert full.desktop.window.isVisible()


@pytest.mark.qt_loop
async def test_colours_follow_the_setting(full: FullDesktop) -> None:
    full.desktop.show(samples.at_rest())
    settings = full.windows.settings
    told: list[Theme] = []
    full.desktop.theme_changed.connect(told.append)
    full.desktop.apply_appearance(theme="dark", icons="colour")
    assert told == [DARK]
    assert full.desktop.theme is DARK
    for widget in (full.desktop.window, settings, full.windows.help):
        assert DARK.ground in widget.styleSheet()
    full.desktop.apply_appearance(theme="light", icons="colour")
    assert LIGHT.ground in settings.styleSheet()


def test_without_settings_the_checkbox_goes_back(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        session = replace(samples.session(S.RESEND_NEEDED), auto_resend=False)
        harness.desktop.show(samples.of_sessions(session))
        box = harness.desktop.window.card.auto_resend.box
        box.click()
        assert not box.isChecked()

    run_scene(qapp, scene)


def test_what_was_lost_from_the_screen_is_shown_again(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        harness.desktop.show(samples.overview(S.SHARING))
        await settle()
        harness.desktop.tray.found.emit()  # no banner tells that there is no tray
        message = Message("Stopped", "Why.", Severity.CRITICAL, Topic("another", "capture"))
        harness.desktop.announce(message)
        await settle()
        (key,) = harness.desktop.banners.shown
        harness.desktop.banners.dismiss(key)
        harness.desktop._announce_again(message.topic)
        await settle()
        assert list(harness.desktop.banners.shown) == [key]

    run_scene(qapp, scene)


def test_a_window_that_nobody_sees_is_drawn_when_it_is_opened(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        window, pictures = harness.desktop.window, []
        harness.desktop.show(samples.overview(S.SHARING))
        pictures.append(harness.desktop.tray.icon.icon().cacheKey())
        harness.desktop.show(samples.overview(S.STOPPED))
        pictures.append(harness.desktop.tray.icon.icon().cacheKey())
        assert pictures[0] != pictures[1]
        undrawn = window.windowTitle()
        window.show()
        drawn = window.windowTitle()
        assert drawn != undrawn
        assert harness.desktop.menu.menu.actions()[0].text().split(" ·")[0] in drawn
        window.hide()
        harness.desktop.show(samples.overview(S.SHARING))
        assert window.windowTitle() == drawn
        window.choose(None)
        assert window.windowTitle() != drawn

    run_scene(qapp, scene)
