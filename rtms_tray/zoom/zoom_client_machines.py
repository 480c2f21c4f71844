"""This machine as it can be looked at: its files, running programs and windows.

The parts for macOS and Windows have never been run there.
"""

import os
import re
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

from rtms_tray.zoom import zoom_client_linux, zoom_client_macos, zoom_client_windows
from rtms_tray.zoom.zoom_client import ClientSeen, Machine, Window

_LARGEST: Final = 64 * 1024 * 1024
_LIST_S: Final = 3.0
_VARIABLE: Final = re.compile(r"%([^%]+)%")


class _Files:
    """Reads files of this machine; `root` stands for its whole file system."""

    def __init__(self, root: Path, home: Path, environ: Mapping[str, str]) -> None:
        self._root = root
        self._home = home
        self._environ = {name.upper(): value for name, value in environ.items()}

    def read(self, path: str) -> bytes | None:
        """Read a file of ordinary size; None where there is none, or it cannot be read."""
        place = self._place(path)
        try:
            found = place.stat() if place else None
            if found is None or not stat.S_ISREG(found.st_mode) or found.st_size > _LARGEST:
                return None
            return place.read_bytes() if place else None
        except (OSError, ValueError):  # ValueError: a NUL in a variable
            return None

    def _place(self, path: str) -> Path | None:
        if path.startswith("~/"):
            return self._home / path[2:]
        names = _VARIABLE.findall(path)
        if any(not self._environ.get(name.upper()) for name in names):
            return None
        full = _VARIABLE.sub(lambda name: self._environ[name[1].upper()], path)
        return Path(full) if names else self._root / path.lstrip("/")


class LinuxMachine(_Files):
    """Linux: programs are listed in `/proc`; windows are not listed (Wayland tells nobody)."""

    def processes(self) -> frozenset[str] | None:
        """Name the running programs (the first 15 characters of each)."""
        try:
            return frozenset(_names_in(self._root / "proc"))
        except OSError:
            return None

    def windows(self) -> tuple[Window, ...] | None:
        """Tell nothing."""
        return None


def _names_in(proc: Path) -> Iterator[str]:
    for folder in proc.iterdir():
        if folder.name.isdigit():
            try:
                yield (folder / "comm").read_text(errors="replace").rstrip("\n")
            except OSError:  # it has just ended
                continue


class MacMachine(_Files):
    """macOS: programs are listed by `ps`; windows are not looked at. Never run on a Mac."""

    def processes(self) -> frozenset[str] | None:
        """Name the running programs (never run on a Mac)."""
        listed = printed_by("/bin/ps", "-axco", "comm=")
        return None if listed is None else frozenset(listed.splitlines()) - {""}

    def windows(self) -> tuple[Window, ...] | None:
        """Tell nothing: titles need a permission that rtms-tray does not ask for."""
        return None


class WindowsMachine(_Files):
    """Windows: programs and windows are listed by the system's own calls. Never run on Windows."""

    def processes(self) -> frozenset[str] | None:
        """Name the running programs (never run on Windows)."""
        listed = printed_by("tasklist", "/fo", "csv", "/nh")  # Windows may be on any drive
        return None if listed is None else tasks_in(listed)

    def windows(self) -> tuple[Window, ...] | None:
        """List all top-level windows, hidden ones too (never run on Windows)."""
        try:
            return _top_level_windows()
        except OSError:
            return None


def printed_by(*command: str, limit_s: float = _LIST_S) -> str | None:
    """Run a program that lists things; None where there is none, it fails, or takes too long."""
    try:
        listed = subprocess.run(  # noqa: S603 - commands of this module alone
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=limit_s,
            check=True,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return listed.stdout.decode(errors="replace")


def tasks_in(table: str) -> frozenset[str]:
    """Read the names of programs out of what `tasklist /fo csv /nh` prints."""
    return frozenset(re.findall(r'^"([^"]+)"', table, re.MULTILINE))


if sys.platform == "win32":
    import ctypes
    from ctypes import wintypes

    def _top_level_windows() -> tuple[Window, ...] | None:
        user32 = ctypes.WinDLL("user32", use_last_error=True)
        found: list[Window] = []

        def take(handle: int, _parameter: int) -> bool:
            texts = [ctypes.create_unicode_buffer(256) for _ in range(2)]
            user32.GetClassNameW(wintypes.HWND(handle), texts[0], 256)
            user32.InternalGetWindowText(wintypes.HWND(handle), texts[1], 256)  # never waits
            found.append(Window(texts[0].value, texts[1].value))
            return True

        callback = ctypes.WINFUNCTYPE(wintypes.BOOL, wintypes.HWND, wintypes.LPARAM)(take)
        user32.EnumWindows(callback, 0)
        return tuple(found)

else:

    def _top_level_windows() -> tuple[Window, ...] | None:
        return None


Look = Callable[[Machine], ClientSeen]


def look_here(
    platform: str = sys.platform,
    root: Path = Path("/"),
    home: Path | None = None,
    environ: Mapping[str, str] = os.environ,
) -> ClientSeen:
    """See the Zoom client of this machine; nothing is known on other systems. Takes a moment."""
    folder = Path.home() if home is None else home
    match platform:
        case "linux":
            return zoom_client_linux.look(LinuxMachine(root, folder, environ))
        case "darwin":
            return zoom_client_macos.look(MacMachine(root, folder, environ))
        case "win32":
            return zoom_client_windows.look(WindowsMachine(root, folder, environ))
        case _:
            return ClientSeen()
