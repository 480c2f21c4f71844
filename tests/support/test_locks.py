"""Locks between processes where the file system has none."""

import errno
import os
from pathlib import Path

import pytest

from rtms_tray.support.locks import FileLock


def test_a_file_system_without_locks_is_an_error_not_a_lock(tmp_path: Path) -> None:
    handles: list[int] = []

    def no_locks(handle: int) -> None:
        handles.append(handle)
        raise OSError(errno.ENOLCK, "No locks available")

    lock = FileLock(tmp_path / "lock", no_locks)
    with pytest.raises(OSError, match="No locks available"):
        lock.acquire()
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(handles[0])
    lock.release()  # nothing was taken: nothing happens
    again = FileLock(tmp_path / "lock")
    assert again.acquire()
    again.release()
