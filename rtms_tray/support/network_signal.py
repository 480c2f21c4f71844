"""Hears from Linux that the network has come back, or is another one, so that nobody has to try again and again.

The kernel tells of every change of links, addresses and routes (netlink(7)). What matters is by which address this
machine would reach the internet; that is asked after each burst of changes.
"""

import asyncio
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Final

_REST_S: Final = 0.1
"""A change comes as a burst of messages."""
_GROUPS: Final = 0x1 | 0x10 | 0x40 | 0x100 | 0x400  # links; addresses and routes of both protocols
_SOMEWHERE: Final = (
    (socket.AF_INET, ("192.0.2.1", 9)),
    (socket.AF_INET6, ("2001:db8::1", 9)),
)
"""Addresses of documentation: no packet is sent to them."""
_LARGEST: Final = 65536


def way_out() -> str | None:
    """Return the address by which this machine would reach the internet; None where there is no way."""
    for family, address in _SOMEWHERE:
        with suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect(address)  # chooses a route, and sends nothing
            return str(probe.getsockname()[0])
    return None


@contextmanager
def network_told(
    back: Callable[[], None],
    platform: str = sys.platform,
    way: Callable[[], str | None] = way_out,
) -> Iterator[bool]:
    """Call `back` whenever there is a way out that was not there before; gives whether the system tells."""
    messages = _messages() if platform == "linux" else None
    if messages is None:
        yield False
        return
    watch = _Watch(messages, back, way)
    try:
        yield True
    finally:
        watch.close()


class _Watch:
    def __init__(
        self, messages: socket.socket, back: Callable[[], None], way: Callable[[], str | None]
    ) -> None:
        self._messages, self._back, self._way = messages, back, way
        self._now = way()
        self._due: asyncio.TimerHandle | None = None
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(messages.fileno(), self._read)

    def _read(self) -> None:
        with suppress(OSError):  # too many to be kept: that there were some is enough
            while self._messages.recv(_LARGEST):
                pass
        if self._due is None:
            self._due = self._loop.call_later(_REST_S, self._look)

    def _look(self) -> None:
        self._due = None
        before, self._now = self._now, self._way()
        if self._now is not None and self._now != before:
            self._back()

    def close(self) -> None:
        self._loop.remove_reader(self._messages.fileno())
        self._messages.close()
        if self._due is not None:
            self._due.cancel()


def _messages() -> socket.socket | None:
    """Subscribe to the kernel's messages; None where that is not possible, as in some sandboxes."""
    try:
        found = socket.socket(
            socket.AF_NETLINK,
            socket.SOCK_RAW | socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC,
            socket.NETLINK_ROUTE,
        )
    except (OSError, AttributeError):
        return None
    try:
        found.bind((0, _GROUPS))
    except OSError:
        found.close()
        return None
    return found
