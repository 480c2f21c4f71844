"""A secret store whose every call can be watched, refused or held up."""

import asyncio

from rtms_tray.store.secrets import MemoryStore, SecretError, Trouble


class WatchedStore(MemoryStore):
    """Writes down what is asked of it; fails with `trouble` while that is set."""

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
