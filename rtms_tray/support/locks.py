"""Locks between processes, which the system itself drops when a process dies.

The `filelock` package does the same, but importing it would add some 15 ms to every start.
"""

import contextlib
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from rtms_tray.support.files import PRIVATE_FILE, private_folder

if sys.platform == "win32":
    import msvcrt

    def _take(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _take(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


_POLL_S: Final = 0.02


class FileLock:
    """A lock on a file, which is made where missing and never removed: removing it would race."""

    def __init__(self, path: Path, take: Callable[[int], None] = _take) -> None:
        self._path = path
        self._take = take
        self._handle: int | None = None

    def acquire(self) -> bool:
        """Take the lock, or tell that somebody else has it; raises OSError."""
        private_folder(self._path.parent)
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT, PRIVATE_FILE)
        try:
            self._path.chmod(PRIVATE_FILE)
            self._take(handle)
        except (BlockingIOError, PermissionError):  # PermissionError: the same, on Windows
            os.close(handle)
            return False
        except OSError:
            os.close(handle)
            raise
        self._handle = handle
        return True

    def wait(self, limit_s: float) -> bool:
        """Take the lock within `limit_s` seconds, or tell that it was not given back in time."""
        ends_at = time.monotonic() + limit_s
        while not self.acquire():
            if time.monotonic() > ends_at:
                return False
            time.sleep(_POLL_S)
        return True

    def release(self) -> None:
        """Give the lock back."""
        if self._handle is not None:
            with contextlib.suppress(OSError):
                os.close(self._handle)
            self._handle = None
