"""The buttons of a session: side by side where their texts fit, one below the other where not."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout

from rtms_tray.desktop.command_sender import CommandSender, command_for
from rtms_tray.desktop.widgets.controls import Rows, button
from rtms_tray.desktop.widgets.dialogs import ask
from rtms_tray.presentation.view_model import ActionView, SessionView

_BETWEEN: Final = 8
_SIDE_BY_SIDE: Final = 2


def in_lines(widths: Sequence[int], room: int) -> list[list[int]]:
    """Share places among lines of two at most: each line holds what fits, and keeps the order."""
    lines: list[list[int]] = []
    for place, width in enumerate(widths):
        last = lines[-1] if lines else []
        taken = sum(widths[other] + _BETWEEN for other in last)
        if last and len(last) < _SIDE_BY_SIDE and taken + width <= room:
            last.append(place)
        else:
            lines.append([place])
    return lines


class Actions(Rows):
    """Buttons for a session, or for the whole program; each sends its command."""

    def __init__(self, sender: CommandSender) -> None:
        super().__init__(spacing=_BETWEEN)
        self._sender = sender
        self.buttons: list[QPushButton] = []
        """Those that stand there, in their order."""
        self._lines: list[list[int]] = []

    def show_actions(self, actions: Sequence[ActionView], session: SessionView | None) -> None:
        """Show these buttons for a session, or for the whole program."""
        shown = (tuple(actions), session and session.key)
        self.show_rows(shown, lambda column: self._build(column, actions, session))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        """Put the buttons side by side, or one below the other."""
        super().resizeEvent(event)
        self._arrange(self._column)

    def _build(
        self, column: QVBoxLayout, actions: Sequence[ActionView], session: SessionView | None
    ) -> None:
        self.buttons = [self._button(action, session) for action in actions]
        self._lines = []
        for made in self.buttons:
            made.setParent(self)
            made.ensurePolished()  # only with its style does it know its size
        self._arrange(column)

    def _arrange(self, column: QVBoxLayout) -> None:
        widths = [made.sizeHint().width() for made in self.buttons]
        lines = in_lines(widths, self.width())
        if lines == self._lines:
            return
        self._lines = lines
        while (old := column.takeAt(0)) is not None:
            if (line := old.layout()) is not None:
                line.deleteLater()
        for places in lines:
            column.addLayout(self._line(places))

    def _line(self, places: Sequence[int]) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(_BETWEEN)
        for place in places:
            line.addWidget(self.buttons[place], 1)
            self.buttons[place].show()
        return line

    def _button(self, action: ActionView, session: SessionView | None) -> QPushButton:
        made = button(action.label, primary=action.primary)
        made.setObjectName(f"action-{action.name}")
        command = command_for(action, session)

        def click() -> None:
            if action.confirm:
                agreed = action.label.rstrip("…")
                ask(self.window(), action.confirm, agreed, lambda: self._sender.send(command))
            else:
                self._sender.send(command)

        self._sender.bind(made, command, click)
        return made
