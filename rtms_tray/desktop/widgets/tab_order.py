"""The order in which Tab goes through a window: as people read it, whatever was made when."""

from collections.abc import Iterable
from typing import Final

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QScrollArea, QWidget

_NONE: Final = -1
"""Qt's number for no button of a group."""
_SAME_LINE: Final = 10
"""Pixels by which the middles of parts on the same line may differ."""
_SCROLL_MARGIN: Final = 10
"""Pixels that are scrolled into sight above and below a part."""


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


def next_stop(window: QWidget, place: QPoint | None, *, forward: bool) -> QWidget | None:
    """Find the next tab stop, or the one before, going round at the ends; None where there is none.

    Where the focus is at no stop, its `place` in the window counts.
    """
    order = tab_stops(window)
    if not order:
        return None
    focused = window.focusWidget()
    if focused in order:
        return order[(order.index(focused) + (1 if forward else -1)) % len(order)]
    if place is None:
        return order[0 if forward else -1]
    before = [stop for stop in order if _is_before(middle(stop, window), place)]
    return order[(len(before) if forward else len(before) - 1) % len(order)]


def bring_into_sight(part: QWidget) -> None:
    """Scroll to a part, where it scrolls."""
    around = part.parentWidget()
    while around is not None:
        if isinstance(around, QScrollArea):
            around.ensureWidgetVisible(part, 0, _SCROLL_MARGIN)
        around = around.parentWidget()


def middle(part: QWidget, root: QWidget) -> QPoint:
    """Say where the middle of a part is."""
    return part.mapTo(root, part.rect().center())


def _is_tab_stop(part: QWidget, window: QWidget) -> bool:
    by_tab = part.focusPolicy().value & Qt.FocusPolicy.TabFocus.value
    shown = part.isVisible() and part.isEnabled() and part.window() is window
    return bool(by_tab) and shown and not _is_another_chosen(part)


def _is_another_chosen(part: QWidget) -> bool:
    """Whether it is a choice of several, of which arrow keys reach the others, and Tab the chosen one."""
    if not isinstance(part, QAbstractButton) or part.isChecked():
        return False
    group: QButtonGroup | None = part.group()
    if group is not None:
        return group.exclusive() and group.checkedId() != _NONE
    around = part.parentWidget()
    choices = around.findChildren(QAbstractButton) if part.autoExclusive() and around else ()
    return any(other.autoExclusive() and other.isChecked() for other in choices)


def _is_before(stop: QPoint, place: QPoint) -> bool:
    below = stop.y() - place.y()
    return below <= -_SAME_LINE or (below < _SAME_LINE and stop.x() < place.x())


def _in_reading_order(parts: Iterable[QWidget], root: QWidget) -> list[QWidget]:
    lines: list[list[QWidget]] = []
    for part in sorted(parts, key=lambda part: middle(part, root).y()):
        same = lines and middle(part, root).y() - middle(lines[-1][0], root).y() < _SAME_LINE
        lines[-1].append(part) if same else lines.append([part])
    return [part for line in lines for part in _from_the_left(line, root)]


def _from_the_left(line: Iterable[QWidget], root: QWidget) -> list[QWidget]:
    return sorted(line, key=lambda part: middle(part, root).x())
