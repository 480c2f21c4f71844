"""What the user can click in a session: its buttons, and the checkbox that resends automatically."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from rtms_tray.desktop.command_sender import CommandSender, command_for
from rtms_tray.desktop.widgets.buttons import Button
from rtms_tray.desktop.widgets.controls import Rows, button, label, row, take_apart
from rtms_tray.desktop.widgets.dialogs import confirm
from rtms_tray.presentation.view_model import ActionView, SessionView
from rtms_tray.support.texts import text

_SPACING: Final = 8
_SIDE_BY_SIDE: Final = 2


def in_lines(widths: Sequence[int], room: int) -> list[list[int]]:
    """Share places among lines of two at most: each line holds what fits, in order."""
    lines: list[list[int]] = []
    for place, width in enumerate(widths):
        last = lines[-1] if lines else []
        taken = sum(widths[other] + _SPACING for other in last)
        if last and len(last) < _SIDE_BY_SIDE and taken + width <= room:
            last.append(place)
        else:
            lines.append([place])
    return lines


class ActionButtons(Rows):
    """Buttons of a session, or of the whole program, side by side where their labels fit."""

    def __init__(self, sender: CommandSender) -> None:
        super().__init__(spacing=_SPACING)
        self._sender = sender
        self.buttons: list[Button] = []
        """Those that are shown, in order."""
        self._lines: list[list[int]] = []
        # As wide as there is room: buttons that no longer fit beside each other move below.
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def show_actions(self, actions: Sequence[ActionView], session: SessionView | None) -> None:
        """Show buttons for a session, or for the whole program."""
        shown = (tuple(actions), session and session.key)
        self.show_rows(shown, lambda column: self._build(column, actions, session))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        """Arrange the buttons anew."""
        super().resizeEvent(event)
        self._arrange(self._column)

    def _build(
        self, column: QVBoxLayout, actions: Sequence[ActionView], session: SessionView | None
    ) -> None:
        self.buttons = [self._button(action, session) for action in actions]
        self._lines = []
        for part in self.buttons:
            part.setParent(self)
            part.ensurePolished()  # its size depends on its style
        self._arrange(column)

    def _arrange(self, column: QVBoxLayout) -> None:
        widths = [part.sizeHint().width() for part in self.buttons]
        lines = in_lines(widths, self.width())
        if lines == self._lines:
            return
        self._lines = lines
        while (old := column.takeAt(0)) is not None:
            if (line := old.layout()) is not None:
                take_apart(line)
                line.deleteLater()
        for places in lines:
            column.addLayout(self._line(places))

    def _line(self, places: Sequence[int]) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(_SPACING)
        for place in places:
            line.addWidget(self.buttons[place], 1)
            self.buttons[place].show()
        return line

    def _button(self, action: ActionView, session: SessionView | None) -> Button:
        part = button(action.label, primary=action.primary)
        part.setObjectName(f"action-{action.name}")
        command = command_for(action, session)

        def send() -> None:
            self._sender.send(command)

        def click() -> None:
            if action.confirm:
                confirm(self.window(), action.confirm, action.label.rstrip("…"), send)
            else:
                send()

        self._sender.bind(part, command, click)
        return part


# --- The checkbox below the obvious button: send it again as soon as the host joins. ---


class AutoResendCheckbox(QWidget):
    """Shows the setting where it matters, and signals what the user wants.

    Its label is beside the box: that of a QCheckBox does not wrap, and would widen the window.
    """

    wanted = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        words = text("status.auto_resend.label")
        self.box = QCheckBox()
        self.box.setAccessibleName(words)
        self.box.setAccessibleDescription(text("status.auto_resend.description"))
        line = row(self.box, label(words, fixed=True), spacing=2)
        line.setStretch(1, 1)
        line.setAlignment(self.box, Qt.AlignmentFlag.AlignTop)
        self.setLayout(line)
        self.box.clicked.connect(self.wanted)
        self.hide()

    def show_choice(self, choice: bool | None) -> None:  # noqa: FBT001  the value itself
        """Show the setting that is in force; None where it does not matter."""
        self.setVisible(choice is not None)
        self.box.setChecked(bool(choice))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Take a click on the label for one on the box."""
        if event.button() is Qt.MouseButton.LeftButton and self.rect().contains(
            event.position().toPoint()
        ):
            self.box.click()
