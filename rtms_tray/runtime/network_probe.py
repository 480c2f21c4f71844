"""Finds out when Zoom can be reached again, for requests that never left and no feed to tell."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Final

from rtms_tray.support.frozen import Frozen
from rtms_tray.support.tasks import Tasks

if TYPE_CHECKING:
    import httpx2

log = logging.getLogger(__name__)

_LIMIT_S: Final = 5.0


class Pauses(Frozen):
    """Seconds between tries: the first, the longest, and how long a calm begins anew after."""

    first_s: float = 5.0
    longest_s: float = 60.0
    calm_s: float = 300.0


class NetworkProbe:
    """Tries lightly, less and less often, while something waits for the network; else does nothing."""

    def __init__(
        self,
        reach: Callable[[], Awaitable[bool]],
        back: Callable[[], None],
        pauses: Pauses = Pauses(),  # noqa: B008 - it never changes
    ) -> None:
        self._reach = reach
        self._back = back
        self._pauses = pauses
        self._pause_s = pauses.first_s
        self._rests_since = 0.0
        self._task: asyncio.Task[None] | None = None
        self._tasks = Tasks()

    def need(self, *, wanted: bool) -> None:
        """Begin to try, or stop; the same again changes nothing."""
        if wanted is (self._task is not None):
            return
        now = asyncio.get_running_loop().time()
        if self._task is not None:
            self._task.cancel()
            self._task, self._rests_since = None, now
            return
        # What fails again at once must not be hurried: the host may answer, and refuse all the same.
        if now - self._rests_since > self._pauses.calm_s:
            self._pause_s = self._pauses.first_s
        self._task = self._tasks.spawn(self._run(), "probe the network")

    def hurry(self) -> None:
        """Try at once, if somebody waits: the system says that there is a network again."""
        self._pause_s = self._pauses.first_s
        if self._task is not None:
            self._task.cancel()
            self._task = self._tasks.spawn(self._run(at_once=True), "probe the network")

    async def close(self) -> None:
        """Stop for good."""
        self._task = None
        await self._tasks.close()

    async def _run(self, *, at_once: bool = False) -> None:
        while True:
            await asyncio.sleep(0 if at_once else self._pause_s)
            at_once = False
            self._pause_s = min(self._pause_s * 2, self._pauses.longest_s)
            if await self._reach():
                log.info("Zoom can be reached again.")
                self._back()


async def answers(http: "httpx2.AsyncClient", address: str) -> bool:
    """Tell whether the host answers at all, whatever it says; asked the way that requests go."""
    import httpx2  # noqa: PLC0415 - slow to load, and loaded by then

    try:
        await http.head(address, timeout=_LIMIT_S)
    except (httpx2.HTTPError, httpx2.InvalidURL, OSError):
        return False
    return True
