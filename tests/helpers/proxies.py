"""Proxies as companies run them: HTTP with CONNECT, and SOCKS 5. Every host is on this machine."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

HOST = "127.0.0.1"
_SOCKS_OK = b"\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00"


@dataclass
class Proxy:
    """A running proxy: its port, and which hosts it was asked for."""

    port: int = 0
    hosts: list[str] = field(default_factory=list)


@contextlib.asynccontextmanager
async def running_proxy(kind: str) -> AsyncIterator[Proxy]:
    """Run a proxy, `http` or `socks5`, until the block ends."""
    proxy, tasks = Proxy(), set[asyncio.Task[None]]()

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        with contextlib.suppress(OSError, EOFError, asyncio.CancelledError):
            host, port = await (_http if kind == "http" else _socks)(reader, writer)
            proxy.hosts.append(host)
            await _connect(reader, writer, port)
        writer.transport.abort()

    async with await asyncio.start_server(accept, HOST, 0) as server:
        proxy.port = server.sockets[0].getsockname()[1]
        yield proxy
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _http(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> tuple[str, int]:
    head = await reader.readuntil(b"\r\n\r\n")
    method, target, _ = head.split(b" ", 2)
    assert method == b"CONNECT"
    host, _, port = target.decode().rpartition(":")
    writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
    return host, int(port)


async def _socks(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> tuple[str, int]:
    version, count = await reader.readexactly(2)
    assert version == 5
    await reader.readexactly(count)
    writer.write(b"\x05\x00")  # no password needed
    *_, kind, length = await reader.readexactly(5)
    assert kind == 3, "the proxy looks the host's name up"
    host = (await reader.readexactly(length)).decode()
    port = int.from_bytes(await reader.readexactly(2), "big")
    writer.write(_SOCKS_OK)
    return host, port


async def _connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int) -> None:
    there, out = await asyncio.open_connection(HOST, port)
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(_pump(reader, out))
            group.create_task(_pump(there, writer))
    finally:
        out.transport.abort()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    writer.close()
