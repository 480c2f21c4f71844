"""The address of a profile's control socket, which server and client find in the same way."""

import os
import stat
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple, TypeAlias

from rtms_tray.store.profile import Profile

MAX_PATH_BYTES: Final = 100
"""Bytes; Linux takes 107 and macOS 103."""

BUSY: Final = (TimeoutError, BlockingIOError)
"""What connecting fails with where somebody listens but accepts no more connections for now.

Linux fails at once (EAGAIN), whatever the time limit.
"""


class UnixAddress(NamedTuple):
    """Socket files: the server uses the first that it can, the client tries all."""

    paths: tuple[Path, ...]


class TcpAddress(NamedTuple):
    """A port on loopback, where there are no socket files; it is in a file, with a key."""

    key_file: Path


Address: TypeAlias = UnixAddress | TcpAddress


def control_address(profile: Profile, environ: Mapping[str, str] | None = None) -> Address:
    """Return the address of a profile's control socket; creates and opens nothing."""
    if sys.platform == "win32":
        return TcpAddress(profile.control_folder / "control.json")
    plain = profile.control_folder / "socket"
    if _fits(plain):
        return UnixAddress((plain,))
    return UnixAddress(tuple(_short_paths(profile, os.environ if environ is None else environ)))


def _fits(path: Path) -> bool:
    return len(os.fsencode(path)) <= MAX_PATH_BYTES


def _short_paths(profile: Profile, environ: Mapping[str, str]) -> Iterator[Path]:
    """List short paths for a profile whose own folder is too deep for a socket.

    A client may run without the session's variables (cron, sudo), so all usual folders count.
    """
    import hashlib  # noqa: PLC0415 - not needed for most profiles

    folder = os.fsencode(os.path.realpath(profile.control_folder))
    name = f"{hashlib.sha256(folder).hexdigest()[:16]}.sock"
    user = os.getuid() if sys.platform != "win32" else 0
    # XDG_RUNTIME_DIR may be unset or elsewhere; owner and mode are checked before /tmp is used
    folders = [Path(f"/run/user/{user}/rtms-tray"), Path(f"/tmp/rtms-tray-{user}")]  # noqa: S108 - see above
    if runtime := environ.get("XDG_RUNTIME_DIR"):
        folders.insert(0, Path(runtime) / "rtms-tray")
    yield from (path for path in dict.fromkeys(short / name for short in folders) if _fits(path))


def is_private(folder: Path) -> bool:
    """Whether a folder is this user's, and nobody else can open it."""
    try:
        found = folder.lstat()
    except OSError:
        return False
    if sys.platform == "win32":
        return stat.S_ISDIR(found.st_mode)
    ours = found.st_uid == os.getuid() and not found.st_mode & 0o077
    return stat.S_ISDIR(found.st_mode) and ours
