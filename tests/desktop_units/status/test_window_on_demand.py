"""What was said before the window is made is in it once it is."""

from PySide6.QtWidgets import QApplication

from rtms_tray.capture.reasons import Severity
from rtms_tray.capture.states import CaptureState
from rtms_tray.desktop.status.banner_view import BannerView
from rtms_tray.desktop.theme import DARK, LIGHT, style_sheet
from tests.desktop_units import samples
from tests.desktop_units.fakes import DesktopHarness, run_scene, settle
from tests.helpers.windows import words


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
