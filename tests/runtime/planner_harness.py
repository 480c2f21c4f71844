"""The planner beside a board of its own."""

from pathlib import Path

from rtms_tray.capture import events as e
from rtms_tray.capture import routing as boards
from rtms_tray.capture.board import Board
from rtms_tray.capture.context import Context
from rtms_tray.runtime.planner import ScheduledRequests
from tests.helpers.manual_clock import ManualClock


class PlannerHarness:
    """A planner with a board of its own; `asked` is what it asked for."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.clock = ManualClock()
        self.board = Board(context=Context(me="me"))
        self.asked: list[e.StartRequested] = []
        self.every_hosted = False
        self.changes = 0
        self.scheduled = ScheduledRequests(
            file,
            self.clock,
            board=lambda: self.board,
            ask=self._ask,
            every_hosted=lambda: self.every_hosted,
            changed=self._changed,
        )

    def _ask(self, event: e.StartRequested) -> None:
        self.asked.append(event)
        self.board = boards.turn(self.board, event, self.clock()).board

    def _changed(self) -> None:
        self.changes += 1
