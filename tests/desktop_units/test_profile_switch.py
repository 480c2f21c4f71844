"""The switch between apps and accounts: there only where there is more than one."""

from collections.abc import Sequence

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from rtms_tray.desktop.application import Desktop, DesktopInputs
from rtms_tray.desktop.meetings_menu import MeetingChoice
from rtms_tray.desktop.profile_switch import ProfileSwitch
from rtms_tray.desktop.status.app_line import AppLine
from rtms_tray.presentation.view_model import AppView, ProfileView
from tests.desktop_units import samples
from tests.desktop_units.fakes import Recorder, settle
from tests.desktop_units.menus import entry, sub_menu, texts

pytestmark = pytest.mark.qt_loop

TWO = (
    ProfileView("default", "Notes & more", current=True),
    ProfileView("work", "Minutes", current=False),
)


async def _no_meetings() -> Sequence[MeetingChoice]:
    return ()


async def test_one_alone_is_not_mentioned(qapp: QApplication) -> None:
    del qapp
    line = AppLine(bool, lambda: ())
    line.look()
    assert line.isHidden()
    line.show_app(AppView("Notes"))
    assert (line.switch.isHidden(), line.isHidden()) == (True, False)
    QTest.mouseClick(line.switch, Qt.MouseButton.LeftButton)
    assert not line.profiles.menu.isVisible()


async def test_each_leads_to_its_own_window(qapp: QApplication) -> None:
    del qapp
    parent, opened = QWidget(), list[str]()
    switch = ProfileSwitch(lambda: TWO, opened.append, parent)
    assert not switch.menu.menuAction().isVisible()
    switch.refresh()
    switch.refresh()
    assert texts(switch.menu) == ["Notes && more", "Minutes"]
    here, there = switch.menu.actions()
    assert (here.isChecked(), here.isEnabled()) == (True, False)
    assert (there.isChecked(), there.isEnabled()) == (False, True)
    there.trigger()
    assert opened == ["work"]


async def test_the_windows_first_line_says_which_one_it_is(qapp: QApplication) -> None:
    del qapp
    line = AppLine(bool, lambda: TWO)
    line.show_app(AppView())
    assert line.name.text() == "Notes & more"
    line.show()
    QTest.mouseClick(line.switch, Qt.MouseButton.LeftButton)
    assert line.profiles.menu.isVisible()
    line.profiles.menu.close()


@pytest.mark.parametrize("starts", [True, False])
async def test_the_menus_lead_there(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch, *, starts: bool
) -> None:
    opened: list[str] = []

    def start(*arguments: str) -> bool:
        opened.append(" ".join(arguments))
        return starts

    monkeypatch.setattr("rtms_tray.desktop.profile_switch.start_beside", start)
    inputs = DesktopInputs(_no_meetings, lambda: None, list_profiles=lambda: TWO)
    desktop = Desktop(qapp, Recorder(), inputs)
    try:
        desktop.show(samples.at_rest())
        for menu in (desktop.menu.menu, desktop.window.menu.menu):
            menu.aboutToShow.emit()
            assert entry(menu, "Apps and accounts").isVisible()
            entry(sub_menu(menu, "Apps and accounts"), "Minutes").trigger()
        assert opened == ["--profile work run --window"] * 2
        assert bool(desktop.banners.shown) is not starts
    finally:
        desktop.close()
        await settle()
