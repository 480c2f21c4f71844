"""Diagnostics: the doctor's findings in a window, a report to copy, and the way to the log."""

from collections.abc import Callable

from PySide6.QtCore import QSize
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from rtms_tray.commands import Answer, Command
from rtms_tray.desktop.clicks import Clicks
from rtms_tray.desktop.findings import Findings
from rtms_tray.desktop.looks import Looks
from rtms_tray.desktop.panel import Panel, card, scrolling
from rtms_tray.desktop.parts import button, label, put, row
from rtms_tray.desktop.text_dialog import TextDialog
from rtms_tray.doctor.report import from_json, report, summary

_INTRO = "This is the report. It holds no secrets, e-mail addresses or meeting names; read it before you send it."


class DoctorWindow(Panel):
    """Checks when it is opened, and again at a click."""

    def __init__(self, clicks: Clicks, open_log: Callable[[], None]) -> None:
        self.report = TextDialog("report", "Report", _INTRO)
        super().__init__("diagnostics", "Diagnostics", QSize(560, 640))
        self._clicks = clicks
        self.findings = Findings()
        self.headline = label(bold=True)
        self.again, self.copy = button("Check again"), button("Copy report…")
        self.log = button("Show the log")
        self._report = ""
        self._lay_out()
        clicks.bind(self.again, Command("doctor"), self.check)
        self.copy.clicked.connect(lambda _checked=False: self.report.tell(self._report))
        self.log.clicked.connect(lambda _checked=False: open_log())

    def set_looks(self, looks: Looks) -> None:
        """Change the colours, the report's too."""
        super().set_looks(looks)
        self.report.set_looks(looks)

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
        self._clicks.perform(Command("doctor"), self._answered)

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
