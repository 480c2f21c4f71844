"""Messages that come to the user: each way is tried in order, and the last always succeeds."""

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from typing import Final

from rtms_tray.desktop.notifications.discreet_mode import DiscreetMode
from rtms_tray.desktop.notifications.message import STAYS_MS, Channel, Message, Topic
from rtms_tray.desktop.tray import Tray
from rtms_tray.support.command_types import Command

_CLOSING_S: Final = 1.0
_KEPT: Final = 100
"""How many messages are remembered: some are never withdrawn, as the duty to delete outlives its meeting."""
_LONGEST_MS: Final = 60_000
"""A message beside the icon cannot stay for ever."""


class TrayChannel:
    """Messages beside the tray icon: one click, no buttons; the title names what it does."""

    def __init__(self, tray: Tray, act: Callable[[Command], None]) -> None:
        self._tray = tray
        self._act = act
        self._last: Message | None = None
        tray.message_clicked.connect(self._click)

    async def deliver(self, message: Message) -> bool:
        """Show it where the desktop has a tray that shows messages."""
        title = f"{message.title} – click: {message.obvious.label}"
        stays_ms = STAYS_MS[message.severity] or _LONGEST_MS
        shown = self._tray.message(title, message.text, stays_ms)
        if shown:
            self._last = message
        return shown

    async def withdraw(self, topic: Topic) -> None:
        """Take its meaning from a click; Qt cannot take the message itself away."""
        if self._last is not None and self._last.topic == topic:
            self._last = None

    async def close(self) -> None:
        """Let no click mean anything any more."""
        self._tray.message_clicked.disconnect(self._click)

    def _click(self) -> None:
        self._act(self._last.obvious.command if self._last else Command("show"))


class BannerChannel:
    """Messages as a banner in the window: the way that is always open."""

    def __init__(self, show: Callable[[Message], None], dismiss: Callable[[Topic], None]) -> None:
        self._show = show
        self._dismiss = dismiss

    async def deliver(self, message: Message) -> bool:
        """Put the message into the window."""
        self._show(message)
        return True

    async def withdraw(self, topic: Topic) -> None:
        """Take the banner away."""
        self._dismiss(topic)

    async def close(self) -> None:
        """Leave it to the window."""


class Announcer:
    """Tells the user by the first way that is open; one live message per topic."""

    def __init__(self, channels: Sequence[Channel], discretion: DiscreetMode | None = None) -> None:
        self._channels = tuple(channels)
        self._discretion = discretion or DiscreetMode(lambda: "off")
        self._turn = asyncio.Lock()  # nothing overtakes: what is resolved is withdrawn last
        self._newest: dict[Topic, Message] = {}

    async def announce(self, message: Message) -> None:
        """Try every way in order until one has shown the message."""
        self._newest.pop(message.topic, None)  # the newest comes last
        self._newest[message.topic] = message
        while len(self._newest) > _KEPT:
            self._newest.pop(next(iter(self._newest)))
        async with self._turn:
            # While this waited, a newer one may have come, or the matter may be resolved.
            if self._newest.get(message.topic) is message:
                await self._tell(message)

    async def again(self, topic: Topic) -> None:
        """Tell once more what was lost from the screen, if it still holds."""
        if (message := self._newest.get(topic)) is not None:
            await self.announce(message)

    async def withdraw(self, topic: Topic) -> None:
        """Take away what is no longer so."""
        self._newest.pop(topic, None)
        async with self._turn:
            if topic not in self._newest:
                await self._withdraw(topic, self._channels)

    async def close(self) -> None:
        """Take everything away; ways that do not answer are not waited for."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_CLOSING_S):
                await asyncio.gather(*(way.close() for way in self._channels))

    async def _tell(self, message: Message) -> None:
        allowed = await self._discretion.apply(message)
        told_by = await self._first_open(allowed) if allowed else None
        others = [way for way in self._channels if way is not told_by]
        await self._withdraw(message.topic, others)  # an older message may stand there

    async def _first_open(self, message: Message) -> Channel | None:
        for way in self._channels:
            if await way.deliver(message):
                return way
        return None

    async def _withdraw(self, topic: Topic, channels: Sequence[Channel]) -> None:
        for way in channels:
            await way.withdraw(topic)
