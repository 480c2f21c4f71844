"""The demo's two windows beside each other: on screens of every size, and where frames and positions are unknown."""

import pytest
from PySide6.QtCore import QMargins, QRect, QSize
from PySide6.QtWidgets import QWidget

from rtms_tray.demo.arrangement import Wish, arranged, show_side_by_side

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
@pytest.mark.parametrize("movable", [True, False])
async def test_both_are_shown(movable: bool, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: FBT001
    monkeypatch.setattr("rtms_tray.demo.arrangement.knows_positions", lambda: movable)
    monkeypatch.setattr("rtms_tray.demo.arrangement._FRAME_KNOWN_AFTER_S", 0.02)
    window, panel = QWidget(), QWidget()
    await show_side_by_side(window, panel)
    assert window.isVisible()
    assert panel.isVisible()
    if movable:
        assert not window.frameGeometry().intersects(panel.frameGeometry())
    window.close()
    panel.close()
