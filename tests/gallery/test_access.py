"""Every window for people who see little: contrast, and the focus in sight."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from rtms_tray.desktop.widgets.tab_order import tab_stops
from tests.gallery.desktop import GalleryDesktop, gallery_desktop, settle, status_overviews
from tests.gallery.pixels import picture, too_faint
from tests.gallery.windows import WINDOWS

pytestmark = pytest.mark.qt_loop

Shown = AsyncIterator[tuple[str, QWidget]]


async def every_window(gallery: GalleryDesktop) -> Shown:
    """Open one window after the other."""
    for name, overview in status_overviews().items():
        gallery.desktop.window.show_overview(overview)
        gallery.desktop.window.bring()
        await activate(gallery.desktop.window)
        yield f"status, {name}", gallery.desktop.window
    for name, show in WINDOWS.items():
        window = await show(gallery)
        await activate(window)
        yield name, window
        window.close()
        await settle()


async def activate(window: QWidget) -> None:
    """Give a window the keyboard: nothing has the focus otherwise."""
    await settle()
    other = QWidget()  # Qt does nothing for a window that had it last
    other.show()
    for shown in (other, window):
        shown.windowHandle().requestActivate()
        await settle()
    other.close()
    assert window.isActiveWindow()


def named(widget: QWidget) -> str:
    return f"{type(widget).__name__} {widget.accessibleName() or widget.objectName()}"


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_words_stand_out_from_what_is_behind_them(
    qapp: QApplication, tmp_path: Path, theme: str
) -> None:
    found = {}
    async with gallery_desktop(qapp, tmp_path, meetings=40) as gallery:
        gallery.desktop.apply_appearance(theme=theme, icons="colour")
        async for name, window in every_window(gallery):
            found[name] = too_faint(window)
    assert {name: words for name, words in found.items() if words} == {}


async def test_it_is_seen_where_the_focus_is(qapp: QApplication, tmp_path: Path) -> None:
    unseen = {}
    async with gallery_desktop(qapp, tmp_path, meetings=40) as gallery:
        async for name, window in every_window(gallery):
            unseen[name] = {named(widget) for widget in unmarked(window)}
    assert {name: widgets for name, widgets in unseen.items() if widgets} == {}


def unmarked(window: QWidget) -> list[QWidget]:
    """Go through the window by Tab; list where nothing showed that the focus came there."""
    visited: list[QWidget] = []
    found, before = [], picture(window, 1)
    for _ in tab_stops(window):
        QTest.keyClick(window, Qt.Key.Key_Tab)
        focused, after = window.focusWidget(), picture(window, 1)
        if after == before and focused not in visited:
            found.append(focused)
        visited.append(focused)
        before = after
    return found
