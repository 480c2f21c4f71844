"""The question whether a link may have a request sent: in which meeting, and who learns of it."""

from typing import Final

from PySide6.QtCore import QSize, Signal

from rtms_tray.desktop.widgets.controls import Rows, heading, label, note, put, rule
from rtms_tray.desktop.widgets.question_window import LARGE, QuestionWindow, breakable, bullets
from rtms_tray.presentation.link_question import LinkQuestion
from rtms_tray.support.texts import text

_SIZE: Final = QSize(500, 360)


class LinkWindow(QuestionWindow):
    """Asks about one link at a time."""

    help_page = "meeting.md"
    agreed = Signal(str)
    """The question of this key is agreed to."""

    def __init__(self) -> None:
        super().__init__("link", text("link.window.title_start"), _SIZE, text("link.window.start"))
        self.asks = note(fixed=True)
        self.meeting = label(bold=True, scale=LARGE, fixed=True)
        self.topic = label(fixed=True)
        self.then = Rows(spacing=4)
        for part in (
            self.asks,
            self.meeting,
            self.topic,
            rule(),
            heading(text("link.window.then")),
            self.then,
            note(text("link.window.check"), fixed=True),
        ):
            self._inside.addWidget(part)
        self._inside.addStretch(1)

    def ask(self, question: LinkQuestion) -> None:
        """Ask this; the same question again is brought to the front."""
        title = text(f"link.window.title_{question.action}")
        self.setWindowTitle(text("windows.title", title=title))
        self.setAccessibleName(title)
        self.asks.setText(text(f"link.window.asks_{question.action}"))
        self.meeting.setText(question.meeting)
        put(self.topic, breakable(question.topic))
        lines = (text("link.window.request"), text("link.window.host"))
        self.then.show_rows(lines, lambda column: bullets(column, lines))
        words = text(f"link.window.{question.action}")
        self.agree.setText(words)
        self.agree.setAccessibleName(words)
        self._open(question.key, question.remark)

    def _agree(self) -> None:
        key, self._key = self._key, None
        if key is not None:
            self.close()
            self.agreed.emit(key)
