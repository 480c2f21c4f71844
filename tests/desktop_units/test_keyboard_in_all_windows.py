"""Every window by the keyboard alone, and for those who can't see it: names, Tab, letters, F1, Esc."""

from pathlib import Path
from typing import Final

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QTextBrowser, QWidget
from shiboken6 import isValid

from rtms_tray.desktop.help_window import help_folder, pages
from rtms_tray.desktop.widgets.buttons import Button
from rtms_tray.desktop.widgets.keyboard_window import KeyboardWindow
from rtms_tray.desktop.widgets.tab_order import tab_stops
from tests.desktop_units import samples
from tests.gallery.desktop import GalleryDesktop, gallery_desktop, settle, status_overviews
from tests.gallery.windows import WINDOWS

pytestmark = pytest.mark.qt_loop
CHECKING: Final = {"doctor", "reload", "setup-decline", "link-decline"}
"""What windows ask for themselves when they open or are left; it changes nothing."""


def name_of(part: QWidget) -> str:
    """What a screen reader calls a part."""
    found = QAccessible.queryAccessibleInterface(part)
    assert found is not None
    return found.text(QAccessible.Text.Name)


def nameless(window: QWidget) -> list[str]:
    """List what can be reached, or is only a picture, without a name in words."""
    parts = [part for part in window.findChildren(QWidget) if part.isVisible()]
    labels = [part for part in parts if isinstance(part, QLabel) and not part.pixmap().isNull()]
    pictures = [part for part in labels if not part.objectName().startswith("qt_msgbox")]
    pressed = [part for part in parts if isinstance(part, QAbstractButton)]
    return [
        f"{type(part).__name__} {part.objectName()} in {type(part.parent()).__name__}"
        for part in {*pictures, *pressed, *tab_stops(window)}
        if not any(letter.isalnum() for letter in name_of(part))
    ]


async def status_windows(on: GalleryDesktop) -> dict[str, list[str]]:
    """List what is nameless in each state of the status window."""
    found = {}
    for name, overview in status_overviews().items():
        on.desktop.window.show_overview(overview)
        on.desktop.window.bring()
        await settle()
        found[name] = nameless(on.desktop.window)
    on.desktop.window.hide()
    return found


async def test_everything_has_a_name(qapp: QApplication, tmp_path: Path) -> None:
    async with gallery_desktop(qapp, tmp_path) as on:
        found = await status_windows(on)
        for name, show in WINDOWS.items():
            window = await show(on)
            await settle()
            found[name] = nameless(window)
            window.close()
            await settle()
    assert {name: parts for name, parts in found.items() if parts} == {}


async def test_tab_stops_everywhere_once(qapp: QApplication, tmp_path: Path) -> None:
    async with gallery_desktop(qapp, tmp_path) as on:
        for name, show in WINDOWS.items():
            window = await show(on)
            await settle()
            if isinstance(window, KeyboardWindow):
                window.activateWindow()
                await settle()
                stops = tab_stops(window)
                assert stops, name
                stops[-1].setFocus()
                for stop in stops if len(stops) > 1 else ():
                    focused = window.focusWidget()
                    presses = 0
                    while window.focusWidget() is focused and presses < 60:
                        QTest.keyClick(focused, Qt.Key.Key_Tab)  # a page's links come one by one
                        presses += 1
                        assert presses == 1 or isinstance(focused, QTextBrowser), name_of(focused)
                    assert window.focusWidget() is stop, name
                    assert not stop.visibleRegion().isEmpty(), f"{name}: {name_of(stop)}"
            window.close()
            await settle()


async def test_no_two_buttons_have_the_same_letter(qapp: QApplication, tmp_path: Path) -> None:
    async with gallery_desktop(qapp, tmp_path) as on:
        windows: dict[str, QWidget] = {}
        for name, overview in status_overviews().items():
            on.desktop.window.show_overview(overview)
            on.desktop.window.bring()
            await settle()
            check_letters(on.desktop.window, name)
        for name, show in WINDOWS.items():
            windows[name] = window = await show(on)
            await settle()
            if isinstance(window, KeyboardWindow):
                check_letters(window, name)
            window.close()
            await settle()


def check_letters(window: KeyboardWindow, name: str) -> None:
    """Hold Alt, and look at the letters."""
    QTest.keyPress(window, Qt.Key.Key_Alt)
    shown = [part for part in window.findChildren(Button) if part.isVisible() and part.isEnabled()]
    alone = [part for part in shown if part.one_stop is None and not part.isCheckable()]
    keys = {part.act: part.shortcut().toString() for part in alone}
    QTest.keyRelease(window, Qt.Key.Key_Alt)
    assert len(set(keys.values()) - {""}) == len(keys), f"{name}: {keys}"
    assert not any(part.shortcut().toString() for part in shown), name


async def test_f1_and_escape(qapp: QApplication, tmp_path: Path) -> None:
    """F1 opens a page that is there; Esc takes the window away, and nothing else happens."""
    async with gallery_desktop(qapp, tmp_path) as on:
        for name, show in WINDOWS.items():
            window = await show(on)
            await settle()
            before = settings_of(on)
            window.activateWindow()
            on.windows.help.pages.setSource("")
            if not name.startswith("host panel"):  # the demo connects it
                press(window, Qt.Key.Key_F1)
                await settle()
                page = on.windows.help.pages.source().toLocalFile()
                assert page in {str(file) for _, file in pages(help_folder())}, name
                assert on.windows.help.isVisible(), name
            on.commander.asked.clear()
            window.activateWindow()
            await settle()
            press(window, Qt.Key.Key_Escape)
            await settle()
            assert not (isValid(window) and window.isVisible()), name
            assert set(on.commander.names()) <= CHECKING, name
            on.windows.help.close()
            assert settings_of(on) == before, name


def press(window: QWidget, key: Qt.Key) -> None:
    """Press a key where the focus is."""
    focused: QWidget | None = window.focusWidget()
    QTest.keyClick(window if focused is None else focused, key)


def settings_of(on: GalleryDesktop) -> str:
    """What the settings file has."""
    return on.profile.settings_file.read_text("utf-8")


async def test_escape_saves_nothing_that_is_half_written(
    qapp: QApplication, tmp_path: Path
) -> None:
    async with gallery_desktop(qapp, tmp_path) as on:
        window = on.windows.settings
        on.windows.open_settings()
        await settle()
        field = window.rows["app.client_id"].editor
        field.setFocus()
        QTest.keyClicks(field, "half")
        QTest.keyClick(field, Qt.Key.Key_Escape)
        await settle()
        assert not window.isVisible()
        assert "settings-set" not in on.commander.names()
        assert on.windows.settings.rows["app.client_id"].editor.value() != ""
        on.windows.open_settings()
        await settle()
        assert field.value() == "AbCdEf123"


async def test_escape_minimises_where_no_tray_brings_the_window_back(
    qapp: QApplication, tmp_path: Path
) -> None:
    async with gallery_desktop(qapp, tmp_path) as on:
        window = on.desktop.window
        window.minimise_instead = True
        window.show_overview(samples.at_rest())
        window.bring()
        press(window, Qt.Key.Key_Escape)
        assert window.isMinimized()
