"""A pretended language whose texts are 40 % longer: what fits in it fits in German and Finnish as well."""

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

_MORE: Final = 0.4
_FILLING: Final = "ïn äñ öthér láng üage "
_ACCENTS: Final = str.maketrans("aeiouAEIOU", "áéïöüÁÉÏÖÜ")
_SIGNS: Final = 3
"""Texts of so few characters are signs or numbers, the same in every language."""


def longer(text: str) -> str:
    """Make a text 40 % longer, with accents above and below the line; numbers stay."""
    if len(text) <= _SIGNS or not any(character.isalpha() for character in text):
        return text
    more = max(round(len(text) * _MORE), 2)
    filling = (_FILLING * (more // len(_FILLING) + 1))[: more - 1].rstrip()
    return f"{text.translate(_ACCENTS)} {filling}"


def lengthen(widget: QWidget) -> None:
    """Put every text of a window into the pretended language, once."""
    if isinstance(widget, QMenu):
        _lengthen_menu(widget)
    for part in (widget, *widget.findChildren(QWidget)):
        if not part.property("longer"):
            part.setProperty("longer", True)
            _lengthen_one(part)


def _lengthen_one(part: QWidget) -> None:
    if isinstance(part, QLabel | QAbstractButton):
        part.setText(longer(part.text()))
    elif isinstance(part, QLineEdit):
        part.setPlaceholderText(longer(part.placeholderText()))
    elif isinstance(part, QTabBar):
        for place in range(part.count()):
            part.setTabText(place, longer(part.tabText(place)))
    elif isinstance(part, QComboBox):
        for place in range(part.count()):
            part.setItemText(place, longer(part.itemText(place)))


def _lengthen_menu(menu: QMenu) -> None:
    for action in menu.actions():
        if not action.property("longer"):
            action.setProperty("longer", True)
            action.setText(longer(action.text()))
