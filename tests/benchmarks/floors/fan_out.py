"""The least that webhooks to WebSockets takes: Starlette and uvicorn, no engine, no signature, nobody checked."""

import json
import sys

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

sockets: dict[str, WebSocket] = {}


async def take(request: Request) -> Response:
    """Pass an event on to its user's socket."""
    body = await request.body()
    socket = sockets.get(json.loads(body)["payload"].get("rtms_stream_id", ""))
    if socket is not None:
        await socket.send_text(body.decode())
    return Response(status_code=204)


async def serve(socket: WebSocket) -> None:
    """Keep a socket."""
    await socket.accept()
    sockets[socket.query_params["name"]] = socket
    await socket.send_text("{}")
    try:
        while True:
            await socket.receive_text()
    except WebSocketDisconnect:
        pass


if __name__ == "__main__":
    routes = [Route("/zoom/webhook", take, methods=["POST"]), WebSocketRoute("/events", serve)]
    uvicorn.run(
        Starlette(routes=routes),
        port=int(sys.argv[1]),
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        log_level="critical",
    )
