"""The order in which Tab goes through a window: as people read it, whatever was made when."""

from collections.abc import Iterable
from typing import Final

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QScrollArea, QWidget

_ONE_LINE: Final = 10
"""Pixels by which the middles of parts of one line may differ."""


def stops(root: QWidget) -> list[QWidget]:
    """List what Tab stops at: line by line from the top, each from its left.

    What scrolls is gone through as a whole, in its place: parts of it may lie beyond what is seen.
    """
    areas = [area for area in root.findChildren(QScrollArea) if area.isVisible()]
    outside = [one for one in root.findChildren(QWidget) if _is_stop(one, root.window())]
    outside = [one for one in outside if not any(area.isAncestorOf(one) for area in areas)]
    order: list[QWidget] = []
    for one in _as_read([*areas, *outside], root):
        inside = one.widget() if isinstance(one, QScrollArea) else None
        order += [one] if inside is None else stops(inside)
    return order


def _as_read(parts: Iterable[QWidget], root: QWidget) -> list[QWidget]:
    lines: list[list[QWidget]] = []
    for one in sorted(parts, key=lambda part: _middle(part, root).y()):
        same = lines and _middle(one, root).y() - _middle(lines[-1][0], root).y() < _ONE_LINE
        lines[-1].append(one) if same else lines.append([one])
    return [one for line in lines for one in _from_the_left(line, root)]


def go_on(window: QWidget, *, forward: bool) -> QWidget | None:
    """Put the focus on the next stop, or the one before; from the last to the first. None: nowhere."""
    order = stops(window)
    if not order:
        return None
    here = window.focusWidget()
    place = order.index(here) if here in order else (-1 if forward else 0)
    there = order[(place + (1 if forward else -1)) % len(order)]
    reason = Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
    there.setFocus(reason)
    return there


def _is_stop(part: QWidget, window: QWidget) -> bool:
    by_tab = part.focusPolicy().value & Qt.FocusPolicy.TabFocus.value
    return bool(by_tab) and part.isVisible() and part.isEnabled() and part.window() is window


def _middle(part: QWidget, window: QWidget) -> QPoint:
    return part.mapTo(window, part.rect().center())


def _from_the_left(line: Iterable[QWidget], window: QWidget) -> list[QWidget]:
    return sorted(line, key=lambda part: _middle(part, window).x())
