"""The demo's two windows beside each other: on screens of every size, and where frames and positions are unknown."""

import pytest
from PySide6.QtCore import QMargins, QRect, QSize
from PySide6.QtWidgets import QWidget

from rtms_tray.demo.arrangement import Wish, arranged, put_side_by_side, show_side_by_side

FRAME = QMargins(1, 20, 1, 5)
LEFT = Wish(QSize(420, 620), QSize(360, 0))
RIGHT = Wish(QSize(540, 640), QSize(250, 240))


@pytest.mark.parametrize("size", [(2560, 1300), (1280, 688), (1024, 736), (853, 458), (640, 344)])
def test_both_are_on_the_screen_and_apart(size: tuple[int, int]) -> None:
    screen = QRect(0, 0, *size)
    left, right = (place.marginsAdded(FRAME) for place in arranged(screen, FRAME, LEFT, RIGHT))
    assert screen.contains(left)
    assert screen.contains(right)
    assert left.right() < right.left()
    assert left.top() == right.top()


def test_with_room_both_have_their_usual_size() -> None:
    left, right = arranged(QRect(0, 0, 1920, 1080), FRAME, LEFT, RIGHT)
    assert (left.size(), right.size()) == (LEFT.usual, RIGHT.usual)


def test_with_less_room_the_trays_window_becomes_narrower_first() -> None:
    left, right = arranged(QRect(0, 0, 950, 688), FRAME, LEFT, RIGHT)
    assert (left.width(), right.width()) == (400, 540)


@pytest.mark.qt_loop
@pytest.mark.usefixtures("qapp")
async def test_a_desktop_that_puts_them_elsewhere_first_is_overruled(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("rtms_tray.demo.arrangement._LOOKS_WITHOUT_FRAME", 3)
    monkeypatch.setattr("rtms_tray.demo.arrangement._LOOK_EVERY_S", 0.01)
    window, panel = QWidget(), QWidget()
    show_side_by_side(window, panel)
    window.move(panel.pos())
    await put_side_by_side(window, panel)
    assert not window.frameGeometry().intersects(panel.frameGeometry())
    assert panel.screen().availableGeometry().contains(panel.frameGeometry())
    window.close()
    panel.close()


@pytest.mark.qt_loop
@pytest.mark.usefixtures("qapp")
async def test_where_windows_cannot_choose_their_place_they_are_shown_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("rtms_tray.demo.arrangement.knows_positions", lambda: False)
    window, panel = QWidget(), QWidget()
    show_side_by_side(window, panel)
    at = window.pos()
    await put_side_by_side(window, panel)
    assert window.isVisible()
    assert panel.isVisible()
    assert window.pos() == at
    window.close()
    panel.close()
