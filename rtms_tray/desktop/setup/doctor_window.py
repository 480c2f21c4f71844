"""Diagnostics: the doctor's results in a window, a report to copy, and the way to the log."""

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from rtms_tray.desktop.command_sender import CommandSender
from rtms_tray.desktop.theme import Theme
from rtms_tray.desktop.widgets.app_window import AppWindow, TextWindow, card, scrolling
from rtms_tray.desktop.widgets.controls import Rows, button, label, note, put, row
from rtms_tray.doctor.check_report import SIGNS, from_json, headline, report, summary
from rtms_tray.doctor.check_types import CheckResult, CheckStatus
from rtms_tray.support.command_types import Answer, Command
from rtms_tray.support.texts import text

# --- The results as rows. ---

_COLOURS: Final = {
    CheckStatus.OK: "yes",
    CheckStatus.WARNING: "unknown",
    CheckStatus.BROKEN: "no",
    CheckStatus.NOT_CHECKED: "open",
}
"""Marks of the style sheet."""


class ResultRows(Rows):
    """A row for each result: a sign, what was found, and what to do."""

    def __init__(self) -> None:
        super().__init__(spacing=8)

    def show_results(self, results: Sequence[CheckResult]) -> None:
        """Show these."""
        self.show_rows(tuple(results), lambda column: self._build(column, results))

    def _build(self, column: QVBoxLayout, results: Sequence[CheckResult]) -> None:
        for result in results:
            line = QHBoxLayout()
            line.setSpacing(6)
            line.addWidget(_sign(result.status), 0, Qt.AlignmentFlag.AlignTop)
            line.addLayout(_texts(result), 1)
            column.addLayout(line)


def _sign(status: CheckStatus) -> QLabel:
    sign = QLabel(SIGNS[status])
    sign.setFixedWidth(16)
    sign.setProperty("mark", _COLOURS[status])
    sign.setAccessibleName(text(f"doctor.statuses.{status}"))
    return sign


def _texts(result: CheckResult) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(1)
    line = label(headline(result))
    status = text(f"doctor.statuses.{result.status}")
    line.setAccessibleName(text("doctor.window.status", status=status, title=result.title))
    line.setAccessibleDescription(f"{result.text} {result.remedy}")
    column.addWidget(line)
    if result.remedy:
        column.addWidget(note(result.remedy))
    return column


# --- The window. ---


class DoctorWindow(AppWindow):
    """Runs the checks when it is opened, and again at a click."""

    def __init__(self, sender: CommandSender, open_log: Callable[[], None]) -> None:
        self.report = TextWindow("report", text("doctor.report.title"), text("doctor.report.intro"))
        super().__init__("diagnostics", text("doctor.window.title"), QSize(560, 640))
        self.destroyed.connect(self.report.deleteLater)
        self._sender = sender
        self.results = ResultRows()
        self.headline = label(bold=True)
        self.again = button(text("doctor.window.check_again"))
        self.copy = button(text("doctor.window.copy_report"))
        self.log = button(text("doctor.window.show_log"))
        self._report = ""
        self._lay_out()
        sender.bind(self.again, Command("doctor"), self.check)
        self.report.help_wanted.connect(self.help_wanted)
        self.copy.clicked.connect(lambda _checked=False: self.report.show_text(self._report))
        self.log.clicked.connect(lambda _checked=False: open_log())

    def set_theme(self, theme: Theme) -> None:
        """Change the colours, the report's too."""
        super().set_theme(theme)
        self.report.set_theme(theme)

    def open(self) -> None:
        """Open, and check."""
        self.bring()
        self.again.setFocus()
        self.check()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Close the report too."""
        self.report.close()
        super().closeEvent(event)

    def check(self) -> None:
        """Run all checks."""
        self.headline.setText(text("doctor.window.checking"))
        self.copy.setEnabled(False)
        self._sender.send(Command("doctor"), self._show_answer)

    def _show_answer(self, answer: Answer) -> None:
        results = from_json(answer.data)
        self.results.show_results(results)
        put(self.headline, summary(results) if results else answer.text)
        self._report = report(results)
        self.copy.setEnabled(bool(results))
        if self.focusWidget() in {None, self}:
            self.again.setFocus()

    def _lay_out(self) -> None:
        page = QWidget()
        around = QVBoxLayout(page)
        around.setContentsMargins(0, 0, 0, 0)
        frame, inside = card()
        inside.addWidget(self.headline)
        inside.addWidget(self.results)
        inside.addStretch(1)
        around.addWidget(frame)
        self.column.addWidget(scrolling(page), 1)
        self.column.addLayout(row(self.again, self.copy, self.log))
