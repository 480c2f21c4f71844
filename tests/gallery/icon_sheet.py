"""Every icon, in every style, at the sizes of panels: for the gallery."""

from PySide6.QtGui import QColor, QImage, QPainter

from rtms_tray.capture.states import CaptureState
from rtms_tray.desktop.icons import IconStyle, icon_for

CELL = 52
SMALL = 16
GROUNDS = (
    (IconStyle.LIGHT, "#f4f6fa"),
    (IconStyle.DARK, "#20242c"),
    (IconStyle.ANY, "#5c6370"),
    (IconStyle.BLACK, "#e9ecf1"),
    (IconStyle.WHITE, "#333333"),
)
VARIANTS = (
    (False, False, 24),
    (False, False, 16),
    (True, False, 24),
    (True, False, 16),
    (False, True, 24),
)


def icons() -> QImage:
    """Draw them all, two or three times as large as life."""
    states = list(CaptureState)
    rows = len(GROUNDS) * len(VARIANTS)
    sheet = QImage(CELL * len(states), CELL * rows, QImage.Format.Format_RGB32)
    painter = QPainter(sheet)
    for row in range(rows):
        style, ground = GROUNDS[row // len(VARIANTS)]
        unverified, attention, size = VARIANTS[row % len(VARIANTS)]
        painter.fillRect(0, row * CELL, sheet.width(), CELL, QColor(ground))
        for column, state in enumerate(states):
            icon = icon_for(state, unverified, attention, style)
            large = size * (3 if size == SMALL else 2)
            zoomed = icon.pixmap(size).scaled(large, large)
            painter.drawPixmap(column * CELL + 2, row * CELL + 2, zoomed)
    painter.end()
    return sheet
