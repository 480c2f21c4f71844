"""The tick below the obvious button: send it again by itself, as soon as the host joins."""

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QCheckBox, QWidget

from rtms_tray.desktop.parts import label, row

KEY: Final = "behaviour.auto_resend"
"""The setting behind it."""
_TEXT: Final = "Resend by itself when the host joins"


class ByItself(QWidget):
    """Shows the setting where it matters, and hands on what the user wants.

    Its words stand beside the box: those of a QCheckBox do not wrap, and would widen the window.
    """

    wanted = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self.box = QCheckBox()
        self.box.setAccessibleName(_TEXT)
        self.box.setAccessibleDescription("The setting “When the host joins”.")
        line = row(self.box, label(_TEXT, fixed=True), spacing=2)
        line.setStretch(1, 1)
        line.setAlignment(self.box, Qt.AlignmentFlag.AlignTop)
        self.setLayout(line)
        self.box.clicked.connect(self.wanted)
        self.hide()

    def show_choice(self, choice: bool | None) -> None:  # noqa: FBT001  the value itself
        """Show the setting that is in force; nothing where it does not matter."""
        self.setVisible(choice is not None)
        self.box.setChecked(bool(choice))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Take a click on the words for one on the box."""
        if event.button() is Qt.MouseButton.LeftButton and self.rect().contains(
            event.position().toPoint()
        ):
            self.box.click()
