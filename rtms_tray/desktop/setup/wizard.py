"""The guided set-up: the demo, or the Zoom app step by step, each step checked for real."""

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from rtms_tray.desktop.setup.doctor_window import ResultRows
from rtms_tray.desktop.setup.wizard_pages import (
    AppPage,
    FeedPage,
    Guide,
    Page,
    SignInPage,
    TestPage,
)
from rtms_tray.desktop.widgets.app_window import AppWindow, card, scrolling, trouble_label
from rtms_tray.desktop.widgets.controls import button, label, note, put, row, title
from rtms_tray.doctor.check_report import from_json
from rtms_tray.doctor.check_types import CheckResult, CheckStatus
from rtms_tray.presentation.view_model import Overview
from rtms_tray.support.command_types import Command

_HELLO: Final = (
    "rtms-tray shows whether your app captures a Zoom meeting, why not, and what to do. "
    "It needs a Zoom app to sign in with; the demo needs nothing."
)
_DEMO: Final = (
    "A simulated Zoom on this computer: no account, no network. You play the host's part."
)
_CONNECT: Final = "Four steps, about ten minutes in the Zoom Marketplace; every step checks itself."
_STARTED: Final = (
    "The demo starts: look for a second tray icon, and the window with the host's buttons."
)
_NOT_STARTED: Final = "The demo cannot be started from here. Run in a terminal: rtms-tray demo"


_WELCOME: Final = -1


class FirstRun(AppWindow):
    """A start page, four steps, and a result under each."""

    closed = Signal()
    finished = Signal()

    def __init__(
        self, guide: Guide, start_demo: Callable[[], bool], help_: Callable[[], None]
    ) -> None:
        super().__init__("first-run", "Set up", QSize(620, 700))
        self._guide, self._start_demo = guide, start_demo
        self.demo, self.connect_ = (
            button("Try the demo"),
            button("Connect your Zoom app", primary=True),
        )
        self.said = label()
        self.sign_in = SignInPage(guide)
        self.pages: tuple[Page, ...] = (
            AppPage(guide),
            FeedPage(guide),
            self.sign_in,
            TestPage(guide),
        )
        self.steps = [
            QLabel(f"{place} {page.title}", textFormat=Qt.TextFormat.PlainText)
            for place, page in enumerate(self.pages, 1)
        ]
        self.stack = QStackedWidget()
        self.results, self.trouble = ResultRows(), trouble_label()
        self.result, self._headings = QFrame(), QWidget()
        self.back, self.anyway = button("Back"), button("Go on anyway")
        self.next, self.help = button("Go on", primary=True), button("Help")
        self._at = _WELCOME
        self._areas: list[QScrollArea] = []
        self._busy = self._passed = self._was_checked = False
        self._lay_out()
        self._connect(help_)
        self._go_to(_WELCOME)

    # --- what the program says ----------------------------------------------------------------

    def show_overview(self, overview: Overview) -> None:
        """Follow who is signed in."""
        self.sign_in.show_account(overview.account)
        if not self._busy:
            self._name_buttons()

    # --- going through the steps --------------------------------------------------------------

    def start(self) -> None:
        """Open where it was left; the first time on the start page."""
        self.bring()
        self._focus()

    def _go_to(self, place: int) -> None:
        self._at, self._passed = place, False
        put(self.said, "")
        put(self.trouble, "")
        self._show_results(())
        self.stack.setCurrentIndex(place + 1)
        self._headings.setVisible(place >= 0)
        for number, step in enumerate(self.steps):
            step.setProperty(
                "step", "now" if number == place else "done" if number < place else "later"
            )
            step.style().unpolish(step)
            step.style().polish(step)
        where = f": {self.pages[place].title}" if place >= 0 else ""
        self.setWindowTitle(f"Set up{where} – rtms-tray")
        if place >= 0:
            self.pages[place].enter()
            self._areas[place].verticalScrollBar().setValue(0)
        self._name_buttons()
        self._focus()
        if place == len(self.pages) - 1:
            self._rest(on=True)
            self._guide.settings.sender.spawn(self._look(self.pages[place]))

    def _step_back(self) -> None:
        if self._at >= 0 and not self._busy:
            self._go_to(self._at - 1)

    def _step_on(self) -> None:
        if self._at + 1 < len(self.pages):
            self._go_to(self._at + 1)
        else:
            self.finished.emit()
            self.close()
            self._go_to(_WELCOME)  # for the next time

    def _next(self) -> None:
        if self._busy or self._at < 0:
            return
        if self._passed:
            self._step_on()
        else:
            self._guide.settings.sender.spawn(self._try(self.pages[self._at]))

    async def _try(self, page: Page) -> None:
        """Take what was entered, check it, and go on where all is well."""
        self._rest(on=True)
        try:
            committed = await page.commit()
        finally:
            self._rest(on=False)
        if committed and await self._check(page):
            self._step_on()

    async def _look(self, page: Page) -> None:
        await self._check(page)

    async def _check(self, page: Page) -> bool:
        """Have the program take up what is set, and the doctor look; true where all is well."""
        self._rest(on=True)
        put(self.trouble, "")
        try:
            await self._guide.settings.sender.send_and_wait(Command("reload"))
            command = Command("doctor", {"only": ",".join(page.checks)})
            answer = await self._guide.settings.sender.send_and_wait(command)
        finally:
            self._rest(on=False)
        results = from_json(answer.data)
        self._show_results(results)
        put(self.trouble, "" if results else answer.text)
        marks = {result.status for result in results}
        self._passed = bool(results) and CheckStatus.BROKEN not in marks
        self._name_buttons()
        (self.next if self.next.isVisible() else self.back).setFocus()
        return bool(results) and marks == {CheckStatus.OK} and self._at < len(self.pages) - 1

    def _show_results(self, results: Sequence[CheckResult]) -> None:
        in_page = self.pages[self._at].results if self._at >= 0 else None
        (in_page or self.results).show_results(results)
        self.result.setVisible(bool(results) and in_page is None)
        self._was_checked = bool(results)

    def _rest(self, *, on: bool) -> None:
        self._busy = on
        for part in (self.next, self.back, self.anyway):
            part.setEnabled(not on)
        self._name_buttons()

    def _name_buttons(self) -> None:
        started = self._at >= 0
        last = self._at == len(self.pages) - 1
        for part in (self.back, self.next):
            part.setVisible(started)
        self.anyway.setVisible(
            started and not self._busy and not self._passed and self._was_checked
        )
        if started:
            go = "Check again" if last and not self._passed else self.pages[self._at].go
            go = "Go on" if self._passed and not last else go
            self.next.setText(self.pages[self._at].busy if self._busy else go)
            self.next.setAccessibleName(self.next.text())

    def _focus(self) -> None:
        first = self.connect_ if self._at < 0 else self.pages[self._at].first()
        (first or self.next).setFocus()

    def _try_demo(self) -> None:
        put(self.said, _STARTED if self._start_demo() else _NOT_STARTED)

    # --- the window itself --------------------------------------------------------------------

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Say that it is closed: something else may have to be shown instead."""
        super().closeEvent(event)
        self.closed.emit()

    def _connect(self, help_: Callable[[], None]) -> None:
        self.demo.clicked.connect(lambda _checked=False: self._try_demo())
        self.connect_.clicked.connect(lambda _checked=False: self._go_to(0))
        self.back.clicked.connect(lambda _checked=False: self._step_back())
        self.anyway.clicked.connect(lambda _checked=False: self._step_on())
        self.next.clicked.connect(lambda _checked=False: self._next())
        self.help.clicked.connect(lambda _checked=False: help_())
        QShortcut(QKeySequence(Qt.Modifier.ALT | Qt.Key.Key_Left), self, self._step_back)
        for page in self.pages:
            for entry in page.entries():
                entry.returnPressed.connect(self._next)

    def _lay_out(self) -> None:
        steps = QHBoxLayout(self._headings)
        steps.setContentsMargins(4, 0, 4, 0)
        for number, step in enumerate(self.steps):
            if number:
                steps.addWidget(note("›"), 0)
            steps.addWidget(step)
        steps.addStretch(1)
        self.stack.addWidget(self._start_page())
        for page in self.pages:
            self._areas.append(scrolling(_spaced(page)))
            self.stack.addWidget(self._areas[-1])
        self.column.addWidget(self._headings)
        self.column.addWidget(self.stack, 1)
        self.result.setObjectName("card")
        inside = QVBoxLayout(self.result)
        inside.setContentsMargins(14, 10, 14, 10)
        inside.addWidget(self.results)
        self.column.addWidget(self.result)
        self.column.addWidget(self.trouble)
        line = row(self.help)
        line.addStretch(1)
        for part in (self.back, self.anyway, self.next):
            line.addWidget(part)
        self.column.addLayout(line)

    def _start_page(self) -> QWidget:
        page = QWidget()
        around = QVBoxLayout(page)
        around.setContentsMargins(0, 0, 0, 0)
        frame, inside = card()
        inside.setSpacing(10)
        headline = title()
        headline.setText("Welcome to rtms-tray")
        for part in (
            headline,
            label(_HELLO),
            self.connect_,
            note(_CONNECT),
            self.demo,
            note(_DEMO),
            self.said,
        ):
            inside.addWidget(part)
        around.addStretch(1)
        around.addWidget(frame)
        around.addStretch(2)
        return page


def _spaced(page: Page) -> QWidget:
    around = QWidget()
    column = QVBoxLayout(around)
    column.setContentsMargins(0, 0, 4, 0)
    column.addWidget(page)
    column.addStretch(1)
    return around
