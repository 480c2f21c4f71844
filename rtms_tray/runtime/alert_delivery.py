"""Hands alerts on in their order, a session's first one only once the session is on the disk.

Who was told of a meeting finds it in the history, even if the program ends a moment later. A disk that
takes too long keeps nobody waiting. To put an alert into words takes as long as all else that an event
brings about: so that begins in the loop's next turn, behind the icon.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine
from typing import Final

from rtms_tray.capture.effects import AlertEffect, Announce
from rtms_tray.support.tasks import Tasks

LONGEST_WAIT_S: Final = 2.0


class AlertDelivery:
    """The alerts that wait for the disk, and those behind them."""

    def __init__(
        self,
        deliver: Callable[[AlertEffect], None],
        is_kept: Callable[[str], bool],
        keep: Callable[[], Coroutine[None, None, None]],
    ) -> None:
        self._deliver = deliver
        self._is_kept = is_kept
        self._keep = keep
        self._waiting: deque[AlertEffect] = deque()
        self._handing: asyncio.Task[None] | None = None
        self._tasks = Tasks()

    def take(self, alert: AlertEffect) -> None:
        """Hand an alert on soon, if nothing keeps it back."""
        self._waiting.append(alert)
        if self._handing is None or self._handing.done():
            self._handing = self._tasks.spawn(self._hand_on(), "hand alerts on")

    def _may_go(self, alert: AlertEffect) -> bool:
        return not isinstance(alert, Announce) or self._is_kept(alert.session)

    async def _hand_on(self) -> None:
        while self._waiting:
            if not self._may_go(self._waiting[0]):
                saving = self._tasks.spawn(self._keep(), "save before telling")
                await asyncio.wait([saving], timeout=LONGEST_WAIT_S)
            self._deliver(self._waiting.popleft())

    async def close(self) -> None:
        """Tell nothing more."""
        await self._tasks.close()
        self._waiting.clear()
