"""For reaching Zoom over HTTP in one way: sign-in and REST calls share this client."""

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import httpx2

CONNECT_LIMIT_S: Final = 5.0
CALL_LIMIT_S: Final = 10.0
MOST_CONNECTIONS: Final = 10
_THIS_MACHINE: Final = ("127.0.0.1", "localhost", "[::1]")


def make_http() -> "httpx2.AsyncClient":
    """Make the client, with the system's certificates; whoever makes it closes it.

    Every call gets a fresh connection: a kept one may have died while this machine slept, and a
    request sent into it is lost without anybody knowing whether Zoom saw it. Calls to this machine
    go through no proxy, and nothing is redirected.
    """
    import ssl  # noqa: PLC0415 - as httpx2

    import httpx2  # noqa: PLC0415 - takes long, and is not needed before the tray icon is shown

    limits = httpx2.Limits(max_connections=MOST_CONNECTIONS, max_keepalive_connections=0)
    trusted = httpx2.create_ssl_context()  # once for all: it takes long too
    trusted.minimum_version = ssl.TLSVersion.TLSv1_2  # Debian's Python leaves it to OpenSSL
    direct = httpx2.AsyncHTTPTransport(verify=trusted, limits=limits)
    return httpx2.AsyncClient(
        verify=trusted,
        limits=limits,
        mounts={f"all://{host}": direct for host in _THIS_MACHINE},
        timeout=httpx2.Timeout(CALL_LIMIT_S, connect=CONNECT_LIMIT_S),
        follow_redirects=False,
        headers={"User-Agent": "rtms-tray"},
    )
