"""Files: those that come with the program, private ones that are written whole or not at all, and locks on them."""

import contextlib
import os
import stat
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


PRIVATE_FOLDER: Final = 0o700
PRIVATE_FILE: Final = 0o600
_MAX_BYTES: Final = 1024 * 1024
_POLL_S: Final = 0.02
_PACKAGE: Final = Path(__file__).resolve().parent.parent


def resources(package: Path = _PACKAGE) -> Path:
    """Return the folder of icons, texts and sounds: inside the installed package, or beside it in a checkout.

    Raises:
        FileNotFoundError: there is neither: the installation is incomplete.
    """
    for folder in (package / "resources", package.parent / "resources"):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"no resources folder in {package} or beside it: install again")


def private_folder(path: Path) -> Path:
    """Make a folder that only this user can open, whatever the umask; raises OSError.

    Missing parents become private too; folders that exist stay as they are.
    """
    missing = [path, *path.parents]
    for folder in reversed(missing[: _first_existing(missing)]):
        with contextlib.suppress(FileExistsError):
            folder.mkdir(mode=PRIVATE_FOLDER)
        folder.chmod(PRIVATE_FOLDER)
    return path


def _first_existing(paths: list[Path]) -> int:
    return next((index for index, path in enumerate(paths) if path.exists()), len(paths))


def write_private(path: Path, content: bytes) -> None:
    """Replace a file's content in one step, readable by this user alone; raises OSError.

    A symbolic link stays one: the file that it points to is replaced.
    """
    import tempfile  # noqa: PLC0415 - not for the command line's help, which reads its texts by this module

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
    """Write the new name to the disk too, where the system can: a power cut then loses nothing."""
    if os.name != "posix":
        return
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def check_regular(path: Path) -> os.stat_result:
    """Raise OSError unless this is a regular file: to open anything else may block for ever."""
    found = path.stat()
    if stat.S_ISDIR(found.st_mode):
        raise IsADirectoryError(f"{path} is a folder")
    if not stat.S_ISREG(found.st_mode):
        raise OSError(f"{path} is no regular file")
    return found


def read_regular(path: Path) -> bytes:
    """Read a regular file of ordinary size; raises OSError for anything else, and never blocks."""
    found = check_regular(path)
    if found.st_size > _MAX_BYTES:
        raise OSError(f"{path} is larger than {_MAX_BYTES // 1024} KiB")
    return path.read_bytes()


def aside_name(path: Path) -> Path:
    """Find a free name beside a damaged file, under which it can be kept."""
    names = (path.with_name(f"{path.name}.damaged{n}") for n in ("", *range(2, 1000)))
    return next((name for name in names if not name.exists()), path.with_suffix(".damaged"))


def set_aside(path: Path) -> Path:
    """Rename a damaged file, so that a new one can begin; returns its new path. Raises OSError."""
    return path.replace(aside_name(path))


def without_home(content: str) -> str:
    """Write the user's home folder as ~: its name is mostly the user's."""
    home = str(Path.home())
    return content.replace(home, "~") if len(home) > 1 else content


class FileLock:
    """A lock between processes, which the system releases when its holder dies.

    Its file is made where missing and never removed: removing it would race. The `filelock` package does the same, but
    importing it would add some 15 ms to every start.
    """

    def __init__(self, path: Path, lock: Callable[[int], None] = _lock) -> None:
        self._path = path
        self._lock = lock
        self._handle: int | None = None

    def acquire(self) -> bool:
        """Take the lock; False if another process holds it. Raises OSError."""
        private_folder(self._path.parent)
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT, PRIVATE_FILE)
        try:
            self._path.chmod(PRIVATE_FILE)
            self._lock(handle)
        except (BlockingIOError, PermissionError):  # PermissionError: the same, on Windows
            os.close(handle)
            return False
        except OSError:
            os.close(handle)
            raise
        self._handle = handle
        return True

    def wait(self, limit_s: float) -> bool:
        """Take the lock within `limit_s` seconds; False if it was not released in time."""
        ends_at = time.monotonic() + limit_s
        while not self.acquire():
            if time.monotonic() > ends_at:
                return False
            time.sleep(_POLL_S)
        return True

    def release(self) -> None:
        """Release the lock."""
        if self._handle is not None:
            with contextlib.suppress(OSError):
                os.close(self._handle)
            self._handle = None
