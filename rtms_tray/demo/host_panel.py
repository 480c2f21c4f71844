"""The host panel of the demo: it leads through a tour, and lets the user play everybody else in the meeting."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from enum import IntEnum
from typing import Final

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import (
    QCloseEvent,
    QHideEvent,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from rtms_tray.capture.states import CaptureState
from rtms_tray.demo.arrangement import put_side_by_side, show_side_by_side
from rtms_tray.demo.host_actions import ACTIONS, GROUPS, HostAction
from rtms_tray.demo.host_panel_widgets import MeetingHeader, card, window_style_sheet
from rtms_tray.demo.playback import StepRunner, TrayStep
from rtms_tray.demo.scenarios_page import ScenariosPage
from rtms_tray.demo.simulator_client import (
    ActionRefusedError,
    Meeting,
    SimulatorClient,
    SimulatorState,
)
from rtms_tray.demo.tour_page import TourPage
from rtms_tray.desktop.icons import icon_for
from rtms_tray.desktop.theme import Theme, current_theme
from rtms_tray.desktop.widgets.bringing import bring_to_front
from rtms_tray.desktop.widgets.controls import button, label, note, put
from rtms_tray.desktop.widgets.keyboard_window import KeyboardWindow
from rtms_tray.presentation.view_model import Overview
from rtms_tray.support.tasks import Tasks
from rtms_tray.support.texts import text

# --- The page of the host's buttons: each with what it does, enabled only when it makes sense. ---

_BUTTON_PADDING: Final = 24
"""What the style sheet adds to a button, in pixels; it is not in force yet when they are measured."""
_NARROW: Final = 380
"""In a narrower page captions have no room beside their buttons."""


class Page(IntEnum):
    """The pages, in the order of their tabs."""

    TOUR = 0
    SCENARIOS = 1
    ACTIONS = 2


class ActionsPage(QWidget):
    """Every action as a button."""

    def __init__(self, perform: Callable[[HostAction], None]) -> None:
        super().__init__()
        self._captions: list[QLabel] = []
        self.buttons: Mapping[str, QPushButton] = {
            key: self._button(action, perform) for key, action in ACTIONS.items()
        }
        widest = max(widget.sizeHint().width() for widget in self.buttons.values())
        for widget in self.buttons.values():
            widget.setMinimumWidth(widest + _BUTTON_PADDING)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        for group, actions in GROUPS.items():
            frame, inside = card()
            inside.addWidget(label(text(f"demo.groups.{group}"), bold=True))
            inside.addLayout(self._grid(actions))
            column.addWidget(frame)
        column.addStretch()

    def show_state(self, state: SimulatorState, meeting: Meeting | None) -> None:
        """Enable the buttons that make sense now."""
        for key, action in ACTIONS.items():
            is_possible = meeting is not None and action.is_possible(state, meeting)
            self.buttons[key].setEnabled(is_possible)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        """Leave the captions to the tooltips where there is no room for them."""
        super().resizeEvent(event)
        for caption in self._captions:
            caption.setVisible(self.width() >= _NARROW)

    def _button(self, action: HostAction, perform: Callable[[HostAction], None]) -> QPushButton:
        widget = button(action.label)
        widget.setObjectName(f"act-{action.key}")
        widget.setAccessibleDescription(action.caption)
        widget.setToolTip(action.caption)
        widget.setEnabled(False)
        widget.clicked.connect(lambda _checked=False: perform(action))
        return widget

    def _grid(self, actions: tuple[HostAction, ...]) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        for index, action in enumerate(actions):
            grid.addWidget(self.buttons[action.key], index, 0)
            self._captions.append(caption := note(action.caption))
            grid.addWidget(caption, index, 1)
        return grid


_REFRESH_EVERY_MS: Final = 500
_LAST_REFRESH_S: Final = 1.0
USUAL_SIZE: Final = QSize(540, 640)
_SMALLEST: Final = QSize(250, 240)


class HostPanel(KeyboardWindow):
    """Shows the simulated meetings and makes things happen in them; closing it hides it."""

    def __init__(self, simulator: SimulatorClient, runner: StepRunner) -> None:
        super().__init__()
        self.setObjectName("window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, False)  # a helper, never the program
        self.setWindowTitle(text("demo.panel.title"))
        self.setWindowIcon(icon_for(CaptureState.IDLE, False, False, current_theme().icons))
        self._simulator, self._runner = simulator, runner
        self._tasks = Tasks()
        self._refreshing: asyncio.Task[None] | None = None
        self.header = MeetingHeader(self._draw, self._show_tray_window)
        self.actions_page = ActionsPage(self._perform)
        self.scenarios = ScenariosPage(runner, simulator.state, self.run_task)
        self.tour = TourPage(runner, self.run_task)
        self.trouble = label()
        self.trouble.setProperty("mark", "no")
        self.trouble.setAccessibleName(text("demo.panel.trouble"))
        self.tabs = QTabBar(drawBase=False, expanding=False, usesScrollButtons=False)
        self.tabs.setAccessibleName(text("demo.panel.tabs"))
        self.pages = QStackedWidget()
        self._lay_out()
        self._connect()
        self.set_theme(current_theme())

    # --- what the program calls ---------------------------------------------------------------

    def show_overview(self, overview: Overview) -> None:
        """Take the tray's current state: scenarios and the tour wait for it."""
        self._runner.show_overview(overview)
        self.header.show_overview(overview)
        self.scenarios.show_overview(overview)
        self.tour.show_overview(overview)

    def bring(self, *, asked: bool = True) -> None:
        """Open the panel, or bring it to the front."""
        bring_to_front(self, asked=asked)

    def show_beside(self, window: QWidget) -> None:
        """Open beside the tray's window."""
        show_side_by_side(window, self)
        self._tasks.spawn(put_side_by_side(window, self), "put the windows side by side")

    def choose_scenario(self, name: str) -> None:
        """Turn to this scenario."""
        self.scenarios.choose(name)
        self.tabs.setCurrentIndex(Page.SCENARIOS)

    def set_theme(self, theme: Theme) -> None:
        """Change the colours."""
        self.setStyleSheet(window_style_sheet(theme))
        self.header.set_theme(theme)
        self.tour.set_theme(theme)

    async def end(self) -> None:
        """Close the panel for good; nothing of it is left running."""
        self.close()
        if self._refreshing is not None:
            # Nearly done, and a connection that is cancelled half-way is left to the other side.
            await asyncio.wait({self._refreshing}, timeout=_LAST_REFRESH_S)
        await self._tasks.close()
        await self._runner.close()

    # --- doing things -------------------------------------------------------------------------

    def run_task(self, work: Callable[[], Awaitable[None]]) -> None:
        """Do something and show the result; what the simulator refuses is shown here."""
        self._tasks.spawn(self._run(work), "the host panel")

    async def _run(self, work: Callable[[], Awaitable[None]]) -> None:
        put(self.trouble, "")
        try:
            await work()
        except ActionRefusedError as refusal:
            put(self.trouble, str(refusal))
        else:
            await self._refresh_or_complain()

    def _show_tray_window(self) -> None:
        async def show() -> None:
            await self._runner.run((TrayStep("show"),))

        self.run_task(show)

    def _perform(self, action: HostAction) -> None:
        async def perform() -> None:
            number = self.header.number
            if action.feed:
                await self._simulator.change("feed", action.feed)
            elif number is not None:
                await self._simulator.act(number, action.action, action.details)
                state = await self._simulator.state()
                if "who" not in action.details:  # no scenario has a step of anybody else's
                    self.scenarios.action_performed(action.action, number, state)

        self.run_task(perform)

    # --- refreshing ---------------------------------------------------------------------------

    def refresh(self) -> None:
        """Read the simulator's state, unless that is being done."""
        if self._refreshing is None or self._refreshing.done():
            self._refreshing = self._tasks.spawn(
                self._refresh_or_complain(), "read the simulator's state"
            )

    async def _refresh_or_complain(self) -> None:
        try:
            self.header.show_state(await self._simulator.state())
        except ActionRefusedError as refusal:
            put(self.trouble, str(refusal))
        else:
            self._draw()

    def _draw(self) -> None:
        state = self.header.state
        if state is not None:
            self.actions_page.show_state(state, self.header.meeting)
            self.scenarios.show_state(state)

    # --- the window itself --------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        """Share the room."""
        super().resizeEvent(event)
        self.scenarios.fit(self.height())

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802  Qt's name
        """Refresh while it is visible."""
        self.refresh()
        self._timer.start()
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802  Qt's name
        """Stop refreshing."""
        self._timer.stop()
        super().hideEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802  Qt's name
        """Hide; a tour that runs automatically stops."""
        self.tour.hold()
        super().closeEvent(event)

    def _connect(self) -> None:
        self._timer = QTimer(self, interval=_REFRESH_EVERY_MS)
        self._timer.timeout.connect(self.refresh)
        self.tabs.currentChanged.connect(self.pages.setCurrentIndex)
        self.tour.started.connect(self.scenarios.stop)
        self.scenarios.started.connect(self.tour.leave)
        for page in (self.scenarios, self.tour):
            page.meeting_chosen.connect(self.header.choose)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(10)
        column.addWidget(self.tabs)
        pages = {
            Page.TOUR: self.tour,
            Page.SCENARIOS: self.scenarios,
            Page.ACTIONS: _stacked(self.header, self.actions_page),
        }
        for name, page in pages.items():
            self.tabs.addTab(text(f"demo.pages.{name.name.lower()}"))
            self.pages.addWidget(page if page is self.tour else _scrolling(page))
        column.addWidget(self.pages, 1)
        column.addWidget(self.trouble)
        put(self.trouble, "")
        self.setMinimumSize(_SMALLEST)


def _stacked(*parts: QWidget) -> QWidget:
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 0, 6, 0)
    column.setSpacing(10)
    for part in parts:
        column.addWidget(part)
    return page


def _scrolling(page: QWidget) -> QScrollArea:
    page.setObjectName("page")
    area = QScrollArea(widgetResizable=True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(page)
    return area
