"""Waits until the tray shows what was played: the demo says nothing of it before."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from rtms_tray.capture.states import CaptureState
from rtms_tray.presentation.view_model import Overview

_PATIENCE_MS: Final = 40_000
_OF_PROGRAM: Final = frozenset({CaptureState.IDLE, CaptureState.SIGNED_OUT})
IsShown = Callable[[Overview], bool]


def shows(overview: Overview, state: CaptureState) -> bool:
    """Tell whether the tray shows this state: of the whole program, or of the meeting in its window."""
    if state in _OF_PROGRAM:
        return overview.overall is state
    return overview.lead is not None and overview.lead.state is state


class Arrival(QObject):
    """Whether the tray has shown what is expected, or is late with it."""

    late = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.overview: Overview | None = None
        self.has_come = self.is_late = False
        self._is_shown: IsShown | None = None
        self._is_played = False
        self._timer = QTimer(self, singleShot=True, interval=_PATIENCE_MS)
        self._timer.timeout.connect(self.give_up)

    @property
    def is_awaited(self) -> bool:
        """Whether it makes sense to wait."""
        return self._is_shown is not None and not (self.has_come or self.is_late)

    def expect(self, is_shown: IsShown) -> None:
        """Begin to wait for it; what the tray shows counts once the steps that lead to it are played."""
        self._is_shown = is_shown
        self.has_come = self.is_late = self._is_played = False
        self._timer.start()

    def played(self) -> None:
        """Look from now on."""
        self._is_played = True
        self._look()

    def show_overview(self, overview: Overview) -> None:
        """Take what the tray shows now."""
        self.overview = overview
        self._look()

    def give_up(self) -> None:
        """Wait no longer."""
        self._timer.stop()
        if self.is_awaited:
            self.is_late = True
            self.late.emit()

    def forget(self) -> None:
        """Expect nothing."""
        self._is_shown = None
        self.has_come = self.is_late = False
        self._timer.stop()

    def _look(self) -> None:
        if self._is_shown is None or self.overview is None or not self._is_played:
            return
        if not self.has_come and self._is_shown(self.overview):
            self.has_come, self.is_late = True, False  # for good: some states pass on their own
            self._timer.stop()
