"""Diagnostics: the doctor's findings in a window, a report to copy, and the way to the log."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from rtms_tray.desktop.command_sender import CommandSender
from rtms_tray.desktop.theme import Theme
from rtms_tray.desktop.widgets.app_window import AppWindow, card, scrolling, sign
from rtms_tray.desktop.widgets.controls import Rows, button, label, note, put, row
from rtms_tray.desktop.widgets.text_dialog import TextDialog
from rtms_tray.doctor.findings import Finding
from rtms_tray.doctor.report import from_json, report, summary
from rtms_tray.support.command_types import Answer, Command

# --- What the doctor found, as rows in a window. ---


class Findings(Rows):
    """One row for each finding: a sign, what was found, and what to do."""

    def __init__(self) -> None:
        super().__init__(spacing=8)

    def show_findings(self, findings: Sequence[Finding]) -> None:
        """Show these."""
        self.show_rows(tuple(findings), lambda column: self._build(column, findings))

    def _build(self, column: QVBoxLayout, findings: Sequence[Finding]) -> None:
        for finding in findings:
            line = QHBoxLayout()
            line.setSpacing(6)
            line.addWidget(sign(finding.mark), 0, Qt.AlignmentFlag.AlignTop)
            line.addLayout(_texts(finding), 1)
            column.addLayout(line)


def _texts(finding: Finding) -> QVBoxLayout:
    made = QVBoxLayout()
    made.setSpacing(1)
    text = label(f"{finding.title}: {finding.text}")
    text.setAccessibleName(f"{finding.mark.value.replace('_', ' ')}: {finding.title}")
    text.setAccessibleDescription(f"{finding.text} {finding.remedy}")
    made.addWidget(text)
    if finding.remedy:
        made.addWidget(note(finding.remedy))
    return made


_INTRO = "This is the report. It holds no secrets, e-mail addresses or meeting names; read it before you send it."


class DoctorWindow(AppWindow):
    """Checks when it is opened, and again at a click."""

    def __init__(self, sender: CommandSender, open_log: Callable[[], None]) -> None:
        self.report = TextDialog("report", "Report", _INTRO)
        super().__init__("diagnostics", "Diagnostics", QSize(560, 640))
        self._sender = sender
        self.findings = Findings()
        self.headline = label(bold=True)
        self.again, self.copy = button("Check again"), button("Copy report…")
        self.log = button("Show the log")
        self._report = ""
        self._lay_out()
        sender.bind(self.again, Command("doctor"), self.check)
        self.copy.clicked.connect(lambda _checked=False: self.report.tell(self._report))
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
        """Put the report away too."""
        self.report.close()
        super().closeEvent(event)

    def check(self) -> None:
        """Make all checks."""
        self.headline.setText("Checking…")
        self.copy.setEnabled(False)
        self._sender.send(Command("doctor"), self._answered)

    def _answered(self, answer: Answer) -> None:
        findings = from_json(answer.data)
        self.findings.show_findings(findings)
        put(self.headline, summary(findings) if findings else answer.text)
        self._report = report(findings)
        self.copy.setEnabled(bool(findings))
        if self.focusWidget() in {None, self.log}:  # where it went while the others rested
            self.again.setFocus()

    def _lay_out(self) -> None:
        page = QWidget()
        around = QVBoxLayout(page)
        around.setContentsMargins(0, 0, 0, 0)
        frame, inside = card()
        inside.addWidget(self.headline)
        inside.addWidget(self.findings)
        inside.addStretch(1)
        around.addWidget(frame)
        self.column.addWidget(scrolling(page), 1)
        self.column.addLayout(row(self.again, self.copy, self.log))
