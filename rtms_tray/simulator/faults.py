"""The outermost layer of the server: faults on demand, Zoom's clock, who may connect at all."""

import asyncio
import re
from collections.abc import Callable
from email.utils import formatdate
from typing import Any
from urllib.parse import urlsplit
from weakref import WeakValueDictionary

from msgspec import Struct, to_builtins
from starlette.datastructures import Headers
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from rtms_tray.simulator.engine import Engine

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class Fault(Struct, kw_only=True, forbid_unknown_fields=True):
    """What goes wrong with requests whose path matches; `times` -1 means always."""

    path: str = ""
    method: str = ""
    times: int = 1
    status: int | None = None
    body: Any = None
    headers: dict[str, str] = {}
    delay_s: float = 0.0
    drop: bool = False  # the connection breaks before anything is done
    lose_reply: bool = False  # the request is carried out, then the connection breaks

    def matches(self, method: str, path: str) -> bool:
        """Whether it applies to this request."""
        wanted = self.method.upper() in ("", method)
        return self.times != 0 and wanted and re.search(self.path, path) is not None


class FaultQueue:
    """The faults that are still to happen; the oldest that matches is used first."""

    def __init__(self) -> None:
        self._pending: list[Fault] = []
        self.on_take: Callable[[], None] = lambda: None

    def add(self, fault: Fault) -> None:
        """Let requests go wrong from now on."""
        self._pending.append(fault)

    def clear(self) -> None:
        """Let nothing go wrong any more."""
        self._pending.clear()

    def take(self, method: str, path: str) -> Fault | None:
        """Use up a fault for this request, if one matches."""
        fault = next((f for f in self._pending if f.matches(method, path)), None)
        if fault is None:
            return None
        fault.times -= fault.times > 0
        self.on_take()
        self._pending = [f for f in self._pending if f.times != 0]
        return fault

    def describe(self) -> list[Any]:
        """Describe the faults for the control interface."""
        faults: list[Any] = to_builtins(self._pending)
        return faults


class ConnectionRegistry:
    """Knows the transport of every connection: breaking one is something no framework offers."""

    def __init__(self) -> None:
        self._by_client: WeakValueDictionary[tuple[str, int], asyncio.Transport] = (
            WeakValueDictionary()
        )

    def aborter(self, scope: Scope) -> Callable[[], None]:
        """Return a function that breaks the connection this request came on."""
        transport = self._by_client.get(tuple(scope["client"]))
        return transport.abort if transport else lambda: None

    def protocol(self) -> type[asyncio.Protocol]:
        """Create the server's protocol class, which registers its connections here."""
        by_client = self._by_client

        class RegisteringProtocol(H11Protocol):
            """The server's own protocol; it also registers which transport serves which client."""

            def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as the server's own
                client = transport.get_extra_info("peername")
                by_client[tuple(client[:2])] = transport
                super().connection_made(transport)

        return RegisteringProtocol


class FaultMiddleware:
    """Refuses foreign pages, dates every reply by Zoom's clock, and applies faults."""

    def __init__(
        self, app: ASGIApp, engine: Engine, faults: FaultQueue, connections: ConnectionRegistry
    ) -> None:
        self._app = app
        self._engine = engine
        self._faults = faults
        self._connections = connections

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request or WebSocket."""
        if not _is_local(Headers(scope=scope), scope["path"]):
            await _refuse(scope, receive, send)
        elif scope["type"] != "http" or scope["path"].startswith("/control"):
            await self._app(scope, receive, send)
        else:
            fault = self._faults.take(scope["method"], scope["path"])
            await self._apply(fault or Fault(), scope, receive, self._dated(send))

    async def _apply(self, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.sleep(fault.delay_s)
        if fault.lose_reply:
            await self._app(scope, receive, _discard)
        if fault.drop or fault.lose_reply:
            await self._drop(scope, receive)
        elif fault.status is not None:
            await _reply(fault)(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _drop(self, scope: Scope, receive: Receive) -> None:
        self._connections.aborter(scope)()
        while (await receive())["type"] != "http.disconnect":
            pass

    def _dated(self, send: Send) -> Send:
        async def send_dated(message: Message) -> None:
            if message["type"] == "http.response.start":
                date = formatdate(self._engine.now() / 1000, usegmt=True)
                message["headers"] = [*message["headers"], (b"date", date.encode())]
            await send(message)

        return send_dated


def _is_local(headers: Headers, path: str) -> bool:
    """Refuse pages of other origins, and names that were made to resolve to this machine."""
    origin = headers.get("origin", "")
    names = [_host_name("//" + headers.get("host", ""))]
    # The consent page's own form may send "null", where the browser hides the referrer.
    if origin and not (origin == "null" and path.startswith("/oauth/")):
        names.append(_host_name(origin))
    return all(name in LOOPBACK for name in names)


def _host_name(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
    else:
        await PlainTextResponse("This host or origin is not allowed.\n", 421)(scope, receive, send)


def _reply(fault: Fault) -> Response:
    status = fault.status or 500
    if isinstance(fault.body, str):
        return PlainTextResponse(fault.body, status, fault.headers)
    return JSONResponse(fault.body or {}, status, fault.headers)


async def _discard(_: Message) -> None:
    """Discard a reply."""
