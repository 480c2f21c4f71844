"""The page of the scenarios: choose one, read it, and play it step by step."""

from collections.abc import Awaitable, Callable
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from rtms_tray.demo.arrival import Arrival
from rtms_tray.demo.host_panel_widgets import WrappingButton, card
from rtms_tray.demo.playback import StepRunner
from rtms_tray.demo.scenario_playback import (
    ScenarioPlayback,
    beginning,
    expected_result,
    scenario_groups,
    short_name,
    step_text,
)
from rtms_tray.demo.simulator_client import SimulatorState
from rtms_tray.desktop.widgets.controls import Rows, button, label, note, put, row
from rtms_tray.desktop.widgets.keyboard_window import enable
from rtms_tray.presentation.view_model import Overview
from rtms_tray.simulator.scenarios import Scenario
from rtms_tray.support.command_types import Exit
from rtms_tray.support.texts import text

_LIST_LINES: Final = 12
_NAME: Final = Qt.ItemDataRole.UserRole
RunTask = Callable[[Callable[[], Awaitable[None]]], None]


class ScenariosPage(QWidget):
    """Plays scenarios; each step is performed by a button, or by the user in the tray."""

    started = Signal()
    meeting_chosen = Signal(object)  # a meeting number: too long for Qt's int

    def __init__(
        self,
        runner: StepRunner,
        read_state: Callable[[], Awaitable[SimulatorState]],
        run_task: RunTask,
    ) -> None:
        super().__init__()
        self._runner, self._read_state, self._run_task = runner, read_state, run_task
        groups = scenario_groups()
        self._scenarios = {
            scenario.name: scenario for group in groups.values() for scenario in group
        }
        self.playback: ScenarioPlayback | None = None
        self.arrival = Arrival(self)
        self._state: SimulatorState | None = None
        self._is_running = False
        self.list = QListWidget()
        self.list.setAccessibleName(text("demo.scenarios.list"))
        self.heading, self.text, self.expected = label(bold=True), label(), note()
        self.steps = Rows(spacing=3)
        self.hint, self.shown, self.answer = label(), label(), note()
        self.result = label(bold=True)
        self.next = WrappingButton(primary=True)
        self.again = button(text("demo.scenarios.begin_again"), flat=True)
        for title, group in groups.items():
            self._list_group(title, group)
        self._lay_out()
        self.list.currentItemChanged.connect(lambda *_: self._choose())
        self.list.itemActivated.connect(lambda _: self._press())
        self.next.clicked.connect(lambda _checked=False: self._press())
        self.again.clicked.connect(lambda _checked=False: self._begin())
        self.arrival.late.connect(self._draw)
        self.choose("scenario-01")

    @property
    def scenario(self) -> Scenario:
        """The scenario that is chosen."""
        return self._scenarios[self.list.currentItem().data(_NAME)]

    def choose(self, name: str) -> None:
        """Choose a scenario."""
        for index in range(self.list.count()):
            if self.list.item(index).data(_NAME) == name:
                self.list.setCurrentRow(index)

    def show_state(self, state: SimulatorState) -> None:
        """Follow what has happened: the user may have performed the step in the tray."""
        self._state = state
        playback = self.playback
        if playback and not self._is_running and playback.was_requested(state):
            self._advance(playback, state)
        self._draw()

    def show_overview(self, overview: Overview) -> None:
        """Take what the tray shows now: the next step and the result wait for it."""
        self.arrival.show_overview(overview)
        self._draw()

    def fit(self, height: int) -> None:
        """Leave room below the list, in a window of this height."""
        usual = self.list.fontMetrics().height() * _LIST_LINES
        self.list.setFixedHeight(min(usual, height // 3))

    def action_performed(self, action: str, meeting: int, state: SimulatorState) -> None:
        """Follow an action that was performed by its own button."""
        if self.playback is not None and self.playback.is_next(action, meeting):
            self._advance(self.playback, state)

    def stop(self) -> None:
        """Stop: something else is played now."""
        self._forget()
        self._draw()

    # --- playing ------------------------------------------------------------------------------

    def _forget(self) -> None:
        self.playback = None
        self.arrival.forget()

    def _advance(self, playback: ScenarioPlayback, state: SimulatorState) -> None:
        """Go on to the next step, once the tray shows what this one led to."""
        self.playback = playback.advanced(state)
        self.arrival.expect(self.playback.is_shown)
        self.arrival.played()

    def _choose(self) -> None:
        self._forget()
        put(self.answer, "")
        self._draw()

    def _press(self) -> None:
        if not self.next.isEnabled():
            return
        if self.playback is None or self.playback.step is None:
            self._begin()
        else:
            self._run(self._perform_step)

    def _begin(self) -> None:
        self.started.emit()
        self._run(self._load)

    def _run(self, work: Callable[[], Awaitable[None]]) -> None:
        async def run() -> None:
            try:
                await work()
            finally:
                self._is_running = False
                self._draw()

        if not self._is_running:
            self._is_running = True
            put(self.answer, "")
            self._draw()
            self._run_task(run)

    async def _load(self) -> None:
        self._forget()
        scenario = self.scenario
        await self._runner.run(beginning(scenario))
        self._state = await self._read_state()
        self.playback = ScenarioPlayback(scenario)
        self.meeting_chosen.emit(self.playback.meeting)

    async def _perform_step(self) -> None:
        playback = self.playback
        if playback is None:
            return
        self.meeting_chosen.emit(playback.meeting)
        answer = await self._runner.run((playback.next_step(),))
        state = await self._read_state()
        self._state = state
        if self.playback is not playback:
            return
        if answer.exit is Exit.DONE or playback.was_requested(state):
            self._advance(playback, state)
        else:
            put(self.answer, text("demo.scenarios.answer", answer=answer.text))

    # --- drawing ------------------------------------------------------------------------------

    def _draw(self) -> None:
        scenario, playback = self.scenario, self.playback
        put(self.heading, f"{short_name(scenario)}  {scenario.title}".strip("– "))
        put(self.text, scenario.text)
        put(self.expected, expected_result(scenario))
        position = playback.position if playback else -1
        self.steps.show_rows(
            (scenario.name, position), lambda column: self._list_steps(column, position)
        )
        put(self.hint, self._hint())
        put(self.shown, self._shown())
        put(self.result, self._result())
        self.again.setVisible(playback is not None and playback.step is not None)
        enable(self.next, enabled=not (self._is_running or self._must_wait))
        self.next.setText(text(f"demo.scenarios.{self._next_action()}"))

    @property
    def _must_wait(self) -> bool:
        return self.playback is not None and (self._is_zoom_busy or self.arrival.is_awaited)

    @property
    def _is_zoom_busy(self) -> bool:
        return self._state is not None and self._state.is_busy

    def _next_action(self) -> str:
        if self.playback is None:
            return "begin"
        if self.playback.step is None:
            return "begin_again"
        return "do_it" if self.playback.is_users_turn else "next"

    def _hint(self) -> str:
        if self._must_wait:
            waits_for = "wait" if self._is_zoom_busy else "wait_for_tray"
            return text(f"demo.scenarios.{waits_for}")
        if self.playback is not None and self.playback.is_users_turn:
            return text("demo.scenarios.your_turn")
        return ""

    def _shown(self) -> str:
        """Quote the tray, once it shows what the last step led to."""
        overview = self.arrival.overview
        if overview is None or not self.arrival.has_come:
            return ""
        return text("demo.scenarios.shown", words=overview.title)

    def _result(self) -> str:
        playback, state = self.playback, self._state
        if playback is None or playback.step is not None or state is None or self._must_wait:
            return ""
        meeting = state.meetings.get(str(playback.meeting))
        return playback.result(meeting, is_shown=self.arrival.has_come) if meeting else ""

    def _list_steps(self, column: QVBoxLayout, position: int) -> None:
        for index, step in enumerate(self.scenario.play):
            mark = QLabel("✓" if index < position else "▶" if index == position else "·")
            mark.setFixedWidth(18)
            line = label(step_text(step))
            line.setProperty("next", index == position)
            line.setProperty("quiet", index < position)
            column.addLayout(row(mark, line, spacing=4))

    def _list_group(self, title: str, group: tuple[Scenario, ...]) -> None:
        heading = QListWidgetItem(title, self.list)
        heading.setFlags(Qt.ItemFlag.NoItemFlags)
        for scenario in group:
            line = f"{short_name(scenario):\u2007>3}   {scenario.title}"
            QListWidgetItem(line, self.list).setData(_NAME, scenario.name)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 6, 0)
        column.setSpacing(10)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        column.addWidget(self.list)
        frame, inside = card()
        for part in (self.heading, self.text, self.expected, self.steps, self.shown, self.hint):
            inside.addWidget(part)
        inside.addSpacing(6)
        inside.addLayout(row(self.next, self.again))
        for part in (self.answer, self.result):
            inside.addWidget(part)
        column.addWidget(frame)
        column.addStretch()
