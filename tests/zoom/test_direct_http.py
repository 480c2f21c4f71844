"""HTTP over a connection of the call's own: answers of all kinds, and what is raised when none comes."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable

import httpx2
import pytest
import trustme

from rtms_tray.zoom.direct_http import DirectTransport
from tests.helpers.network import HOST, free_port, server_tls
from tests.helpers.scripted_server import Failure, Raw, ScriptedServer, json_reply

SOON_S = 0.05
LONG = b"x" * 16 * 1024 * 1024
"""More than sockets take before somebody reads."""


def trusting_nobody() -> ssl.SSLContext:
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def client(
    trusted: Callable[[], ssl.SSLContext] = trusting_nobody, most: int = 2
) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(transport=DirectTransport(trusted, most), trust_env=False, timeout=20)


def limits(**seconds: float) -> httpx2.Timeout:
    return httpx2.Timeout(20, **seconds)


@pytest.fixture
async def server() -> AsyncIterator[ScriptedServer]:
    async with ScriptedServer() as server:
        yield server


async def test_a_request_arrives_as_it_is(server: ScriptedServer) -> None:
    server.script(json_reply(201, {"a": 1}, "X-Kind: Good"))
    async with client() as http:
        answer = await http.post(f"{server.origin}/v2/me?x=%20", json={"b": 2}, headers={"K": "v"})
    (request,) = server.requests
    assert (request.method, request.target, request.body) == ("POST", "/v2/me?x=%20", b'{"b":2}')
    assert request.headers["host"] == server.origin.removeprefix("http://")
    assert request.headers["k"] == "v"
    assert (answer.status_code, answer.json(), answer.headers["x-kind"]) == (201, {"a": 1}, "Good")


@pytest.mark.parametrize(
    "raw",
    [
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n\r\nhello",  # until the connection is closed
        b"HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
    ],
    ids=["chunked", "until closed", "HTTP/1.0", "after 100"],
)
async def test_bodies_of_all_kinds_are_read(server: ScriptedServer, raw: bytes) -> None:
    server.script(Raw(raw))
    async with client() as http:
        assert (await http.get(server.origin)).text == "hello"


@pytest.mark.parametrize(
    ("raw", "error"),
    [
        (b"", httpx2.RemoteProtocolError),
        (b"SSH-2.0-OpenSSH_9.2\r\n\r\n", httpx2.RemoteProtocolError),
        (b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n", httpx2.RemoteProtocolError),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello", httpx2.RemoteProtocolError),
        (b"HTTP/1.1 200 OK\r\nX: " + b"x" * 70_000, httpx2.RemoteProtocolError),
    ],
    ids=["nothing", "not HTTP", "another protocol", "too little", "an endless head"],
)
async def test_what_is_no_answer_is_an_error(
    server: ScriptedServer, raw: bytes, error: type[Exception]
) -> None:
    server.script(Raw(raw))
    async with client() as http:
        with pytest.raises(error):
            await http.get(server.origin)


async def test_a_connection_that_breaks_is_an_error(server: ScriptedServer) -> None:
    server.script(Failure.ABORT)
    async with client() as http:
        with pytest.raises((httpx2.ReadError, httpx2.RemoteProtocolError)):
            await http.get(server.origin)


async def test_nobody_listens() -> None:
    async with client() as http:
        with pytest.raises(httpx2.ConnectError):
            await http.get(f"http://{HOST}:{free_port()}")


async def test_a_connection_that_takes_too_long(server: ScriptedServer) -> None:
    async with client() as http:
        with pytest.raises(httpx2.ConnectTimeout):
            await http.get(server.origin, timeout=limits(connect=0))


async def test_an_answer_that_takes_too_long(server: ScriptedServer) -> None:
    server.script(Failure.SILENCE)
    async with client() as http:
        with pytest.raises(httpx2.ReadTimeout):
            await http.get(server.origin, timeout=limits(read=SOON_S))


async def test_a_server_that_does_not_read() -> None:
    held: list[asyncio.StreamWriter] = []
    async with await asyncio.start_server(lambda _, writer: held.append(writer), HOST, 0) as server:
        port = server.sockets[0].getsockname()[1]
        async with client() as http:
            with pytest.raises(httpx2.WriteTimeout):
                await http.post(f"http://{HOST}:{port}", content=LONG, timeout=limits(write=SOON_S))
        for writer in held:
            writer.transport.abort()


async def test_only_so_many_calls_at_once(server: ScriptedServer) -> None:
    server.script(json_reply(200))
    async with client(most=1) as http:
        async with http.stream("GET", server.origin):
            with pytest.raises(httpx2.PoolTimeout):
                await http.get(server.origin, timeout=limits(pool=SOON_S))
        assert (await http.get(server.origin)).status_code == 200


async def test_a_call_that_fails_makes_room_for_the_next(server: ScriptedServer) -> None:
    server.queue(Raw(b""), json_reply(200))
    async with client(most=1) as http:
        with pytest.raises(httpx2.ConnectError):
            await http.get(f"http://{HOST}:{free_port()}")
        with pytest.raises(httpx2.RemoteProtocolError):
            await http.get(server.origin)
        assert (await http.get(server.origin)).status_code == 200


async def test_each_call_closes_its_connection(server: ScriptedServer) -> None:
    server.script(json_reply(200, {}))
    async with client() as http:
        for _ in range(2):
            await http.get(server.origin)
        async with asyncio.timeout(20):
            await asyncio.gather(*server._tasks)  # each serves a connection, until it is closed
    assert server.connections == 2


@pytest.mark.parametrize("url", ["ftp://127.0.0.1/x", "http:///x"])
async def test_other_schemes_are_not_spoken(url: str) -> None:
    transport = DirectTransport(trusting_nobody, 1)
    with pytest.raises(httpx2.UnsupportedProtocol):
        await transport.handle_async_request(httpx2.Request("GET", url))


async def test_what_is_no_header_is_not_sent(server: ScriptedServer) -> None:
    async with client() as http:
        with pytest.raises(httpx2.LocalProtocolError):
            await http.get(server.origin, headers={"Authorization": "Bearer a\r\nX: y"})
    assert server.requests == []


async def test_tls_with_a_trusted_certificate() -> None:
    ca = trustme.CA()

    def trusting() -> ssl.SSLContext:
        context = trusting_nobody()
        ca.configure_trust(context)
        return context

    async with ScriptedServer(tls=server_tls(ca)) as server:
        server.script(json_reply(200, {"a": 1}))
        async with client(trusting) as http:
            assert (await http.get(server.origin)).json() == {"a": 1}
        async with client() as http:
            with pytest.raises(httpx2.ConnectError) as caught:
                await http.get(server.origin)
    assert isinstance(caught.value.__cause__, ssl.SSLCertVerificationError)


async def test_a_connection_may_be_closed_twice(server: ScriptedServer) -> None:
    server.script(json_reply(200))
    transport = DirectTransport(trusting_nobody, 1)
    answer = await transport.handle_async_request(httpx2.Request("GET", server.origin))
    body = answer.stream
    assert isinstance(body, httpx2.AsyncByteStream)
    await body.aclose()
    await body.aclose()
    assert not transport._free.locked()
