"""The control socket's client for the command line: plain blocking sockets, quick to import."""

import contextlib
import json
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

from rtms_tray.control.address import BUSY, Address, TcpAddress, is_private
from rtms_tray.control.wire import OPEN_ENDED, BadReplyError, read_reply, request_line
from rtms_tray.support.command_types import Answer, Command, Exit
from rtms_tray.support.texts import text

LIMIT_S: Final = 14.5
_LONGEST_REPLY: Final = 16 * 1024 * 1024
_CONNECT_S: Final = 5.0
_WAIT_S: Final = 1.0  # on Windows, Ctrl-C is noticed only between two waits


def call(
    address: Address,
    command: Command,
    on_line: Callable[[Mapping[str, object]], None] = lambda _: None,
    *,
    limit_s: float = LIMIT_S,
) -> Answer:
    """Have the running instance perform a command, within `limit_s` seconds.

    `on_line` gets what the command says before its answer. Commands of `OPEN_ENDED` have no limit.
    """
    ends_at = None if command.name in OPEN_ENDED else time.monotonic() + limit_s
    try:
        connection, key = _connect(address)
    except BUSY:
        return Answer(Exit.STILL_TRYING, text("control.client.still_trying"))
    except PermissionError:
        return Answer(Exit.REFUSED, text("control.client.another_user"))
    # No socket, a stale one, no key file, or a damaged one.
    except (OSError, ValueError, LookupError, TypeError, OverflowError, RecursionError):
        return Answer(Exit.NOT_RUNNING, text("control.client.not_running"))
    with connection:
        return _exchange(connection, request_line(command, key), on_line, ends_at)


def _exchange(
    connection: socket.socket,
    request: bytes,
    on_line: Callable[[Mapping[str, object]], None],
    ends_at: float | None,
) -> Answer:
    try:
        with contextlib.suppress(ConnectionError):  # a server that refuses may not read all of it
            connection.sendall(request)
        for line in _lines(connection, ends_at):
            reply = read_reply(line)
            if isinstance(reply, Answer):
                return reply
            on_line(reply)
    except TimeoutError:
        return Answer(Exit.STILL_TRYING, text("control.client.still_trying"))
    except BadReplyError as error:
        return Answer(Exit.REFUSED, str(error))
    return Answer(Exit.NOT_RUNNING, text("control.client.ended"))


def _lines(connection: socket.socket, ends_at: float | None) -> Iterator[bytes]:
    """Yield the lines of the reply until the server closes the connection; raises TimeoutError."""
    buffer = b""
    while True:
        if not (received := _receive(connection, ends_at)):
            return
        *whole, buffer = (buffer + received).split(b"\n")
        yield from whole
        if len(buffer) > _LONGEST_REPLY:
            raise BadReplyError(text("control.client.long_answer"))


def _receive(connection: socket.socket, ends_at: float | None) -> bytes:
    while True:
        left = _WAIT_S if ends_at is None else ends_at - time.monotonic()
        connection.settimeout(max(0.001, left))
        try:
            return connection.recv(65536)
        except TimeoutError:
            if ends_at is not None:
                raise
        except ConnectionError:  # here, because `on_line` may lose its own reader
            return b""


def _connect(address: Address) -> tuple[socket.socket, str]:
    if isinstance(address, TcpAddress):
        content = json.loads(address.key_file.read_bytes())
        endpoint = ("127.0.0.1", int(content["port"]))
        return socket.create_connection(endpoint, _CONNECT_S), str(content["key"])
    failure: OSError = FileNotFoundError()
    for path in address.paths:
        try:
            return _connect_unix(path), ""
        except BUSY:
            raise
        except OSError as error:
            failure = error
    raise failure


def _connect_unix(path: Path) -> socket.socket:
    if path.parent.exists() and not is_private(path.parent):
        raise PermissionError(f"{path.parent} is open to other users")
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connection.settimeout(_CONNECT_S)
        connection.connect(str(path))
    except BaseException:
        connection.close()
        raise
    return connection
