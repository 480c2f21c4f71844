"""The Zoom client on macOS. Never run on a Mac: tested from files only."""

import plistlib
from typing import Final
from xml.parsers.expat import ExpatError

from rtms_tray.zoom.zoom_client import (
    ClientSeen,
    Machine,
    Version,
    agreed,
    parse_version,
    running,
)

_PLISTS: Final = (
    "/Applications/zoom.us.app/Contents/Info.plist",
    "~/Applications/zoom.us.app/Contents/Info.plist",
)
_HELPERS: Final = ("CptHost", "caphost", "aomhost")
"""Helpers of a meeting: sharing, and media (inferred by others, not documented by Zoom)."""


def look(machine: Machine) -> ClientSeen:
    """See which client is installed, and whether it is in a meeting (never run on a Mac)."""
    found = []
    for path in _PLISTS:
        version = _version_in(machine.read(path) or b"")
        if version is not None:
            found.append((version, path))
    version, source = agreed(found)
    in_meeting, sign = running(machine, "zoom.us", _HELPERS)
    return ClientSeen(version, in_meeting, source, sign)


def _version_in(content: bytes) -> Version | None:
    try:
        facts = plistlib.loads(content)
    except (plistlib.InvalidFileException, ExpatError, ValueError, LookupError, OverflowError):
        return None
    told = facts.get("CFBundleShortVersionString") if isinstance(facts, dict) else None
    return parse_version(told) if isinstance(told, str) else None
