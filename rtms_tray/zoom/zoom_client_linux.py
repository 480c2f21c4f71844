"""The Zoom client on Linux: packages for the system, Flatpak, Snap."""

from typing import Final

from rtms_tray.zoom.zoom_client import ClientSeen, Machine, agreed, parse_version, running

_VERSIONS: Final = (
    "/opt/zoom/version.txt",
    "/var/lib/flatpak/app/us.zoom.Zoom/current/active/files/extra/zoom/version.txt",
    "~/.local/share/flatpak/app/us.zoom.Zoom/current/active/files/extra/zoom/version.txt",
    "/snap/zoom-client/current/zoom/version.txt",
)
_HELPERS: Final = ("aomhost",)
"""Runs while a meeting's media do (inferred by others, not documented by Zoom)."""


def look(machine: Machine) -> ClientSeen:
    """See which client is installed, and whether it is in a meeting."""
    found = []
    for path in _VERSIONS:
        content = machine.read(path)
        version = parse_version(content.decode(errors="replace")) if content else None
        if version is not None:
            found.append((version, path))
    version, source = agreed(found)
    in_meeting, sign = running(machine, "zoom", _HELPERS)
    return ClientSeen(version, in_meeting, source, sign)
