"""A window comes back where it was."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, QSize

from rtms_tray.desktop.window_geometry import beside
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


SCREEN = QRect(0, 0, 1000, 800)
SIZE = QSize(300, 200)


@pytest.mark.parametrize(
    ("icon", "place"),
    [
        (QRect(500, 780, 20, 20), QPoint(359, 574)),  # a panel below
        (QRect(500, 0, 20, 20), QPoint(359, 25)),  # a panel above
        (QRect(0, 780, 20, 20), QPoint(6, 574)),  # in a corner
        (QRect(980, 780, 20, 20), QPoint(693, 574)),
        (QRect(980, 390, 20, 20), QPoint(693, 184)),  # a panel at the side
    ],
)
def test_a_window_stands_beside_the_icon_and_on_the_screen(icon: QRect, place: QPoint) -> None:
    found = beside(icon, SIZE, SCREEN)
    assert found == place
    assert SCREEN.contains(QRect(found, SIZE))


@pytest.mark.usefixtures("qapp")
def test_beside_the_icon_it_follows_its_size_and_that_place_is_not_remembered(
    tmp_path: Path,
) -> None:
    places = WindowGeometryFile(tmp_path / "windows.json")
    places.put("status", (420, 500, 50, 60))
    window = status_window(places)
    screen = window.screen().availableGeometry()
    icon = QRect(screen.center().x(), screen.bottom() - 20, 20, 20)
    window.bring(near=icon)
    before = window.pos()
    window.resize(420, 400)
    assert window.pos().y() > before.y()
    window.close()
    assert places.get("status") == (420, 400, 50, 60)

    window.bring(near=icon)
    window.move(10, 20)
    window.resize(420, 450)
    assert window.pos() == QPoint(10, 20)  # moved by hand
    window.close()
    window.bring()
    window.move(30, 40)
    window.close()
    assert places.get("status") == (420, 450, 30, 40)


@pytest.mark.usefixtures("qapp")
def test_without_a_place_to_go_back_to_none_is_remembered(tmp_path: Path) -> None:
    places = WindowGeometryFile(tmp_path / "windows.json")
    window = status_window(places)
    window.bring(near=QRect(400, 0, 20, 20))
    window.close()
    known = places.get("status")
    assert known is not None
    assert known[2:] == (None, None)
