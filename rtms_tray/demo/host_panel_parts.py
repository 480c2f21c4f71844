"""What the pages of the host panel share: more of the style sheet, and buttons that rest."""

from dataclasses import fields
from string import Template
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QComboBox, QFrame, QLabel, QPushButton, QVBoxLayout

from rtms_tray.desktop.theme import Theme, sheet

_MORE: Final = Template("""
QComboBox { color: $text; background: $card; border: 1px solid $edge; border-radius: 8px;
  padding: 6px 10px; }
QComboBox:focus { border: 2px solid $link; padding: 5px 9px; }
QComboBox::drop-down { border: none; width: 26px; }
QComboBox QAbstractItemView { color: $text; background: $card; border: 1px solid $edge;
  selection-color: $text; selection-background-color: $hover; }
QListWidget { color: $text; background: $card; border: 1px solid $edge; border-radius: 8px;
  padding: 4px; }
QListWidget:focus { border: 2px solid $link; padding: 3px; }
QListWidget::item { padding: 3px 6px; border-radius: 4px; }
QListWidget::item:disabled { color: $quiet; }
QListWidget::item:selected { color: white; background: $primary; }
QLabel[next="true"] { color: $link; font-weight: bold; }
QStackedWidget { background: $ground; }
""")


def window_style_sheet(theme: Theme) -> str:
    """Write the panel's style sheet in these colours."""
    colours = {field.name: getattr(theme, field.name) for field in fields(theme)}
    return sheet(theme) + _MORE.substitute(colours)


class Choice(QComboBox):
    """A list to choose from, with an arrow in the colour of its text (style sheets take pictures only)."""

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Draw the arrow on top."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setPen(self.palette().text().color())
        room = self.rect().adjusted(0, 0, -10, 0)
        painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, "▾")
        painter.end()


def rest(button: QPushButton, *, resting: bool) -> None:
    """Let a button rest, or wake it; it keeps the focus, which Qt would give to the next one."""
    if resting == (not button.isEnabled()):
        return
    if resting:
        button.setProperty("focused", button.hasFocus())
    button.setEnabled(not resting)
    if not resting and button.property("focused"):
        button.setFocus()


def name(button: QPushButton, text: str) -> None:
    """Give a button another text, for eyes and ears."""
    if button.text() != text:
        button.setText(text)
        button.setAccessibleName(text)


def mark(label: QLabel, name: str) -> None:
    """Give a label the colour of a mark (yes, no, unknown), or none."""
    if label.property("mark") != name:
        label.setProperty("mark", name)
        label.style().unpolish(label)
        label.style().polish(label)


def card() -> tuple[QFrame, QVBoxLayout]:
    """Make a card, and the column inside it."""
    frame = QFrame()
    frame.setObjectName("card")
    column = QVBoxLayout(frame)
    column.setContentsMargins(14, 12, 14, 12)
    column.setSpacing(6)
    return frame, column
