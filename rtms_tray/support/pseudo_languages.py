"""Languages that nobody speaks: English 40 % longer, and English that is read from the right.

What fits in the longer one fits in German and Finnish as well; what isn't changed by it is no text of the catalogue.
"""

import re
from collections.abc import Callable
from typing import Final

from rtms_tray.support.texts import Language

_MORE: Final = 0.4
_FILLING: Final = "ïn äñ öthér láng üage "
_ACCENTS: Final = str.maketrans("aeiouAEIOU", "áéïöüÁÉÏÖÜ")
_SIGNS: Final = 3
"""Texts of so few characters are signs or numbers, the same in every language."""
_PARTS: Final = re.compile(r"(\{[^}]*\})")
_UNCHANGED: Final = ("units.dates.", "units.thousands", "history.report.language")
_FROM_RIGHT, _END = "\u202e", "\u202c"
_MARK: Final = "\u200f"
"""Says that what follows belongs to a language that is read from the right: Qt looks at the first letter."""


def longer(text: str) -> str:
    """Make a text 40 % longer, with accents above and below the line; numbers and placeholders stay."""
    letters = _PARTS.sub("", text)
    if len(letters) <= _SIGNS or not any(character.isalpha() for character in letters):
        return text
    more = max(round(len(letters) * _MORE), 2)
    filling = (_FILLING * (more // len(_FILLING) + 1))[: more - 1].rstrip()
    return f"{_outside_placeholders(text, lambda part: part.translate(_ACCENTS))} {filling}"


def mirrored(text: str) -> str:
    """Write a text from the right to the left; numbers and placeholders stay as they are."""
    if not any(character.isalpha() for character in _PARTS.sub("", text)):
        return text
    return _MARK + _outside_placeholders(text, _from_right)


def _from_right(part: str) -> str:
    return f"{_FROM_RIGHT}{part}{_END}" if part else part


def _outside_placeholders(text: str, change: Callable[[str], str]) -> str:
    parts = _PARTS.split(text)
    return "".join(part if place % 2 else change(part) for place, part in enumerate(parts))


class _PseudoLanguage(Language):
    def __init__(self, code: str, change: Callable[[str], str], *, from_right: bool) -> None:
        self.code, self._change, self.reads_from_right = code, change, from_right

    def sentence(self, key: str) -> str:
        sentence = super().sentence(key)
        return sentence if key.startswith(_UNCHANGED) else self._change(sentence)

    def counted(self, key: str, count: int) -> str:
        return self._change(super().counted(key, count))


def pseudo_language(code: str) -> Language:
    """Make one of them."""
    if code == "en-XR":
        return _PseudoLanguage(code, mirrored, from_right=True)
    return _PseudoLanguage(code, longer, from_right=False)
