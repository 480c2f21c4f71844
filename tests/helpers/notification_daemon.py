"""A notification server that does what a test says: it draws nothing, and remembers everything.

In a test's own loop it is `NotificationDaemon`; as a program of a desktop
(`python -m tests.helpers.notification_daemon`) it prints one JSON line for each thing that reaches it, with
the time of the system's monotonic clock in seconds.
"""

import asyncio
import itertools
import json
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Self

from dbus_fast import Message, MessageType, Variant
from dbus_fast.aio import MessageBus

NAME = "org.freedesktop.Notifications"
PATH = "/org/freedesktop/Notifications"
CAPABILITIES = ("actions", "body", "body-markup", "persistence")


@dataclass(frozen=True)
class Shown:
    """One call of Notify."""

    number: int
    replaces: int
    app: str
    icon: str
    title: str
    body: str
    actions: tuple[str, ...]
    hints: dict[str, Any]
    stays_ms: int


class NotificationDaemon:
    """org.freedesktop.Notifications on a bus: `async with NotificationDaemon(address) as daemon:`."""

    def __init__(
        self,
        address: str | None = None,
        *,
        name: str = "scripted",
        capabilities: tuple[str, ...] = CAPABILITIES,
        first: int = 1,
        say: Callable[[str, Any], None] = lambda _kind, _what: None,
    ) -> None:
        self.shown: list[Shown] = []
        self.closed: list[int] = []
        self.hangs = False
        self._address = address
        self._about = [name, "rtms-tray's tests", "1", "1.2"]
        self._capabilities = capabilities
        self._numbers = itertools.count(first)
        self._say = say
        self._held: list[Message] = []
        self._bus: MessageBus | None = None

    async def __aenter__(self) -> Self:
        self._bus = await MessageBus(bus_address=self._address).connect()
        self._bus.add_message_handler(self._take)
        await self._bus.request_name(NAME)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._bus is not None
        await _disconnect(self._bus)

    # --- what the user does -----------------------------------------------------------------------

    async def click(self, number: int, key: str = "default") -> None:
        """Click on a notification's body, or on one of its buttons."""
        await self._emit("ActionInvoked", "us", [number, key])

    async def hand_token(self, number: int, token: str) -> None:
        """Hand over what a window needs to come to the front on Wayland."""
        await self._emit("ActivationToken", "us", [number, token])

    async def dismiss(self, number: int, reason: int = 2) -> None:
        """Take a notification away: 1 it expired, 2 the user dismissed it, 3 it was closed by a call."""
        await self._emit("NotificationClosed", "uu", [number, reason])

    def answer_now(self) -> None:
        """Answer the calls that were left hanging."""
        self.hangs = False
        held, self._held = self._held, []
        for packet in held:
            self._send(self._answer(packet))

    # --- the server -------------------------------------------------------------------------------

    async def _emit(self, member: str, signature: str, body: list[Any]) -> None:
        assert self._bus is not None
        await self._bus.send(Message.new_signal(PATH, NAME, member, signature, body))

    def _send(self, packet: Message) -> None:
        assert self._bus is not None
        self._bus.send(packet)

    def _take(self, packet: Message) -> Message | bool:
        ours = packet.message_type is MessageType.METHOD_CALL and packet.interface == NAME
        if not ours:
            return False
        if self.hangs:
            self._held.append(packet)
            return True
        return self._answer(packet)

    def _answer(self, packet: Message) -> Message:
        match packet.member:
            case "GetCapabilities":
                return Message.new_method_return(packet, "as", [list(self._capabilities)])
            case "GetServerInformation":
                return Message.new_method_return(packet, "ssss", self._about)
            case "Notify":
                return Message.new_method_return(packet, "u", [self._notify(packet.body)])
            case _:
                self.closed.append(packet.body[0])
                self._say("closed", packet.body[0])
                return Message.new_method_return(packet)

    def _notify(self, body: list[Any]) -> int:
        app, replaces, icon, title, text, actions, hints, stays_ms = body
        number = replaces or next(self._numbers)
        plain = {key: hint.value for key, hint in hints.items() if isinstance(hint, Variant)}
        shown = Shown(number, replaces, app, icon, title, text, tuple(actions), plain, stays_ms)
        self.shown.append(shown)
        self._say("shown", {"number": number, "title": title, "body": text, "actions": actions})
        return number


async def wait_until(predicate: Callable[[], object], timeout_s: float = 5) -> None:
    """Wait until something is true on this loop."""
    async with asyncio.timeout(timeout_s):
        while not predicate():  # noqa: ASYNC110 - what is waited for rings no bell
            await asyncio.sleep(0.005)


@asynccontextmanager
async def screen_saver(address: str, name: str, *, on: bool | None) -> AsyncIterator[None]:
    """A screen saver under one desktop's name; `None`: it never answers."""
    bus = await MessageBus(bus_address=address).connect()

    def take(packet: Message) -> Message | bool:
        if packet.message_type is not MessageType.METHOD_CALL or packet.interface != name:
            return False
        return True if on is None else Message.new_method_return(packet, "b", [on])

    bus.add_message_handler(take)
    await bus.request_name(name)
    yield
    await _disconnect(bus)


async def _disconnect(bus: MessageBus) -> None:
    bus.disconnect()
    ended: Awaitable[object] = bus.wait_for_disconnect()  # type: ignore[no-untyped-call]  # the library's
    await asyncio.gather(ended, return_exceptions=True)


async def _serve() -> None:
    def say(kind: str, what: object) -> None:
        sys.stdout.write(json.dumps({"at_s": time.monotonic(), kind: what}) + "\n")
        sys.stdout.flush()

    async with NotificationDaemon(say=say):
        say("ready", True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve())
