"""The version of the Zoom client: the one installed on this machine, and the one that last logged in.

The app owner's client must be 6.5.5 or later (rule B3). Zoom says nothing if it is older, so the version
is checked before the request goes out. Only this machine can be checked: the app owner may join from
another one. Reading the files takes a moment and belongs in a thread.
"""

import os
import re
import stat
import struct
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Final, TypeAlias

from rtms_tray.capture.conditions import Source, Value
from rtms_tray.support.frozen import Frozen

Version: TypeAlias = tuple[int, ...]
ReadFile: TypeAlias = Callable[[str], bytes | None]
"""Reads a file by its path; None if it can't be read."""

FLOOR: Final[Version] = (6, 5, 5)
"""The oldest version with which RTMS starts (rule B3)."""

_NUMBERS: Final = re.compile(r"\s*v?(\d{1,9}(?:\s?[.,]\s?\d{1,9}){1,4})", re.ASCII)
_ANOTHER_DEVICE: Final = re.compile(r"\((?!win|mac|linux)[^)]*\)", re.IGNORECASE)
_LONGEST: Final = 200


def parse_version(text: str) -> Version | None:
    """Read a version as Zoom writes it: "6.5.7 (12345)", "6.5.7.1234", "5.2.45120.0906(win)"."""
    match = _NUMBERS.match(text[:_LONGEST])
    if match is None:
        return None
    return tuple(int(number) for number in re.split(r"\s?[.,]\s?", match[1]))


def is_supported(version: Version | None) -> Value:
    """Tell whether RTMS starts with a client of this version; unknown if too little of it is known."""
    if version is None:
        return Value.UNKNOWN
    if len(version) < len(FLOOR) and version == FLOOR[: len(version)]:
        return Value.UNKNOWN
    return Value.YES if version >= FLOOR else Value.NO


def short_version(version: Version) -> str:
    """Write a version for people: the first three numbers."""
    return ".".join(str(number) for number in version[: len(FLOOR)])


# --- the app owner's client ---------------------------------------------------------------------


class InstalledClient(Frozen):
    """The Zoom client installed on this machine; `version` is None if there is none, or several that differ."""

    version: Version | None = None

    @property
    def supported(self) -> Value:
        """Whether RTMS starts with this client."""
        return is_supported(self.version)


class Support(Frozen):
    """Whether the app owner's client is new enough, and how that is known."""

    value: Value
    source: Source


def owner_support(installed: InstalledClient, last_client_version: str | None) -> Support:
    """Combine what this machine and Zoom (`GET /users/me`) tell about the app owner's client.

    This machine's client counts more: `last_client_version` is from the last log-in, which may have been
    on another device. A phone's version proves nothing about the computer's.
    """
    if installed.supported is not Value.UNKNOWN:
        return Support(installed.supported, Source.MACHINE)
    last = last_client_version or ""
    another_device = _ANOTHER_DEVICE.search(last[:_LONGEST]) is not None
    value = Value.UNKNOWN if another_device else is_supported(parse_version(last))
    return Support(value, Source.INFERRED if value is Value.UNKNOWN else Source.REPLY)


# --- the files of an installed client -----------------------------------------------------------


def _version_in_text(content: bytes) -> Version | None:
    return parse_version(content.decode(errors="replace"))


def _version_in_plist(content: bytes) -> Version | None:
    import plistlib  # noqa: PLC0415 - macOS alone has such files
    from xml.parsers.expat import ExpatError  # noqa: PLC0415 - as above

    try:
        properties = plistlib.loads(content)
    except (plistlib.InvalidFileException, ExpatError, ValueError, LookupError, OverflowError):
        return None
    version = properties.get("CFBundleShortVersionString") if isinstance(properties, dict) else None
    return parse_version(version) if isinstance(version, str) else None


_FIXED_INFO: Final = struct.pack("<II", 0xFEEF04BD, 0x00010000)
"""The start of VS_FIXEDFILEINFO: its signature and version 1.0; the file's version follows in two numbers.

Source: learn.microsoft.com/windows/win32/api/verrsrc/ns-verrsrc-vs_fixedfileinfo
"""


def _version_in_program(content: bytes) -> Version | None:
    """Read the version from the resources of a Windows program."""
    place = content.find(_FIXED_INFO)
    numbers = content[place + len(_FIXED_INFO) :][:8] if place >= 0 else b""
    if len(numbers) < struct.calcsize("<II"):
        return None
    upper, lower = struct.unpack("<II", numbers)
    version = (upper >> 16, upper & 0xFFFF, lower >> 16, lower & 0xFFFF)
    return version if any(version) else None


_FILES: Final[Mapping[str, tuple[tuple[str, ...], Callable[[bytes], Version | None]]]] = {
    "linux": (  # packages for the system, Flatpak, Snap
        (
            "/opt/zoom/version.txt",
            "/var/lib/flatpak/app/us.zoom.Zoom/current/active/files/extra/zoom/version.txt",
            "~/.local/share/flatpak/app/us.zoom.Zoom/current/active/files/extra/zoom/version.txt",
            "/snap/zoom-client/current/zoom/version.txt",
        ),
        _version_in_text,
    ),
    "darwin": (  # never run on a Mac: tested with its files
        (
            "/Applications/zoom.us.app/Contents/Info.plist",
            "~/Applications/zoom.us.app/Contents/Info.plist",
        ),
        _version_in_plist,
    ),
    "win32": (  # never run on Windows: tested with its files
        (
            r"%APPDATA%\Zoom\bin\Zoom.exe",
            r"%ProgramFiles%\Zoom\bin\Zoom.exe",
            r"%ProgramFiles(x86)%\Zoom\bin\Zoom.exe",
        ),
        _version_in_program,
    ),
}
"""Where each system keeps the client's version, and how it is read (zoom-facts §9.2)."""


def client_of(platform: str, read: ReadFile) -> InstalledClient:
    """Find the client that is installed on a system of this kind, by reading its files."""
    paths, version_in = _FILES.get(platform, ((), _version_in_text))
    contents = (content for path in paths if (content := read(path)))
    versions = [version for content in contents if (version := version_in(content))]
    return InstalledClient(_agreed(versions))


def _agreed(versions: Iterable[Version]) -> Version | None:
    """Choose among several installed clients: the oldest, unless they differ on whether RTMS starts."""
    ordered = sorted(versions)
    return ordered[0] if len({is_supported(version) for version in ordered}) == 1 else None


def installed_client(
    platform: str = sys.platform,
    root: Path = Path("/"),
    home: Path | None = None,
    environ: Mapping[str, str] = os.environ,
) -> InstalledClient:
    """Find the Zoom client of this machine; nothing is known about other systems. Takes a moment."""
    files = _Files(root, Path.home() if home is None else home, environ)
    return client_of(platform, files.read)


_LARGEST: Final = 64 * 1024 * 1024
_VARIABLE: Final = re.compile(r"%([^%]+)%")


class _Files:
    """Reads files of this machine; `root` stands for its whole file system."""

    def __init__(self, root: Path, home: Path, environ: Mapping[str, str]) -> None:
        self._root = root
        self._home = home
        self._environ = {name.upper(): value for name, value in environ.items()}

    def read(self, path: str) -> bytes | None:
        """Read a file: `~` is the user's folder, `%NAME%` a variable. None if it can't be read or is huge."""
        place = self._place(path)
        try:
            status = place.stat() if place else None
            if status is None or not stat.S_ISREG(status.st_mode) or status.st_size > _LARGEST:
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
