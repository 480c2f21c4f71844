"""The question whether a set-up link may be followed: who asks, for which app, and what would be stored.

Any web page can offer a link. So what counts is the relay's host, which is large; the name beside it is a stranger's.
"""

import re
from typing import Final

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QVBoxLayout, QWidget

from rtms_tray.desktop.command_sender import CommandSender
from rtms_tray.desktop.widgets.app_window import AppWindow, card, scrolling, trouble_label
from rtms_tray.desktop.widgets.controls import (
    Rows,
    button,
    heading,
    label,
    note,
    put,
    row,
    rule,
)
from rtms_tray.desktop.window_geometry import scaled_to_font
from rtms_tray.presentation.setup_offer import SetupOffer
from rtms_tray.support.command_types import Answer, Command, Exit
from rtms_tray.support.texts import text

MOMENT_MS: Final = 1000
"""Nobody agrees sooner: a click or a key that was meant for what was there before must not count."""
_SIZE: Final = QSize(520, 440)
_LARGE: Final = 1.7
_LONGEST_PIECE: Final = 24
_MAY_BREAK: Final = "\u200b"


class ConsentWindow(AppWindow):
    """Asks about one offer at a time; no button is the default one, and closing declines."""

    help_page = "set-up.md"
    agreed = Signal(bool)
    """Everything is stored; whether a sign-in is needed now."""
    declined = Signal(str)
    """The offer of this key is declined."""

    def __init__(self, sender: CommandSender) -> None:
        super().__init__("consent", text("setup_link.window.title"), _SIZE)
        self._sender = sender
        self._offer: SetupOffer | None = None
        self._is_busy = False
        self.host = label(bold=True, scale=_LARGE, fixed=True)
        self.name = label(fixed=True)
        self.stored = Rows(spacing=4)
        self.replaces, self._warning = label(fixed=True), QFrame()
        self.trouble = trouble_label()
        self.cancel = button(text("setup_link.window.cancel"))
        self.agree = button(text("setup_link.window.agree"))
        self._moment = QTimer(self, singleShot=True, interval=MOMENT_MS)
        self._moment.timeout.connect(self._enable)
        self.cancel.clicked.connect(lambda _checked=False: self.close())
        self.agree.clicked.connect(lambda _checked=False: self._agree())
        self._page = QWidget()
        self._around = QVBoxLayout(self._page)
        self._card, self._inside = card()
        self._area = scrolling(self._page)
        self._lay_out()

    def ask(self, offer: SetupOffer) -> None:
        """Ask about this offer; the same one again is brought to the front."""
        self._offer = offer
        self.host.setText(_breakable(offer.host))
        self.host.setAccessibleName(offer.host)
        self.name.setText(text("setup_link.window.name", name=offer.name))
        self.stored.show_rows(offer.stored, lambda column: _list(column, offer.stored))
        self.replaces.setText(_breakable(offer.replaces))
        self._warning.setVisible(bool(offer.replaces))
        put(self.trouble, offer.remark)
        self._moment.start()
        self._enable()
        self._fit()
        self.bring()
        self.setFocus()  # Return and Space press nothing until somebody chooses a button

    @property
    def is_asking(self) -> bool:
        """Whether it waits for an answer."""
        return self._offer is not None

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Decline what was not agreed to."""
        offer, self._offer = self._offer, None
        super().closeEvent(event)
        if offer is not None:
            self.declined.emit(offer.key)

    def _enable(self) -> None:
        self.agree.setEnabled(not self._moment.isActive() and not self._is_busy)
        self.cancel.setEnabled(not self._is_busy)

    def _agree(self) -> None:
        if self._offer is None:
            return
        self._set_busy(busy=True)
        command = Command("setup-accept", {"offer": self._offer.key})
        self._sender.send(command, self._answered)

    def _answered(self, answer: Answer) -> None:
        self._set_busy(busy=False)
        if answer.exit is not Exit.DONE:
            put(self.trouble, answer.text)
            return
        self._offer = None
        self.close()
        self.agreed.emit(isinstance(answer.data, dict) and answer.data.get("sign_in") is True)

    def _set_busy(self, *, busy: bool) -> None:
        self._is_busy = busy
        self._enable()

    def _fit(self) -> None:
        """Be as high as the question, as far as the screen allows."""
        for part in self.findChildren(QWidget):
            part.ensurePolished()  # the style sheet makes buttons higher
        # Else each level would learn of new words only in a turn of its own, after the one below.
        for part in (self._warning, self.stored, self._card):
            part.updateGeometry()
            self._inside.invalidate()
        width = max(scaled_to_font(self, _SIZE).width(), self.minimumSizeHint().width())
        around = self.column.contentsMargins()
        inside = width - around.left() - around.right()
        height = self._around.heightForWidth(inside) - self._area.minimumSizeHint().height()
        self.column.activate()
        height += self.column.totalMinimumSize().height()
        self.resize(QSize(width, height).boundedTo(self.screen().availableSize() * 0.92))

    def _lay_out(self) -> None:
        inside = self._inside
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
            inside.addWidget(part)
        inside.addStretch(1)
        self._around.setContentsMargins(0, 0, 0, 0)
        self._around.addWidget(self._card)
        self.column.addWidget(self._area, 1)
        self.column.addWidget(self.trouble)
        line = row(self.cancel)
        line.addStretch(1)
        line.addWidget(self.agree)
        self.column.addLayout(line)


def _list(column: QVBoxLayout, lines: tuple[str, ...]) -> None:
    for line in lines:
        mark = label("•", fixed=True)
        mark.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        beside = row(mark, label(_breakable(line), fixed=True))
        beside.setAlignment(mark, Qt.AlignmentFlag.AlignTop)
        column.addLayout(beside)


def _breakable(words: str) -> str:
    """Let long names be wrapped: a host is shown whole, because its end says whose it is."""
    pieces = re.sub(rf"([^\s.-]{{{_LONGEST_PIECE}}})(?=[^\s.-])", rf"\1{_MAY_BREAK}", words)
    return re.sub(r"(?<=\w)\.(?=\w)", f".{_MAY_BREAK}", pieces)
