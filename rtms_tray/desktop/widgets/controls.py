"""Small parts of the window: labels that never read markup, rules, buttons, rows that change."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from rtms_tray.desktop.wording import menu_text

_BIG: Final = 1.4
_BELOW_A_HEADING: Final = 3
SMALL: Final = 0.92
"""The size of small print, against the desktop's own."""


def label(
    text: str = "",
    *,
    quiet: bool = False,
    bold: bool = False,
    scale: float = 1.0,
    fixed: bool = False,
) -> QLabel:
    """Make a label that shows its text as it is, wrapped, and lets it be copied.

    A `fixed` one only names a part of the window: it cannot be copied, and is made much quicker.
    """
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(True)
    if not fixed:
        made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    made.setProperty("quiet", quiet)
    made.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    font = made.font()
    font.setBold(bold)
    font.setPointSizeF(font.pointSizeF() * scale)
    made.setFont(font)
    return made


def title() -> QLabel:
    """Make the window's headline."""
    return label(bold=True, scale=_BIG)


def note(text: str = "", *, fixed: bool = False) -> QLabel:
    """Make a line of small print."""
    return label(text, quiet=True, scale=SMALL, fixed=fixed)


def entry(mark: str, text: str) -> QHBoxLayout:
    """Make a line of a list in small print: a mark, and a text that wraps beside it."""
    first = note(mark, fixed=True)
    first.setWordWrap(False)
    first.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
    made = row(first, note(text))
    made.setAlignment(first, Qt.AlignmentFlag.AlignTop)
    made.setStretch(1, 1)
    return made


def heading(text: str) -> QLabel:
    """Make the heading of a part of the window."""
    made = label(text, bold=True)
    made.setContentsMargins(0, 0, 0, _BELOW_A_HEADING)
    return made


def put(target: QLabel, text: str) -> None:
    """Set a label's text; an empty one takes no room."""
    target.setText(text)
    target.setVisible(bool(text))


def rule() -> QFrame:
    """Make a thin line between two parts."""
    made = QFrame()
    made.setObjectName("rule")
    return made


def button(text: str, *, primary: bool = False, flat: bool = False) -> QPushButton:
    """Make a button that Enter presses when it has the focus."""
    made = QPushButton(menu_text(text))
    made.setProperty("primary", primary)
    made.setProperty("flat", flat)
    made.setAutoDefault(True)
    made.setAccessibleName(text)
    made.setCursor(Qt.CursorShape.PointingHandCursor)
    return made


def row(*parts: QWidget, spacing: int = 8) -> QHBoxLayout:
    """Put parts side by side."""
    made = QHBoxLayout()
    made.setContentsMargins(0, 0, 0, 0)
    made.setSpacing(spacing)
    for part in parts:
        made.addWidget(part)
    return made


class Rows(QWidget):
    """A column that is built anew when what it shows has changed, and keeps its place in focus."""

    def __init__(self, spacing: int = 6) -> None:
        super().__init__()
        self._shown: object = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(spacing)
        self.hide()

    def show_rows(self, shown: object, build: Callable[[QVBoxLayout], None]) -> None:
        """Build the rows for `shown` unless they stand already; empty means hidden."""
        if shown == self._shown:
            return
        self._shown = shown
        focused = self._focused()
        _empty(self._column)
        build(self._column)
        self.setVisible(self._column.count() > 0)
        for made in self.findChildren(QPushButton) if focused else ():
            if made.accessibleName() == focused:
                made.setFocus()
                break

    def _focused(self) -> str:
        buttons = (made for made in self.findChildren(QPushButton) if made.hasFocus())
        return next((made.accessibleName() for made in buttons), "")


def _empty(layout: QLayout) -> None:
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.setParent(None)
            widget.deleteLater()
        elif (inner := item.layout()) is not None:
            _empty(inner)
