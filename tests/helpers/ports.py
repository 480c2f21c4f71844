"""Ports on this machine: finding a free one, and waiting until one is free again."""

import asyncio
import socket

_LOOK_AGAIN_S = 0.01


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


async def freed(port: int, limit_s: float = 10) -> None:
    """Return once nobody listens on a port; raises TimeoutError.

    It binds rather than connects: a connection made in the very moment in which an asyncio server
    closes is lost between accepting and serving, and left for the garbage collector to complain of.
    """
    async with asyncio.timeout(limit_s):
        while True:
            try:
                socket.create_server(("127.0.0.1", port)).close()
            except OSError:
                await asyncio.sleep(_LOOK_AGAIN_S)
            else:
                return
