"""Reaches Zoom over HTTP in one way: sign-in, requests and checks share this client.

Nothing of the environment can keep the client from being made: a proxy that can't be used, or
certificates that can't be read, are trouble of the calls, which say so (`routes.RouteError`).
"""

import ssl
from typing import Final

import httpx2

from rtms_tray.zoom.routes import RouteError, proxy_for, trusted_certificates

CONNECT_LIMIT_S: Final = 5.0
CALL_LIMIT_S: Final = 10.0
MOST_CONNECTIONS: Final = 10


def make_http() -> httpx2.AsyncClient:
    """Make the client; whoever makes it closes it. Nothing is redirected."""
    return httpx2.AsyncClient(
        transport=_RoutedTransport(),
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

    def __init__(self) -> None:
        self._routes: dict[tuple[str | None, bool], httpx2.AsyncHTTPTransport] = {}

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send one request."""
        try:
            route = self._route(proxy_for(str(request.url)), secure=request.url.scheme == "https")
        except RouteError as error:
            raise httpx2.ConnectError(str(error), request=request) from error
        return await route.handle_async_request(request)

    def _route(self, proxy: str | None, *, secure: bool) -> httpx2.AsyncHTTPTransport:
        route = self._routes.get((proxy, secure))
        if route is None:
            # Without TLS none are needed; an empty context trusts nobody.
            trusted = trusted_certificates() if secure else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            limits = httpx2.Limits(max_connections=MOST_CONNECTIONS, max_keepalive_connections=0)
            route = httpx2.AsyncHTTPTransport(verify=trusted, limits=limits, proxy=proxy)
            self._routes[proxy, secure] = route
        return route

    async def aclose(self) -> None:
        """Close all connections."""
        for route in self._routes.values():
            await route.aclose()
