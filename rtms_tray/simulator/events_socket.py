"""Zoom's event WebSocket at `/ws?subscriptionId=…&access_token=…`."""

import asyncio
import contextlib

from starlette.responses import Response
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from rtms_tray.simulator.feed import Connection, Feed, frame
from rtms_tray.simulator.grants import Grants
from rtms_tray.simulator.transports import Transports
from rtms_tray.simulator.world import World


class EventsSocket:
    """Lets clients onto the feed, and carries frames between it and their sockets."""

    def __init__(self, world: World, grants: Grants, feed: Feed, transports: Transports) -> None:
        self._world = world
        self._grants = grants
        self._feed = feed
        self._transports = transports

    def routes(self) -> list[WebSocketRoute]:
        """List the route of the feed."""
        return [WebSocketRoute("/ws", self.serve)]

    async def serve(self, socket: WebSocket) -> None:
        """Serve one client until either side is done."""
        if self._feed.faults.refuse:
            await socket.send_denial_response(Response(status_code=503))
            return
        await socket.accept()
        if refusal := self._refusal(socket):
            await self._turn_away(socket, refusal)
            return
        subscription = socket.query_params["subscriptionId"]
        abort = self._transports.aborter(socket.scope)
        connection = Connection(subscription=subscription, abort=abort)
        self._feed.build(connection)
        try:
            await self._carry(socket, connection)
        finally:
            self._feed.forget(connection)

    def _refusal(self, socket: WebSocket) -> str:
        if not self._grants.is_app_token(socket.query_params.get("access_token", "")):
            return "Invalid Token"
        known = socket.query_params.get("subscriptionId") in self._world.app.subscription_ids
        return "" if known else "Invalid subscriptionId"

    async def _turn_away(self, socket: WebSocket, refusal: str) -> None:
        # Zoom says no on an open socket; the client closes it.
        await socket.send_text(frame("build_connection", refusal, success=False))
        with contextlib.suppress(WebSocketDisconnect):
            while True:
                await socket.receive_text()

    async def _carry(self, socket: WebSocket, connection: Connection) -> None:
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


async def _write(socket: WebSocket, connection: Connection) -> None:
    while (text := await connection.outbox.get()) is not None:
        await socket.send_text(text)
    await socket.close(1000)
