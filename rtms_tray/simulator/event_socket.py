"""Zoom's event WebSocket at `/ws?subscriptionId=…&access_token=…`, and the feed it carries.

One connection per subscription: a new one closes the older. Events are lost while nobody is
connected (https://developers.zoom.us/docs/api/websockets/).
"""

import asyncio
import contextlib
import json
from asyncio import Queue
from collections.abc import Callable

from msgspec import Struct, field, to_builtins
from starlette.responses import Response
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from rtms_tray.simulator.faults import ConnectionRegistry
from rtms_tray.simulator.grants import Grants
from rtms_tray.simulator.payloads import Json
from rtms_tray.simulator.world import World


class FeedFaults(Struct, kw_only=True, forbid_unknown_fields=True):
    """What is wrong with the feed; POST /control/feed changes any of it."""

    refuse: bool = False  # new connections get HTTP 503
    silence: bool = False  # connections are accepted, and nothing is ever sent on them
    duplicate: bool = False  # every event comes twice
    kick: int = 0  # how many connections are still to be closed right after they were accepted
    heartbeat_fails: bool = False  # heartbeats are answered with success: false
    no_pongs: bool = False  # pings of the WebSocket protocol are not answered


class Connection(Struct, kw_only=True):
    """One client of the feed; what is put into `outbox` is sent, None closes it."""

    subscription: str
    abort: Callable[[], None]
    outbox: Queue[str | None] = field(default_factory=Queue)
    heartbeats: int = 0


class Feed:
    """Sends events to the connected clients, at most one per subscription."""

    def __init__(self) -> None:
        self.faults = FeedFaults()
        self.connections: dict[str, Connection] = {}
        self.accepted = 0
        self.on_accept: Callable[[], None] = lambda: None

    def accept(self, connection: Connection) -> None:
        """Add a new connection; the older one of its subscription is closed."""
        if older := self.connections.get(connection.subscription):
            older.outbox.put_nowait(None)
        self.connections[connection.subscription] = connection
        self.accepted += 1
        self._send(connection, frame("build_connection"))
        self.on_accept()
        if self.faults.kick > 0:
            self.faults.kick -= 1
            self.close(connection)

    def close(self, connection: Connection) -> None:
        """Close a connection properly, as when another one replaces it."""
        self.remove(connection)
        connection.outbox.put_nowait(None)

    def remove(self, connection: Connection) -> None:
        """Remove a connection that is closed."""
        if self.connections.get(connection.subscription) is connection:
            del self.connections[connection.subscription]

    def cut(self) -> None:
        """Break every connection without closing it."""
        for connection in list(self.connections.values()):
            self.remove(connection)
            connection.abort()

    def kick(self, times: int) -> None:
        """Close the current connection and the next ones, so many in all."""
        self.faults.kick = times
        for connection in list(self.connections.values()):
            if self.faults.kick > 0:
                self.faults.kick -= 1
                self.close(connection)

    def receive(self, connection: Connection, text: str) -> None:
        """Answer a client's heartbeat; ignore any other frame."""
        try:
            module = json.loads(text)["module"]
        except (ValueError, KeyError, TypeError):
            return
        if module == "heartbeat":
            connection.heartbeats += 1
            self._send(connection, frame("heartbeat", success=not self.faults.heartbeat_fails))

    def deliver(self, event: Json) -> bool:
        """Send an event to every connection; False: nobody received it."""
        text = frame("message", json.dumps(event))
        for connection in self.connections.values():
            for _ in range(2 if self.faults.duplicate else 1):
                self._send(connection, text)
        return bool(self.connections) and not self.faults.silence

    def protocol(self) -> type[asyncio.Protocol]:
        """Create the server's protocol class, which answers pings or not: `no_pongs`."""
        feed = self

        class PingProtocol(WebSocketsSansIOProtocol):
            """The server's own protocol; whether Zoom's answers pings, nobody has documented."""

            def handle_ping(self) -> None:
                if feed.faults.no_pongs:
                    self.conn.data_to_send()  # drops the pong, which is all there is to send
                else:
                    super().handle_ping()

        return PingProtocol

    def describe(self) -> Json:
        """Describe the connections and faults, for the control interface."""
        connections = self.connections.values()
        return {
            "connections": len(connections),
            "built": self.accepted,
            "heartbeats": sum(c.heartbeats for c in connections),
            "faults": to_builtins(self.faults),
        }

    def _send(self, connection: Connection, text: str) -> None:
        if not self.faults.silence:
            connection.outbox.put_nowait(text)


class EventSocket:
    """Admits clients to the feed, and carries frames between it and their sockets."""

    def __init__(
        self, world: World, grants: Grants, feed: Feed, connections: ConnectionRegistry
    ) -> None:
        self._world = world
        self._grants = grants
        self._feed = feed
        self._connections = connections

    def routes(self) -> list[WebSocketRoute]:
        """List the route of the feed."""
        return [WebSocketRoute("/ws", self.serve)]

    async def serve(self, socket: WebSocket) -> None:
        """Serve one client until either side disconnects."""
        if self._feed.faults.refuse:
            await socket.send_denial_response(Response(status_code=503))
            return
        await socket.accept()
        if error := self._check(socket):
            await _refuse(socket, error)
            return
        subscription = socket.query_params["subscriptionId"]
        abort = self._connections.aborter(socket.scope)
        connection = Connection(subscription=subscription, abort=abort)
        self._feed.accept(connection)
        try:
            await self._exchange(socket, connection)
        finally:
            self._feed.remove(connection)

    def _check(self, socket: WebSocket) -> str:
        if not self._grants.is_app_token(socket.query_params.get("access_token", "")):
            return "Invalid Token"
        known = socket.query_params.get("subscriptionId") in self._world.app.subscription_ids
        return "" if known else "Invalid subscriptionId"

    async def _exchange(self, socket: WebSocket, connection: Connection) -> None:
        writer = asyncio.create_task(_write(socket, connection))
        try:
            while True:
                self._feed.receive(connection, await socket.receive_text())
        except WebSocketDisconnect:
            pass
        finally:
            writer.cancel()
            with contextlib.suppress(asyncio.CancelledError, WebSocketDisconnect):
                await writer


def frame(module: str, content: str = "", *, success: bool = True) -> str:
    """Build one frame of the feed."""
    return json.dumps({"module": module, "content": content, "success": success})


async def _refuse(socket: WebSocket, error: str) -> None:
    # Zoom refuses on an open socket, which the client then closes.
    await socket.send_text(frame("build_connection", error, success=False))
    with contextlib.suppress(WebSocketDisconnect):
        while True:
            await socket.receive_text()


async def _write(socket: WebSocket, connection: Connection) -> None:
    while (text := await connection.outbox.get()) is not None:
        await socket.send_text(text)
    await socket.close(1000)
