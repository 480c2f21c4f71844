"""The one HTTP client: the system's certificates, no redirects, and no proxy towards this machine itself."""

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import httpx2

CONNECT_LIMIT_S: Final = 5.0
CALL_LIMIT_S: Final = 10.0


def make_http() -> "httpx2.AsyncClient":
    """Make the client; whoever makes it closes it. httpx2 is imported here: it takes long."""
    import httpx2  # noqa: PLC0415 - see above

    direct = {
        f"all://{host}": httpx2.AsyncHTTPTransport() for host in ("127.0.0.1", "localhost", "[::1]")
    }
    return httpx2.AsyncClient(
        timeout=httpx2.Timeout(CALL_LIMIT_S, connect=CONNECT_LIMIT_S),
        follow_redirects=False,
        mounts=direct,
        headers={"User-Agent": "rtms-tray"},
    )
