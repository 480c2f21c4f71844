"""The question whether a set-up link may be followed: who asks, for which app, and what would be stored.

Any web page can offer a link. So what counts is the relay's host, which is large; the name beside it is a stranger's.
"""

from typing import Final

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout

from rtms_tray.desktop.command_sender import CommandSender
from rtms_tray.desktop.widgets.controls import Rows, heading, label, note, put, rule
from rtms_tray.desktop.widgets.question_window import LARGE, QuestionWindow, breakable, bullets
from rtms_tray.presentation.setup_offer import SetupOffer
from rtms_tray.support.command_types import Answer, Command, Exit
from rtms_tray.support.texts import text

_SIZE: Final = QSize(520, 440)


class ConsentWindow(QuestionWindow):
    """Asks about one offer at a time."""

    help_page = "set-up.md"
    agreed = Signal(bool)
    """Everything is stored; whether a sign-in is needed now."""

    def __init__(self, sender: CommandSender) -> None:
        agree = text("setup_link.window.agree")
        super().__init__("consent", text("setup_link.window.title"), _SIZE, agree)
        self._sender = sender
        self.host = label(bold=True, scale=LARGE, fixed=True)
        self.name = label(fixed=True)
        self.stored = Rows(spacing=4)
        self.replaces, self._warning = label(fixed=True), QFrame()
        self._lay_out()

    def ask(self, offer: SetupOffer) -> None:
        """Ask about this offer; the same one again is brought to the front."""
        self.host.setText(breakable(offer.host))
        self.host.setAccessibleName(offer.host)
        self.name.setText(text("setup_link.window.name", name=offer.name))
        self.stored.show_rows(offer.stored, lambda column: bullets(column, offer.stored))
        self.replaces.setText(breakable(offer.replaces))
        self._warning.setVisible(bool(offer.replaces))
        self._open(offer.key, offer.remark)

    def _agree(self) -> None:
        if self._key is None:
            return
        self._set_busy(busy=True)
        command = Command("setup-accept", {"offer": self._key})
        self._sender.send(command, self._answered)

    def _answered(self, answer: Answer) -> None:
        self._set_busy(busy=False)
        if answer.exit is not Exit.DONE:
            put(self.trouble, answer.text)
            return
        self._key = None
        self.close()
        self.agreed.emit(isinstance(answer.data, dict) and answer.data.get("sign_in") is True)

    def _lay_out(self) -> None:
        question = QVBoxLayout(self._warning)
        question.setContentsMargins(12, 8, 12, 8)
        question.addWidget(self.replaces)
        self._warning.setObjectName("question")
        for part in (
            note(text("setup_link.window.asks"), fixed=True),
            self.host,
            self.name,
            note(text("setup_link.window.check_host"), fixed=True),
            rule(),
            self._warning,
            heading(text("setup_link.window.stores")),
            self.stored,
            note(text("setup_link.window.nothing_else"), fixed=True),
        ):
            self._inside.addWidget(part)
        self._inside.addStretch(1)
