"""Contact sheets: pictures with captions, in rows as wide as the sheet."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPixmap

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
    made = QImage(width, height, QImage.Format.Format_RGB32)
    made.fill(QColor(theme.line))
    painter = QPainter(made)
    font = QFont()
    font.setPixelSize(_LETTERS * scale)
    painter.setFont(font)
    painter.setPen(QColor(theme.text))
    for one, place in zip(pictures, places, strict=True):
        caption = QRect(place.x(), place.y(), one.image.width(), line)
        painter.drawText(caption, Qt.AlignmentFlag.AlignVCenter, one.name)
        painter.drawImage(place + QPoint(0, line), one.image)
    painter.end()
    return made


def _places(pictures: Sequence[Picture], width: int, line: int) -> tuple[list[QPoint], int]:
    places, left, top, tallest = [], _GAP, _GAP, 0
    for one in pictures:
        if left > _GAP and left + one.image.width() + _GAP > width:
            left, top, tallest = _GAP, top + tallest + _GAP, 0
        places.append(QPoint(left, top))
        left += one.image.width() + _GAP
        tallest = max(tallest, one.image.height() + line)
    return places, top + tallest + _GAP


def save(image: QImage, path: Path, *, scale: float = 1.0) -> None:
    """Write a sheet, smaller if wanted."""
    smooth = Qt.TransformationMode.SmoothTransformation
    made = image if scale == 1 else image.scaledToWidth(round(image.width() * scale), smooth)
    path.parent.mkdir(parents=True, exist_ok=True)
    if not made.save(str(path)):
        raise OSError(f"{path} cannot be written")
