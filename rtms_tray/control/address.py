"""Where the control socket of a profile is; server and client work it out alike."""

import hashlib
import os
import stat
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

from rtms_tray.store.profile import Profile

LONGEST_PATH: Final = 100
"""Bytes; Linux takes 107 and macOS 103."""

BUSY: Final = (TimeoutError, BlockingIOError)
"""What connecting fails with where somebody listens, but takes no more connections for now.

Linux says so at once (EAGAIN), whatever the time limit.
"""


@dataclass(frozen=True, slots=True)
class UnixAddress:
    """A socket file: the server takes the first place it can use, the client looks at all."""

    paths: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class TcpAddress:
    """A port on loopback, where there are no socket files: the file tells it, with a key."""

    key_file: Path


Address: TypeAlias = UnixAddress | TcpAddress


def control_address(profile: Profile, environ: Mapping[str, str] | None = None) -> Address:
    """Tell where the control socket of a profile is; makes and opens nothing."""
    if sys.platform == "win32":
        return TcpAddress(profile.control_folder / "control.json")
    plain = profile.control_folder / "socket"
    if _fits(plain):
        return UnixAddress((plain,))
    return UnixAddress(tuple(_short_paths(profile, os.environ if environ is None else environ)))


def _fits(path: Path) -> bool:
    return len(os.fsencode(path)) <= LONGEST_PATH


def _short_paths(profile: Profile, environ: Mapping[str, str]) -> Iterator[Path]:
    """List short places for a profile whose own folder is too deep for a socket.

    A client may run without the session's variables (cron, sudo), so all usual places count.
    """
    folder = os.fsencode(os.path.realpath(profile.control_folder))
    name = f"{hashlib.sha256(folder).hexdigest()[:16]}.sock"
    user = os.getuid() if sys.platform != "win32" else 0
    # XDG_RUNTIME_DIR may be unset or elsewhere; /tmp is checked for owner and mode before use
    places = [Path(f"/run/user/{user}/rtms-tray"), Path(f"/tmp/rtms-tray-{user}")]  # noqa: S108 - see above
    if runtime := environ.get("XDG_RUNTIME_DIR"):
        places.insert(0, Path(runtime) / "rtms-tray")
    yield from (path for path in dict.fromkeys(place / name for place in places) if _fits(path))


def is_private(folder: Path) -> bool:
    """Tell whether a folder is this user's and nobody else can enter it."""
    try:
        found = folder.lstat()
    except OSError:
        return False
    if sys.platform == "win32":
        return stat.S_ISDIR(found.st_mode)
    ours = found.st_uid == os.getuid() and not found.st_mode & 0o077
    return stat.S_ISDIR(found.st_mode) and ours
