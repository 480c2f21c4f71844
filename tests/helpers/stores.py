"""Secret stores that fail on demand: one records its calls, one can be locked."""

import asyncio

from rtms_tray.store.secrets import MemoryStore, SecretError, Trouble


class WatchedStore(MemoryStore):
    """Records its calls; fails with `trouble` while that is set, and waits for its gate."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[str] = []
        self.trouble: Trouble | None = None
        self.gate = asyncio.Event()
        self.gate.set()

    async def load(self, name: str) -> str | None:
        """Load, unless in trouble."""
        await self._pass("load")
        return await super().load(name)

    async def save(self, name: str, value: str) -> None:
        """Save, unless in trouble."""
        await self._pass(f"save {value}")
        await super().save(name, value)

    async def delete(self, name: str) -> None:
        """Delete, unless in trouble."""
        await self._pass("delete")
        await super().delete(name)

    async def _pass(self, call: str) -> None:
        self.calls.append(call)
        await self.gate.wait()
        if self.trouble is not None:
            raise SecretError(self.trouble)


class LockedStore(MemoryStore):
    """A keyring that can be locked or missing (`trouble`), and unlocked by `unlock`."""

    def __init__(self, trouble: Trouble | None = None) -> None:
        super().__init__()
        self.trouble = trouble
        self.unlocks = True  # whether the user answers its password window
        self.loaded: list[str] = []

    async def load(self, name: str) -> str | None:
        """Read, unless locked."""
        self.loaded.append(name)
        self._check()
        return await super().load(name)

    async def save(self, name: str, value: str) -> None:
        """Keep, unless locked."""
        self._check()
        await super().save(name, value)

    async def delete(self, name: str) -> None:
        """Forget, unless locked."""
        self._check()
        await super().delete(name)

    async def unlock(self) -> None:
        """Ask the user, who may leave the window unanswered."""
        if self.unlocks:
            self.trouble = None
        self._check()

    def holds(self, secret: str) -> bool:
        """Whether a secret is kept, under whatever name."""
        return any(secret in value for value in self._kept.values())

    def _check(self) -> None:
        if self.trouble is not None:
            raise SecretError(self.trouble)
