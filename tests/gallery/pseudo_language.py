"""Puts windows into English 40 % longer, whatever their texts were made of."""

from typing import Final

from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QLabel,
    QLineEdit,
    QMenu,
    QTabBar,
    QWidget,
)

from rtms_tray.presentation.view_model import Overview
from rtms_tray.support.frozen import Frozen, asdict, replace
from rtms_tray.support.pseudo_languages import longer

_DONE: Final = "\u200b"
"""Marks, without being seen, what was made longer before."""
_SENTENCES: Final = frozenset(
    {"title", "text", "remedy", "label", "summary", "details", "confirm", "question"}
)
"""Fields of what is shown that hold words."""


def longer_overview(overview: Overview) -> Overview:
    """Put everything that an overview says into the pretended language."""
    changed = _longer_parts(overview)
    assert isinstance(changed, Overview)
    return changed


def _longer_parts(part: object) -> object:
    if isinstance(part, tuple):
        return tuple(map(_longer_parts, part))
    if not isinstance(part, Frozen):
        return part
    changed: dict[str, object] = {}
    for name, value in asdict(part).items():
        if isinstance(value, str) and name in _SENTENCES:
            changed[name] = _once(value) if value else value
        elif name == "fits":
            changed[name] = tuple(map(_once, value))
        elif not isinstance(value, str):
            changed[name] = _longer_parts(value)
    return replace(part, **changed)


def lengthen(widget: QWidget) -> None:
    """Put every text of a window into the pretended language; what is in it already stays."""
    if isinstance(widget, QMenu):
        _lengthen_menu(widget)
    for part in (widget, *widget.findChildren(QWidget)):
        _lengthen_one(part)


def _once(text: str) -> str:
    return text if text.endswith(_DONE) else longer(text) + _DONE


def _lengthen_one(part: QWidget) -> None:
    if isinstance(part, QLabel | QAbstractButton):
        part.setText(_once(part.text()) if part.text() else "")
    elif isinstance(part, QLineEdit):
        part.setPlaceholderText(_once(part.placeholderText()))
    elif isinstance(part, QTabBar):
        for place in range(part.count()):
            part.setTabText(place, _once(part.tabText(place)))
    elif isinstance(part, QComboBox):
        for place in range(part.count()):
            part.setItemText(place, _once(part.itemText(place)))


def _lengthen_menu(menu: QMenu) -> None:
    for action in menu.actions():
        if action.text():
            action.setText(_once(action.text()))
