"""A way to break a client's connection without a word, which no HTTP framework offers."""

import asyncio
from collections.abc import Callable
from typing import Any
from weakref import WeakValueDictionary

from uvicorn.protocols.http.h11_impl import H11Protocol

Scope = Any
"""A mutable mapping in the web framework's own words."""


class Transports:
    """Remembers the transport of every connection, by the client's address."""

    def __init__(self) -> None:
        self._by_client: WeakValueDictionary[tuple[str, int], asyncio.Transport] = (
            WeakValueDictionary()
        )

    def aborter(self, scope: Scope) -> Callable[[], None]:
        """Give a function that breaks the connection that this request came on."""
        transport = self._by_client.get(tuple(scope["client"]))
        return transport.abort if transport else lambda: None

    def protocol(self) -> type[asyncio.Protocol]:
        """Make the server's protocol class that reports its connections here."""
        known = self._by_client

        class Reporting(H11Protocol):
            """The server's own protocol, which also says which transport serves which client."""

            def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as the server's own
                client = transport.get_extra_info("peername")
                known[tuple(client[:2])] = transport
                super().connection_made(transport)

        return Reporting
