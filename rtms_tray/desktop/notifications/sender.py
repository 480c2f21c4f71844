"""Sends each message through the first channel that works, and only what may be shown now."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from rtms_tray.capture.reasons import Severity
from rtms_tray.desktop.notifications.message import Channel, Message, Topic
from rtms_tray.presentation.actions import Offer
from rtms_tray.support.frozen import replace
from rtms_tray.support.texts import text

# --- Discreet mode: on a screen that others may see, a notification says only that it is there. ---

IsLocked = Callable[[], Awaitable[bool]]


async def never_locked() -> bool:
    """Answer for systems that do not tell programs of their lock screen."""
    return False


class DiscreetMode:
    """Decides for each message what may be shown now.

    The setting `notifications.discreet` is "always", "off", or "auto": discreet while the desktop says that its
    screen is locked. Whether the screen is being shared cannot be known: X11 lets any program read the screen
    without a trace, and Wayland, macOS and Windows tell a program only of its own recordings. People who share
    their screen a lot choose "always".
    """

    def __init__(self, setting: Callable[[], str], is_locked: IsLocked = never_locked) -> None:
        self._setting = setting
        self._is_locked = is_locked

    async def apply(self, message: Message) -> Message | None:
        """Return the message as it may be shown now; None: not at all."""
        return without_content(message) if await self._is_on() else message

    async def _is_on(self) -> bool:
        setting = self._setting()
        return setting == "always" or (setting == "auto" and await self._is_locked())


def without_content(message: Message) -> Message | None:
    """Reduce a message to the fact that there is one; one that needs no action is not shown at all."""
    if message.severity is Severity.INFO:
        return None
    title = text("notifications.discreet_title")
    offer = Offer(text("notifications.open_app"), message.opens)
    return replace(message, title=title, text="", offers=(offer,), discreet=True, state=None)


# --- The announcer. ---

_CLOSING_S: Final = 1.0
_REMEMBERED: Final = 100
"""How many messages are remembered: some, such as a duty to delete, outlive their meeting and are never withdrawn."""


class Announcer:
    """Sends messages through the first channel that works; one live message per topic."""

    def __init__(
        self, channels: Sequence[Channel], discreet_mode: DiscreetMode | None = None
    ) -> None:
        self._channels = tuple(channels)
        self._discreet_mode = discreet_mode or DiscreetMode(lambda: "off")
        self._turn = asyncio.Lock()  # no message overtakes another, and none its withdrawal
        self._newest: dict[Topic, Message] = {}

    async def announce(self, message: Message) -> None:
        """Try the channels in order until one has shown the message."""
        self._remember(message)
        async with self._turn:
            # Meanwhile a newer message may have come, or this one may have been withdrawn.
            if self._newest.get(message.topic) is message:
                await self._show(message)

    async def announce_again(self, topic: Topic) -> None:
        """Show once more what was lost from the screen, if it still holds."""
        if (message := self._newest.get(topic)) is not None:
            await self.announce(message)

    async def withdraw(self, topic: Topic) -> None:
        """Take away a message that no longer holds."""
        self._newest.pop(topic, None)
        async with self._turn:
            if topic not in self._newest:
                await self._withdraw(topic, self._channels)

    async def close(self) -> None:
        """Take everything away, without waiting for channels that do not answer."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_CLOSING_S):
                await asyncio.gather(*(channel.close() for channel in self._channels))

    def _remember(self, message: Message) -> None:
        self._newest.pop(message.topic, None)  # the newest comes last
        self._newest[message.topic] = message
        while len(self._newest) > _REMEMBERED:
            self._newest.pop(next(iter(self._newest)))

    async def _show(self, message: Message) -> None:
        allowed = await self._discreet_mode.apply(message)
        used = await self._first_that_works(allowed) if allowed else None
        others = [channel for channel in self._channels if channel is not used]
        await self._withdraw(message.topic, others)  # they may show an older message

    async def _first_that_works(self, message: Message) -> Channel | None:
        for channel in self._channels:
            if await channel.deliver(message):
                return channel
        return None

    async def _withdraw(self, topic: Topic, channels: Sequence[Channel]) -> None:
        for channel in channels:
            await channel.withdraw(topic)
