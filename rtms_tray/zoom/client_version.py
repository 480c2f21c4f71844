"""The Zoom client installed on this machine: which version, and whether it is in a meeting.

The app owner's client must be 6.5.5 or later (rule B3); Zoom says nothing where it is older, so it is looked
up before the request goes out. What is seen here is only this machine: the app owner may join from another.
All calls read files and lists of the system, and belong in a thread.
"""

import os
import plistlib
import re
import stat
import struct
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol, TypeAlias
from xml.parsers.expat import ExpatError

from rtms_tray.capture.conditions import Source, Value

Version: TypeAlias = tuple[int, ...]

FLOOR: Final[Version] = (6, 5, 5)
"""The oldest version with which RTMS starts (rule B3)."""

_NUMBERS: Final = re.compile(r"\s*v?(\d{1,9}(?:\s?[.,]\s?\d{1,9}){1,4})", re.ASCII)
_ANOTHER_DEVICE: Final = re.compile(r"\((?!win|mac|linux)[^)]*\)", re.IGNORECASE)
_LONGEST: Final = 200


@dataclass(frozen=True, slots=True)
class Window:
    """A window on the screen, hidden or not: its class, where the system has such, and its title."""

    class_name: str
    title: str


class Machine(Protocol):
    """What is looked at; tests give a machine of files."""

    def read(self, path: str) -> bytes | None:
        """Read a file; `~` is the user's folder, `%NAME%` a variable. None where it cannot be read."""
        ...

    def processes(self) -> frozenset[str] | None:
        """Name the running programs; None where the system does not tell."""
        ...

    def windows(self) -> tuple[Window, ...] | None:
        """List the windows; None where the system does not tell."""
        ...


@dataclass(frozen=True, slots=True)
class ClientSeen:
    """What was seen of the client: its version if it is installed, and where these were read."""

    version: Version | None = None
    in_meeting: Value = Value.UNKNOWN
    version_source: str = ""
    meeting_source: str = ""

    @property
    def supported(self) -> Value:
        """Whether RTMS starts with this client."""
        return is_supported(self.version)


@dataclass(frozen=True, slots=True)
class Support:
    """Whether the app owner's client is new enough, how that is known, and where it was read."""

    value: Value
    source: Source
    text: str


def parse_version(text: str) -> Version | None:
    """Read a version as Zoom writes it: "6.5.7 (12345)", "6.5.7.1234", "5.2.45120.0906(win)"."""
    found = _NUMBERS.match(text[:_LONGEST])
    if found is None:
        return None
    return tuple(int(number) for number in re.split(r"\s?[.,]\s?", found[1]))


def is_supported(version: Version | None) -> Value:
    """Tell whether RTMS starts with a client of this version; unknown if too little of it is known."""
    if version is None:
        return Value.UNKNOWN
    if len(version) < len(FLOOR) and version == FLOOR[: len(version)]:
        return Value.UNKNOWN
    return Value.YES if version >= FLOOR else Value.NO


def written(version: Version) -> str:
    """Write a version for people: the first three numbers."""
    return ".".join(str(number) for number in version[: len(FLOOR)])


def owner_support(seen: ClientSeen, last_client_version: str | None) -> Support:
    """Put together what this machine and Zoom (`GET /users/me`) tell of the app owner's client.

    This machine's client counts more: `last_client_version` is of the last log-in, which may have been on
    another device; of a phone's nothing is concluded.
    """
    if seen.supported is not Value.UNKNOWN:
        return Support(seen.supported, Source.MACHINE, seen.version_source)
    told = last_client_version or ""
    another_device = _ANOTHER_DEVICE.search(told[:_LONGEST]) is not None
    value = Value.UNKNOWN if another_device else is_supported(parse_version(told))
    if value is Value.UNKNOWN:
        none = "no Zoom client was found on this machine"
        return Support(value, Source.INFERRED, seen.version_source or none)
    return Support(value, Source.REPLY, "Zoom, of your last log-in with a client")


def agreed(found: Iterable[tuple[Version, str]]) -> tuple[Version | None, str]:
    """Choose among several installed clients: the oldest, unless they differ on whether RTMS starts."""
    clients = sorted(found)
    if not clients:
        return None, ""
    if len({is_supported(version) for version, _ in clients}) > 1:
        return None, "several Zoom clients are installed"
    return clients[0]


def running(machine: Machine, program: str, helpers: Iterable[str]) -> tuple[Value, str]:
    """Tell from the running programs whether a meeting is on: yes with a helper, no without Zoom."""
    names = machine.processes()
    if names is None:
        return Value.UNKNOWN, ""
    helper = next((name for name in helpers if name in names), None)
    if helper is not None:
        return Value.YES, f"{helper} runs"
    if program not in names:
        return Value.NO, "Zoom does not run on this machine"
    return Value.UNKNOWN, ""


# --- The Zoom client on Linux: packages for the system, Flatpak, Snap. ---

_VERSIONS: Final = (
    "/opt/zoom/version.txt",
    "/var/lib/flatpak/app/us.zoom.Zoom/current/active/files/extra/zoom/version.txt",
    "~/.local/share/flatpak/app/us.zoom.Zoom/current/active/files/extra/zoom/version.txt",
    "/snap/zoom-client/current/zoom/version.txt",
)
_LINUX_HELPERS: Final = ("aomhost",)
"""Runs while a meeting's media do (inferred by others, not documented by Zoom)."""


def look_on_linux(machine: Machine) -> ClientSeen:
    """See which client is installed, and whether it is in a meeting."""
    found = []
    for path in _VERSIONS:
        content = machine.read(path)
        version = parse_version(content.decode(errors="replace")) if content else None
        if version is not None:
            found.append((version, path))
    version, source = agreed(found)
    in_meeting, sign = running(machine, "zoom", _LINUX_HELPERS)
    return ClientSeen(version, in_meeting, source, sign)


# --- The Zoom client on macOS. Never run on a Mac: tested from files only. ---

_PLISTS: Final = (
    "/Applications/zoom.us.app/Contents/Info.plist",
    "~/Applications/zoom.us.app/Contents/Info.plist",
)
_MACOS_HELPERS: Final = ("CptHost", "caphost", "aomhost")
"""Helpers of a meeting: sharing, and media (inferred by others, not documented by Zoom)."""


def look_on_macos(machine: Machine) -> ClientSeen:
    """See which client is installed, and whether it is in a meeting (never run on a Mac)."""
    found = []
    for path in _PLISTS:
        version = _version_in(machine.read(path) or b"")
        if version is not None:
            found.append((version, path))
    version, source = agreed(found)
    in_meeting, sign = running(machine, "zoom.us", _MACOS_HELPERS)
    return ClientSeen(version, in_meeting, source, sign)


def _version_in(content: bytes) -> Version | None:
    try:
        facts = plistlib.loads(content)
    except (plistlib.InvalidFileException, ExpatError, ValueError, LookupError, OverflowError):
        return None
    told = facts.get("CFBundleShortVersionString") if isinstance(facts, dict) else None
    return parse_version(told) if isinstance(told, str) else None


# --- The Zoom client on Windows. Never run on Windows: tested from files only. ---

_PROGRAMS: Final = (
    r"%APPDATA%\Zoom\bin\Zoom.exe",
    r"%ProgramFiles%\Zoom\bin\Zoom.exe",
    r"%ProgramFiles(x86)%\Zoom\bin\Zoom.exe",
)
_FIXED_INFO: Final = struct.pack("<II", 0xFEEF04BD, 0x00010000)
"""Begins VS_FIXEDFILEINFO: its signature and version 1.0; the file's version follows in two numbers.

Source: learn.microsoft.com/windows/win32/api/verrsrc/ns-verrsrc-vs_fixedfileinfo
"""
_MEETING_CLASS: Final = "ConfMultiTabContentWndClass"
_OLDER_CLASS: Final = "ZPContentViewWndClass"
_MEETING_TITLES: Final = frozenset({"Zoom Meeting", "Zoom Webinar", "Zoom ミーティング"})
"""The class alone is no sign: it stays when a meeting has ended, titled otherwise."""


def look_on_windows(machine: Machine) -> ClientSeen:
    """See which client is installed, and whether it is in a meeting (never run on Windows)."""
    found = []
    for path in _PROGRAMS:
        version = file_version(machine.read(path) or b"")
        if version is not None:
            found.append((version, path))
    version, source = agreed(found)
    in_meeting, sign = _meeting(machine)
    return ClientSeen(version, in_meeting, source, sign)


def file_version(program: bytes) -> Version | None:
    """Read the version out of a program's resources."""
    place = program.find(_FIXED_INFO)
    numbers = program[place + len(_FIXED_INFO) :][:8] if place >= 0 else b""
    if len(numbers) < struct.calcsize("<II"):
        return None
    upper, lower = struct.unpack("<II", numbers)
    version = (upper >> 16, upper & 0xFFFF, lower >> 16, lower & 0xFFFF)
    return version if any(version) else None


def _meeting(machine: Machine) -> tuple[Value, str]:
    """A meeting's window is a sign, hidden or not; without one, only that Zoom does not run."""
    for window in machine.windows() or ():
        titled = window.class_name == _MEETING_CLASS and window.title in _MEETING_TITLES
        if titled or window.class_name == _OLDER_CLASS:
            return Value.YES, f"a window of class {window.class_name}"
    return running(machine, "Zoom.exe", ())


# --- This machine as it can be looked at: its files, running programs and windows. ---

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
            return look_on_linux(LinuxMachine(root, folder, environ))
        case "darwin":
            return look_on_macos(MacMachine(root, folder, environ))
        case "win32":
            return look_on_windows(WindowsMachine(root, folder, environ))
        case _:
            return ClientSeen()
