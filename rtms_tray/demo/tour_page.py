"""The page of the tour: every state one after the other, by hand or automatically."""

from collections.abc import Awaitable, Callable
from typing import Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from rtms_tray.capture.states import CaptureState
from rtms_tray.demo.host_panel_widgets import card, enable_keeping_focus, set_button_text
from rtms_tray.demo.playback import StepRunner, meeting_of
from rtms_tray.demo.tour import TOUR, TourStop
from rtms_tray.desktop.icons import icon_for
from rtms_tray.desktop.theme import Theme, current_theme
from rtms_tray.desktop.widgets.controls import button, label, note, put, row, title
from rtms_tray.presentation.view_model import Overview
from rtms_tray.support.texts import text

NEXT_AFTER_MS: Final = 4_000
_PATIENCE_MS: Final = 40_000
_BIG, _SMALL = 44, 22
RunTask = Callable[[Callable[[], Awaitable[None]]], None]


def state_name(state: CaptureState) -> str:
    """Name a state for people."""
    return text(f"demo.states.{state.value}")


class TourPage(QWidget):
    """Shows one state after the other, each with a sentence."""

    started = Signal()
    meeting_chosen = Signal(object)  # a meeting number: too long for Qt's int

    def __init__(self, runner: StepRunner, run_task: RunTask) -> None:
        super().__init__()
        self._runner, self._run_task = runner, run_task
        self._overview: Overview | None = None
        self._theme = current_theme()
        self.position = -1
        self._has_run = self._is_reached = self._is_late = False
        self.visited: set[CaptureState] = set()
        self._icon = QLabel()
        self._icon.setFixedSize(_BIG, _BIG)
        self.heading, self.text, self.progress = title(), label(), note()
        self.next = button(text("demo.tour.begin"), primary=True)
        self.auto = button(text("demo.tour.run"))
        self.is_automatic = False
        self._signs = {state: (QLabel(), label(state_name(state))) for state in CaptureState}
        self._next_timer = QTimer(self, singleShot=True, interval=NEXT_AFTER_MS)
        self._late_timer = QTimer(self, singleShot=True, interval=_PATIENCE_MS)
        self._connect()
        self._lay_out()
        self.set_theme(self._theme)

    @property
    def stop(self) -> TourStop | None:
        """The current stop; None before the tour begins."""
        return TOUR[self.position] if self.position >= 0 else None

    @property
    def is_waiting(self) -> bool:
        """Whether the tray does not show the state yet."""
        return self.stop is not None and not (self._is_late or self._is_reached)

    def show_overview(self, overview: Overview) -> None:
        """Check whether the tray has reached the state."""
        self._overview = overview
        self._draw()

    def hold(self) -> None:
        """Go on by hand only."""
        self.is_automatic = False
        self._next_timer.stop()
        self._draw()

    def leave(self) -> None:
        """Stop: something else is played now."""
        self.position = -1
        self.hold()

    def set_theme(self, theme: Theme) -> None:
        """Change the colours of the icons."""
        self._theme = theme
        for state, (sign, _) in self._signs.items():
            icon = icon_for(state, False, False, theme.icons)
            sign.setPixmap(icon.pixmap(_SMALL, _SMALL))
        self._draw()

    # --- going on -----------------------------------------------------------------------------

    @property
    def _is_last(self) -> bool:
        return self.position == len(TOUR) - 1

    def _press(self) -> None:
        if not self.next.isEnabled():
            return
        self.position = 0 if self._is_last or self.position < 0 else self.position + 1
        if self.position == 0:
            self.visited.clear()
            self.started.emit()
        self._has_run = self._is_reached = self._is_late = False
        self._next_timer.stop()
        self._late_timer.start()
        self._draw()
        self._run_task(self._run)

    async def _run(self) -> None:
        stop, position = TOUR[self.position], self.position
        try:
            await self._runner.run(stop.steps)
            if (number := meeting_of(stop.steps)) is not None:
                self.meeting_chosen.emit(number)
        finally:
            if self.position == position:
                self._has_run = True
                self._draw()

    def _check(self, stop: TourStop, overview: Overview) -> None:
        if self._has_run and not self._is_reached and stop.is_reached(overview):
            self._is_reached = True  # for good: some states pass on their own
            self.visited.add(stop.state)
            self._late_timer.stop()
        if self._is_reached and self._is_last:
            self.is_automatic = False
        if self._is_reached and self.is_automatic and not self._next_timer.isActive():
            self._next_timer.start()

    def _give_up_waiting(self) -> None:
        self._is_late = True
        self._draw()

    def _toggle_automatic(self) -> None:
        if self.is_automatic:
            self.hold()
            return
        self.is_automatic = True
        if self.stop is None or self._is_last:
            self._press()
        self._draw()

    # --- drawing ------------------------------------------------------------------------------

    def _draw(self) -> None:
        stop = self.stop
        if stop is not None and self._overview is not None:
            self._check(stop, self._overview)
        self._draw_stop(stop)
        for state, (_, line) in self._signs.items():
            name = state_name(state)
            is_visited = state in self.visited
            line.setText(text("demo.tour.state_seen", state=name) if is_visited else name)
        enable_keeping_focus(self.next, enabled=not self.is_waiting)
        set_button_text(self.next, self._next_text())
        set_button_text(self.auto, text("demo.tour.hold" if self.is_automatic else "demo.tour.run"))

    def _draw_stop(self, stop: TourStop | None) -> None:
        state = stop.state if stop else CaptureState.IDLE
        icon = icon_for(state, False, False, self._theme.icons)
        self._icon.setPixmap(icon.pixmap(_BIG, _BIG))
        put(self.heading, state_name(state) if stop else text("demo.tour.heading"))
        put(self.text, stop.text if stop else text("demo.tour.intro"))
        put(self.progress, self._progress() if stop else "")

    def _progress(self) -> str:
        name = "shown" if self._is_reached else "late" if self._is_late else "waiting"
        return text(f"demo.tour.{name}", step=self.position + 1, steps=len(TOUR))

    def _next_text(self) -> str:
        if self.stop is None:
            return text("demo.tour.begin")
        return text("demo.tour.again" if self._is_last else "demo.tour.next")

    def _connect(self) -> None:
        self.next.clicked.connect(lambda _checked=False: self._press())
        self.auto.clicked.connect(lambda _checked=False: self._toggle_automatic())
        self._next_timer.timeout.connect(self._press)
        self._late_timer.timeout.connect(self._give_up_waiting)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 6, 0)
        column.setSpacing(10)
        frame, inside = card()
        inside.addLayout(row(self._icon, self.heading, spacing=12))
        inside.addWidget(self.text)
        inside.addWidget(self.progress)
        inside.addSpacing(6)
        buttons = row(self.next, self.auto)
        buttons.setStretch(0, 1)
        inside.addLayout(buttons)
        column.addWidget(frame)
        column.addWidget(self._states())
        column.addStretch()

    def _states(self) -> QWidget:
        frame, inside = card()
        inside.addWidget(label(text("demo.tour.all_states"), bold=True))
        grid = QGridLayout()
        grid.setSpacing(6)
        for index, (sign, line) in enumerate(self._signs.values()):
            column = index % 2 * 2
            grid.addWidget(sign, index // 2, column)
            grid.addWidget(line, index // 2, column + 1)
        for column in (1, 3):
            grid.setColumnStretch(column, 1)
        inside.addLayout(grid)
        return frame
