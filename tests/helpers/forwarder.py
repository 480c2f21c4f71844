"""A network that can be cut: forwards a port of its own to the simulated Zoom, until told not to."""

import socket
import threading
from types import TracebackType
from typing import Self

HOST = "127.0.0.1"


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
        for one in ending:
            _break(one)
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
        for one in ends:
            _break(one)
        with self._lock:
            self._open -= set(ends)


def _break(one: socket.socket) -> None:
    """Close a socket so that whoever waits on it, here or on the other side, hears of it."""
    try:
        one.shutdown(socket.SHUT_RDWR)
    except OSError:  # not connected any more
        pass
    finally:
        one.close()
