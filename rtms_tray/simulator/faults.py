"""What surrounds every request: who may come in, Zoom's clock in the reply, faults on demand."""

import asyncio
import re
from collections.abc import Callable
from email.utils import formatdate
from typing import Any
from urllib.parse import urlsplit

from msgspec import Struct
from starlette.datastructures import Headers
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rtms_tray.simulator.engine import Engine
from rtms_tray.simulator.transports import Transports

Notice = Callable[[], None]
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class Fault(Struct, kw_only=True, forbid_unknown_fields=True):
    """Something that goes wrong with requests whose path matches; `times` -1 means for ever."""

    path: str = ""
    method: str = ""
    times: int = 1
    status: int | None = None
    body: Any = None
    headers: dict[str, str] = {}
    delay_s: float = 0.0
    drop: bool = False  # the connection breaks before anything is done
    lose_reply: bool = False  # the request is carried out, then the connection breaks

    def hits(self, method: str, path: str) -> bool:
        """Tell whether this request is meant."""
        wanted = self.method.upper() in ("", method)
        return self.times != 0 and wanted and re.search(self.path, path) is not None


class Faults:
    """Keeps the faults that are still to happen; the oldest that matches is used first."""

    def __init__(self) -> None:
        self.waiting: list[Fault] = []
        self.taken: Notice = lambda: None

    def take(self, method: str, path: str) -> Fault | None:
        """Use a fault up for this request, if one matches."""
        fault = next((f for f in self.waiting if f.hits(method, path)), None)
        if fault is None:
            return None
        fault.times -= fault.times > 0
        self.taken()
        self.waiting = [f for f in self.waiting if f.times != 0]
        return fault


class Gate:
    """The outermost layer of the server."""

    def __init__(
        self, app: ASGIApp, engine: Engine, faults: Faults, transports: Transports
    ) -> None:
        self._app = app
        self._engine = engine
        self._faults = faults
        self._transports = transports

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request in, unless it comes from a foreign page or meets a fault."""
        if not _is_local(Headers(scope=scope), scope["path"]):
            await _turn_away(scope, receive, send)
        elif scope["type"] != "http" or scope["path"].startswith("/control"):
            await self._app(scope, receive, send)
        else:
            fault = self._faults.take(scope["method"], scope["path"])
            await self._serve(fault or Fault(), scope, receive, self._dated(send))

    async def _serve(self, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.sleep(fault.delay_s)
        if fault.lose_reply:
            await self._app(scope, receive, _nowhere)
        if fault.drop or fault.lose_reply:
            await self._drop(scope, receive)
        elif fault.status is not None:
            await _reply(fault)(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _drop(self, scope: Scope, receive: Receive) -> None:
        self._transports.aborter(scope)()
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
    """Keep out pages of other origins, also those that made their name point here."""
    origin = headers.get("origin", "")
    names = [_host_name("//" + headers.get("host", ""))]
    # The consent page's own form may say "null", where the browser hides the referrer.
    if origin and not (origin == "null" and path.startswith("/oauth/")):
        names.append(_host_name(origin))
    return all(name in LOOPBACK for name in names)


def _host_name(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


async def _turn_away(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
    else:
        await PlainTextResponse("Not from here.\n", 421)(scope, receive, send)


def _reply(fault: Fault) -> Response:
    status = fault.status or 500
    if isinstance(fault.body, str):
        return PlainTextResponse(fault.body, status, fault.headers)
    return JSONResponse(fault.body or {}, status, fault.headers)


async def _nowhere(_: Message) -> None:
    """Swallow a reply."""
