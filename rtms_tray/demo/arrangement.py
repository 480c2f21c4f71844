"""Puts the tray's window and the demo's side by side: both wholly on the screen, neither covering the other."""

import asyncio
from typing import Final

from PySide6.QtCore import QMargins, QPoint, QRect, QSize
from PySide6.QtWidgets import QWidget

from rtms_tray.desktop.widgets.bringing import bring_to_front, was_clicked
from rtms_tray.desktop.window_geometry import knows_positions, scaled_to_font
from rtms_tray.support.frozen import Frozen

_TRAYS_SIZE: Final = QSize(420, 620)
_PANELS_SIZE: Final = QSize(540, 640)
_GAP: Final = 24
_NARROW_GAP: Final = 2
_FRAME: Final = QMargins(4, 30, 4, 4)
"""Room for a frame that is not known yet."""
_LOOK_EVERY_S: Final = 0.05
_LOOKS: Final = 200
_LOOKS_WITH_FRAME: Final = 6
_LOOKS_WITHOUT_FRAME: Final = 60
"""So often must both windows be where they belong; a busy desktop takes its time to make frames."""


class Wish(Frozen):
    """The size that a window would like, and the smallest that it takes."""

    usual: QSize
    smallest: QSize


def arranged(screen: QRect, frame: QMargins, left: Wish, right: Wish) -> tuple[QRect, QRect]:
    """Place two windows, without their frames, in the middle of a screen.

    Where there is too little room, the left one shrinks first, then the right one.
    """
    room = screen.width() - 2 * (frame.left() + frame.right())
    gap = _GAP if room - 3 * _GAP >= left.usual.width() + right.usual.width() else _NARROW_GAP
    room -= 3 * gap
    lacking = max(0, left.usual.width() + right.usual.width() - room)
    first = max(left.usual.width() - lacking, left.smallest.width())
    second = max(min(right.usual.width(), room - first), right.smallest.width())
    high = screen.height() - frame.top() - frame.bottom()
    heights = [max(min(w.usual.height(), high), w.smallest.height()) for w in (left, right)]
    x = screen.left() + frame.left() + gap + (room - first - second) // 2
    y = screen.top() + frame.top() + max(0, high - max(heights)) // 2
    next_x = x + first + frame.right() + gap + frame.left()
    return QRect(x, y, first, heights[0]), QRect(next_x, y, second, heights[1])


def show_side_by_side(window: QWidget, panel: QWidget) -> None:
    """Show the tray's window and the demo's panel, in sizes in which they fit beside each other."""
    asked = was_clicked()
    for part, place in zip((window, panel), _places(window, panel, _FRAME), strict=True):
        part.resize(place.size())
        bring_to_front(part, asked=asked)


async def put_side_by_side(window: QWidget, panel: QWidget) -> None:
    """Move both to their places, until the desktop has made their frames and has left them there for a moment."""
    if not knows_positions():
        return
    calm = 0
    for _ in range(_LOOKS):
        frame = panel.windowHandle().frameMargins()
        places = _places(window, panel, frame)
        wanted = [QPoint(at.x() - frame.left(), at.y() - frame.top()) for at in places]
        if [window.pos(), panel.pos(), panel.size()] == [*wanted, places[1].size()]:
            calm += 1
        else:
            calm = 0
            panel.resize(places[1].size())
            window.move(wanted[0])
            panel.move(wanted[1])
        if calm == (_LOOKS_WITHOUT_FRAME if frame.isNull() else _LOOKS_WITH_FRAME):
            return
        await asyncio.sleep(_LOOK_EVERY_S)


def _places(window: QWidget, panel: QWidget, frame: QMargins) -> tuple[QRect, QRect]:
    wishes = (_wish(window, _TRAYS_SIZE), _wish(panel, _PANELS_SIZE))
    return arranged(panel.screen().availableGeometry(), frame, *wishes)


def _wish(window: QWidget, usual: QSize) -> Wish:
    return Wish(scaled_to_font(window, usual), window.minimumSize())
