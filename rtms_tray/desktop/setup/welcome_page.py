"""The first page of the set-up: a link or file from the app, the demo, or an app of one's own."""

from collections.abc import Callable

from PySide6.QtWidgets import QFileDialog, QLineEdit, QVBoxLayout, QWidget

from rtms_tray.desktop.command_sender import CommandSender
from rtms_tray.desktop.widgets.app_window import card, scrolling, trouble_label
from rtms_tray.desktop.widgets.controls import button, heading, label, note, put, row, title
from rtms_tray.support.command_types import Answer, Command, Exit
from rtms_tray.support.texts import text


class WelcomePage(QWidget):
    """Three ways to begin; the first one is for people who only use an app."""

    def __init__(
        self, sender: CommandSender, start_demo: Callable[[], bool], develop: Callable[[], None]
    ) -> None:
        super().__init__()
        self._sender, self._start_demo = sender, start_demo
        self.link = QLineEdit(placeholderText=text("setup.welcome.link_example"))
        self.link.setAccessibleName(text("setup.welcome.link"))
        self.take = button(text("setup.buttons.continue"))
        self.choose = button(text("setup.welcome.choose_file"))
        self.trouble = trouble_label()
        self.demo = button(text("setup.welcome.demo"))
        self.demo_status = label()
        self.connect_app = button(text("setup.welcome.connect"))
        self.files: QFileDialog | None = None
        self._lay_out()
        self.link.returnPressed.connect(self._take_link)
        self.take.clicked.connect(lambda _checked=False: self._take_link())
        self.choose.clicked.connect(lambda _checked=False: self._choose_file())
        self.demo.clicked.connect(lambda _checked=False: self._try_demo())
        self.connect_app.clicked.connect(lambda _checked=False: develop())

    def enter(self) -> None:
        """Get ready to be shown."""
        put(self.trouble, "")
        put(self.demo_status, "")

    def _take_link(self) -> None:
        given = self.link.text().strip()
        if given:
            self._ask(given)
        else:
            put(self.trouble, text("setup.welcome.link_missing"))
            self.link.setFocus()

    def _ask(self, given: str) -> None:
        """Have the program ask whether to follow it; the answer comes once the question is there."""
        put(self.trouble, "")
        self._sender.send(Command("setup", {"given": given}), self._asked)

    def _asked(self, answer: Answer) -> None:
        if answer.exit is Exit.DONE:
            self.link.clear()
        else:
            put(self.trouble, answer.text)

    def _choose_file(self) -> None:
        self.files = QFileDialog(self, text("setup.welcome.choose_file"))
        self.files.setNameFilter(text("setup.welcome.files"))
        self.files.setFileMode(QFileDialog.FileMode.ExistingFile)
        self.files.fileSelected.connect(self._ask)
        self.files.finished.connect(self.files.deleteLater)
        self.files.open()

    def _try_demo(self) -> None:
        name = "demo_started" if self._start_demo() else "demo_failed"
        put(self.demo_status, text(f"setup.welcome.{name}"))

    def _lay_out(self) -> None:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 4, 0)
        column.setSpacing(10)
        headline = title()
        headline.setText(text("setup.welcome.title"))
        column.addWidget(headline)
        column.addWidget(label(text("setup.welcome.intro")))
        column.addWidget(self._link_card())
        column.addWidget(_choice("demo", self.demo, self.demo_status))
        column.addWidget(_choice("connect", self.connect_app))
        column.addStretch(1)
        around = QVBoxLayout(self)
        around.setContentsMargins(0, 0, 0, 0)
        around.addWidget(scrolling(inside))

    def _link_card(self) -> QWidget:
        frame, inside = card()
        inside.addWidget(heading(text("setup.welcome.link")))
        inside.addWidget(note(text("setup.welcome.link_note"), fixed=True))
        line = row(self.link, self.take)
        line.setStretch(0, 1)
        inside.addLayout(line)
        below = row(self.choose)
        below.addStretch(1)
        inside.addWidget(self.trouble)
        inside.addLayout(below)
        return frame


def _choice(name: str, begin: QWidget, *more: QWidget) -> QWidget:
    """Make the card of one way: what it is, and the button that begins it."""
    frame, inside = card()
    inside.addWidget(heading(text(f"setup.welcome.{name}_heading")))
    inside.addWidget(note(text(f"setup.welcome.{name}_note"), fixed=True))
    line = row(begin)
    line.addStretch(1)
    inside.addLayout(line)
    for part in more:
        inside.addWidget(part)
    return frame
