"""The Zoom client on Windows. Never run on Windows: tested from files only."""

import struct
from typing import Final

from rtms_tray.capture.conditions import Value
from rtms_tray.zoom.zoom_client import ClientSeen, Machine, Version, agreed, running

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


def look(machine: Machine) -> ClientSeen:
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
