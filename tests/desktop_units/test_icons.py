"""The icons, measured: each can be told from every other at 16 px, in colour and in grey."""

import re
from itertools import combinations, product
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from rtms_tray.capture.reasons import Severity
from rtms_tray.capture.states import CaptureState
from rtms_tray.capture.timeline import SpanKind
from rtms_tray.desktop.icons import SIZES, IconStyle, icon_for, picture_of
from rtms_tray.desktop.notifications.message import Message
from rtms_tray.presentation.overview import overview
from rtms_tray.support.files import resources
from rtms_tray.support.frozen import replace
from tests.desktop_units.fakes import DesktopHarness, run_scene
from tests.helpers.manual_clock import NOON
from tests.helpers.sessions import board, in_state, overview_inputs, timeline

ALL = list(product(CaptureState, (False, True)))
GROUNDS = {
    IconStyle.LIGHT: "#f4f6fa",
    IconStyle.DARK: "#20242c",
    IconStyle.ANY: "#333333",
    IconStyle.BLACK: "#e9ecf1",
    IconStyle.WHITE: "#333333",
}


FILES = sorted((resources() / "icons").glob("*.svg"))


def on_ground(
    state: CaptureState, style: IconStyle, *, unverified: bool, attention: bool = False
) -> QImage:
    image = QImage(16, 16, QImage.Format.Format_RGB32)
    image.fill(QColor(GROUNDS[style]))
    painter = QPainter(image)
    painter.drawPixmap(0, 0, icon_for(state, unverified, attention, style).pixmap(16))
    painter.end()
    return image


def grey(image: QImage) -> list[int]:
    small = image.convertToFormat(QImage.Format.Format_Grayscale8)
    return [small.pixelColor(x, y).red() for y in range(16) for x in range(16)]


def differing(icon: list[int], other: list[int], glance: int = 50) -> int:
    """Count the pixels that a glance tells apart: by default, by a fifth of the grey scale."""
    return sum(abs(a - b) > glance for a, b in zip(icon, other, strict=True))


S = CaptureState


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("style", GROUNDS)
def test_every_icon_is_told_from_every_other_in_grey(style: IconStyle) -> None:
    glance = 30 if style is IconStyle.ANY else 50  # colours for any ground contrast less
    pictures = {key: grey(on_ground(key[0], style, unverified=key[1])) for key in ALL}
    near = {
        (a, b): n
        for a, b in combinations(ALL, 2)
        if (n := differing(pictures[a], pictures[b], glance)) < 12
    }
    assert near == {}


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("style", [IconStyle.LIGHT, IconStyle.DARK])
def test_attention_shows_on_every_icon(style: IconStyle) -> None:
    for state, unverified in ALL:
        quiet = grey(on_ground(state, style, unverified=unverified))
        loud = grey(on_ground(state, style, unverified=unverified, attention=True))
        assert differing(quiet, loud) >= 8, (state, unverified)


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("style", IconStyle)
def test_no_icon_is_empty_at_any_size(style: IconStyle) -> None:
    for (state, unverified), size in product(ALL, SIZES):
        pixmap = icon_for(state, unverified, False, style).pixmap(size)
        assert pixmap.width() == pixmap.height() == size
        image = pixmap.toImage()
        inked = sum(
            image.pixelColor(x, y).alpha() > 100 for x, y in product(range(size), range(size))
        )
        assert inked > size * size * 0.08, (state, unverified, size)


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_nothing_lies_outside_the_picture(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    wide = text.replace('viewBox="0 0 32 32"', 'viewBox="-16 -16 64 64"')
    assert wide != text
    image = QImage(256, 256, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(QByteArray(wide.encode())).render(painter, QRectF(0, 0, 256, 256))
    painter.end()
    hole_may = 4 if "overlay" in path.stem else 0  # a hole's halo may reach over the edge
    inside = range(64 - 2 - hole_may * 4, 192 + 2 + hole_may * 4)
    outside = [
        (x, y)
        for x, y in product(range(256), range(256))
        if not (x in inside and y in inside) and image.pixelColor(x, y).alpha() > 40
    ]
    assert outside == []


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_files_hold_nothing_that_is_not_drawn(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert re.sub(r"<(path|circle|rect)\b[^>]*/>\s*", "", text).strip() == (
        '<svg xmlns="http://www.w3.org/2000/svg" width="32" height="32" viewBox="0 0 32 32">\n'
        "  </svg>"
    )


@pytest.mark.usefixtures("qapp")
def test_unverified_is_never_filled_green() -> None:
    for state in CaptureState:
        image = icon_for(state, True, False, IconStyle.LIGHT).pixmap(48).toImage()
        green = sum(
            (c := image.pixelColor(x, y)).alpha() > 100 and c.green() > c.red() + 40 > c.blue()
            for x, y in product(range(48), range(48))
        )
        assert green < 48 * 48 * 0.35, state
    middle = icon_for(CaptureState.SHARING, True, False, IconStyle.LIGHT).pixmap(48).toImage()
    assert middle.pixelColor(20, 16).alpha() == 0


@pytest.mark.usefixtures("qapp")
def test_icons_are_made_once_and_masks_are_marked() -> None:
    first = icon_for(CaptureState.SHARING, False, False, IconStyle.LIGHT)
    assert icon_for(CaptureState.SHARING, False, False, IconStyle.LIGHT) is first
    assert not first.isMask()
    assert icon_for(CaptureState.SHARING, False, False, IconStyle.MASK).isMask()


@pytest.mark.usefixtures("qapp")
def test_not_every_icon_there_ever_was_is_kept() -> None:
    for state, style in product(CaptureState, IconStyle):
        icon_for(state, False, False, style)
    info = icon_for.cache_info()
    assert info.currsize == info.maxsize == 32


@pytest.mark.usefixtures("qapp")
def test_a_stop_by_others_has_a_red_edge() -> None:
    image = icon_for(CaptureState.STOPPED, False, True, IconStyle.LIGHT).pixmap(32).toImage()
    edge = image.pixelColor(3, 16)
    assert edge.red() > edge.green() + 80


@pytest.mark.parametrize("state", [S.STOPPED, S.SHARING, S.RESEND_NEEDED])
def test_a_message_carries_the_icon_of_its_state(qapp: QApplication, state: CaptureState) -> None:
    del qapp
    message = Message("x", "y", Severity.CRITICAL, state=state)
    picture = picture_of(message)
    assert picture is not None
    assert len(picture.pixels) == picture.width * picture.height * 4
    expected = icon_for(state, False, True, IconStyle.ANY, dot=False)
    middle = expected.pixmap(64, 64).toImage()
    for x, y in ((32, 32), (10, 32), (32, 10)):
        place = 4 * (y * picture.width + x)
        colour = middle.pixelColor(x, y)
        got = tuple(picture.pixels[place : place + 4])
        if colour.alpha():
            assert got == (colour.red(), colour.green(), colour.blue(), colour.alpha())
    assert picture_of(replace(message, state=None)) is None


def test_pictures_differ_by_state(qapp: QApplication) -> None:
    del qapp
    messages = [Message("x", "y", Severity.ATTENTION, state=state) for state in CaptureState]
    assert len(set(map(picture_of, messages))) == len(messages)


# --- colours ------------------------------------------------------------------------------------

COLOURS = {
    S.IDLE: "grey",
    S.SIGNED_OUT: "grey",
    S.REQUESTING: "blue",
    S.WAITING_FOR_MEETING: "amber",
    S.WAITING_FOR_HOST: "amber",
    S.RESEND_NEEDED: "amber",
    S.PENDING_APPROVAL: "amber",
    S.NO_ANSWER: "amber",
    S.SHARING: "green",
    S.PAUSED: "amber",
    S.PAUSED_BREAKOUT: "amber",
    S.INTERRUPTED: "amber",
    S.STOPPED: "grey",
    S.DENIED: "red",
    S.REFUSED: "red",
    S.STOPPED_PERMANENTLY: "red",
    S.ENDED: "grey",
}
"""No red before somebody said no or capture stopped; a meeting that is over is never green, whatever was lost."""
HUES = {"red": (345, 15), "amber": (16, 60), "green": (100, 180), "blue": (200, 260)}


def colours(image: QImage) -> set[str]:
    """Name the colours of a picture; of mixtures at its edges there are few pixels."""
    counted: dict[str, int] = {}
    size = image.width()
    for x, y in product(range(size), range(size)):
        pixel = image.pixelColor(x, y)
        if pixel.alpha() > 200:
            name = colour_of(pixel)
            counted[name] = counted.get(name, 0) + 1
    return {name for name, count in counted.items() if count > size * size * 0.01}


def colour_of(pixel: QColor) -> str:
    hue, saturation = pixel.hsvHue(), pixel.hsvSaturation()
    if saturation < 90:
        return "grey"
    found = (
        name
        for name, (first, last) in HUES.items()
        if (first <= hue <= last if first < last else hue >= first or hue <= last)
    )
    return next(found, "other")


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("style", [IconStyle.LIGHT, IconStyle.DARK, IconStyle.ANY])
@pytest.mark.parametrize(("state", "unverified"), ALL)
def test_red_is_for_loss_and_green_for_what_runs(
    state: CaptureState, style: IconStyle, *, unverified: bool
) -> None:
    quiet = colours(icon_for(state, unverified, False, style).pixmap(64).toImage())
    assert quiet == {COLOURS[state]}
    loud = colours(icon_for(state, unverified, True, style).pixmap(64).toImage())
    lost = state in {S.STOPPED, S.STOPPED_PERMANENTLY, S.DENIED, S.REFUSED}
    assert loud == {COLOURS[state], "red" if lost else "blue"}  # of which the dot is


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("style", GROUNDS)
def test_a_meeting_that_ended_with_loss_has_no_tick_and_no_green(style: IconStyle) -> None:
    def drawn(icon: QIcon) -> QImage:
        image = QImage(16, 16, QImage.Format.Format_RGB32)
        image.fill(QColor(GROUNDS[style]))
        painter = QPainter(image)
        painter.drawPixmap(0, 0, icon.pixmap(16))
        painter.end()
        return image

    loss = grey(drawn(icon_for(S.ENDED, False, False, style, loss=True)))
    glance = 30 if style is IconStyle.ANY else 50
    for state, unverified in ALL:
        other = grey(drawn(icon_for(state, unverified, False, style)))
        assert differing(loss, other, glance) >= 12, (state, unverified)
    icon = icon_for(S.ENDED, False, False, style, loss=True)
    assert colours(icon.pixmap(64).toImage()) == {"grey"}
    running = icon_for(S.SHARING, False, False, style, loss=True).pixmap(64).toImage()
    assert running == icon_for(S.SHARING, False, False, style).pixmap(64).toImage()


def test_the_window_draws_it_where_time_was_lost(qapp: QApplication) -> None:
    async def scene(harness: DesktopHarness) -> None:
        window, style = harness.desktop.window, harness.desktop.window._theme.icons
        window.show()
        pictures = []
        for kind in (SpanKind.CAPTURED, SpanKind.LOST):
            ended = replace(in_state(S.ENDED), timeline=timeline((NOON - 60_000, kind, "")))
            harness.desktop.show(overview(board(ended), overview_inputs(), NOON))
            pictures.append(window.card._icon.pixmap().toImage())
        expected = [
            icon_for(S.ENDED, False, False, style, dot=False, loss=loss).pixmap(40).toImage()
            for loss in (False, True)
        ]
        assert pictures == expected
        assert pictures[0] != pictures[1]

    run_scene(qapp, scene)
