"""uvicorn's WebSocket, lighter: thousands of trays are connected all day, and idle."""

from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from rtms_tray.relay.small_queue import SmallQueue


class TrayProtocol(WebSocketsSansIOProtocol):
    """Keeps nothing of the handshake, and a queue that weighs nothing."""

    def __init__(self, *given: Any, **named: Any) -> None:  # noqa: ANN401 - as uvicorn calls it
        super().__init__(*given, **named)
        self.queue = SmallQueue()  # type: ignore[assignment] # all that is used of a queue

    def start_keepalive(self) -> None:
        """Begin to send pings; the handshake is over, and its headers would stay as long as the tray."""
        super().start_keepalive()
        del self.request, self.response
        self.scope["headers"] = []
