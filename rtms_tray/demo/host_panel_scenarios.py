"""The page of the scenarios: choose one, read it, and play it step by step."""

from collections.abc import Awaitable, Callable
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from rtms_tray.demo import plays
from rtms_tray.demo.host_panel_parts import card, name, rest
from rtms_tray.demo.player import Change, Clear, Player
from rtms_tray.demo.plays import Play
from rtms_tray.demo.world import World
from rtms_tray.desktop.widgets.controls import Rows, button, label, note, put, row
from rtms_tray.simulator.scenarios import Scenario
from rtms_tray.support.command_types import Exit

_LIST_LINES: Final = 12
_NAME: Final = Qt.ItemDataRole.UserRole
Do = Callable[[Callable[[], Awaitable[None]]], None]


class ScenariosPage(QWidget):
    """Plays scenarios; each step is made by a button, or by the user in the tray."""

    begun = Signal()
    plays_in = Signal(object)  # a meeting number: too long for Qt's int

    def __init__(self, player: Player, look: Callable[[], Awaitable[World]], do: Do) -> None:
        super().__init__()
        self._player, self._look, self._do = player, look, do
        self._scenarios = {one.name: one for _, group in plays.groups() for one in group}
        self.play: Play | None = None
        self._world: World | None = None
        self._busy = False
        self.list = QListWidget()
        self.list.setAccessibleName("Scenarios")
        self.heading, self.text, self.expected = label(bold=True), label(), note()
        self.steps = Rows(spacing=3)
        self.hint, self.said, self.result = label(), note(), label(bold=True)
        self.next, self.again = button("Begin", primary=True), button("Begin again", flat=True)
        self._fill()
        self._lay_out()
        self.list.currentItemChanged.connect(lambda *_: self._choose())
        self.list.itemActivated.connect(lambda _: self._press())
        self.next.clicked.connect(lambda _checked=False: self._press())
        self.again.clicked.connect(lambda _checked=False: self._begin())
        self.choose("scenario-01")

    @property
    def scenario(self) -> Scenario:
        """The scenario that is chosen."""
        return self._scenarios[self.list.currentItem().data(_NAME)]

    def choose(self, name: str) -> None:
        """Turn to this scenario."""
        for place in range(self.list.count()):
            if self.list.item(place).data(_NAME) == name:
                self.list.setCurrentRow(place)

    def show_world(self, world: World) -> None:
        """See what has happened: the user may have made the step in the tray."""
        self._world = world
        play = self.play
        if play and not self._busy and play.asked_meanwhile(world):
            self.play = play.forward(world)
        self._draw()

    def heard(self, act: str, number: int, world: World) -> None:
        """Take note of an act that was made by its own button."""
        if self.play is not None and self.play.is_made_by(act, number):
            self.play = self.play.forward(world)

    def leave(self) -> None:
        """Something else is played now."""
        self.play = None
        self._draw()

    # --- playing ------------------------------------------------------------------------------

    def _choose(self) -> None:
        self.play = None
        put(self.said, "")
        self._draw()

    def _press(self) -> None:
        if not self.next.isEnabled():
            return
        if self.play is None or self.play.step is None:
            self._begin()
        else:
            self._start(self._step)

    def _begin(self) -> None:
        self.begun.emit()
        self._start(self._load)

    def _start(self, work: Callable[[], Awaitable[None]]) -> None:
        async def busy() -> None:
            try:
                await work()
            finally:
                self._busy = False
                self._draw()

        if not self._busy:
            self._busy = True
            put(self.said, "")
            self._draw()
            self._do(busy)

    async def _load(self) -> None:
        self.play, scenario = None, self.scenario
        await self._player.make((Clear(), Change("scenario", {"name": scenario.name})))
        self._world = await self._look()
        self.play = Play(scenario)
        self.plays_in.emit(self.play.number)

    async def _step(self) -> None:
        play = self.play
        if play is None:
            return
        self.plays_in.emit(play.number)
        answer = await self._player.make((play.move(),))
        world = await self._look()
        self._world = world
        if play.in_tray:
            first = answer.text.partition(". ")[0].rstrip(".")
            put(self.said, f"rtms-tray answers: {first}." if first else "")
        came = not play.in_tray or play.asked_meanwhile(world) or answer.exit is Exit.DONE
        if came and self.play is play:
            self.play = play.forward(world)

    # --- drawing ------------------------------------------------------------------------------

    def _draw(self) -> None:
        scenario, play = self.scenario, self.play
        put(self.heading, f"{plays.short_name(scenario)}  {scenario.title}".strip("– "))
        put(self.text, scenario.text)
        put(self.expected, plays.expected(scenario))
        at = play.at if play else -1
        self.steps.show_rows((scenario.name, at), lambda column: self._build(column, at))
        put(self.hint, self._hint())
        put(self.result, self._result())
        self.again.setVisible(play is not None and play.step is not None)
        rest(self.next, resting=self._busy or self._early)
        name(self.next, self._label())

    @property
    def _early(self) -> bool:
        return self.play is not None and self._world is not None and self._world.moving

    def _label(self) -> str:
        if self.play is None:
            return "Begin"
        if self.play.step is None:
            return "Begin again"
        return "Do it for me" if self.play.in_tray else "Next step"

    def _hint(self) -> str:
        if self._early:
            return "Zoom needs a moment…"
        if self.play is not None and self.play.in_tray:
            return "You do this in the tray, by its menu or window."
        return ""

    def _result(self) -> str:
        play, world = self.play, self._world
        if play is None or play.step is not None or world is None or world.moving:
            return ""
        meeting = world.meetings.get(str(play.number))
        return play.result(meeting) if meeting else ""

    def _build(self, column: QVBoxLayout, at: int) -> None:
        for place, step in enumerate(self.scenario.play):
            mark = QLabel("✓" if place < at else "▶" if place == at else "·")
            mark.setFixedWidth(18)
            text = label(f"{step.text} ({plays.who(step)})")
            text.setProperty("next", place == at)
            text.setProperty("quiet", place < at)
            column.addLayout(row(mark, text, spacing=4))

    def _fill(self) -> None:
        for title, scenarios in plays.groups():
            heading = QListWidgetItem(title, self.list)
            heading.setFlags(Qt.ItemFlag.NoItemFlags)
            for scenario in scenarios:
                text = f"{plays.short_name(scenario):\u2007>3}   {scenario.title}"
                QListWidgetItem(text, self.list).setData(_NAME, scenario.name)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 6, 0)
        column.setSpacing(10)
        self.list.setFixedHeight(self.list.fontMetrics().height() * _LIST_LINES)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        column.addWidget(self.list)
        frame, inside = card()
        for part in (self.heading, self.text, self.expected, self.steps, self.hint):
            inside.addWidget(part)
        inside.addSpacing(6)
        inside.addLayout(row(self.next, self.again))
        for part in (self.said, self.result):
            inside.addWidget(part)
        column.addWidget(frame)
        column.addStretch()
