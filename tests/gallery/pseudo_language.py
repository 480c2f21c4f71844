"""A pseudo-language whose texts are 40 % longer: what fits in it fits in German and Finnish as well."""

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

_MORE: Final = 0.4
_FILLING: Final = "ïn äñ öthér láng üage "
_ACCENTS: Final = str.maketrans("aeiouAEIOU", "áéïöüÁÉÏÖÜ")
_DONE: Final = "\u200b"
"""Marks, without being seen, what was made longer before."""
_SENTENCES: Final = frozenset(
    {"title", "text", "remedy", "label", "summary", "details", "confirm", "question"}
)
"""Fields of what is shown that hold words."""
_SIGNS: Final = 3
"""Texts of so few characters are signs or numbers, the same in every language."""


def longer(text: str) -> str:
    """Make a text 40 % longer, with accents above and below the line; numbers stay."""
    if len(text) <= _SIGNS or not any(character.isalpha() for character in text):
        return text
    more = max(round(len(text) * _MORE), 2)
    filling = (_FILLING * (more // len(_FILLING) + 1))[: more - 1].rstrip()
    return f"{text.translate(_ACCENTS)} {filling}"


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
