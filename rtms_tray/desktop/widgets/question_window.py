"""A question that a stranger has caused, as by a link: nothing but a deliberate answer counts."""

import re
from typing import Final

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from rtms_tray.desktop.widgets.app_window import AppWindow, card, scrolling, trouble_label
from rtms_tray.desktop.widgets.controls import button, label, put, row
from rtms_tray.desktop.window_geometry import scaled_to_font
from rtms_tray.support.texts import text

MOMENT_MS: Final = 1000
"""Nobody agrees sooner: a click or a key that was meant for what was there before must not count."""
LARGE: Final = 1.7
"""How much larger than other words that is which the answer depends on."""
_LONGEST_PIECE: Final = 24
_MAY_BREAK: Final = "\u200b"


class QuestionWindow(AppWindow):
    """Asks one question at a time, known by its key; no button is the default one, and closing declines."""

    declined = Signal(str)
    """The question of this key is declined."""

    def __init__(self, name: str, title: str, size: QSize, agree: str) -> None:
        super().__init__(name, title, size)
        self._shape = size
        self._key: str | None = None
        self._is_busy = False
        self.trouble = trouble_label()
        self.cancel = button(text("link.window.cancel"))
        self.agree = button(agree)
        self._moment = QTimer(self, singleShot=True, interval=MOMENT_MS)
        self._moment.timeout.connect(self._enable)
        self.cancel.clicked.connect(lambda _checked=False: self.close())
        self.agree.clicked.connect(lambda _checked=False: self._agree())
        self._page = QWidget()
        self._around = QVBoxLayout(self._page)
        self._card, self._inside = card()
        self._area = scrolling(self._page)
        self._around.setContentsMargins(0, 0, 0, 0)
        self._around.addWidget(self._card)
        self.column.addWidget(self._area, 1)
        self.column.addWidget(self.trouble)
        line = row(self.cancel)
        line.addStretch(1)
        line.addWidget(self.agree)
        self.column.addLayout(line)

    @property
    def is_asking(self) -> bool:
        """Whether it waits for an answer."""
        return self._key is not None

    @property
    def holds_work(self) -> bool:
        """Whether it waits for an answer."""
        return self.is_asking

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Decline what was not agreed to."""
        key, self._key = self._key, None
        super().closeEvent(event)
        if key is not None:
            self.declined.emit(key)

    def _open(self, key: str, remark: str) -> None:
        """Ask this; `remark` is what else has happened while it waits."""
        self._key = key
        put(self.trouble, remark)
        self._moment.start()
        self._enable()
        self._fit()
        self.bring()
        self.setFocus()  # Return and Space press nothing until somebody chooses a button

    def _agree(self) -> None:
        """Carry out what was agreed to."""
        raise NotImplementedError

    def _enable(self) -> None:
        self.agree.setEnabled(not self._moment.isActive() and not self._is_busy)
        self.cancel.setEnabled(not self._is_busy)

    def _set_busy(self, *, busy: bool) -> None:
        self._is_busy = busy
        self._enable()

    def _fit(self) -> None:
        """Be as high as the question, as far as the screen allows."""
        for part in self.findChildren(QWidget):
            part.ensurePolished()  # the style sheet makes buttons higher
        # Else each level would learn of new words only in a turn of its own, after the one below.
        for part in self._card.findChildren(QWidget):
            part.updateGeometry()
            self._inside.invalidate()
        self._card.updateGeometry()
        self._inside.invalidate()
        width = max(scaled_to_font(self, self._shape).width(), self.minimumSizeHint().width())
        around = self.column.contentsMargins()
        inside = width - around.left() - around.right()
        height = self._around.heightForWidth(inside) - self._area.minimumSizeHint().height()
        self.column.activate()
        height += self.column.totalMinimumSize().height()
        if not self.trouble.isHidden():  # its wrapped lines do not count there
            line = self.trouble.minimumSizeHint().height()
            height += max(self.trouble.heightForWidth(inside) - line, 0)
        self.resize(QSize(width, height).boundedTo(self.screen().availableSize() * 0.92))


def bullets(column: QVBoxLayout, lines: tuple[str, ...]) -> None:
    """List lines, each with a dot before it."""
    for line in lines:
        mark = label("•", fixed=True)
        mark.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        beside = row(mark, label(breakable(line), fixed=True))
        beside.setAlignment(mark, Qt.AlignmentFlag.AlignTop)
        column.addLayout(beside)


def breakable(words: str) -> str:
    """Let long names be wrapped: a host is shown whole, because its end says whose it is."""
    pieces = re.sub(rf"([^\s.-]{{{_LONGEST_PIECE}}})(?=[^\s.-])", rf"\1{_MAY_BREAK}", words)
    return re.sub(r"(?<=\w)\.(?=\w)", f".{_MAY_BREAK}", pieces)
