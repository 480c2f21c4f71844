"""Contact sheets: pictures with captions, in rows as wide as the sheet; and every icon."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPixmap

from rtms_tray.capture.states import CaptureState
from rtms_tray.desktop.icons import IconStyle, icon_for
from rtms_tray.desktop.theme import Theme

_GAP: Final = 16
_CAPTION: Final = 18
_LETTERS: Final = 12


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture, and what it shows; `image` in device pixels."""

    name: str
    image: QImage


def picture(name: str, pixmap: QPixmap) -> Picture:
    """Take a picture of what was grabbed, pixel by pixel."""
    image = pixmap.toImage()
    image.setDevicePixelRatio(1)
    return Picture(name, image)


def sheet(pictures: Sequence[Picture], theme: Theme, width: int, scale: int = 1) -> QImage:
    """Lay pictures out in rows, with captions as large as they are."""
    line = _CAPTION * scale
    places, height = _places(pictures, width, line)
    canvas = QImage(width, height, QImage.Format.Format_RGB32)
    canvas.fill(QColor(theme.line))
    painter = QPainter(canvas)
    font = QFont()
    font.setPixelSize(_LETTERS * scale)
    painter.setFont(font)
    painter.setPen(QColor(theme.text))
    for shown, place in zip(pictures, places, strict=True):
        caption = QRect(place.x(), place.y(), shown.image.width(), line)
        painter.drawText(caption, Qt.AlignmentFlag.AlignVCenter, shown.name)
        painter.drawImage(place + QPoint(0, line), shown.image)
    painter.end()
    return canvas


def _places(pictures: Sequence[Picture], width: int, line: int) -> tuple[list[QPoint], int]:
    places, left, top, tallest = [], _GAP, _GAP, 0
    for shown in pictures:
        if left > _GAP and left + shown.image.width() + _GAP > width:
            left, top, tallest = _GAP, top + tallest + _GAP, 0
        places.append(QPoint(left, top))
        left += shown.image.width() + _GAP
        tallest = max(tallest, shown.image.height() + line)
    return places, top + tallest + _GAP


def save(image: QImage, path: Path, *, scale: float = 1.0) -> None:
    """Write a sheet, smaller if wanted."""
    smooth = Qt.TransformationMode.SmoothTransformation
    scaled = image if scale == 1 else image.scaledToWidth(round(image.width() * scale), smooth)
    path.parent.mkdir(parents=True, exist_ok=True)
    if not scaled.save(str(path)):
        raise OSError(f"{path} cannot be written")


# --- icons: in every style, at the sizes of panels ---

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
