"""Draws the icon of a state: shape and colour differ for every state, verified or not.

The pictures are SVG files in `resources/icons`, one element per line, in the colours of a light desktop; other styles
replace the colours. White is no colour but a hole: it erases what was drawn before it, so that icons suit any
background. Black stands for the colour of the state underneath (the question mark takes it).
"""

import re
from enum import Enum
from functools import cache, lru_cache
from typing import Final

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QImage, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from rtms_tray.capture.reasons import Severity
from rtms_tray.capture.states import CaptureState
from rtms_tray.desktop.notifications import Message, Picture
from rtms_tray.support.files import resources
from rtms_tray.support.frozen import Frozen

SIZES: Final = (16, 22, 24, 32, 44, 48, 64)
"""Pixels; 44 and 64 serve 22 and 32 on screens of double density."""
_CACHED: Final = 32
"""Icons of 50 kB each: more than a screen shows at once, of some 600 that there could be."""

_PICTURE: Final = 64  # pixels: the side of a notification's picture
_GREY, _BLUE, _AMBER, _GREEN, _RED = _INKS = ("#596273", "#1b5fd0", "#b45f06", "#1a7f4b", "#b3261e")
_HOLE: Final = "#ffffff"
_UNDERNEATH: Final = "#000000"
_ELEMENT: Final = re.compile(r"<(?:path|circle|rect)\b[^>]*/>")
_COLOUR: Final = re.compile(r"#[0-9a-f]{6}\b")


class IconStyle(Enum):
    """What the icons are drawn on; the values are the colours for grey, blue, amber, green and red."""

    LIGHT = _INKS
    DARK = ("#b4bccb", "#6ea8ff", "#ffb02e", "#3ddc84", "#ff6b61")
    ANY = ("#8a94a6", "#3f87f5", "#e08700", "#1fa862", "#e5483d")  # where the panel is not known
    BLACK = ("#16191f",) * 5
    WHITE = ("#f4f6fa",) * 5
    MASK = ("#000000",) * 5  # macOS colours it


class _Picture(Frozen):
    elements: tuple[str, ...]
    ink: str  # the first colour that is no hole


@cache
def _picture(name: str) -> _Picture:
    text = (resources() / "icons" / f"{name}.svg").read_text(encoding="utf-8")
    elements = tuple(_ELEMENT.findall(text))
    inks = (colour for colour in _COLOUR.findall(text) if colour != _HOLE)
    return _Picture(elements, next(inks))


def _layers(
    state: CaptureState, *, unverified: bool, attention: bool, dot: bool, loss: bool
) -> tuple[str, ...]:
    alarm = "-alarm" if attention and state is CaptureState.STOPPED else ""
    hollow = "-unverified" if unverified else ""
    name = f"{state.value}{alarm}{hollow}"
    layers = ["ended-loss" if loss and state is CaptureState.ENDED else name]
    if unverified and state is not CaptureState.NO_ANSWER:  # which is a question mark already
        layers.append("overlay-question")
    if attention and dot:
        layers.append("overlay-attention")
    return tuple(layers)


def _draw(painter: QPainter, element: str, bounds: QRectF) -> None:
    hole = _HOLE in element
    mode = QPainter.CompositionMode
    painter.setCompositionMode(
        mode.CompositionMode_DestinationOut if hole else mode.CompositionMode_SourceOver
    )
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">{element}</svg>'
    QSvgRenderer(QByteArray(svg.encode())).render(painter, bounds)


def _pixmap(layers: tuple[str, ...], inks: dict[str, str], size: int) -> QPixmap:
    pixmap = QPixmap(size, size)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for layer in layers:
        for element in _picture(layer).elements:
            coloured = _COLOUR.sub(lambda found: inks.get(found[0], found[0]), element)
            _draw(painter, coloured, QRectF(0, 0, size, size))
    painter.end()
    return pixmap


@lru_cache(_CACHED)
def icon_for(
    state: CaptureState,
    unverified: bool,  # noqa: FBT001  a mark of the state, and a key of the cache
    attention: bool,  # noqa: FBT001  the same
    style: IconStyle,
    *,
    dot: bool = True,
    loss: bool = False,
) -> QIcon:
    """Draw the icon of a state, crisp at every size that a tray asks for.

    Without `dot`, attention shows only in the state's own picture: in the window, words say it already. A meeting that
    ended with `loss` has no tick.
    """
    layers = _layers(state, unverified=unverified, attention=attention, dot=dot, loss=loss)
    picture = _picture(layers[0])
    inks = dict(zip(_INKS, style.value, strict=True))
    inks[_UNDERNEATH] = inks[picture.ink]
    if not any(_RED in element for element in picture.elements):
        inks[_RED] = inks[_BLUE]  # the dot's: red is for what is lost
    icon = QIcon()
    for size in SIZES:
        icon.addPixmap(_pixmap(layers, inks, size))
    icon.setIsMask(style is IconStyle.MASK)
    return icon


def picture_of(message: Message) -> Picture | None:
    """Draw the icon of a message's state, for notifications."""
    if message.state is None:
        return None
    alarm = message.severity is not Severity.INFO
    icon = icon_for(message.state, False, alarm, IconStyle.ANY, dot=False)
    image = icon.pixmap(_PICTURE, _PICTURE).toImage()
    image = image.convertToFormat(QImage.Format.Format_RGBA8888)
    return Picture(image.width(), image.height(), bytes(image.constBits()))
