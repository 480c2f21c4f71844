"""What was said before the window is made is in it once it is."""

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from rtms_tray.capture.reasons import Severity
from rtms_tray.capture.states import CaptureState
from rtms_tray.desktop.status import status_window
from rtms_tray.desktop.status.banner_view import BannerView
from rtms_tray.desktop.theme import DARK, LIGHT, style_sheet
from tests.desktop_units import samples
from tests.desktop_units.fakes import DesktopHarness, run_scene, settle
from tests.helpers.windows import until, words


def test_banners_and_state_wait_for_the_window(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        desktop = harness.desktop
        desktop.banners.show(BannerView("one", Severity.INFO, "Said before", "Why."))
        desktop.show(samples.overview(CaptureState.SHARING))
        assert "Said before" in words(desktop.window.banners)
        assert desktop.window.shown is not None
        await settle()

    run_scene(qapp, scene)


def test_colours_are_those_of_now(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        desktop = harness.desktop
        for name, theme in (("dark", DARK), ("light", LIGHT)):
            desktop.apply_appearance(theme=name, icons="colour")
            for part in (desktop.window, desktop.start_dialog):
                assert part.styleSheet() == style_sheet(theme)
        await settle()

    run_scene(qapp, scene)


def test_the_first_click_on_the_icon_opens_it_and_the_next_takes_it_away(
    qapp: QApplication,
) -> None:
    async def scene(harness: DesktopHarness) -> None:
        desktop = harness.desktop
        desktop.show(samples.at_rest())
        desktop.tray.clicked.emit()
        assert desktop.window.isVisible()
        await until(desktop.window.isActiveWindow)
        desktop.tray.found.emit()  # else it would only be minimised
        desktop.tray.clicked.emit()
        assert not desktop.window.isVisible()

    run_scene(qapp, scene)


def test_a_window_that_is_not_in_front_comes_there(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scene(harness: DesktopHarness) -> None:
        desktop, other = harness.desktop, QWidget()
        desktop.show(samples.at_rest())
        desktop.open_window()
        await until(desktop.window.isActiveWindow)
        other.show()
        other.activateWindow()
        await until(lambda: not desktop.window.isActiveWindow())
        monkeypatch.setattr(status_window, "_JUST_NOW_MS", 60_000)
        assert desktop.window.is_in_front()  # a taskbar may have taken the keyboard for the click
        monkeypatch.setattr(status_window, "_JUST_NOW_MS", 0)
        await until(lambda: not desktop.window.is_in_front())
        desktop.tray.clicked.emit()
        assert desktop.window.isVisible()
        desktop.window.showMinimized()
        assert not desktop.window.is_in_front()
        other.close()

    run_scene(qapp, scene)
