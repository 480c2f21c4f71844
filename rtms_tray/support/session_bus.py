"""A connection to the session's message bus (D-Bus): calls that never hang, and the signals asked for."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any, Final

from dbus_fast import Message as Packet
from dbus_fast import MessageFlag, MessageType
from dbus_fast.aio import MessageBus

from rtms_tray.support.frozen import Frozen
from rtms_tray.support.tasks import Tasks

LIMIT_S: Final = 2.0
_BUS: Final = "org.freedesktop.DBus"


class BusError(Exception):
    """A call failed: no bus, no such service, refused, or no reply in time."""


class SilentError(BusError):
    """No reply came in time; it may still come."""


class Call(Frozen):
    """A method call; `start` lets the bus start the service that is called."""

    destination: str
    path: str
    interface: str
    member: str
    signature: str = ""
    body: tuple[Any, ...] = ()
    start: bool = True


class BusMessage(Frozen):
    """What came over the bus: a reply, or a signal with its member."""

    sender: str
    member: str
    body: tuple[Any, ...]


class _Connection(MessageBus):
    """dbus-fast's connection, which would leave things behind where the bus is found dead only on sending."""

    async def call(self, msg: Packet) -> Packet:
        """Call; raises at once where the connection was lost: the library would wait forever."""
        if not self.connected:
            raise ConnectionResetError("the connection to the message bus is lost")
        return await super().call(msg)

    def send(self, msg: Packet) -> "asyncio.Future[None]":  # type: ignore[override]  # as the library's own
        """Send; whoever waits for the reply learns of a failure, so nobody asks this future for it."""
        msg.serial = msg.serial or self.next_serial()
        sent: asyncio.Future[None] = self._loop.create_future()
        sent.add_done_callback(_retrieve)
        writer: Any = self._writer  # there is one since it connected
        with suppress(OSError):  # a plain loop's, of a socket that has just been closed
            writer.schedule_write(msg, sent)
        if not self.connected:
            # The library would still write to the closed socket's number, which may be another's now.
            self._loop.remove_writer(writer.fd)
        return sent


def _retrieve(future: "asyncio.Future[None]") -> None:
    if not future.cancelled():
        future.exception()


class Bus:
    """Connects when first used, and again after the connection was lost."""

    def __init__(
        self,
        match_rules: Sequence[str] = (),
        on_signal: Callable[[BusMessage], None] = lambda _: None,
        *,
        limit_s: float = LIMIT_S,
        address: str | None = None,
    ) -> None:
        self._match_rules = tuple(match_rules)
        self._on_signal = on_signal
        self._limit_s = limit_s
        self._address = address
        self._bus: _Connection | None = None
        self._connecting = asyncio.Lock()
        self._closed = False
        self._calls = Tasks()

    async def call(
        self, call: Call, late: Callable[[BusMessage], None] | None = None
    ) -> BusMessage:
        """Call and wait for the reply; one that comes after the limit goes to `late`.

        Raises BusError; SilentError if no reply came in time.
        """
        try:
            async with asyncio.timeout(self._limit_s):
                bus = await self._connected()
                return _reply(await self._send(bus, call, late))
        except BusError:
            raise
        except TimeoutError:
            raise SilentError(f"{call.member}: no reply") from None
        except Exception as error:  # a border: dbus-fast raises whatever a broken bus brings
            raise BusError(f"{call.member}: {error!r}") from error

    async def _send(
        self, bus: _Connection, call: Call, late: Callable[[BusMessage], None] | None
    ) -> Packet:
        task = self._calls.start(bus.call(_packet(call)), f"D-Bus call {call.member}")
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            task.add_done_callback(lambda task: _deliver_late(task, late))
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
            bus.add_message_handler(self._receive)
            for rule in self._match_rules:
                await bus.call(_packet(Call(_BUS, "/", _BUS, "AddMatch", "s", (rule,))))
        except BaseException:
            await _disconnect(bus)
            raise
        return bus

    def _receive(self, packet: Packet) -> None:
        if packet.message_type is MessageType.SIGNAL:
            self._on_signal(_message(packet))

    async def close(self) -> None:
        """Close the connection and cancel the calls under way."""
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


def _message(packet: Packet) -> BusMessage:
    return BusMessage(packet.sender or "", packet.member or "", tuple(packet.body))


def _reply(packet: Packet) -> BusMessage:
    if packet.message_type is MessageType.ERROR:
        raise BusError(packet.error_name)
    return _message(packet)


def _deliver_late(task: "asyncio.Task[Packet]", late: Callable[[BusMessage], None] | None) -> None:
    if task.cancelled() or task.exception() is not None or late is None:
        return
    packet = task.result()
    if packet.message_type is MessageType.METHOD_RETURN:
        late(_message(packet))
