"""The checks of a session: ✓ ✗ ?, with Yes and No where only the user can know."""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout

from rtms_tray.capture.conditions import Source, Value
from rtms_tray.commands import Command
from rtms_tray.desktop.clicks import Clicks
from rtms_tray.desktop.parts import Rows, button, label
from rtms_tray.view_model import CheckView, SessionView

_SIGNS: Final = {Value.YES: ("✓", "yes"), Value.UNKNOWN: ("?", "unknown")}
_NO: Final = ("✗", "no")
_AROUND: Final = 4  # pixels: border and padding of a flat button
_AS_BUTTONS: Final = 2
"""Pixels above and below, as the answers have: lines stay where they are when one is answered."""


class Checks(Rows):
    """One line per condition; answers go out as `tell`."""

    def __init__(self, clicks: Clicks) -> None:
        super().__init__(spacing=1)
        self._clicks = clicks

    def show_checks(self, session: SessionView, heading: str) -> None:
        """Show a session's checks under a heading."""
        shown = (session.key, heading, session.checks)
        self.show_rows(shown, lambda column: self._build(column, session, heading))

    def _build(self, column: QVBoxLayout, session: SessionView, heading: str) -> None:
        if session.checks:
            column.addWidget(label(heading, bold=True))
        for check in session.checks:
            column.addLayout(self._line(session.key, check))

    def _line(self, key: str, check: CheckView) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(4)
        line.addStrut(self.fontMetrics().height() + _AROUND)  # as high with buttons as without
        line.addWidget(_sign(check.mark), 0, Qt.AlignmentFlag.AlignTop)
        text = label(check.text)
        text.setContentsMargins(0, _AS_BUTTONS, 0, _AS_BUTTONS)
        text.setAccessibleName(f"{_SIGNS.get(check.mark, _NO)[1]}: {check.text}")
        line.addWidget(text, 1)
        if check.mark is Value.UNKNOWN:
            self._add(line, key, check, "Yes", "yes")
            self._add(line, key, check, "No", "no")
        elif check.evidence.source is Source.USER:
            self._add(line, key, check, "Undo", "unknown")
        return line

    def _add(self, line: QHBoxLayout, key: str, check: CheckView, text: str, value: str) -> None:
        made = button(text, flat=True)
        made.setAccessibleName(f"{text}: {check.text}")
        arguments = {"condition": check.condition.value, "value": value, "meeting": key}
        self._clicks.bind(made, Command("tell", arguments))
        line.addWidget(made, 0, Qt.AlignmentFlag.AlignTop)


def _sign(mark: Value) -> QLabel:
    sign, name = _SIGNS.get(mark, _NO)
    made = QLabel(sign)
    made.setFixedWidth(16)
    made.setContentsMargins(0, _AS_BUTTONS, 0, _AS_BUTTONS)
    made.setProperty("mark", name)
    made.setAccessibleName(name)
    return made
