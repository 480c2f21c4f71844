"""A window comes back where it was."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QSize

from rtms_tray.store.state import WindowGeometryFile
from tests.desktop_units.fakes import status_window


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
