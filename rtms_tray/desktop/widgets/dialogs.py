"""Questions in dialogs: never modal, never an event loop of their own."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QLineEdit,
    QMessageBox,
    QVBoxLayout,
    QWidget,
)

from rtms_tray.desktop.command_sender import CommandSender
from rtms_tray.desktop.theme import Theme, current_theme, style_sheet
from rtms_tray.desktop.widgets.bringing import bring_to_front
from rtms_tray.desktop.widgets.keyboard_window import KeyboardWindow
from rtms_tray.support.command_types import Answer, Command, Exit
from rtms_tray.support.texts import text


def confirm(
    parent: QWidget | None,
    question: str,
    label: str,
    confirmed: Callable[[], None],
    open_help: Callable[[], None] | None = None,
) -> QMessageBox:
    """Ask before something that cannot be undone; `label` says what the button does, F1 opens help."""
    box = QMessageBox(parent)
    box.setWindowTitle("rtms-tray")
    box.setIcon(QMessageBox.Icon.Question)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(question)
    agree = box.addButton(label, QMessageBox.ButtonRole.AcceptRole)
    cancel = box.addButton(QMessageBox.StandardButton.Cancel)
    box.setDefaultButton(cancel)
    if isinstance(parent, KeyboardWindow):
        open_help = parent.ask_for_help
    if open_help is not None:
        QShortcut(QKeySequence(Qt.Key.Key_F1), box, open_help)
    agree.clicked.connect(lambda _checked=False: confirmed())
    # This reference keeps the box alive until then: without a parent nothing else does.
    box.finished.connect(lambda _result: box.deleteLater())
    box.open()
    return box


class StartDialog(QDialog):
    """Takes a meeting number or link; stays open, with the reason, when it is refused."""

    help_wanted = Signal(str)

    def __init__(self, sender: CommandSender, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sender = sender
        self.setWindowTitle(text("windows.start.title"))
        self.setModal(False)
        self.entry = QLineEdit(placeholderText=text("windows.start.example"))
        self.entry.setAccessibleName(text("status.start.meeting"))
        self.entry.setMinimumWidth(340)
        self.trouble = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.trouble.setProperty("trouble", True)
        self.trouble.hide()
        self.trouble.setAccessibleName(text("windows.start.refused"))
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.start = self.buttons.addButton(
            text("status.start.button"), QDialogButtonBox.ButtonRole.AcceptRole
        )
        self._lay_out()
        self.set_theme(current_theme())
        self.buttons.accepted.connect(self._send)
        self.buttons.rejected.connect(self.reject)
        ask = partial(self.help_wanted.emit, "meeting.md")
        QShortcut(QKeySequence(Qt.Key.Key_F1), self, ask)

    def set_theme(self, theme: Theme) -> None:
        """Change the colours."""
        self.setStyleSheet(style_sheet(theme))

    def ask(self, meeting: str = "") -> None:
        """Open the dialog, empty or with a meeting that may be meant."""
        self.entry.setText(meeting)
        self.entry.selectAll()
        self.trouble.hide()
        self.adjustSize()
        self.open()
        bring_to_front(self)
        self.entry.setFocus()

    def _lay_out(self) -> None:
        question = QLabel(text("status.start.meeting"), textFormat=Qt.TextFormat.PlainText)
        question.setBuddy(self.entry)
        column = QVBoxLayout(self)
        for part in (question, self.entry, self.trouble, self.buttons):
            column.addWidget(part)
        self.start.setDefault(True)
        self.start.setProperty("primary", True)

    def _send(self) -> None:
        meeting = self.entry.text().strip()
        if not meeting:
            self._show_trouble(text("windows.start.empty"))
            return
        self.start.setEnabled(False)
        self._sender.send(Command("start", {"meeting": meeting}), self._answered)

    def _answered(self, answer: Answer) -> None:
        self.start.setEnabled(True)
        if answer.exit in {Exit.DONE, Exit.STILL_TRYING}:
            self.accept()
        else:
            self._show_trouble(answer.text)

    def _show_trouble(self, reason: str) -> None:
        self.trouble.setText(reason)
        self.trouble.show()
        # Wrapped words would be cut off: no layout asks how high they get at this width.
        self.trouble.setMinimumHeight(self.trouble.heightForWidth(self.entry.width()))
        self.adjustSize()
        self.entry.setFocus()
