"""The recorder beside a stage whose board it writes down."""

from pathlib import Path

from rtms_tray.capture.board import Board
from rtms_tray.capture.context import Context
from rtms_tray.history.recorder import Recorder
from rtms_tray.history.worker import History
from tests.helpers.capture_stage import ME, Stage


class RecorderHarness:
    """A stage whose board is recorded, and the file in which it is."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.stage = Stage()
        self.changes = 0
        self.feed_seen_at: int | None = None
        self.recorder = self.new_recorder()

    def new_recorder(self) -> Recorder:
        """Make the recorder of another run of the program."""
        return Recorder(
            History(self.path, limit_s=5),
            lambda: self.stage.now,
            lambda: self.stage.board,
            self._changed,
            lambda: self.feed_seen_at,
        )

    def _changed(self) -> None:
        self.changes += 1

    async def begin_again(self) -> None:
        """Begin another run of the program, with an empty board."""
        self.stage.board = Board(context=Context(me=ME))
        self.recorder = self.new_recorder()
        self.stage.board = await self.recorder.begin(365)
