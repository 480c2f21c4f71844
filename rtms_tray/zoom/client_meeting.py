"""Whether the Zoom client on this machine is in some meeting, by its programs and windows.

Zoom documents none of these signs; others found them (zoom-facts §9.2). They never tell which meeting it
is, nor who hosts it. Listing programs starts another program on some systems: never do it before a
request, and always in a thread.
"""

import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final, Protocol

from rtms_tray.capture.conditions import Value
from rtms_tray.support.frozen import Frozen

_MACOS_HELPERS: Final = ("CptHost", "caphost", "aomhost")  # sharing, and media
_LINUX_HELPERS: Final = ("aomhost",)  # media
_MEETING_CLASS: Final = "ConfMultiTabContentWndClass"
_OLDER_CLASS: Final = "ZPContentViewWndClass"
_MEETING_TITLES: Final = frozenset({"Zoom Meeting", "Zoom Webinar", "Zoom ミーティング"})
"""The class alone is no sign: its window stays, under another title, when a meeting has ended."""
_LIST_S: Final = 3.0


class Window(Frozen):
    """A window on the screen, hidden or not: its class, where the system has such, and its title."""

    class_name: str
    title: str


class Machine(Protocol):
    """What a system tells about its programs and windows."""

    def programs(self) -> frozenset[str] | None:
        """Name the running programs; None if the system doesn't tell."""
        ...

    def windows(self) -> tuple[Window, ...] | None:
        """List the windows; None if the system doesn't tell."""
        ...


class LinuxMachine:
    """Linux: `/proc` lists programs; nothing lists windows (Wayland tells nobody)."""

    def __init__(self, proc: Path = Path("/proc")) -> None:
        self._proc = proc

    def programs(self) -> frozenset[str] | None:
        """Name the running programs (the first 15 characters of each)."""
        try:
            return frozenset(_names_in(self._proc))
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


class MacMachine:
    """macOS: `ps` lists programs; titles of windows need a permission that rtms-tray doesn't ask for."""

    def programs(self) -> frozenset[str] | None:
        """Name the running programs (never run on a Mac)."""
        output = output_of("/bin/ps", "-axco", "comm=")
        return None if output is None else frozenset(output.splitlines()) - {""}

    def windows(self) -> tuple[Window, ...] | None:
        """Tell nothing."""
        return None


class WindowsMachine:
    """Windows: calls of the system list programs and windows."""

    def programs(self) -> frozenset[str] | None:
        """Name the running programs (never run on Windows)."""
        output = output_of("tasklist", "/fo", "csv", "/nh")  # Windows may be on any drive
        return None if output is None else tasks_in(output)

    def windows(self) -> tuple[Window, ...] | None:
        """List all top-level windows, hidden ones too (never run on Windows)."""
        try:
            return _top_level_windows()
        except OSError:
            return None


def output_of(*command: str, limit_s: float = _LIST_S) -> str | None:
    """Run a program that lists things; None if there is none, it fails, or takes too long."""
    try:
        done = subprocess.run(  # noqa: S603 - commands of this module alone
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=limit_s,
            check=True,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.decode(errors="replace")


def tasks_in(table: str) -> frozenset[str]:
    """Read the names of programs from the output of `tasklist /fo csv /nh`."""
    return frozenset(re.findall(r'^"([^"]+)"', table, re.MULTILINE))


if sys.platform == "win32":
    import ctypes
    from ctypes import wintypes

    def _top_level_windows() -> tuple[Window, ...] | None:
        user32 = ctypes.WinDLL("user32", use_last_error=True)
        windows: list[Window] = []

        def take(handle: int, _parameter: int) -> bool:
            texts = [ctypes.create_unicode_buffer(256) for _ in range(2)]
            user32.GetClassNameW(wintypes.HWND(handle), texts[0], 256)
            user32.InternalGetWindowText(wintypes.HWND(handle), texts[1], 256)  # never waits
            windows.append(Window(texts[0].value, texts[1].value))
            return True

        callback = ctypes.WINFUNCTYPE(wintypes.BOOL, wintypes.HWND, wintypes.LPARAM)(take)
        user32.EnumWindows(callback, 0)
        return tuple(windows)

else:

    def _top_level_windows() -> tuple[Window, ...] | None:
        return None


def on_linux(machine: Machine) -> Value:
    """Tell whether the client on Linux is in a meeting."""
    return _by_programs(machine, "zoom", _LINUX_HELPERS)


def on_macos(machine: Machine) -> Value:
    """Tell whether the client on a Mac is in a meeting (never run on a Mac)."""
    return _by_programs(machine, "zoom.us", _MACOS_HELPERS)


def on_windows(machine: Machine) -> Value:
    """Tell whether the client on Windows is in a meeting (never run on Windows).

    A meeting's window is a sign, hidden or not. Without one, only a client that doesn't run is certain.
    """
    if has_meeting_window(machine.windows() or ()):
        return Value.YES
    return _by_programs(machine, "Zoom.exe", ())


def has_meeting_window(windows: Iterable[Window]) -> bool:
    """Tell whether one of these windows, on Windows, is a meeting's."""
    return any(
        window.class_name == _OLDER_CLASS
        or (window.class_name == _MEETING_CLASS and window.title in _MEETING_TITLES)
        for window in windows
    )


def _by_programs(machine: Machine, program: str, helpers: Iterable[str]) -> Value:
    """Judge by the running programs: in a meeting with a helper, in none if the client doesn't run."""
    names = machine.programs()
    if names is None:
        return Value.UNKNOWN
    if any(helper in names for helper in helpers):
        return Value.YES
    return Value.UNKNOWN if program in names else Value.NO


_SYSTEMS: Final[Mapping[str, tuple[Callable[[], Machine], Callable[[Machine], Value]]]] = {
    "linux": (LinuxMachine, on_linux),
    "darwin": (MacMachine, on_macos),
    "win32": (WindowsMachine, on_windows),
}


def client_in_meeting(platform: str = sys.platform) -> Value:
    """Tell whether the client on this machine is in a meeting; unknown on other systems. Takes seconds."""
    if platform not in _SYSTEMS:
        return Value.UNKNOWN
    machine, judge = _SYSTEMS[platform]
    return judge(machine())
