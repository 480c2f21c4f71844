"""The control server's socket: private to this user, and never in the way of the next start."""

import contextlib
import json
import os
import secrets
import socket
import stat
import struct
import sys
from pathlib import Path
from typing import Final

from rtms_tray.control.address import BUSY, Address, TcpAddress, UnixAddress, is_private
from rtms_tray.support.files import PRIVATE_FILE, private_folder, write_private
from rtms_tray.support.frozen import Frozen

_LOOPBACK: Final = "127.0.0.1"
_PROBE_S: Final = 1.0


class Listener(Frozen):
    """A bound socket, the file to remove with it, and the key that clients must send."""

    socket: socket.socket
    file: Path
    key: str = ""

    def close(self) -> None:
        """Close the socket and remove its file."""
        self.socket.close()
        with contextlib.suppress(OSError):
            self.file.unlink()


def listen(address: Address) -> Listener:
    """Bind the control socket; raises OSError, also where another instance answers."""
    if isinstance(address, TcpAddress):
        return _listen_tcp(address)
    return _listen_unix(address)


def _listen_tcp(address: TcpAddress) -> Listener:
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        bound.bind((_LOOPBACK, 0))
        key = secrets.token_urlsafe(32)
        content = {"port": bound.getsockname()[1], "key": key}
        write_private(address.key_file, json.dumps(content).encode())
    except BaseException:
        bound.close()
        raise
    return Listener(bound, address.key_file, key)


def _listen_unix(address: UnixAddress) -> Listener:
    failure = OSError("there is no private folder for the control socket")
    for path in address.paths:
        try:
            return _bind(path)
        except OSError as error:
            failure = error
    raise failure


def _bind(path: Path) -> Listener:
    _prepare_folder(path.parent)
    _remove_stale(path)
    bound = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        bound.bind(str(path))
        path.chmod(PRIVATE_FILE)
    except BaseException:
        bound.close()
        raise
    return Listener(bound, path)


def _prepare_folder(folder: Path) -> None:
    """Make the folder, or make sure that nobody else planted it."""
    private_folder(folder)
    if not is_private(folder):
        raise PermissionError(f"{folder} is open to other users")


def _remove_stale(path: Path) -> None:
    """Remove the socket file that a killed process left, but none that answers."""
    try:
        if not stat.S_ISSOCK(path.lstat().st_mode):
            raise FileExistsError(f"{path} is in the way")
    except FileNotFoundError:
        return
    if _answers(path):
        raise FileExistsError(f"another rtms-tray answers at {path}")
    path.unlink(missing_ok=True)


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(_PROBE_S)
        try:
            probe.connect(str(path))
        except BUSY:
            return True
        except OSError:
            return False
    return True


def peer_is_me(connection: object) -> bool:
    """Whether the process at the other end is this user's; where the system cannot say, it counts as such."""
    if sys.platform != "linux":
        return True
    getsockopt = getattr(connection, "getsockopt", None)
    if getsockopt is None or getattr(connection, "family", None) != socket.AF_UNIX:
        return True
    credentials = getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    return bool(struct.unpack("3i", credentials)[1] == os.getuid())
