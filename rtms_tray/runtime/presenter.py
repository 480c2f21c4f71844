"""Shows the surfaces how everything stands: once for many changes, and never more often than a screen draws."""

import asyncio
from collections.abc import Callable
from typing import Final

from rtms_tray.presentation.view_model import IconView, Overview

FRAME_S: Final = 1 / 60
"""No surface is drawn more often."""
QUIET_S: Final = 1.0
"""How long what hardly matters may wait to be shown."""
QUICK_S: Final = 0.02
SHOWING_PAUSE: Final = 3
"""With hundreds of meetings, showing takes at most a quarter of the time."""


class Presenter:
    """Has the icon drawn soon after something changed; then calls its listeners with the newest overview.

    To put everything into words takes longer than all that comes before it.
    """

    def __init__(self, overview: Callable[[], Overview], icon: Callable[[], IconView]) -> None:
        self._overview = overview
        self._icon = icon
        self._draw_icon: Callable[[IconView], None] = lambda _: None
        self._listeners: list[Callable[[Overview], None]] = []
        self._due: asyncio.Handle | None = None
        self._again_at = 0.0  # on the loop's clock
        self.due_at: float | None = None
        """When the surfaces are shown next, on the loop's clock, in seconds; None: they show what is."""

    def listen(self, show: Callable[[Overview], None]) -> None:
        """Have a surface shown every overview, and the present one at once."""
        self._listeners.append(show)
        show(self._overview())

    def draw_first(self, draw: Callable[[IconView], None]) -> None:
        """Have the icon drawn by this, ahead of every overview."""
        self._draw_icon = draw

    def show_soon(self) -> None:
        """Show in the loop's next turn, or with the next frame."""
        self._show_by(0.0)

    def show_later(self) -> None:
        """Show within a second: a change that hardly matters."""
        if self.due_at is None:  # else they are shown before that
            self._show_by(QUIET_S)

    def close(self) -> None:
        """Show nothing more."""
        if self._due is not None:
            self._due.cancel()
        self._due = self.due_at = None

    def _show_by(self, wait_s: float) -> None:
        loop = asyncio.get_running_loop()
        at = max(loop.time() + wait_s, self._again_at)
        if self.due_at is not None and at >= self.due_at:
            return
        self.close()
        self.due_at = at
        soon = at <= loop.time()
        self._due = loop.call_soon(self._show) if soon else loop.call_at(at, self._show)

    def _show(self) -> None:
        """Show how everything stands; where that takes long, everything else comes first for a while."""
        loop = asyncio.get_running_loop()
        began_at, self._due, self.due_at = loop.time(), None, None
        self._draw_icon(self._icon())
        view = self._overview()
        for show in self._listeners:
            show(view)
        self._again_at = loop.time() + max(FRAME_S, pause_after(loop.time() - began_at))


def pause_after(took_s: float) -> float:
    """How long everything else comes first, in seconds, after showing took so long."""
    return took_s * SHOWING_PAUSE if took_s > QUICK_S else 0.0
