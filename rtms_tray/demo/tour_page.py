"""The page of the tour: every state one after the other, by hand or automatically."""

from collections.abc import Awaitable, Callable
from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QIcon, QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from rtms_tray.capture.states import CaptureState
from rtms_tray.demo.arrival import Arrival
from rtms_tray.demo.host_panel_widgets import (
    FittingArea,
    WrappingButton,
    card,
)
from rtms_tray.demo.playback import StepRunner, meeting_of
from rtms_tray.demo.simulator_client import ActionRefusedError
from rtms_tray.demo.tour import TOUR, Place, TourStop, words_at
from rtms_tray.desktop.icons import icon_for
from rtms_tray.desktop.theme import Theme, current_theme
from rtms_tray.desktop.widgets.controls import Rows, label, note, put, row, title
from rtms_tray.desktop.widgets.keyboard_window import enable
from rtms_tray.presentation.view_model import Overview
from rtms_tray.support.texts import text

NEXT_AFTER_MS: Final = 4_000
_BIG, _SMALL = 32, 18
_ROOM_FOR_TOUR: Final = 290
"""Pixels in which the tour itself is seen as a whole."""
_FIRST: Final = (Place.HEADLINE,)
RunTask = Callable[[Callable[[], Awaitable[None]]], None]


def state_name(state: CaptureState) -> str:
    """Name a state as the tray does."""
    return text(f"session.state_short.{state.value}")


class TourPage(QWidget):
    """Leads from one state to the next, and says what to look at in the tray's window."""

    started = Signal()
    meeting_chosen = Signal(object)  # a meeting number: too long for Qt's int

    def __init__(self, runner: StepRunner, run_task: RunTask) -> None:
        super().__init__()
        self._runner, self._run_task = runner, run_task
        self._theme = current_theme()
        self.position = -1
        self._is_first = True  # nothing else was played before
        self.visited: set[CaptureState] = set()
        self.arrival = Arrival(self)
        self.heading, self.text, self.simulated = title(), label(), note()
        self.progress, self.happened, self.hint = note(), label(bold=True), label()
        self.look = Look()
        self.next, self.auto = WrappingButton(primary=True), WrappingButton()
        self.is_automatic = False
        self._signs = {state: (QLabel(), label(state_name(state))) for state in CaptureState}
        self._states = self._list_states()
        self._next_timer = QTimer(self, singleShot=True, interval=NEXT_AFTER_MS)
        self.auto.setToolTip(text("demo.tour.run_hint"))
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
        return self.arrival.is_awaited

    def show_overview(self, overview: Overview) -> None:
        """Check whether the tray has reached the state, by the tour or by a click in its own window."""
        self.arrival.show_overview(overview)
        self._follow(overview)
        self._draw()

    def hold(self) -> None:
        """Go on by hand only."""
        self.is_automatic = False
        self._next_timer.stop()
        self._draw()

    def leave(self) -> None:
        """Stop: something else is played now."""
        self.position, self._is_first = -1, False
        self.arrival.forget()
        self.hold()

    def set_theme(self, theme: Theme) -> None:
        """Change the colours of the icons."""
        self._theme = theme
        for state, (sign, _) in self._signs.items():
            icon = icon_for(state, False, False, theme.icons)
            sign.setPixmap(icon.pixmap(_SMALL, _SMALL))
            sign.setAccessibleName(state_name(state))
        self._draw()

    # --- going on -----------------------------------------------------------------------------

    @property
    def _is_last(self) -> bool:
        return self.position == len(TOUR) - 1

    @property
    def _next_stop(self) -> TourStop:
        return TOUR[(self.position + 1) % len(TOUR)]

    def _press(self) -> None:
        if not self.next.isEnabled():
            return
        self._go_on()
        self._draw()
        self._run_task(self._run)

    def _go_on(self) -> None:
        self.position = (self.position + 1) % len(TOUR)
        if self.position == 0:
            self.visited.clear()
            self.started.emit()
        self._next_timer.stop()
        self.arrival.expect(TOUR[self.position].is_shown)

    def _follow(self, overview: Overview) -> None:
        """Go on where the user has clicked in the tray's own window."""
        following = self._next_stop
        may_follow = self.arrival.has_come and following.button
        may_begin = self.position < 0 and self._is_first
        if (may_follow or may_begin) and following.is_shown(overview):
            self._go_on()
            self.arrival.played()

    async def _run(self) -> None:
        stop, position = TOUR[self.position], self.position
        try:
            await self._runner.run(stop.steps)
        except ActionRefusedError:
            if self.position == position:
                self.arrival.give_up()
            raise
        if (number := meeting_of(stop.steps)) is not None:
            self.meeting_chosen.emit(number)
        if self.position == position:
            self.arrival.played()
            self._draw()

    def _arrived(self, stop: TourStop) -> None:
        self.visited.add(stop.state)
        if self._is_last:
            self.is_automatic = False
        if self.is_automatic and not self._next_timer.isActive():
            self._next_timer.start()

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
        if stop is not None and self.arrival.has_come:
            self._arrived(stop)
        self._draw_stop(stop)
        for state, (_, line) in self._signs.items():
            name = state_name(state)
            is_visited = state in self.visited
            line.setText(text("demo.tour.state_seen", state=name) if is_visited else name)
        enable(self.next, enabled=not self.is_waiting)
        self.next.setText(text("demo.tour.again") if self._is_last else self._next_stop.act)
        self.auto.setText(text("demo.tour.hold" if self.is_automatic else "demo.tour.run"))

    def _draw_stop(self, stop: TourStop | None) -> None:
        for part in ("heading", "text", "simulated"):
            put(getattr(self, part), "" if stop else text(f"demo.tour.intro.{part}"))
        put(self.progress, self._progress() if stop else "")
        put(self.happened, stop.text if stop else "")
        put(self.hint, self._hint(stop))
        overview = self.arrival.overview
        if overview is None or self.is_waiting:
            self.look.show_waiting()
        elif self.arrival.is_late:
            self.look.show_late()
        else:
            self.look.show_places(stop.looks if stop else _FIRST, overview, self._theme)

    def _hint(self, stop: TourStop | None) -> str:
        if stop is None:
            return text("demo.tour.intro.meeting")
        return "" if self.is_waiting or self._is_last else self._next_stop.hint

    def _progress(self) -> str:
        return text("demo.tour.progress", step=self.position + 1)

    def _connect(self) -> None:
        self.next.clicked.connect(lambda _checked=False: self._press())
        self.auto.clicked.connect(lambda _checked=False: self._toggle_automatic())
        self._next_timer.timeout.connect(self._press)
        self.arrival.late.connect(self._draw)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        """Leave out what is less important where there is no room for it."""
        super().resizeEvent(event)
        self.auto.setVisible(self.height() >= _ROOM_FOR_TOUR)
        self._states.setVisible(self.height() >= self._states.sizeHint().height() + _ROOM_FOR_TOUR)

    def _lay_out(self) -> None:
        """What is said scrolls where it must; the button that goes on stays in sight."""
        said = QWidget()
        lines = QVBoxLayout(said)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(6)
        intro = (self.heading, self.text, self.simulated)
        for part in (*intro, self.progress, self.happened, self.look, self.hint):
            lines.addWidget(part)
        frame, inside = card()
        frame.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        inside.addWidget(FittingArea(said))
        inside.addWidget(self.next)
        inside.addWidget(self.auto)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(frame)
        column.addWidget(self._states)
        column.addStretch()

    def _list_states(self) -> QWidget:
        frame, inside = card()
        inside.addWidget(label(text("demo.tour.all_states"), bold=True))
        grid = QGridLayout()
        grid.setHorizontalSpacing(6)
        grid.setVerticalSpacing(2)
        for index, (sign, line) in enumerate(self._signs.values()):
            column = index % 2 * 2
            grid.addWidget(sign, index // 2, column)
            grid.addWidget(line, index // 2, column + 1)
        for column in (1, 3):
            grid.setColumnStretch(column, 1)
        inside.addLayout(grid)
        return frame


def _icon_of(overview: Overview, theme: Theme) -> QIcon:
    doubtful, urgent = not overview.verified, overview.attention
    return icon_for(overview.overall, doubtful, urgent, theme.icons, dot=False)


class Look(QFrame):
    """Says what to look at in the tray's window: its own words, and its icon."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("question")
        self._icon = QLabel()
        self._icon.setFixedSize(_BIG, _BIG)
        self.heading = label(text("demo.tour.look.heading"), bold=True)
        self.lines = Rows(spacing=3)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 10)
        column.setSpacing(4)
        top = row(self._icon, self.heading, spacing=10)
        top.setAlignment(self.heading, Qt.AlignmentFlag.AlignVCenter)
        column.addLayout(top)
        column.addWidget(self.lines)

    def show_places(self, places: tuple[Place, ...], overview: Overview, theme: Theme) -> None:
        """Point at these places."""
        icon = _icon_of(overview, theme)
        self._icon.setPixmap(icon.pixmap(_BIG, _BIG))
        self._icon.setAccessibleName(overview.title)
        self._icon.show()
        self._show(text("demo.tour.look.heading"), [words_at(place, overview) for place in places])

    def show_waiting(self) -> None:
        """Say that the tray doesn't show it yet."""
        self._icon.hide()
        self._show(text("demo.tour.waiting"), [])

    def show_late(self) -> None:
        """Say that the tray hasn't shown it."""
        self._icon.hide()
        self._show(text("demo.tour.late"), [])

    def _show(self, heading: str, lines: list[str]) -> None:
        put(self.heading, heading)

        def build(column: QVBoxLayout) -> None:
            for line in lines:
                column.addWidget(label(line))

        self.lines.show_rows(tuple(lines), build)
