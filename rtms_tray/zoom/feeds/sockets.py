"""How feeds open their WebSockets: by the user's proxy and certificates, and without a word in the log."""

import logging
from collections.abc import Mapping
from typing import Final

from websockets.asyncio.client import ClientConnection, connect

from rtms_tray.zoom.feeds.reconnect import Timing
from rtms_tray.zoom.routes import proxy_for, trusted_certificates

LARGEST_FRAME: Final = 1024 * 1024

# websockets logs addresses, and Zoom wants the token in the address.
SILENT: Final = logging.Logger("silent")  # noqa: LOG001 - outside the tree nobody switches it on
SILENT.disabled = True


class StraightConnect(connect):
    """A way to connect that follows no redirect: whoever redirects is not the server of events."""

    def process_redirect(self, exc: Exception) -> Exception:
        """Give back what happened."""
        return exc


async def open_socket(
    url: str, timing: Timing, headers: Mapping[str, str] | None = None
) -> ClientConnection:
    """Open a WebSocket whose pings are the feed's own. Raises OSError or InvalidHandshake."""
    return await StraightConnect(
        url,
        additional_headers=headers,
        compression=None,
        logger=SILENT,
        max_size=LARGEST_FRAME,
        open_timeout=timing.open_s,
        close_timeout=timing.close_s,
        ping_interval=None,
        proxy=proxy_for(url),
        ssl=trusted_certificates() if url.startswith("wss:") else None,
        user_agent_header="rtms-tray",
    )


async def drop(socket: ClientConnection) -> None:
    """Leave a WebSocket: one that was closed in order is closed by now; any other may hang in closing."""
    socket.transport.abort()
    await socket.wait_closed()
