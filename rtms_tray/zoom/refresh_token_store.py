"""The refresh token: the newest one in memory, and in the secret store as soon as that accepts it.

Zoom rotates refresh tokens, so only the newest one works. It must not be lost because a keyring is
locked: it stays in memory, the trouble is reported, and writing is tried again.
"""

import asyncio
from collections.abc import Callable
from typing import Final, TypeAlias

from rtms_tray.store.secrets import SecretError, SecretStore
from rtms_tray.support.tasks import Tasks
from rtms_tray.support.units import MINUTE, Millis

ReportTrouble: TypeAlias = Callable[[SecretError | None], None]
"""Called when the store begins (an error) and stops (None) giving trouble."""

RETRY_AFTER: Final[Millis] = MINUTE


class RefreshTokenStore:
    """One secret, held both in memory and in the store; memory is right where they differ."""

    def __init__(
        self, store: SecretStore, name: str, clock: Callable[[], Millis], report: ReportTrouble
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
        """Return the token; None if there is none. Raises SecretError if only the store knows."""
        if self._read:
            return self._value  # without waiting for a write that a locked keyring holds up
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
        """Forget a dead token; one that another instance has stored since then stays in the store."""
        if await self._holds_another():
            self._value = None
        else:
            await self.put(None)

    async def _holds_another(self) -> bool:
        if not self._written:
            return False
        try:
            async with self._turn:
                stored = await self._store.load(self._name)
        except SecretError:
            return False
        return stored is not None and stored != self._value

    def retry(self) -> None:
        """Write again what the store refused, in the background and once a minute at most."""
        busy = self._retrying is not None and not self._retrying.done()
        if not self._written and not busy and self._clock() >= self._retry_at:
            self._retrying = self._tasks.spawn(self._write(), "store the refresh token")

    async def retry_now(self) -> SecretError | None:
        """Write again at once, for a user who has just unlocked the keyring; return the trouble."""
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
                self._set_trouble(trouble)
            else:
                self._written = value == self._value
                self._set_trouble(None)

    def _set_trouble(self, trouble: SecretError | None) -> None:
        before, self.trouble = self.trouble, trouble
        if (before and before.trouble) != (trouble and trouble.trouble):
            self._report(trouble)
