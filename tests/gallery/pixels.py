"""What the screen really shows of words: their contrast, measured in the picture of a window."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from PySide6.QtCore import QRect
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit, QWidget

SCALE: Final = 3
"""Small letters have pixels of their full colour only when they are drawn large."""
SMALL, LARGE = 4.5, 3.0
"""The least contrast of small and of large words (WCAG 2.2, 1.4.3, level AA)."""
_LARGE_PT, _LARGE_BOLD_PT = 18, 14
_LEAST_PX = 6
_NOT_BY_CHANCE = 3  # pixels


def picture(window: QWidget, scale: int = SCALE) -> QImage:
    """Draw a window, so many times as large."""
    image = QImage(window.size() * scale, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(scale)
    window.render(image)
    return image


def too_faint(window: QWidget) -> list[str]:
    """List the words of a window that have too little contrast with what is behind them."""
    image = picture(window)
    return [
        f"{words!r}: {measured:.2f}, not {least}"
        for widget, words in _with_words(window)
        if (measured := _contrast_of(image, _place(widget, window)))
        < (least := LARGE if _is_large(widget) else SMALL)
    ]


def _with_words(window: QWidget) -> Iterator[tuple[QWidget, str]]:
    """Find what shows words and is enabled; the rest is faint on purpose."""
    for widget in window.findChildren(QWidget):
        if not isinstance(widget, QLabel | QAbstractButton | QLineEdit):
            continue
        room = widget.visibleRegion().boundingRect()
        seen = widget.isVisible() and min(room.width(), room.height()) >= _LEAST_PX
        if seen and widget.isEnabled() and widget.text():
            yield widget, widget.text()


def _place(widget: QWidget, window: QWidget) -> QRect:
    room = widget.visibleRegion().boundingRect()
    return QRect(widget.mapTo(window, room.topLeft()) * SCALE, room.size() * SCALE)


def _is_large(widget: QWidget) -> bool:
    size = widget.fontInfo().pointSizeF()
    return size >= _LARGE_PT or (widget.font().bold() and size >= _LARGE_BOLD_PT)


def _contrast_of(image: QImage, place: QRect) -> float:
    """The ground is the commonest colour; the words are what differs most from it."""
    part = image.copy(place)
    colours: Counter[int] = Counter(memoryview(part.constBits()).cast("I"))
    ground = colours.most_common(1)[0][0]
    return max(
        _contrast(ground, other) for other, count in colours.items() if count >= _NOT_BY_CHANCE
    )


def _contrast(one: int, other: int) -> float:
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: int) -> float:
    red, green, blue = (_linear((colour >> shift & 255) / 255) for shift in (16, 8, 0))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
