"""The listener on 127.0.0.1 to which Zoom sends the browser back, once (RFC 8252); and its pages.

It answers one path, by GET, for its own Host, and only to a browser that goes there: anything else, such
as a request of another site's page, gets a plain 4xx and changes nothing. The first answer on that path
that belongs to the sign-in goes to it; others get a page and are waited past. The browser is redirected
to a clean address, where the page waits for the outcome. Pages load nothing, run nothing and hold no
secret.
"""

import asyncio
import base64
import contextlib
import hashlib
import socket
import sys
from collections.abc import Callable, Mapping
from enum import Enum, auto
from http import HTTPStatus
from typing import Final

from rtms_tray.support.frozen import Frozen
from rtms_tray.support.texts import text

HOST: Final = "127.0.0.1"  # never a name: it could be resolved to another machine
_HEAD_BYTES: Final = 16 * 1024
_MAX_CONNECTIONS: Final = 128
_BACKLOG: Final = 32  # far fewer than the above: what arrives together can't drop each other
_HTTP_PORT: Final = 80
_STYLE: Final = (
    "body{font:18px/1.5 system-ui,sans-serif;max-width:34em;margin:15vh auto;padding:0 1em}"
    "@media(prefers-color-scheme:dark){body{background:#1c1c1e;color:#f2f2f7}}"
)
_STYLE_HASH: Final = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_HEADERS: Final = "\r\n".join(
    (
        "Cache-Control: no-store",
        "Referrer-Policy: no-referrer",
        "X-Content-Type-Options: nosniff",
        "X-Frame-Options: DENY",
        (
            f"Content-Security-Policy: default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; "
            "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        ),
        "Connection: close",
    )
)


class Page(Frozen):
    """What the browser shows: a title, and what happened or what to do."""

    title: str
    text: str
    status: HTTPStatus = HTTPStatus.BAD_REQUEST


def signed_in_page() -> Page:
    """Say that the sign-in is done."""
    return _page("signed_in", HTTPStatus.OK)


def _page(entry: str, status: HTTPStatus) -> Page:
    return Page(text(f"sign_in.{entry}.title"), text(f"sign_in.{entry}.text"), status)


class ListenerTimeouts(Frozen):
    """How long the listener waits, in seconds: for a request, the outcome, and a late browser."""

    request_s: float = 5
    outcome_s: float = 30  # Zoom is asked twice: for the tokens, and who signed in
    answered_s: float = 5  # after an answer: long enough to show the outcome
    unanswered_s: float = 60  # without one: a browser that comes late learns why


class Answer(Enum):
    """Which sign-in an answer belongs to, by its query."""

    OURS = auto()
    EARLIER = auto()  # replaced by this one
    FOREIGN = auto()  # no sign-in of this program's, or made up by another program


def _always_ours(_query: str) -> Answer:
    return Answer.OURS


class RedirectListener:
    """Waits for the browser to come back from Zoom, once.

    `judge` tells which sign-in an answer belongs to: only ours ends the waiting.
    """

    def __init__(
        self,
        path: str = "/callback",
        judge: Callable[[str], Answer] = _always_ours,
        timeouts: ListenerTimeouts | None = None,
    ) -> None:
        self._path = path
        self._done, self._used, self._replaced, self._foreign = (
            f"{path.rstrip('/')}/{name}" for name in ("done", "used", "replaced", "unknown")
        )
        self._judge = judge
        self._timeouts = timeouts or ListenerTimeouts()
        self._port = 0
        self._server: asyncio.Server | None = None
        self._connections: dict[
            asyncio.Task[None], bool
        ] = {}  # in order; whether its request is read
        self._closing: asyncio.TimerHandle | None = None
        self._shown = asyncio.Event()
        self._query: asyncio.Future[str] | None = None
        self._outcome: asyncio.Future[Page] | None = None

    @property
    def redirect_uri(self) -> str:
        """Where Zoom must send the browser; known once open."""
        return f"http://{HOST}:{self._port}{self._path}"

    @property
    def answered(self) -> bool:
        """Whether the browser has come back."""
        return self._query is not None and self._query.done()

    async def open(self, port: int = 0) -> None:
        """Listen on a port, or on any free one (0). Raises OSError if it can't be opened."""
        loop = asyncio.get_running_loop()
        self._query, self._outcome = loop.create_future(), loop.create_future()
        sock = _bound_socket(port)
        try:
            self._server = await asyncio.start_server(
                self._connected, sock=sock, limit=_HEAD_BYTES, backlog=_BACKLOG
            )
        except BaseException:
            sock.close()
            raise
        self._port = int(sock.getsockname()[1])

    async def answer(self) -> str:
        """Wait for the browser; return the query that it brought, unchecked."""
        if self._query is None:
            raise RuntimeError("the listener is not open")
        return await asyncio.shield(self._query)

    def conclude(self, page: Page) -> None:
        """Show the outcome to a browser that waits or still comes, and close soon."""
        if self._outcome is None or self._outcome.done():
            return
        self._outcome.set_result(page)
        if self._server is None or not self._server.is_serving():
            return
        wait = self._timeouts.answered_s if self.answered else self._timeouts.unanswered_s
        self._closing = asyncio.get_running_loop().call_later(wait, self.close)

    async def wait_until_shown(self) -> None:
        """Wait until the browser that came back has its page; not for long, and not if none came."""
        if not self.answered:
            return
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._timeouts.answered_s):
                await self._shown.wait()
                await asyncio.gather(*self._connections, return_exceptions=True)

    def close(self) -> None:
        """Stop listening at once, and drop all connections."""
        if self._closing is not None:
            self._closing.cancel()
        if self._server is not None:
            self._server.close()
        for connection in tuple(self._connections):
            connection.cancel()

    # --- one connection ---------------------------------------------------------------------

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection in a task of its own: a slow one delays no other."""
        task = asyncio.current_task()
        if task is None:  # asyncio runs this callback as a task
            return
        self._make_room()
        self._connections[task] = False
        try:
            await self._serve(task, reader, writer)
        except (TimeoutError, ConnectionError, asyncio.CancelledError):
            # Too slow, gone, or the listener closes: there is nobody left to answer.
            writer.transport.abort()
        finally:
            self._connections.pop(task, None)
            writer.close()

    def _make_room(self) -> None:
        """Drop the oldest connection that hasn't finished its request: the browser's comes at once."""
        if len(self._connections) < _MAX_CONNECTIONS:
            return
        silent = (task for task, is_read in self._connections.items() if not is_read)
        oldest = next(silent, None) or next(iter(self._connections))
        del self._connections[oldest]
        oldest.cancel()

    async def _serve(
        self,
        task: "asyncio.Task[None]",
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        try:
            async with asyncio.timeout(self._timeouts.request_s):
                head = await reader.readuntil(b"\r\n\r\n")
        except asyncio.IncompleteReadError:
            return  # browsers open spare connections and close them unused
        except asyncio.LimitOverrunError:
            reply = refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        else:
            self._connections[task] = True
            reply = await self._reply(head)
        async with asyncio.timeout(self._timeouts.request_s):
            writer.write(reply)
            await writer.drain()
            if writer.can_write_eof():
                writer.write_eof()
            # Closing with unread bytes would reset the connection and could lose the reply.
            while await reader.read(_HEAD_BYTES):
                pass

    async def _reply(self, head: bytes) -> bytes:
        request = _parse(head)
        if request is None or request.host not in self._own_hosts():
            return refuse(HTTPStatus.BAD_REQUEST)
        pages = (self._done, self._used, self._replaced, self._foreign)
        if request.path not in (self._path, *pages):
            return refuse(HTTPStatus.NOT_FOUND)
        if request.method != "GET":
            return refuse(HTTPStatus.METHOD_NOT_ALLOWED, "Allow: GET")
        if not request.navigates(f"http://{request.host}"):
            return refuse(HTTPStatus.FORBIDDEN)
        if request.path == self._path:
            return redirect(self._accept(request.query))
        if request.path == self._done:
            return await self._done_page()
        if request.path == self._used:
            return render(_page("already_used", HTTPStatus.CONFLICT))
        if request.path == self._foreign:
            return render(_page("unknown", HTTPStatus.BAD_REQUEST))
        return render(_page("replaced", HTTPStatus.GONE))

    def _own_hosts(self) -> tuple[str, ...]:
        full = f"{HOST}:{self._port}"
        return (full, HOST) if self._port == _HTTP_PORT else (full,)

    def _accept(self, query: str) -> str:
        """Pass on the first answer to our sign-in; return where the browser has to go."""
        belongs = self._judge(query)
        if belongs is not Answer.OURS:
            return self._replaced if belongs is Answer.EARLIER else self._foreign
        if self._query is None or self._query.done():
            return self._used
        ended = self._outcome is not None and self._outcome.done()
        self._query.set_result("" if ended else query)
        return self._done

    async def _done_page(self) -> bytes:
        if self._outcome is None or not (self.answered or self._outcome.done()):
            return refuse(HTTPStatus.NOT_FOUND)
        try:
            async with asyncio.timeout(self._timeouts.outcome_s):
                page = render(await asyncio.shield(self._outcome))
        except TimeoutError:
            return render(_page("still_working", HTTPStatus.ACCEPTED))
        self._shown.set()
        return page


class _Request(Frozen):
    method: str
    path: str
    query: str
    host: str
    headers: Mapping[str, str]

    def navigates(self, own_origin: str) -> bool:
        """Tell whether a browser goes to this address itself, as after Zoom's redirect.

        Pages that load it as an image or frame, or call it by script, say so (Fetch Metadata), or
        name their origin. Zoom's redirect is cross-site as well, so that alone means nothing.
        """
        mode = self.headers.get("sec-fetch-mode", "")
        if mode not in ("", "navigate"):
            return False
        if self.headers.get("sec-fetch-dest", "document") != "document":
            return False
        # After a form that was posted, as Zoom's, some browsers keep an origin that says nothing.
        hidden = ("null",) if mode else ()
        return self.headers.get("origin", own_origin) in (own_origin, *hidden)


def _parse(head: bytes) -> _Request | None:
    """Read a request's head strictly; None unless it is plain HTTP/1 with exactly one Host."""
    with contextlib.suppress(ValueError):  # not ASCII, or not three words
        first, *lines = head.decode("ascii").split("\r\n")
        method, target, version = first.split(" ")
        fields = [
            (name.lower(), value.strip().lower())
            for name, colon, value in (line.partition(":") for line in lines)
            if colon
        ]
        hosts = [value for name, value in fields if name == "host"]
        if version in ("HTTP/1.1", "HTTP/1.0") and len(hosts) == 1 and target.startswith("/"):
            path, _, query = target.partition("?")
            return _Request(method, path, query, hosts[0], dict(fields))
    return None


def _bound_socket(port: int) -> socket.socket:
    """Bind to loopback, and keep other programs off the same port (Windows)."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        if sys.platform == "win32":
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            # A port that was used a minute ago can be opened again; a listening one can't.
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((HOST, port))
    except BaseException:
        sock.close()
        raise
    return sock


def render(page: Page) -> bytes:
    """Write a page as a whole HTTP/1.1 response that closes its connection."""
    from html import escape  # noqa: PLC0415 - knows all entities of HTML by name: 0.4 MB

    title, content = escape(page.title), escape(page.text)
    body = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f"<title>{title} – rtms-tray</title><style>{_STYLE}</style></head>"
        f"<body><h1>{title}</h1><p>{content}</p></body></html>"
    ).encode()
    return _head(page.status, len(body), "Content-Type: text/html; charset=utf-8") + body


def redirect(path: str) -> bytes:
    """Redirect the browser to a clean path, so that the code vanishes from the address bar.

    That takes no script, and the address with the code never enters the history.
    """
    return _head(HTTPStatus.SEE_OTHER, 0, f"Location: {path}")


def refuse(status: HTTPStatus, *headers: str) -> bytes:
    """Refuse a request: the status alone, as plain text."""
    body = f"{status.value} {status.phrase}\n".encode()
    return _head(status, len(body), "Content-Type: text/plain; charset=utf-8", *headers) + body


def _head(status: HTTPStatus, length: int, *headers: str) -> bytes:
    lines = (
        f"HTTP/1.1 {status.value} {status.phrase}",
        *headers,
        f"Content-Length: {length}",
        _HEADERS,
    )
    return ("\r\n".join(lines) + "\r\n\r\n").encode()
