"""Small parts of windows: labels that never read markup, buttons, rows that change, and the order of Tab."""

from collections.abc import Callable, Iterable
from typing import Final

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from rtms_tray.desktop.plain_text import menu_text

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


def button(words: str, *, primary: bool = False, flat: bool = False) -> QPushButton:
    """Make a button that Enter presses when it has the focus."""
    part = QPushButton(menu_text(words))
    part.setProperty("primary", primary)
    part.setProperty("flat", flat)
    part.setAutoDefault(True)
    part.setAccessibleName(words)
    part.setCursor(Qt.CursorShape.PointingHandCursor)
    return part


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
        focused = self._focused()
        _empty(self._column)
        build(self._column)
        self.setVisible(self._column.count() > 0)
        for rebuilt in self.findChildren(QPushButton) if focused else ():
            if rebuilt.accessibleName() == focused:
                rebuilt.setFocus()
                break

    def _focused(self) -> str:
        buttons = (button for button in self.findChildren(QPushButton) if button.hasFocus())
        return next((button.accessibleName() for button in buttons), "")


def _empty(layout: QLayout) -> None:
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.setParent(None)
            widget.deleteLater()
        elif (inner := item.layout()) is not None:
            _empty(inner)


# --- The order in which Tab goes through a window: as people read it, whatever was made when. ---

_SAME_LINE: Final = 10
"""Pixels by which the middles of parts on the same line may differ."""


def tab_stops(root: QWidget) -> list[QWidget]:
    """List what Tab stops at: line by line from the top, each from its left.

    What scrolls is gone through as a whole, in its place: parts of it may be out of sight.
    """
    areas = [area for area in root.findChildren(QScrollArea) if area.isVisible()]
    parts = [part for part in root.findChildren(QWidget) if _is_tab_stop(part, root.window())]
    outside = [part for part in parts if not any(area.isAncestorOf(part) for area in areas)]
    order: list[QWidget] = []
    for part in _in_reading_order([*areas, *outside], root):
        inside = part.widget() if isinstance(part, QScrollArea) else None
        order += [part] if inside is None else tab_stops(inside)
    return order


def _in_reading_order(parts: Iterable[QWidget], root: QWidget) -> list[QWidget]:
    lines: list[list[QWidget]] = []
    for part in sorted(parts, key=lambda part: _middle(part, root).y()):
        same = lines and _middle(part, root).y() - _middle(lines[-1][0], root).y() < _SAME_LINE
        lines[-1].append(part) if same else lines.append([part])
    return [part for line in lines for part in _from_the_left(line, root)]


def focus_next(window: QWidget, *, forward: bool) -> QWidget | None:
    """Focus the next tab stop, or the one before, going round at the ends; None where there is none."""
    order = tab_stops(window)
    if not order:
        return None
    focused = window.focusWidget()
    place = order.index(focused) if focused in order else (-1 if forward else 0)
    target = order[(place + (1 if forward else -1)) % len(order)]
    reason = Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
    target.setFocus(reason)
    return target


def _is_tab_stop(part: QWidget, window: QWidget) -> bool:
    by_tab = part.focusPolicy().value & Qt.FocusPolicy.TabFocus.value
    return bool(by_tab) and part.isVisible() and part.isEnabled() and part.window() is window


def _middle(part: QWidget, root: QWidget) -> QPoint:
    return part.mapTo(root, part.rect().center())


def _from_the_left(line: Iterable[QWidget], root: QWidget) -> list[QWidget]:
    return sorted(line, key=lambda part: _middle(part, root).x())
