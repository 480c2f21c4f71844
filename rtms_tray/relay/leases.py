"""Which of a user's trays acts on its own: the one that holds the lease, which runs out with it.

The tray that signed in last takes the lease from any other: Zoom may have ended their grants. The others take
a free one only.
"""

from typing import Final

from nats.js.errors import KeyNotFoundError, KeyWrongLastSequenceError
from nats.js.kv import KeyValue

from rtms_tray.relay.hub import Channel, Tray
from rtms_tray.relay.webhook_events import digest
from rtms_tray.support.clock import Clock

LEASE_S: Final = 180
"""How long nobody acts after the one that acted vanished with its instance."""


class Leases:
    """Gives each user's lease to one tray, over all instances; the store lets it expire."""

    def __init__(self, store: KeyValue, clock: Clock, lease_s: float = LEASE_S) -> None:
        self._store = store
        self._clock = clock
        self._lease_ms = lease_s * 1000
        self._held: dict[Tray, tuple[int, float]] = {}

    async def refresh(self, channel: Channel) -> None:
        """Renew the leases of a user's trays here, or take a free one."""
        for tray in tuple(channel.trays):
            if not self._is_fresh(tray):
                await self._take(channel, tray)

    async def release(self, channel: Channel, tray: Tray) -> None:
        """Give the lease back; another tray takes it with its next heartbeat."""
        revision, _ = self._held.pop(tray, (0, 0.0))
        tray.acting = False
        if revision:
            await self._store.delete(_key(channel), last=revision)

    def _is_fresh(self, tray: Tray) -> bool:
        held = self._held.get(tray)
        return bool(held and self._clock() - held[1] < self._lease_ms / 2)

    async def _take(self, channel: Channel, tray: Tray) -> None:
        key, name = _key(channel), tray.name.encode()
        asked_at = float(self._clock())
        try:
            if held := self._held.pop(tray, None):
                revision = await self._store.update(key, name, last=held[0])
            else:
                revision = await self._take_free(key, name, tray)
        except (KeyWrongLastSequenceError, KeyNotFoundError):
            tray.acting = False
            return
        self._held[tray] = (revision, asked_at)
        tray.acting = True

    async def _take_free(self, key: str, name: bytes, tray: Tray) -> int:
        """Take a lease that nobody holds, this tray held on another connection, or another's before its sign-in."""
        try:
            entry = await self._store.get(key)
        except KeyNotFoundError:
            return await self._store.create(key, name)
        if entry.value != name and tray.signed_in_elsewhere:
            raise KeyNotFoundError
        return await self._store.update(key, name, last=entry.revision)


def _key(channel: Channel) -> str:
    return digest("lease", channel.account, channel.user)
