"""The system's own services on a private message bus: logind and NetworkManager, as far as they tell things."""

from typing import Any, Self

from dbus_fast import Message
from dbus_fast.aio import MessageBus

LOGIND = ("org.freedesktop.login1", "/org/freedesktop/login1", "org.freedesktop.login1.Manager")
NETWORK = (
    "org.freedesktop.NetworkManager",
    "/org/freedesktop/NetworkManager",
    "org.freedesktop.NetworkManager",
)


class SystemServices:
    """Both services: `async with SystemServices(address) as system:`."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._buses: dict[str, MessageBus] = {}

    async def __aenter__(self) -> Self:
        for name, *_ in (LOGIND, NETWORK):
            self._buses[name] = await MessageBus(bus_address=self._address).connect()
            await self._buses[name].request_name(name)
        return self

    async def __aexit__(self, *_: object) -> None:
        for bus in self._buses.values():
            bus.disconnect()
            await bus.wait_for_disconnect()  # type: ignore[no-untyped-call]  # the library's

    async def prepare_for_sleep(self, *, begins: bool) -> None:
        """Say that this machine is about to sleep, or that it has woken."""
        await self._say(LOGIND, "PrepareForSleep", "b", [begins])

    async def network_state(self, state: int) -> None:
        """Say how this machine is connected (NMState)."""
        await self._say(NETWORK, "StateChanged", "u", [state])

    async def say_otherwise(self, member: str, signature: str, body: list[Any]) -> None:
        """Say something that is no news, or makes no sense."""
        await self._say(LOGIND, member, signature, body)

    async def pretend(self, member: str, body: list[Any]) -> None:
        """Say what logind says, without being logind."""
        bus = await MessageBus(bus_address=self._address).connect()
        await bus.send(Message.new_signal(*LOGIND[1:], member, "b", body))
        bus.disconnect()
        await bus.wait_for_disconnect()  # type: ignore[no-untyped-call]  # the library's

    async def _say(
        self, who: tuple[str, str, str], member: str, signature: str, body: list[Any]
    ) -> None:
        name, path, interface = who
        await self._buses[name].send(Message.new_signal(path, interface, member, signature, body))
