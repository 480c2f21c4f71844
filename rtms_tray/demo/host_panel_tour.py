"""The page of the tour: every state one after the other, by hand or by itself."""

from collections.abc import Awaitable, Callable
from typing import Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from rtms_tray.capture.states import CaptureState
from rtms_tray.demo.host_panel_parts import card, name, rest
from rtms_tray.demo.player import Player, meeting_of
from rtms_tray.demo.tour import TOUR, TourStep
from rtms_tray.desktop.icons import icon_for
from rtms_tray.desktop.theme import Theme, current_theme
from rtms_tray.desktop.widgets.controls import button, label, note, put, row, title
from rtms_tray.presentation.view_model import Overview

NEXT_AFTER_MS: Final = 4_000
_PATIENCE_MS: Final = 40_000
_BIG, _SMALL = 44, 22
_BEFORE: Final = (
    "Watch the tray and its window while the tour goes on. It ends what is played now."
    " Press Next, or let it run: a step every 4 seconds."
)
Do = Callable[[Callable[[], Awaitable[None]]], None]


def name_of(state: CaptureState) -> str:
    """Name a state for people."""
    return state.value.replace("_", " ").capitalize()


class TourPage(QWidget):
    """Shows one state after the other, each with a sentence."""

    begun = Signal()
    plays_in = Signal(object)  # a meeting number: too long for Qt's int

    def __init__(self, player: Player, do: Do) -> None:
        super().__init__()
        self._player, self._do = player, do
        self._overview: Overview | None = None
        self._theme = current_theme()
        self.at = -1
        self._made = self._came = self._late = False
        self.seen: set[CaptureState] = set()
        self._icon = QLabel()
        self._icon.setFixedSize(_BIG, _BIG)
        self.heading, self.text, self.progress = title(), label(), note()
        self.next = button("Begin the tour", primary=True)
        self.auto = button("Let it run")
        self.by_itself = False
        self._signs = {state: (QLabel(), label(name_of(state))) for state in CaptureState}
        self._go_on = QTimer(self, singleShot=True, interval=NEXT_AFTER_MS)
        self._give_up = QTimer(self, singleShot=True, interval=_PATIENCE_MS)
        self._connect()
        self._lay_out()
        self.set_theme(self._theme)

    @property
    def step(self) -> TourStep | None:
        """Where the tour is; None before it begins."""
        return TOUR[self.at] if self.at >= 0 else None

    @property
    def waits(self) -> bool:
        """Whether the tray does not show the state yet."""
        return self.step is not None and not (self._late or self._came)

    def show_overview(self, overview: Overview) -> None:
        """See whether the tray has come to the state."""
        self._overview = overview
        self._draw()

    def hold(self) -> None:
        """Go on by hand only."""
        self.by_itself = False
        self._go_on.stop()
        self._draw()

    def leave(self) -> None:
        """Something else is played now."""
        self.at = -1
        self.hold()

    def set_theme(self, theme: Theme) -> None:
        """Change the colours of the icons."""
        self._theme = theme
        for state, (sign, _) in self._signs.items():
            icon = icon_for(state, False, False, theme.icons)
            sign.setPixmap(icon.pixmap(_SMALL, _SMALL))
        self._draw()

    # --- going on -----------------------------------------------------------------------------

    def _press(self) -> None:
        if not self.next.isEnabled():
            return
        last = self.at == len(TOUR) - 1
        self.at = 0 if last or self.at < 0 else self.at + 1
        if self.at == 0:
            self.seen.clear()
            self.begun.emit()
        self._made = self._came = self._late = False
        self._go_on.stop()
        self._give_up.start()
        self._draw()
        self._do(self._make)

    async def _make(self) -> None:
        step, at = TOUR[self.at], self.at
        try:
            await self._player.make(step.moves)
            if (number := meeting_of(step.moves)) is not None:
                self.plays_in.emit(number)
        finally:
            if self.at == at:
                self._made = True
                self._draw()

    def _look(self, step: TourStep, overview: Overview) -> None:
        if self._made and not self._came and step.reached(overview):
            self._came = True  # for good: some states pass by themselves
            self.seen.add(step.state)
            self._give_up.stop()
        if self._came and self.at == len(TOUR) - 1:
            self.by_itself = False
        if self._came and self.by_itself and not self._go_on.isActive():
            self._go_on.start()

    def _no_patience(self) -> None:
        self._late = True
        self._draw()

    def _switch(self) -> None:
        if self.by_itself:
            self.hold()
            return
        self.by_itself = True
        if self.step is None or self.at == len(TOUR) - 1:
            self._press()
        self._draw()

    # --- drawing ------------------------------------------------------------------------------

    def _draw(self) -> None:
        step = self.step
        if step is not None and self._overview is not None:
            self._look(step, self._overview)
        self._draw_step(step)
        for state, (_, text) in self._signs.items():
            tick = "✓ " if state in self.seen else ""
            text.setText(f"{tick}{name_of(state)}")
        rest(self.next, resting=self.waits)
        name(self.next, self._label())
        name(self.auto, "Hold" if self.by_itself else "Let it run")

    def _draw_step(self, step: TourStep | None) -> None:
        state = step.state if step else CaptureState.IDLE
        icon = icon_for(state, False, False, self._theme.icons)
        self._icon.setPixmap(icon.pixmap(_BIG, _BIG))
        put(self.heading, name_of(state) if step else "Every state in two minutes")
        put(
            self.text,
            step.text if step else _BEFORE,
        )
        put(self.progress, self._progress(step))

    def _progress(self, step: TourStep | None) -> str:
        if step is None:
            return ""
        where = f"Step {self.at + 1} of {len(TOUR)}"
        if self._came:
            return f"{where} · the tray shows it."
        if self._late:
            return f"{where} · the tray does not show it; you can go on all the same."
        return f"{where} · wait for the tray…"

    def _label(self) -> str:
        if self.step is None:
            return "Begin the tour"
        return "Once more" if self.at == len(TOUR) - 1 else "Next"

    def _connect(self) -> None:
        self.next.clicked.connect(lambda _checked=False: self._press())
        self.auto.clicked.connect(lambda _checked=False: self._switch())
        self._go_on.timeout.connect(self._press)
        self._give_up.timeout.connect(self._no_patience)

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
        inside.addWidget(label("All states", bold=True))
        grid = QGridLayout()
        grid.setSpacing(6)
        for place, (sign, text) in enumerate(self._signs.values()):
            across = place % 2 * 2
            grid.addWidget(sign, place // 2, across)
            grid.addWidget(text, place // 2, across + 1)
        for column in (1, 3):
            grid.setColumnStretch(column, 1)
        inside.addLayout(grid)
        return frame
