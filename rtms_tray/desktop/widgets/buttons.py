"""Buttons for people who are quick: none takes a press that was meant for what stood there before."""

import re
import time
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple, TypeAlias

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QPushButton, QWidget

from rtms_tray.desktop.plain_text import menu_text
from rtms_tray.desktop.widgets.tab_order import bring_into_sight

UNREAD_S: Final = 0.5
"""What has just changed can't have been read: a press in this time was meant for something else."""
_PRESSING: Final = {Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Select}

Act: TypeAlias = tuple[str, object]
"""What a button does: its name, and what is sent."""


class Change(NamedTuple):
    """When something last changed around a button, and where it was then; nowhere if it is new."""

    at: float
    place: QPoint | None


class Button(QPushButton):
    """A button with words, which knows when it has changed, and what it does."""

    def __init__(self, words: str) -> None:
        super().__init__(menu_text(words))
        self.sends: object = None
        """What tells two buttons with the same words apart."""
        self.one_stop: OneStop | None = None
        self.change = Change(-UNREAD_S, None)
        self._plain: str | None = None  # its words, while they show a letter

    @property
    def act(self) -> Act:
        """What it does."""
        return self.accessibleName(), self.sends

    def setText(self, words: str) -> None:  # noqa: N802  Qt's name
        """Change the words, which takes back a press that has begun."""
        if words == (self._plain or self.text()):
            return
        self.words_changed()
        super().setText(words)

    def words_changed(self) -> None:
        """It does something else now, as far as it is seen."""
        self._plain = None
        if self.isVisible():
            self.setDown(False)
            self.change = Change(time.monotonic(), None)

    # --- unread -------------------------------------------------------------------------------

    def is_unread(self, *, by_mouse: bool = False) -> bool:
        """Whether it is too new to be meant by a press; by the mouse, also when it has just moved."""
        at, place = self.change
        if time.monotonic() - at >= UNREAD_S:
            return False
        return place is None or (by_mouse and place != self._place())

    def remember_place(self) -> None:
        """Something in the window changes, and may move this button."""
        if not self.is_unread():
            self.change = Change(time.monotonic(), self._place())

    def replaces(self, before: "Button | None") -> None:
        """Take the place of a button that did the same; without one it is new."""
        self.change = before.change if before else Change(time.monotonic(), None)

    def press_by_key(self) -> None:
        """Press it, as a key does that belongs to it wherever the focus is."""
        if self.isVisible() and not self.is_unread():
            self.click()

    def _place(self) -> QPoint:
        return self.mapTo(self.window(), QPoint())

    # --- its letter ---------------------------------------------------------------------------

    def show_letter(self, letter: str) -> None:
        """Underline a letter, which presses it together with Alt."""
        self._plain = self.text()
        super().setText(_underlined(self._plain, letter))

    def hide_letter(self) -> None:
        """Show the words alone again."""
        if self._plain is not None:
            plain, self._plain = self._plain, None
            super().setText(plain)

    # --- events -------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Take a press, unless it was meant for something else."""
        if self.is_unread(by_mouse=True):
            event.accept()
        else:
            super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Take a key, unless it was meant for something else."""
        if self.one_stop is not None and self.one_stop.move(self, Qt.Key(event.key())):
            return
        if event.key() in _PRESSING and self.is_unread():
            event.accept()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802  Qt's name
        """Be where Tab stops."""
        if self.one_stop is not None:
            self.one_stop.enter(self)
        super().focusInEvent(event)


def buttons_in(part: QWidget) -> list[Button]:
    """List the buttons in a part of a window."""
    return part.findChildren(Button)


def acts_in(part: QWidget) -> Mapping[Act, Button]:
    """Find the buttons in a part of a window by what they do."""
    return {button.act: button for button in buttons_in(part)}


# --- Buttons that are one stop for Tab: the arrow keys go from one to the next. ---

_STEPS: Final[Mapping[Qt.Key, tuple[int, int]]] = {
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
}


class OneStop:
    """Lines of buttons; Tab stops at the one that had the focus last."""

    def __init__(self, lines: Sequence[Sequence[Button]], line: int = 0) -> None:
        self._lines = [tuple(buttons) for buttons in lines if buttons]
        self.line = 0
        for button in (button for buttons in self._lines for button in buttons):
            button.one_stop = self
            button.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        if self._lines:
            self.enter(self._lines[min(line, len(self._lines) - 1)][0])

    def enter(self, button: Button) -> None:
        """Make this button the one that Tab stops at."""
        for number, buttons in enumerate(self._lines):
            for other in buttons:
                here = other is button
                policy = Qt.FocusPolicy.StrongFocus if here else Qt.FocusPolicy.ClickFocus
                other.setFocusPolicy(policy)
                self.line = number if here else self.line

    def move(self, button: Button, key: Qt.Key) -> bool:
        """Go where an arrow key points, as far as there is something; tell whether it was one."""
        if key not in _STEPS:
            return False
        down, right = _STEPS[key]
        number = next(n for n, buttons in enumerate(self._lines) if button in buttons)
        place = self._lines[number].index(button) + right
        buttons = self._lines[max(0, min(number + down, len(self._lines) - 1))]
        target = buttons[max(0, min(place, len(buttons) - 1))]
        target.setFocus(Qt.FocusReason.OtherFocusReason)
        bring_into_sight(target)
        return True


# --- Letters: no two buttons of a window have the same. ---


def letters(labels: Sequence[str]) -> list[str]:
    """Choose a letter for each label, the first of a word if possible; empty where there is none."""
    wanted = [_wanted(label) for label in labels]
    owners: dict[str, int] = {}
    for number in range(len(labels)):
        _give(number, wanted, owners, set())
    given = {number: letter for letter, number in owners.items()}
    return [
        next((c for c in wanted[number] if c.casefold() == given.get(number)), "")
        for number in range(len(labels))
    ]


def _wanted(label: str) -> list[str]:
    starts = [word[0] for word in re.findall(r"[^\W_]+", label)]
    return [letter for letter in [*starts, *label] if letter.isalnum()]


def _give(
    number: int, wanted: Sequence[Sequence[str]], owners: dict[str, int], tried: set[str]
) -> bool:
    """Give a label a letter; one that is taken, where its owner can have another one."""
    fitting = list(dict.fromkeys(letter.casefold() for letter in wanted[number]))
    for letter in sorted(fitting, key=owners.__contains__):  # the free ones first
        if letter in tried:
            continue
        tried.add(letter)
        if letter not in owners or _give(owners[letter], wanted, owners, tried):
            owners[letter] = number
            return True
    return False


def _underlined(words: str, letter: str) -> str:
    """Mark the letter; where it begins a word, there."""
    places = [m.start() for m in re.finditer(re.escape(letter), words)]
    starts = [place for place in places if not place or not words[place - 1].isalnum()]
    place = (starts or places)[0]
    return f"{words[:place]}&{words[place:]}"
