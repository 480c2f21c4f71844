"""The event WebSocket's rules, without the socket: who listens, what is sent, what goes wrong.

One connection per subscription: a new one closes the older. Events while nobody is connected are
lost (https://developers.zoom.us/docs/api/websockets/).
"""

import json
from asyncio import Queue
from collections.abc import Callable

from msgspec import Struct, field

from rtms_tray.simulator.messages import Json
from rtms_tray.simulator.switches import Switches


class FeedFaults(Struct, kw_only=True, forbid_unknown_fields=True):
    """What is wrong with the feed; POST /control/feed changes any of them."""

    refuse: bool = False  # new connections get HTTP 503
    silence: bool = False  # connections are accepted, and nothing is ever sent on them
    duplicate: bool = False  # every event comes twice
    kick: int = 0  # so many connections are still to be closed right after they were built
    heartbeat_fails: bool = False  # heartbeats are answered with success: false


class Connection(Struct, kw_only=True):
    """One client on the feed; what is put into `outbox` goes out, None closes it."""

    subscription: str
    abort: Callable[[], None]
    outbox: Queue[str | None] = field(default_factory=Queue)
    heartbeats: int = 0


class Feed:
    """Hands events to the connected clients, at most one per subscription."""

    def __init__(self, switches: Switches) -> None:
        self.switches = switches
        self.faults = FeedFaults()
        self.connections: dict[str, Connection] = {}
        self.built = 0

    def build(self, connection: Connection) -> None:
        """Take a new connection in; the older one of its subscription is closed."""
        if older := self.connections.get(connection.subscription):
            older.outbox.put_nowait(None)
        self.connections[connection.subscription] = connection
        self.built += 1
        self._send(connection, frame("build_connection"))
        if self.faults.kick > 0:
            self.faults.kick -= 1
            self.close(connection)

    def close(self, connection: Connection) -> None:
        """Close a connection properly, as when another one takes over."""
        self.forget(connection)
        connection.outbox.put_nowait(None)

    def forget(self, connection: Connection) -> None:
        """Let go of a connection that is closed."""
        if self.connections.get(connection.subscription) is connection:
            del self.connections[connection.subscription]

    def cut(self) -> None:
        """Break every connection without a word."""
        for connection in list(self.connections.values()):
            self.forget(connection)
            connection.abort()

    def kick(self, times: int) -> None:
        """Close the connection that is there, and the next ones, so many times in all."""
        self.faults.kick = times
        for connection in list(self.connections.values()):
            if self.faults.kick > 0:
                self.faults.kick -= 1
                self.close(connection)

    def receive(self, connection: Connection, text: str) -> None:
        """Take a client's frame: a heartbeat is answered, anything else is not."""
        try:
            module = json.loads(text)["module"]
        except (ValueError, KeyError, TypeError):
            return
        if module == "heartbeat":
            connection.heartbeats += 1
            self._send(connection, frame("heartbeat", success=not self.faults.heartbeat_fails))

    def deliver(self, event: Json) -> bool:
        """Send an event to every connection; False: nobody got it."""
        text = frame("message", json.dumps(event))
        for connection in self.connections.values():
            for _ in range(2 if self.faults.duplicate else 1):
                self._send(connection, text)
        return bool(self.connections) and not self.faults.silence

    def _send(self, connection: Connection, text: str) -> None:
        if not self.faults.silence:
            connection.outbox.put_nowait(text)


def frame(module: str, content: str = "", *, success: bool = True) -> str:
    """Write one frame of the feed."""
    return json.dumps({"module": module, "content": content, "success": success})
