"""Reaches Zoom over HTTP in one way: sign-in, requests and checks share this client.

Nothing of the environment can keep the client from being made: a proxy that can't be used, or
certificates that can't be read, are trouble of the calls, which say so (`routes.RouteError`).
"""

import contextlib
import ssl
import time
from collections.abc import AsyncIterator
from typing import Final

import httpx2

from rtms_tray.support.units import SECOND, Millis
from rtms_tray.zoom.direct_http import DirectTransport
from rtms_tray.zoom.exchanges import Call, Exchanges
from rtms_tray.zoom.routes import RouteError, proxy_for, trusted_certificates

CONNECT_LIMIT_S: Final = 5.0
CALL_LIMIT_S: Final = 10.0
MOST_CONNECTIONS: Final = 10
_KEPT_BYTES: Final = 64 * 1024  # of an answer, for those who look on


def make_http(exchanges: Exchanges | None = None) -> httpx2.AsyncClient:
    """Make the client; whoever makes it closes it. Nothing is redirected; `exchanges` hears of every call."""
    return httpx2.AsyncClient(
        transport=_RoutedTransport(exchanges or Exchanges()),
        trust_env=False,  # the transport reads the environment, and fails for one call at a time
        timeout=httpx2.Timeout(CALL_LIMIT_S, connect=CONNECT_LIMIT_S),
        follow_redirects=False,
        headers={"User-Agent": "rtms-tray"},
    )


class _RoutedTransport(httpx2.AsyncBaseTransport):
    """Sends each call the way that its address needs, and loads the certificates at the first one.

    Every call gets a fresh connection: a kept one may have died while this machine slept, and a
    request sent into it is lost without anybody knowing whether Zoom saw it.
    """

    def __init__(self, exchanges: Exchanges) -> None:
        self._exchanges = exchanges
        self._direct = DirectTransport(trusted_certificates, MOST_CONNECTIONS)
        self._proxies: dict[tuple[str, bool], httpx2.AsyncHTTPTransport] = {}

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send one request, and tell of it."""
        watch = _Watch(self._exchanges, request)
        try:
            response = await self._forward(request)
        except BaseException as error:  # a caller that gives up, too, got no answer
            watch.failed(error)
            raise
        if isinstance(response.stream, httpx2.AsyncByteStream):  # a network's always is
            response.stream = _WatchedBody(response.stream, watch, response.status_code)
        return response

    async def _forward(self, request: httpx2.Request) -> httpx2.Response:
        try:
            proxy = proxy_for(str(request.url))
            route = self._through(proxy, secure=request.url.scheme == "https") if proxy else None
        except RouteError as error:
            raise httpx2.ConnectError(str(error), request=request) from error
        return await (route or self._direct).handle_async_request(request)

    def _through(self, proxy: str, *, secure: bool) -> httpx2.AsyncHTTPTransport:
        route = self._proxies.get((proxy, secure))
        if route is None:
            # Without TLS none are needed; an empty context trusts nobody.
            trusted = trusted_certificates() if secure else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            limits = httpx2.Limits(max_connections=MOST_CONNECTIONS, max_keepalive_connections=0)
            route = httpx2.AsyncHTTPTransport(verify=trusted, limits=limits, proxy=proxy)
            self._proxies[proxy, secure] = route
        return route

    async def aclose(self) -> None:
        """Close all connections."""
        for route in self._proxies.values():
            await route.aclose()


class _Watch:
    """Looks on while one call is made; tells of it as it goes out, and once of what came of it."""

    def __init__(self, exchanges: Exchanges, request: httpx2.Request) -> None:
        self._exchanges = exchanges
        self._began_at = time.monotonic()
        path = request.url.raw_path.decode("ascii", "replace")
        content = b""
        with contextlib.suppress(httpx2.RequestNotRead):
            content = request.content
        kind = request.headers.get("content-type", "")
        self._call: Call | None = exchanges.began(request.method, path, content, kind)

    @property
    def _took(self) -> Millis:
        return round((time.monotonic() - self._began_at) * SECOND)

    def failed(self, error: BaseException) -> None:
        """No answer came."""
        if self._call is not None:
            self._exchanges.failed(self._call, self._took, type(error).__name__)
            self._call = None

    def answered(self, status: int, content: bytes) -> None:
        """The whole answer is there, or as much of it as anybody wants."""
        if self._call is not None:
            self._exchanges.answered(self._call, self._took, status, content)
            self._call = None


class _WatchedBody(httpx2.AsyncByteStream):
    """The body of an answer, of which the beginning is kept for those who look on."""

    def __init__(self, body: httpx2.AsyncByteStream, watch: _Watch, status: int) -> None:
        self._body = body
        self._watch = watch
        self._status = status
        self._kept = b""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Read on."""
        async for part in self._body:
            self._kept += part[: _KEPT_BYTES - len(self._kept)]
            yield part

    async def aclose(self) -> None:
        """Nobody reads on."""
        try:
            await self._body.aclose()
        finally:
            self._watch.answered(self._status, self._kept)
