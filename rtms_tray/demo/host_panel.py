"""The host panel of the demo: a window in which the user plays everybody else in the meeting."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Final

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import (
    QCloseEvent,
    QGuiApplication,
    QHideEvent,
    QKeySequence,
    QShortcut,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from rtms_tray.capture.states import CaptureState
from rtms_tray.demo.acts import ACTS, GROUPS, HostAct
from rtms_tray.demo.host_panel_head import Head
from rtms_tray.demo.host_panel_parts import card, window_style_sheet
from rtms_tray.demo.host_panel_scenarios import ScenariosPage
from rtms_tray.demo.host_panel_tour import TourPage
from rtms_tray.demo.player import Click, Player
from rtms_tray.demo.simulated import RefusedActError, SimulatedZoom
from rtms_tray.demo.world import Meeting, World
from rtms_tray.desktop.icons import icon_for
from rtms_tray.desktop.theme import Theme, current_theme
from rtms_tray.desktop.widgets.controls import button, label, note, put
from rtms_tray.desktop.window_geometry import scaled_to_font
from rtms_tray.presentation.view_model import Overview
from rtms_tray.support.tasks import Tasks

# --- The page of the host's buttons: each with what it does, awake only when it makes sense. ---

_AROUND: Final = 24
"""What the style sheet adds to a button, in pixels; it is not in force yet when they are measured."""


class ActsPage(QWidget):
    """Every act as a button."""

    def __init__(self, play: Callable[[HostAct], None]) -> None:
        super().__init__()
        self.buttons: Mapping[str, QPushButton] = {
            key: self._button(act, play) for key, act in ACTS.items()
        }
        widest = max(made.sizeHint().width() for made in self.buttons.values())
        for made in self.buttons.values():
            made.setMinimumWidth(widest + _AROUND)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 6, 0)
        column.setSpacing(10)
        for title, acts in GROUPS:
            frame, inside = card()
            inside.addWidget(label(title, bold=True))
            inside.addLayout(self._grid(acts))
            column.addWidget(frame)
        column.addStretch()

    def show_world(self, world: World, meeting: Meeting | None) -> None:
        """Wake the buttons that make sense now."""
        for key, act in ACTS.items():
            possible = meeting is not None and act.possible(world, meeting)
            self.buttons[key].setEnabled(possible)

    def _button(self, act: HostAct, play: Callable[[HostAct], None]) -> QPushButton:
        made = button(act.label)
        made.setObjectName(f"act-{act.key}")
        made.setAccessibleDescription(act.caption)
        made.setEnabled(False)
        made.clicked.connect(lambda _checked=False: partial(play, act)())
        return made

    def _grid(self, acts: tuple[HostAct, ...]) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        for place, act in enumerate(acts):
            grid.addWidget(self.buttons[act.key], place, 0)
            grid.addWidget(note(act.caption), place, 1)
        return grid


_LOOK_EVERY_MS: Final = 500
_LAST_LOOK_S: Final = 1.0
_SIZE: Final = QSize(540, 700)
_OF_THE_SCREEN: Final = 0.92
_TITLE: Final = "Host panel – you play the host"


class HostPanel(QWidget):
    """Draws the simulated meetings and makes things happen in them; closing it hides it."""

    def __init__(self, zoom: SimulatedZoom, player: Player) -> None:
        super().__init__()
        self.setObjectName("window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, False)  # a helper, never the program
        self.setWindowTitle(_TITLE)
        self.setWindowIcon(icon_for(CaptureState.IDLE, False, False, current_theme().icons))
        self._zoom, self._player = zoom, player
        self._tasks = Tasks()
        self._looking: asyncio.Task[None] | None = None
        self.head = Head(self._draw, self._show_tray)
        self.acts = ActsPage(self._play_act)
        self.scenarios = ScenariosPage(player, zoom.look, self.do)
        self.tour = TourPage(player, self.do)
        self.trouble = label()
        self.trouble.setProperty("mark", "no")
        self.trouble.setAccessibleName("What could not be done")
        self.tabs = QTabBar(drawBase=False, expanding=False, usesScrollButtons=False)
        self.tabs.setAccessibleName("What to play")
        self.pages = QStackedWidget()
        self._lay_out()
        self._connect()
        self.set_theme(current_theme())
        self._is_sized = False

    # --- what the program calls ---------------------------------------------------------------

    def show_overview(self, overview: Overview) -> None:
        """Take note of how the tray stands: plays wait for it."""
        self._player.show(overview)
        self.head.show_overview(overview)
        self.tour.show_overview(overview)

    def bring(self) -> None:
        """Open the panel, or bring it to the front."""
        self.showNormal() if self.isMinimized() else self.show()
        self.raise_()
        self.activateWindow()

    def set_theme(self, theme: Theme) -> None:
        """Change the colours."""
        self.setStyleSheet(window_style_sheet(theme))
        self.head.set_theme(theme)
        self.tour.set_theme(theme)

    async def end(self) -> None:
        """Close the panel for good; nothing of it is left running."""
        self.close()
        if self._looking is not None:
            # Nearly done, and a connection that is given up half-way is left to the other side.
            await asyncio.wait({self._looking}, timeout=_LAST_LOOK_S)
        await self._tasks.close()
        await self._player.close()

    # --- doing things -------------------------------------------------------------------------

    def do(self, work: Callable[[], Awaitable[None]]) -> None:
        """Do something and look at what came of it; what could not be done is said here."""
        self._tasks.spawn(self._do(work), "the host panel")

    async def _do(self, work: Callable[[], Awaitable[None]]) -> None:
        put(self.trouble, "")
        try:
            await work()
        except RefusedActError as refusal:
            put(self.trouble, str(refusal))
        else:
            await self._look()

    def _show_tray(self) -> None:
        async def show() -> None:
            await self._player.make((Click("show"),))

        self.do(show)

    def _play_act(self, act: HostAct) -> None:
        async def play() -> None:
            number = self.head.number
            if act.feed:
                await self._zoom.change("feed", act.feed)
            elif number is not None:
                await self._zoom.act(number, act.act, act.details)
                self.scenarios.heard(act.act, number, await self._zoom.look())

        self.do(play)

    # --- looking ------------------------------------------------------------------------------

    def look(self) -> None:
        """Look at the world, unless that is being done."""
        if self._looking is None or self._looking.done():
            self._looking = self._tasks.spawn(self._look_safely(), "look at the simulated Zoom")

    async def _look_safely(self) -> None:
        try:
            await self._look()
        except RefusedActError as refusal:
            put(self.trouble, str(refusal))

    async def _look(self) -> None:
        self.head.show_world(await self._zoom.look())
        self._draw()

    def _draw(self) -> None:
        world = self.head.world
        if world is not None:
            self.acts.show_world(world, self.head.meeting)
            self.scenarios.show_world(world)

    # --- the window itself --------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802  Qt's name
        """Look while somebody can see it; the first time in a size that fits letters and screen."""
        if not self._is_sized:
            self._is_sized = True
            room = self.screen().availableSize() * _OF_THE_SCREEN
            self.resize(scaled_to_font(self, _SIZE).boundedTo(room))
        self.look()
        self._timer.start()
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802  Qt's name
        """Stop looking."""
        self._timer.stop()
        super().hideEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802  Qt's name
        """Hide; a tour that goes on by itself waits."""
        self.tour.hold()
        super().closeEvent(event)

    def _colours_changed(self) -> None:
        self.set_theme(current_theme())

    def _connect(self) -> None:
        self._timer = QTimer(self, interval=_LOOK_EVERY_MS)
        self._timer.timeout.connect(self.look)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._colours_changed)
        self.tabs.currentChanged.connect(self.pages.setCurrentIndex)
        self.tour.begun.connect(self.scenarios.leave)
        self.scenarios.begun.connect(self.tour.leave)
        for page in (self.scenarios, self.tour):
            page.plays_in.connect(self.head.choose)
        QShortcut(QKeySequence(Qt.Key.Key_Escape), self, self.close)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(10)
        column.addWidget(self.head)
        column.addWidget(self.tabs)
        for name, page in (
            ("Play the host", self.acts),
            ("Scenarios", self.scenarios),
            ("Tour: every state", self.tour),
        ):
            self.tabs.addTab(name)
            self.pages.addWidget(_scrolling(page))
        column.addWidget(self.pages, 1)
        column.addWidget(self.trouble)
        put(self.trouble, "")
        self.setMinimumSize(440, 480)


def _scrolling(page: QWidget) -> QScrollArea:
    page.setObjectName("page")
    area = QScrollArea(widgetResizable=True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(page)
    return area
