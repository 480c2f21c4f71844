"""Parts of a network on this machine: free ports, certificates, and a line that can be cut."""

import asyncio
import socket
import ssl
import threading
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Self

import trustme

HOST = "127.0.0.1"
DAY = timedelta(days=1)
_CHECK_EVERY_S = 0.01


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.create_server((HOST, 0)) as server:
        return int(server.getsockname()[1])


async def freed(port: int, limit_s: float = 10) -> None:
    """Return once nobody listens on a port; raises TimeoutError.

    It binds rather than connects: a connection made in the very moment in which an asyncio server
    closes is lost between accepting and serving, and left for the garbage collector to complain of.
    """
    async with asyncio.timeout(limit_s):
        while True:
            try:
                socket.create_server((HOST, port)).close()
            except OSError:
                await asyncio.sleep(_CHECK_EVERY_S)
            else:
                return


def server_tls(
    ca: trustme.CA, host: str = HOST, *, begins: timedelta = -DAY, ends: timedelta = DAY
) -> ssl.SSLContext:
    """Return a server's TLS context whose certificate is valid for a host, relative to now."""
    now = datetime.now(UTC)
    certificate = ca.issue_cert(host, not_before=now + begins, not_after=now + ends)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context


class Forwarder:
    """Forwards connections: `with Forwarder(port) as network:`; once cut, nobody answers there."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._listener = socket.create_server((HOST, 0))
        self.port = self._listener.getsockname()[1]
        self._listen()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.cut()

    def cut(self) -> None:
        """Break every connection, and let nobody connect."""
        with self._lock:
            ending = [self._listener, *self._open]
            self._open.clear()
        for connection in ending:
            _break(connection)
        self._thread.join()

    def restore(self) -> None:
        """Forward again, on the same port."""
        self._listener = socket.create_server((HOST, self.port))
        self._listen()

    def _listen(self) -> None:
        self._thread = threading.Thread(target=self._accept, args=(self._listener,), daemon=True)
        self._thread.start()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                near, _ = listener.accept()
            except OSError:  # closed: the network is cut
                return
            far = socket.create_connection((HOST, self._target))
            with self._lock:
                self._open |= {near, far}
            if listener.fileno() < 0:  # cut just now
                self._end(near, far)
                return
            for source, sink in ((near, far), (far, near)):
                threading.Thread(target=self._pump, args=(source, sink), daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        try:
            while data := source.recv(65536):
                sink.sendall(data)
        except OSError:  # cut, or the other side has gone
            pass
        finally:
            self._end(source, sink)

    def _end(self, *ends: socket.socket) -> None:
        for connection in ends:
            _break(connection)
        with self._lock:
            self._open -= set(ends)


def _break(connection: socket.socket) -> None:
    """Close a socket so that whoever waits on it, here or on the other side, hears of it."""
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:  # not connected any more
        pass
    finally:
        connection.close()
