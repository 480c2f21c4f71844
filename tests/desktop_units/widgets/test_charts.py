"""Kinds of time in charts."""

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from rtms_tray.capture.timeline import SpanKind
from rtms_tray.desktop.theme import DARK, LIGHT, Theme
from rtms_tray.desktop.widgets.charts import paint_span, paints
from rtms_tray.presentation.wording import KINDS

K = SpanKind


def pattern(kind: SpanKind, theme: Theme) -> tuple[bool, ...]:
    image = QImage(48, 24, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    paint_span(painter, QRectF(image.rect()), kind, paints(theme))
    painter.end()
    light = [image.pixelColor(x, y).lightness() for y in range(24) for x in range(48)]
    middle = (max(light) + min(light)) / 2
    return tuple(value > middle for value in light)


@pytest.mark.parametrize("theme", [LIGHT, DARK])
@pytest.mark.usefixtures("qapp")
def test_kinds_differ_without_colour(theme: Theme) -> None:
    """Turned to grey and scaled to equal lightness, each kind has a pattern of its own."""
    drawn = {kind: pattern(kind, theme) for kind in KINDS}
    assert len(set(drawn.values())) == len(KINDS)
    assert len(set(drawn[K.CAPTURED])) == 1  # solid
    assert all(len(set(drawn[kind])) > 1 for kind in KINDS if kind is not K.CAPTURED)
