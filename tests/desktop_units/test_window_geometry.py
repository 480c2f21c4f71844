"""A window comes back where it was."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QSize

from rtms_tray.desktop.command_sender import CommandSender
from rtms_tray.desktop.menu import MenuActions
from rtms_tray.desktop.status.window import StatusWindow
from rtms_tray.store.state import WindowGeometryFile
from tests.desktop_units import samples
from tests.desktop_units.fakes import Recorder


def status_window(places: WindowGeometryFile) -> StatusWindow:
    async def no_meetings() -> tuple[()]:
        return ()

    sender = CommandSender(Recorder(), lambda _command, _answer: None)
    menu_actions = MenuActions(
        sender, no_meetings, lambda: None, lambda: None, print, lambda: None, lambda: samples.NOW
    )
    return StatusWindow(sender, menu_actions, places)


@pytest.mark.usefixtures("qapp")
def test_it_comes_back_where_it_was(tmp_path: Path) -> None:
    places = WindowGeometryFile(tmp_path / "windows.json")
    first = status_window(places)
    first.bring()
    usual = first.size()
    first.resize(500, 600)
    first.move(50, 60)
    first.close()
    again = status_window(places)
    assert again.isHidden()
    again.bring()
    assert (again.size(), again.pos()) == (QSize(500, 600), QPoint(50, 60))
    assert usual.width() == 420
    again.showMaximized()
    again.close()
    third = status_window(places)
    third.bring()
    assert third.size() == QSize(500, 600)
    third.hide()
