"""Keeps the refresh token: the newest one in memory, and in the secret store once that takes it.

Zoom rotates refresh tokens, so the newest is the only living one. It must not be lost because a
keyring is locked: it stays in memory, the trouble is reported, and writing is tried again.
"""

import asyncio
from collections.abc import Callable
from typing import Final, TypeAlias

from rtms_tray.store.secrets import SecretError, SecretStore
from rtms_tray.support.tasks import Tasks
from rtms_tray.support.units import MINUTE, Millis

Report: TypeAlias = Callable[[SecretError | None], None]
"""Told when the store begins (an error) and ceases (None) to give trouble."""

RETRY_AFTER: Final[Millis] = MINUTE


class KeptToken:
    """One secret that memory and store both hold, memory being right where they differ."""

    def __init__(
        self, store: SecretStore, name: str, clock: Callable[[], Millis], report: Report
    ) -> None:
        self._store = store
        self._name = name
        self._clock = clock
        self._report = report
        self._value: str | None = None
        self._read = False  # whether memory knows what the store holds, or better
        self._written = True
        self._retry_at: Millis = 0
        self._turn = asyncio.Lock()
        self._tasks = Tasks()
        self._retrying: asyncio.Task[None] | None = None
        self.trouble: SecretError | None = None

    async def get(self) -> str | None:
        """Read the token; None if there is none. Raises SecretError where only the store knows."""
        if self._read:
            return self._value  # not behind a write that a locked keyring holds up
        async with self._turn:
            if not self._read:
                value = await self._store.load(self._name)
                if not self._read:  # else a newer one was put while the store was asked
                    self._value, self._read = value, True
        return self._value

    async def put(self, value: str | None) -> None:
        """Keep a token, or forget it (None). Never fails: what the store refuses is retried."""
        self._value, self._read, self._written = value, True, False
        await self._write()

    async def drop(self) -> None:
        """Forget a token that is dead; what another instance has kept since stays in the store."""
        if await self._is_another():
            self._value = None
        else:
            await self.put(None)

    async def _is_another(self) -> bool:
        if not self._written:
            return False
        try:
            async with self._turn:
                kept = await self._store.load(self._name)
        except SecretError:
            return False
        return kept is not None and kept != self._value

    def retry(self) -> None:
        """Write again what the store refused, in the background and once a minute at most."""
        busy = self._retrying is not None and not self._retrying.done()
        if not self._written and not busy and self._clock() >= self._retry_at:
            self._retrying = self._tasks.spawn(self._write(), "keep the refresh token")

    async def retry_now(self) -> SecretError | None:
        """Write again at once, for a user who has just unlocked the keyring; tell the trouble."""
        if not self._written:
            await self._write()
        return self.trouble

    async def close(self) -> None:
        """Wait for a write in the background."""
        await self._tasks.finish()

    async def _write(self) -> None:
        async with self._turn:
            value = self._value
            try:
                if value is None:
                    await self._store.delete(self._name)
                else:
                    await self._store.save(self._name, value)
            except SecretError as trouble:
                self._retry_at = self._clock() + RETRY_AFTER
                self._tell(trouble)
            else:
                self._written = value == self._value
                self._tell(None)

    def _tell(self, trouble: SecretError | None) -> None:
        before, self.trouble = self.trouble, trouble
        if (before and before.trouble) != (trouble and trouble.trouble):
            self._report(trouble)
