"""Reads the entries of a menu."""

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu


def texts(menu: QMenu) -> list[str]:
    """List the words of a menu's entries."""
    return [action.text() for action in menu.actions() if not action.isSeparator()]


def entry(menu: QMenu, text: str) -> QAction:
    """Find the entry with these words."""
    return next(action for action in menu.actions() if action.text() == text)


def sub_menu(menu: QMenu, text: str) -> QMenu:
    """Find the menu behind the entry with these words."""
    found = entry(menu, text).menu()
    assert isinstance(found, QMenu)
    return found
