"""Shows a text before it leaves this computer: what is seen is what is copied."""

from collections.abc import Callable

from PySide6.QtCore import QSize
from PySide6.QtGui import QGuiApplication

from rtms_tray.desktop.widgets.app_window import AppWindow, text_box
from rtms_tray.desktop.widgets.controls import button, label, row


class TextDialog(AppWindow):
    """A text, and a button that copies it; never modal."""

    def __init__(
        self, name: str, title: str, intro: str, more: tuple[str, Callable[[], None]] | None = None
    ) -> None:
        super().__init__(name, title, QSize(640, 460))
        self.intro = label(intro)
        self.box = text_box(name=title)
        self.copy = button("Copy", primary=True)
        self.copied = label(quiet=True)
        self.away = button("Close")
        self.column.addWidget(self.intro)
        self.column.addWidget(self.box, 1)
        buttons = [self.copy, self.away]
        if more is not None:
            other = button(more[0])
            other.clicked.connect(lambda _checked=False: more[1]())
            buttons.insert(1, other)
        self.column.addLayout(row(self.copied, *buttons))
        self.copy.clicked.connect(lambda _checked=False: self._copy())
        self.away.clicked.connect(lambda _checked=False: self.close())

    def tell(self, text: str) -> None:
        """Open with this text."""
        self.box.setPlainText(text)
        self.copied.setText("")
        self.bring()
        self.copy.setFocus()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.box.toPlainText())
        self.copied.setText("Copied.")
