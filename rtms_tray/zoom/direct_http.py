"""HTTP without a proxy: h11 over asyncio's own streams.

httpx2's network side brings a second asynchronous library with it, anyio, and pools that are of no use to single
calls: together 2.5 MB. Behind a proxy they are wanted.
"""

import asyncio
import contextlib
import ipaddress
import ssl
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Final, TypeAlias, cast

import h11
import httpx2

_OTHER_ADDRESS_AFTER_S: Final = 0.25
"""When a host's first address does not answer, the next one is tried as well (RFC 8305)."""
_AT_ONCE: Final = 64 * 1024

Streams: TypeAlias = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class DirectTransport(httpx2.AsyncBaseTransport):
    """Gives each call a connection of its own, and never more of them than `most`.

    `trusted` gives the certificates; it may raise OSError.
    """

    def __init__(self, trusted: Callable[[], ssl.SSLContext], most: int) -> None:
        self._trusted = trusted
        self._free = asyncio.Semaphore(most)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request; its answer's body is read by whoever wants it."""
        try:
            async with asyncio.timeout(_limit(request, "pool")):
                await self._free.acquire()
        except TimeoutError as error:
            raise httpx2.PoolTimeout("too many calls", request=request) from error
        try:
            call = await self._connect(request)
        except BaseException:
            self._free.release()
            raise
        try:
            await call.send()
            head = await call.head()
        except BaseException:
            await call.aclose()
            raise
        return httpx2.Response(head.status_code, headers=head.headers.raw_items(), stream=call)

    async def _connect(self, request: httpx2.Request) -> "_Call":
        url = request.url
        if url.scheme not in {"http", "https"} or not url.host:
            raise httpx2.UnsupportedProtocol(
                f"cannot ask {url.scheme}://{url.host}", request=request
            )
        secure = url.scheme == "https"
        limit_s = _limit(request, "connect")
        if limit_s is not None and secure:
            limit_s *= 2  # once for TCP, once for TLS
        with _as_httpx2(request, httpx2.ConnectTimeout, httpx2.ConnectError):
            async with asyncio.timeout(limit_s):
                streams = await asyncio.open_connection(
                    url.raw_host.decode("ascii"),
                    url.port or (443 if secure else 80),
                    ssl=self._trusted() if secure else None,
                    # One address needs no race, and a race that is cancelled forgets its winner.
                    happy_eyeballs_delay=None if _is_address(url.host) else _OTHER_ADDRESS_AFTER_S,
                )
        return _Call(request, streams, self._free.release)


class _Call(httpx2.AsyncByteStream):
    """One request and its answer, over one connection; as a stream, the answer's body."""

    def __init__(
        self, request: httpx2.Request, streams: Streams, closed: Callable[[], None]
    ) -> None:
        self._request = request
        self._reader, self._writer = streams
        self._closed: Callable[[], None] | None = closed
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=_AT_ONCE)

    async def send(self) -> None:
        """Send the request."""
        request = self._request
        with _as_httpx2(request, httpx2.WriteTimeout, httpx2.WriteError):
            head = h11.Request(
                method=request.method, target=request.url.raw_path, headers=request.headers.raw
            )
            self._write(head)
            async for part in cast("httpx2.AsyncByteStream", request.stream):
                self._write(h11.Data(data=part))
            self._write(h11.EndOfMessage())
            async with asyncio.timeout(_limit(request, "write")):
                await self._writer.drain()

    def _write(self, event: h11.Event) -> None:
        self._writer.write(self._http.send(event) or b"")

    async def head(self) -> h11.Response:
        """Wait for the answer; what comes before it, such as “100 Continue”, is passed over."""
        while not isinstance(event := await self._next_event(), h11.Response):
            continue
        return event

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Read the body."""
        while isinstance(event := await self._next_event(), h11.Data):
            yield bytes(event.data)

    async def _next_event(self) -> object:
        with _as_httpx2(self._request, httpx2.ReadTimeout, httpx2.ReadError):
            while (event := self._http.next_event()) is h11.NEED_DATA:
                async with asyncio.timeout(_limit(self._request, "read")):
                    self._http.receive_data(await self._reader.read(_AT_ONCE))
        return event

    async def aclose(self) -> None:
        """Close the connection; there is no other call to use it."""
        closed, self._closed = self._closed, None
        if closed is None:
            return
        closed()
        self._writer.transport.abort()
        with contextlib.suppress(OSError):
            await self._writer.wait_closed()


def _is_address(host: str) -> bool:
    with contextlib.suppress(ValueError):
        return bool(ipaddress.ip_address(host))
    return False


def _limit(request: httpx2.Request, kind: str) -> float | None:
    limits: dict[str, float | None] = request.extensions.get("timeout", {})
    return limits.get(kind)


@contextlib.contextmanager
def _as_httpx2(
    request: httpx2.Request, late: type[httpx2.RequestError], broken: type[httpx2.RequestError]
) -> Iterator[None]:
    """Raise what httpx2's own transport raises."""
    try:
        yield
    except TimeoutError as error:
        raise late(str(error), request=request) from error
    except OSError as error:  # ssl.SSLError is one, too
        raise broken(str(error), request=request) from error
    except h11.LocalProtocolError as error:
        raise httpx2.LocalProtocolError(str(error), request=request) from error
    except h11.RemoteProtocolError as error:
        raise httpx2.RemoteProtocolError(str(error), request=request) from error
