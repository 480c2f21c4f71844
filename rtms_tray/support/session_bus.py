"""One connection to the session's message bus: calls that never hang, and the signals asked for."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from dbus_fast import Message as Packet
from dbus_fast import MessageFlag, MessageType
from dbus_fast.aio import MessageBus

from rtms_tray.support.tasks import Tasks

LIMIT_S: Final = 2.0
_BUS: Final = "org.freedesktop.DBus"


class BusError(Exception):
    """A call that brought nothing: no bus, nobody there, refused, or no answer in time."""


class SilentError(BusError):
    """Nobody answered in time; the answer may still come."""


@dataclass(frozen=True, slots=True)
class Call:
    """A method call; `start` lets the bus start the program that would answer."""

    destination: str
    path: str
    interface: str
    member: str
    signature: str = ""
    body: tuple[Any, ...] = ()
    start: bool = True


@dataclass(frozen=True, slots=True)
class Heard:
    """What came over the bus: an answer, or a signal with its member."""

    sender: str
    member: str
    body: tuple[Any, ...]


class _Connection(MessageBus):
    """dbus-fast's, without what it leaves behind where it finds the bus dead only while it sends."""

    async def call(self, msg: Packet) -> Packet:
        """Call; raises at once where the connection was lost, which the library waits on for ever."""
        if not self.connected:
            raise ConnectionResetError("the connection to the message bus is lost")
        return await super().call(msg)

    def send(self, msg: Packet) -> "asyncio.Future[None]":  # type: ignore[override]  # as the library's own
        """Send; a failure is told to whoever waits for the answer, so nobody asks this future for it."""
        msg.serial = msg.serial or self.next_serial()
        sent: asyncio.Future[None] = self._loop.create_future()
        sent.add_done_callback(_looked_at)
        writer: Any = self._writer  # there is one since it connected
        with suppress(OSError):  # a plain loop's, of a socket that has just been closed
            writer.schedule_write(msg, sent)
        if not self.connected:
            # The library would still write to the closed socket's number, which may be another's now.
            self._loop.remove_writer(writer.fd)
        return sent


def _looked_at(future: "asyncio.Future[None]") -> None:
    if not future.cancelled():
        future.exception()


class Bus:
    """Connects when first used, and again after the connection was lost."""

    def __init__(
        self,
        rules: Sequence[str] = (),
        hear: Callable[[Heard], None] = lambda _: None,
        *,
        limit_s: float = LIMIT_S,
        address: str | None = None,
    ) -> None:
        self._rules = tuple(rules)
        self._hear = hear
        self._limit_s = limit_s
        self._address = address
        self._bus: _Connection | None = None
        self._connecting = asyncio.Lock()
        self._closed = False
        self._calls = Tasks()

    async def call(self, call: Call, late: Callable[[Heard], None] | None = None) -> Heard:
        """Call and wait for the answer; one that comes after the limit goes to `late`.

        Raises BusError; SilentError where nobody answered in time.
        """
        try:
            async with asyncio.timeout(self._limit_s):
                bus = await self._connected()
                return _answer(await self._answered(bus, call, late))
        except BusError:
            raise
        except TimeoutError:
            raise SilentError(f"{call.member}: no answer") from None
        except Exception as error:  # a border: dbus-fast raises whatever a broken bus brings
            raise BusError(f"{call.member}: {error!r}") from error

    async def _answered(
        self, bus: _Connection, call: Call, late: Callable[[Heard], None] | None
    ) -> Packet:
        task = self._calls.start(bus.call(_packet(call)), f"D-Bus call {call.member}")
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            task.add_done_callback(lambda task: _hand_over(task, late))
            raise

    async def _connected(self) -> _Connection:
        async with self._connecting:
            if self._closed:
                raise BusError("closed")
            if self._bus is None or not self._bus.connected:
                self._bus = await self._connect()
            return self._bus

    async def _connect(self) -> _Connection:
        bus = _Connection(bus_address=self._address)
        await bus.connect()
        try:
            bus.add_message_handler(self._take)
            for rule in self._rules:
                await bus.call(_packet(Call(_BUS, "/", _BUS, "AddMatch", "s", (rule,))))
        except BaseException:
            await _disconnect(bus)
            raise
        return bus

    def _take(self, packet: Packet) -> None:
        if packet.message_type is MessageType.SIGNAL:
            self._hear(_heard(packet))

    async def close(self) -> None:
        """Close the connection; nothing stays open, and no call is answered any more."""
        self._closed = True
        bus, self._bus = self._bus, None
        if bus is not None:
            await _disconnect(bus)
        await self._calls.close()


async def _disconnect(bus: _Connection) -> None:
    if bus.connected:
        bus.disconnect()
        # The library closes its socket only when it has read the end of the stream.
        ended: Awaitable[object] = bus.wait_for_disconnect()  # type: ignore[no-untyped-call]  # the library's
        await asyncio.gather(asyncio.wait_for(ended, 1.0), return_exceptions=True)


def _packet(call: Call) -> Packet:
    return Packet(
        destination=call.destination,
        path=call.path,
        interface=call.interface,
        member=call.member,
        signature=call.signature,
        body=list(call.body),
        flags=MessageFlag.NONE if call.start else MessageFlag.NO_AUTOSTART,
    )


def _heard(packet: Packet) -> Heard:
    return Heard(packet.sender or "", packet.member or "", tuple(packet.body))


def _answer(packet: Packet) -> Heard:
    if packet.message_type is MessageType.ERROR:
        raise BusError(packet.error_name)
    return _heard(packet)


def _hand_over(task: "asyncio.Task[Packet]", late: Callable[[Heard], None] | None) -> None:
    if task.cancelled() or task.exception() is not None or late is None:
        return
    packet = task.result()
    if packet.message_type is MessageType.METHOD_RETURN:
        late(_heard(packet))
