"""No text is cut off: in English and in a language 40 % longer, with letters of 9 and of 14 points."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QScrollArea, QWidget

from rtms_tray.capture.states import CaptureState
from rtms_tray.support.languages import languages, load
from rtms_tray.support.texts import use_language
from tests.desktop_units import samples
from tests.gallery.desktop import gallery_desktop, settle, status_overviews
from tests.gallery.pseudo_language import lengthen, longer_overview
from tests.gallery.windows import WINDOWS

pytestmark = pytest.mark.qt_loop


@pytest.fixture(params=[9, 14])
def letters(qapp: QApplication, request: pytest.FixtureRequest) -> Iterator[int]:
    """Letters of this size, for as long as the test runs."""
    before = qapp.font()
    font = qapp.font()
    font.setPointSize(request.param)
    qapp.setFont(font)
    yield request.param
    qapp.setFont(before)


def cut_off(window: QWidget) -> list[str]:
    """List the texts of a window that have too little room."""
    return [*_cut_labels(window), *_cut_buttons(window), *_too_wide(window)]


def _cut_labels(window: QWidget) -> Iterator[str]:
    for label in window.findChildren(QLabel):
        if not label.isVisible() or not label.text() or not label.pixmap().isNull():
            continue
        if label.wordWrap():
            if label.height() < label.heightForWidth(label.width()):
                yield f"{label.text()} (too low)"
        elif label.width() < label.sizeHint().width() and label.minimumWidth() == 0:
            yield f"{label.text()} (too narrow)"


def _cut_buttons(window: QWidget) -> Iterator[str]:
    for button in window.findChildren(QAbstractButton):
        width = button.fontMetrics().horizontalAdvance
        needs = max(map(width, button.text().splitlines()), default=0)
        if button.isVisible() and button.text() and button.width() < needs:
            yield f"[{button.text()}]"


def _too_wide(window: QWidget) -> Iterator[str]:
    """A page that is wider than the area in which it scrolls up and down only."""
    for area in window.findChildren(QScrollArea):
        page = area.widget()
        if area.isVisible() and page is not None and page.width() > area.viewport().width():
            yield f"{page.objectName()} is wider than its area"


@pytest.mark.parametrize("language", ["english", "longer"])
async def test_the_status_window(
    qapp: QApplication, tmp_path: Path, letters: int, language: str
) -> None:
    async with gallery_desktop(qapp, tmp_path) as gallery:
        window = gallery.desktop.window
        for name, overview in status_overviews().items():
            window.show_overview(longer_overview(overview) if language == "longer" else overview)
            window.bring()
            await asyncio.sleep(0.01)
            if language == "longer":
                lengthen(window)
            await settle()
            assert cut_off(window) == [], f"{name}, {letters} points"


@pytest.mark.parametrize("language", ["english", "longer"])
async def test_the_other_windows(
    qapp: QApplication, tmp_path: Path, letters: int, language: str
) -> None:
    found = {}
    async with gallery_desktop(qapp, tmp_path) as gallery:
        for name, show in WINDOWS.items():
            window = await show(gallery)
            await settle()
            if language == "longer":
                lengthen(window)
                await settle()
            if name.startswith("start"):
                window.adjustSize()
                await settle()
            found[name] = cut_off(window)
            window.close()
            await settle()
    assert {name: texts for name, texts in found.items() if texts} == {}, letters


@pytest.mark.parametrize("code", [*languages()[1:], "en-XR"])
async def test_the_windows_in_each_language(qapp: QApplication, tmp_path: Path, code: str) -> None:
    language = load(code)
    use_language(language)
    if language.reads_from_right:
        qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    found = {}
    try:
        async with gallery_desktop(qapp, tmp_path) as gallery:
            for name, overview in status_overviews().items():
                gallery.desktop.window.show_overview(overview)
                gallery.desktop.window.bring()
                await settle()
                found[name] = cut_off(gallery.desktop.window)
            for name, show in WINDOWS.items():
                window = await show(gallery)
                await settle()
                found[f"window {name}"] = cut_off(window)
                window.close()
                await settle()
    finally:
        qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    assert {name: texts for name, texts in found.items() if texts} == {}


def test_the_pseudo_language() -> None:
    said = longer_overview(samples.overview(CaptureState.STOPPED))
    assert said.lead is not None
    assert said.lead.key == "98712345670"
    assert said.lead.actions[0].name == "resend"
    assert said.lead.actions[0].label.startswith("Résénd")
    assert said.lead.checks[0].text != samples.CHECKS[0].text
