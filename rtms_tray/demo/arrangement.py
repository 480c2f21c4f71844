"""Puts the tray's window and the demo's side by side: both wholly on the screen, neither covering the other."""

import asyncio
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QMargins, QRect, QSize
from PySide6.QtWidgets import QWidget

from rtms_tray.desktop.widgets.bringing import bring_to_front, was_clicked
from rtms_tray.desktop.window_geometry import knows_positions, scaled_to_font

_TRAYS_SIZE: Final = QSize(420, 620)
_PANELS_SIZE: Final = QSize(540, 640)
_GAP: Final = 24
_NARROW_GAP: Final = 2
_FRAME: Final = QMargins(4, 30, 4, 4)
"""Room for a frame that is not known yet."""
_FRAME_KNOWN_AFTER_S: Final = 1.0
_LOOK_EVERY_S: Final = 0.02


@dataclass(frozen=True, slots=True)
class Wish:
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


async def show_side_by_side(window: QWidget, panel: QWidget) -> None:
    """Show the tray's window and the demo's panel beside each other.

    How wide frames are is known once the desktop has made them. The tray's window, which becomes smaller as soon as it
    is shown, gets its size before.
    """
    asked = was_clicked()
    screen = panel.screen().availableGeometry()
    wishes = (_wish(window, _TRAYS_SIZE), _wish(panel, _PANELS_SIZE))
    for part, place in zip((window, panel), arranged(screen, _FRAME, *wishes), strict=True):
        part.resize(place.size())
        bring_to_front(part, asked=asked)
    if knows_positions():
        frame = await _frame_of(panel)
        places = arranged(screen, frame, *wishes)
        panel.resize(places[1].size())
        for part, place in zip((window, panel), places, strict=True):
            await _frame_of(part)
            part.move(place.x() - frame.left(), place.y() - frame.top())


def _wish(window: QWidget, usual: QSize) -> Wish:
    return Wish(scaled_to_font(window, usual), window.minimumSize())


async def _frame_of(window: QWidget) -> QMargins:
    """Wait for a window's frame; some desktops draw none."""
    handle = window.windowHandle()
    for _ in range(round(_FRAME_KNOWN_AFTER_S / _LOOK_EVERY_S)):
        if not handle.frameMargins().isNull():
            break
        await asyncio.sleep(_LOOK_EVERY_S)
    return handle.frameMargins()
