"""Small parts of windows: labels that never read markup, buttons, and rows that change."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QLineEdit,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from rtms_tray.desktop.widgets.buttons import Act, Button, acts_in, buttons_in
from rtms_tray.desktop.widgets.keyboard_window import KeyboardWindow
from rtms_tray.support.texts import text

_BIG: Final = 1.4
_BELOW_A_HEADING: Final = 3
SMALL: Final = 0.92
"""The size of small print, relative to the desktop's own font."""


def label(
    words: str = "",
    *,
    quiet: bool = False,
    bold: bool = False,
    scale: float = 1.0,
    fixed: bool = False,
) -> QLabel:
    """Make a label that wraps, shows its words as they are, and lets them be copied.

    A `fixed` one only names a part of the window: it cannot be copied, and is much quicker to make.
    """
    part = QLabel(words)
    part.setTextFormat(Qt.TextFormat.PlainText)
    part.setWordWrap(True)
    if not fixed:
        part.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    part.setProperty("quiet", quiet)
    part.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    font = part.font()
    font.setBold(bold)
    font.setPointSizeF(font.pointSizeF() * scale)
    part.setFont(font)
    return part


def title() -> QLabel:
    """Make the window's headline."""
    return label(bold=True, scale=_BIG)


def note(words: str = "", *, fixed: bool = False) -> QLabel:
    """Make a line of small print."""
    return label(words, quiet=True, scale=SMALL, fixed=fixed)


def entry(mark: str, words: str) -> QHBoxLayout:
    """Make an entry of a list in small print: a mark, and words that wrap beside it."""
    first = note(mark, fixed=True)
    first.setWordWrap(False)
    first.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
    line = row(first, note(words))
    line.setAlignment(first, Qt.AlignmentFlag.AlignTop)
    line.setStretch(1, 1)
    return line


def heading(words: str) -> QLabel:
    """Make the heading of a part of the window."""
    part = label(words, bold=True)
    part.setContentsMargins(0, 0, 0, _BELOW_A_HEADING)
    return part


def put(target: QLabel, words: str) -> None:
    """Set a label's words; without any it takes no room."""
    target.setText(words)
    target.setVisible(bool(words))


def rule() -> QFrame:
    """Make a thin line between two parts."""
    line = QFrame()
    line.setObjectName("rule")
    return line


def button(words: str, *, primary: bool = False, flat: bool = False) -> Button:
    """Make a button that Enter presses when it has the focus."""
    part = Button(words)
    part.setProperty("primary", primary)
    part.setProperty("flat", flat)
    part.setAutoDefault(True)
    part.setAccessibleName(words)
    part.setCursor(Qt.CursorShape.PointingHandCursor)
    return part


def search_entry(name: str, hint: str) -> QLineEdit:
    """Make a line to search by, with a button that clears it."""
    entry = QLineEdit(placeholderText=hint, clearButtonEnabled=True)
    entry.setAccessibleName(name)
    for clear in entry.findChildren(QToolButton):
        clear.setAccessibleName(text("windows.text.clear"))
    return entry


def set_margins(part: QWidget | QLayout, before: int, top: int, after: int, below: int) -> None:
    """Set the margins before and after in reading order: Qt mirrors places, but no margins."""
    mirrored = QGuiApplication.layoutDirection() is Qt.LayoutDirection.RightToLeft
    left, right = (after, before) if mirrored else (before, after)
    part.setContentsMargins(left, top, right, below)


def row(*parts: QWidget, spacing: int = 8) -> QHBoxLayout:
    """Put parts side by side."""
    line = QHBoxLayout()
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(spacing)
    for part in parts:
        line.addWidget(part)
    return line


class Rows(QWidget):
    """A column that is rebuilt when what it shows has changed, and keeps its button in focus."""

    def __init__(self, spacing: int = 6) -> None:
        super().__init__()
        self._shown: object = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(spacing)
        self.hide()

    def show_rows(self, shown: object, build: Callable[[QVBoxLayout], None]) -> None:
        """Build the rows for `shown`, unless they are there already; without rows it is hidden."""
        if shown == self._shown:
            return
        self._shown = shown
        for button in buttons_in(self.window()):
            button.remember_place()
        before, focused = acts_in(self), self._leave_focus()
        _empty(self._column)
        build(self._column)
        self.setVisible(self._column.count() > 0)
        for act, button in acts_in(self).items() if self.isVisible() else ():
            button.replaces(before.get(act))
            if act == focused:
                button.setFocus()

    def _leave_focus(self) -> Act | None:
        """Let the focus rest, if one of the buttons has it, and say what that does."""
        window = self.window()
        focused = window.focusWidget()
        if not (isinstance(focused, Button) and self.isAncestorOf(focused)):
            return None
        if isinstance(window, KeyboardWindow):
            window.rest_focus(focused)
        return focused.act


def take_apart(layout: QLayout) -> None:
    """Take everything out of a layout that is about to be deleted.

    PySide keeps its objects for items that Qt deletes, and takes whatever Qt makes at their place for them.
    """
    while layout.takeAt(0) is not None:
        pass


def _empty(layout: QLayout) -> None:
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.setParent(None)
            widget.deleteLater()
        elif (inner := item.layout()) is not None:
            _empty(inner)
