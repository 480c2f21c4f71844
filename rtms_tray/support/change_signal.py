"""Lets coroutines wait for a condition that is checked whenever something changes."""

import asyncio
from collections.abc import Callable


class ChangeSignal:
    """Rings at every change."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()

    def ring(self) -> None:
        """Wake everybody who waits."""
        waiting, self._waiting = self._waiting, set()
        for future in waiting:
            if not future.done():
                future.set_result(None)

    async def next(self) -> None:
        """Wait for the next change."""
        future = asyncio.get_running_loop().create_future()
        self._waiting.add(future)
        try:
            await future
        finally:
            self._waiting.discard(future)

    async def until(self, is_so: Callable[[], bool], limit_s: float) -> bool:
        """Wait until it is so; False if that took longer than the limit (seconds)."""
        try:
            async with asyncio.timeout(limit_s):
                while not is_so():
                    await self.next()
        except TimeoutError:
            return is_so()
        return True
