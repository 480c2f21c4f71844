"""Every window for people who see little, or use no mouse: contrast, names, the way by Tab, the focus in sight."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QRadioButton, QWidget

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


def reachable(window: QWidget) -> Iterator[QWidget]:
    """Find the controls that the Tab key must reach."""
    for widget in window.findChildren(QWidget):
        takes_it = widget.focusPolicy() & Qt.FocusPolicy.TabFocus == Qt.FocusPolicy.TabFocus
        if takes_it and widget.isVisible() and widget.isEnabled() and is_entrance(widget):
            yield widget


def is_entrance(widget: QWidget) -> bool:
    """Of buttons of which one is chosen, Tab reaches the chosen one; the arrow keys do the rest."""
    group = widget.group() if isinstance(widget, QAbstractButton) else None
    chosen = group.checkedButton() if group is not None and group.exclusive() else None
    return chosen in {None, widget} and not (
        isinstance(widget, QRadioButton) and not widget.isChecked()
    )


def tells_a_reader(widget: QWidget) -> bool:
    """Whether a screen reader can say what it is."""
    told = QAccessible.queryAccessibleInterface(widget)
    return bool(told.text(QAccessible.Text.Name)) and told.role() is not QAccessible.Role.NoRole


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


async def test_every_control_has_a_name_is_reached_by_tab_and_shows_that_it_has_the_focus(
    qapp: QApplication, tmp_path: Path
) -> None:
    nameless, missed, unseen = {}, {}, {}
    async with gallery_desktop(qapp, tmp_path, meetings=40) as gallery:
        async for name, window in every_window(gallery):
            wanted = list(reachable(window))
            nameless[name] = {named(widget) for widget in wanted if not tells_a_reader(widget)}
            visited, unmarked = walk(window, len(wanted) + 1)
            missed[name] = {named(widget) for widget in wanted if widget not in visited}
            unseen[name] = {named(widget) for widget in unmarked}
    faults = {"nameless": nameless, "missed": missed, "unseen": unseen}
    assert {
        f"{what}: {name}": found[name]
        for what, found in faults.items()
        for name in found
        if found[name]
    } == {}


def walk(window: QWidget, steps: int) -> tuple[list[QWidget], list[QWidget]]:
    """Press Tab; list where the focus came, and where nothing showed that it did."""
    visited, unmarked = [], []
    before = picture(window, 1)
    for _ in range(steps):
        QTest.keyClick(window, Qt.Key.Key_Tab)
        focused, after = window.focusWidget(), picture(window, 1)
        if after == before and focused not in visited:
            unmarked.append(focused)
        visited.append(focused)
        before = after
    return visited, unmarked
