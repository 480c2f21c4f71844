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
from rtms_tray.desktop.setup.welcome_page import WelcomePage
from rtms_tray.desktop.setup.wizard_pages import (
    AppPage,
    FeedPage,
    Page,
    SetupContext,
    SignInPage,
    TestPage,
)
from rtms_tray.desktop.widgets.app_window import AppWindow, scrolling, trouble_label
from rtms_tray.desktop.widgets.controls import button, note, put, row
from rtms_tray.desktop.widgets.keyboard_window import enable
from rtms_tray.doctor.check_report import from_json
from rtms_tray.doctor.check_types import CheckResult, CheckStatus
from rtms_tray.presentation.view_model import Overview
from rtms_tray.support.command_types import Command
from rtms_tray.support.texts import text

_WELCOME: Final = -1


class SetupWizard(AppWindow):
    """A start page, four steps, and the check's results under each."""

    help_page = "set-up.md"
    closed = Signal()
    finished = Signal()

    def __init__(
        self,
        context: SetupContext,
        start_demo: Callable[[], bool],
        open_help: Callable[[], None],
    ) -> None:
        super().__init__("first-run", text("setup.window.title"), QSize(620, 700))
        self._sender = context.settings.sender
        self.welcome = WelcomePage(self._sender, start_demo, lambda: self._go_to(0))
        self.sign_in = SignInPage(context)
        self.pages: tuple[Page, ...] = (
            AppPage(context),
            FeedPage(context),
            self.sign_in,
            TestPage(context),
        )
        self.steps = [_step_label(number, page) for number, page in enumerate(self.pages, 1)]
        self.stack = QStackedWidget()
        self.results, self.trouble = ResultRows(), trouble_label()
        self.results_card, self._step_line = QFrame(), QWidget()
        self.back = button(text("setup.buttons.back"))
        self.anyway = button(text("setup.buttons.continue_anyway"))
        self.next = button(text("setup.buttons.continue"), primary=True)
        self.help = button(text("setup.buttons.help"))
        self._position = _WELCOME
        self._areas: list[QScrollArea] = []
        self._is_busy = self._has_passed = self._was_checked = False
        self._lay_out()
        self._connect(open_help)
        self._go_to(_WELCOME)

    # --- what the program reports -------------------------------------------------------------

    def show_overview(self, overview: Overview) -> None:
        """Follow who is signed in."""
        self.sign_in.show_account(overview.account)
        if not self._is_busy:
            self._update_buttons()

    # --- going through the steps --------------------------------------------------------------

    def start(self, *, asked: bool = True) -> None:
        """Open where it was left; the first time on the start page."""
        self.bring(asked=asked)
        self._set_focus()

    @property
    def holds_work(self) -> bool:
        """Whether somebody is in the middle of it."""
        return self._page is not None or bool(self.welcome.link.text())

    @property
    def _page(self) -> Page | None:
        return self.pages[self._position] if self._position >= 0 else None

    @property
    def _is_last(self) -> bool:
        return self._position == len(self.pages) - 1

    def _go_to(self, position: int) -> None:
        self._position, self._has_passed = position, False
        self.welcome.enter()
        put(self.trouble, "")
        self._show_results(())
        self.stack.setCurrentIndex(position + 1)
        self._step_line.setVisible(position >= 0)
        self._mark_steps()
        self._update_title()
        if self._page is not None:
            self._page.enter()
            self._areas[position].verticalScrollBar().setValue(0)
        self._update_buttons()
        self._set_focus()
        if self._is_last:
            self._set_busy(busy=True)
            self._sender.spawn(self._check_page(self.pages[position]))

    def _mark_steps(self) -> None:
        for number, step in enumerate(self.steps):
            is_done = number < self._position
            mark = "now" if number == self._position else "done" if is_done else "later"
            step.setProperty("step", mark)
            step.style().unpolish(step)
            step.style().polish(step)

    def _update_title(self) -> None:
        name = text("setup.window.title")
        if self._page is not None:
            name = text("setup.window.title_with_step", step=self._page.title)
        self.setWindowTitle(text("setup.window.window_title", title=name))

    def _go_back(self) -> None:
        if self._page is not None and not self._is_busy:
            self._go_to(self._position - 1)

    def _go_forward(self) -> None:
        if not self._is_last:
            self._go_to(self._position + 1)
        else:
            self.finished.emit()
            self.close()
            self._go_to(_WELCOME)  # for the next time

    def _continue(self) -> None:
        if self._is_busy or self._page is None:
            return
        if self._has_passed:
            self._go_forward()
        else:
            self._sender.spawn(self._submit(self._page))

    async def _submit(self, page: Page) -> None:
        """Accept what was entered, check it, and continue if there is no problem."""
        self._set_busy(busy=True)
        try:
            is_accepted = await page.commit()
        finally:
            self._set_busy(busy=False)
        if is_accepted and await self._check(page):
            self._go_forward()

    async def _check_page(self, page: Page) -> None:
        await self._check(page)

    async def _check(self, page: Page) -> bool:
        """Have the program follow the settings, and the doctor check; true where all is well."""
        self._set_busy(busy=True)
        put(self.trouble, "")
        try:
            await self._sender.send_and_wait(Command("reload"))
            command = Command("doctor", {"only": ",".join(page.checks)})
            answer = await self._sender.send_and_wait(command)
        finally:
            self._set_busy(busy=False)
        results = from_json(answer.data)
        self._show_results(results)
        put(self.trouble, "" if results else answer.text)
        statuses = {result.status for result in results}
        self._has_passed = bool(results) and CheckStatus.BROKEN not in statuses
        self._update_buttons()
        (self.next if self.next.isVisible() else self.back).setFocus()
        return statuses == {CheckStatus.OK} and not self._is_last

    def _show_results(self, results: Sequence[CheckResult]) -> None:
        in_page = self._page.results if self._page is not None else None
        (in_page or self.results).show_results(results)
        self.results_card.setVisible(bool(results) and in_page is None)
        self._was_checked = bool(results)

    def _set_busy(self, *, busy: bool) -> None:
        self._is_busy = busy
        for part in (self.next, self.back, self.anyway):
            enable(part, enabled=not busy)
        self._update_buttons()

    def _update_buttons(self) -> None:
        page = self._page
        for part in (self.back, self.next):
            part.setVisible(page is not None)
        has_failed = self._was_checked and not self._has_passed
        self.anyway.setVisible(page is not None and has_failed and not self._is_busy)
        if page is not None:
            self.next.setText(text(page.busy_key if self._is_busy else self._continue_key(page)))
            self.next.setAccessibleName(self.next.text())

    def _continue_key(self, page: Page) -> str:
        if self._has_passed and not self._is_last:
            return "setup.buttons.continue"
        if self._is_last and not self._has_passed:
            return "setup.buttons.check_again"
        return page.continue_key

    def _set_focus(self) -> None:
        first = self._page.first_widget() if self._page is not None else self.welcome.link
        (first or self.next).setFocus()

    # --- the window itself --------------------------------------------------------------------

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Report that it is closed: something else may have to be shown instead."""
        super().closeEvent(event)
        self.closed.emit()

    def _connect(self, open_help: Callable[[], None]) -> None:
        self.back.clicked.connect(lambda _checked=False: self._go_back())
        self.anyway.clicked.connect(lambda _checked=False: self._go_forward())
        self.next.clicked.connect(lambda _checked=False: self._continue())
        self.help.clicked.connect(lambda _checked=False: open_help())
        QShortcut(QKeySequence(Qt.Modifier.ALT | Qt.Key.Key_Left), self, self._go_back)
        for page in self.pages:
            for entry in page.entries():
                entry.returnPressed.connect(self._continue)

    def _lay_out(self) -> None:
        steps = QHBoxLayout(self._step_line)
        steps.setContentsMargins(4, 0, 4, 0)
        for number, step in enumerate(self.steps):
            if number:
                steps.addWidget(note("›"), 0)
            steps.addWidget(step)
        steps.addStretch(1)
        self.stack.addWidget(self.welcome)
        for page in self.pages:
            self._areas.append(scrolling(_spaced(page)))
            self.stack.addWidget(self._areas[-1])
        self.results_card.setObjectName("card")
        inside = QVBoxLayout(self.results_card)
        inside.setContentsMargins(14, 10, 14, 10)
        inside.addWidget(self.results)
        self.column.addWidget(self._step_line)
        self.column.addWidget(self.stack, 1)
        self.column.addWidget(self.results_card)
        self.column.addWidget(self.trouble)
        line = row(self.help)
        line.addStretch(1)
        for part in (self.back, self.anyway, self.next):
            line.addWidget(part)
        self.column.addLayout(line)


def _step_label(number: int, page: Page) -> QLabel:
    name = text("setup.window.step", number=number, title=page.title)
    return QLabel(name, textFormat=Qt.TextFormat.PlainText)


def _spaced(page: Page) -> QWidget:
    around = QWidget()
    column = QVBoxLayout(around)
    column.setContentsMargins(0, 0, 4, 0)
    column.addWidget(page)
    column.addStretch(1)
    return around
