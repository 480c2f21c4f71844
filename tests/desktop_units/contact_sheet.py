"""Run by hand: draws every icon, every style, at 16, 24 and 48 px, into the PNG named on the command line."""

import sys

from PySide6.QtGui import QColor, QGuiApplication, QPainter, QPixmap

from rtms_tray.capture.states import CaptureState
from rtms_tray.desktop.icons import IconStyle, icon_for

CELL = 52
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


def main(path: str) -> None:
    """Draw the sheet, four times as large as life."""
    states = list(CaptureState)
    rows = len(GROUNDS) * len(VARIANTS)
    sheet = QPixmap(CELL * len(states), CELL * rows)
    painter = QPainter(sheet)
    for row in range(rows):
        style, ground = GROUNDS[row // len(VARIANTS)]
        unverified, attention, size = VARIANTS[row % len(VARIANTS)]
        painter.fillRect(0, row * CELL, sheet.width(), CELL, QColor(ground))
        for column, state in enumerate(states):
            icon = icon_for(state, unverified, attention, style)
            zoomed = icon.pixmap(size).scaled(
                size * (3 if size == 16 else 2), size * (3 if size == 16 else 2)
            )
            painter.drawPixmap(column * CELL + 2, row * CELL + 2, zoomed)
    painter.end()
    sheet.save(path)


if __name__ == "__main__":
    app = QGuiApplication(sys.argv)
    main(sys.argv[1])
