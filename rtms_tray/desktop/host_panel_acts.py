"""The page of the host's buttons: each with what it does, awake only when it makes sense."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from PySide6.QtWidgets import QGridLayout, QPushButton, QVBoxLayout, QWidget

from rtms_tray.demo.acts import ACTS, GROUPS, HostAct
from rtms_tray.demo.world import Meeting, World
from rtms_tray.desktop.host_panel_parts import card
from rtms_tray.desktop.parts import button, label, note

_AROUND: Final = 24
"""What the style sheet adds to a button, in pixels; it is not in force yet when they are measured."""


class ActsPage(QWidget):
    """Every act as a button."""

    def __init__(self, play: Callable[[HostAct], None]) -> None:
        super().__init__()
        self.buttons: Mapping[str, QPushButton] = {
            key: self._button(act, play) for key, act in ACTS.items()
        }
        widest = max(made.sizeHint().width() for made in self.buttons.values())
        for made in self.buttons.values():
            made.setMinimumWidth(widest + _AROUND)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 6, 0)
        column.setSpacing(10)
        for title, acts in GROUPS:
            frame, inside = card()
            inside.addWidget(label(title, bold=True))
            inside.addLayout(self._grid(acts))
            column.addWidget(frame)
        column.addStretch()

    def show_world(self, world: World, meeting: Meeting | None) -> None:
        """Wake the buttons that make sense now."""
        for key, act in ACTS.items():
            possible = meeting is not None and act.possible(world, meeting)
            self.buttons[key].setEnabled(possible)

    def _button(self, act: HostAct, play: Callable[[HostAct], None]) -> QPushButton:
        made = button(act.label)
        made.setObjectName(f"act-{act.key}")
        made.setAccessibleDescription(act.caption)
        made.setEnabled(False)
        made.clicked.connect(lambda _checked=False: partial(play, act)())
        return made

    def _grid(self, acts: tuple[HostAct, ...]) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        for place, act in enumerate(acts):
            grid.addWidget(self.buttons[act.key], place, 0)
            grid.addWidget(note(act.caption), place, 1)
        return grid
