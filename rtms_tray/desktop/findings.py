"""What the doctor found, as rows in a window."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from rtms_tray.desktop.panel import sign
from rtms_tray.desktop.parts import Rows, label, note
from rtms_tray.doctor.findings import Finding


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
