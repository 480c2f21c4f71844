"""Files and folders that only this user can open, written whole or not at all."""

import contextlib
import os
import stat
import tempfile
from pathlib import Path
from typing import Final

PRIVATE_FOLDER: Final = 0o700
PRIVATE_FILE: Final = 0o600
_LARGEST: Final = 1024 * 1024


def private_folder(path: Path) -> Path:
    """Make a folder for this user alone, whatever the umask; raises OSError.

    Folders on the way that are missing are made private too; those that exist stay as they are.
    """
    missing = [path, *path.parents]
    for folder in reversed(missing[: _first_existing(missing)]):
        with contextlib.suppress(FileExistsError):
            folder.mkdir(mode=PRIVATE_FOLDER)
        folder.chmod(PRIVATE_FOLDER)
    return path


def _first_existing(paths: list[Path]) -> int:
    return next((place for place, path in enumerate(paths) if path.exists()), len(paths))


def write_private(path: Path, content: bytes) -> None:
    """Replace a file's content in one step, readable by this user alone; raises OSError.

    A symbolic link stays one: what it points to is replaced.
    """
    target = Path(os.path.realpath(path))
    private_folder(target.parent)
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        Path(name).chmod(PRIVATE_FILE)  # an odd umask takes even the owner's rights away
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise
    _sync_folder(target.parent)


def _sync_folder(folder: Path) -> None:
    """Put the new name on the disk too, where the system can: a power cut then loses nothing."""
    if os.name != "posix":
        return
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def read_regular(path: Path) -> bytes:
    """Read a file of ordinary size; raises OSError, also for what is no file (it never blocks)."""
    found = path.stat()
    if stat.S_ISDIR(found.st_mode):
        raise IsADirectoryError(f"{path} is a folder")
    if not stat.S_ISREG(found.st_mode):
        raise OSError(f"{path} is no regular file")
    if found.st_size > _LARGEST:
        raise OSError(f"{path} is larger than {_LARGEST // 1024} KiB")
    return path.read_bytes()
