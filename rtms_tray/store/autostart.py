"""Starts this program when its user logs in: asked of the system each time, because users turn it off there, too."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple, Protocol

from rtms_tray.store.link_handler import program_beside
from rtms_tray.store.profile import DEFAULT_PROFILE, Profile, find_profile

HIDDEN: Final = "--hidden"
"""The option that leaves it at the icon."""
_SANDBOX: Final = Path("/.flatpak-info")


class Job(NamedTuple):
    """What is started at log-in, and the name by which the system knows it."""

    name: str
    program: Path
    arguments: tuple[str, ...]


class Autostart(Protocol):
    """How one system starts programs at log-in; may take a second, so call it from a thread."""

    def is_on(self) -> bool | None:
        """Whether the system would start it; None where it does not tell. Raises OSError."""
        ...

    def turn(self, *, on: bool) -> None:
        """Have the system start it, or no longer. Raises OSError or ValueError."""
        ...


def find_autostart(
    profile: Profile,
    platform: str = sys.platform,
    python: str = sys.executable,
    environ: Mapping[str, str] | None = None,
    sandbox: Path = _SANDBOX,
) -> Autostart | None:
    """Find this system's way; None for what is no installation, or a profile that only a variable leads to."""
    environ = os.environ if environ is None else environ
    program = program_beside(python, platform)
    if program is None or profile != find_profile(profile.name, environ={}):
        return None
    job = job_of(profile, program)
    match platform:
        case "linux" if sandbox.exists():
            from rtms_tray.store.autostart_portal import PortalAutostart  # noqa: PLC0415 - loads a bus

            return PortalAutostart(job)
        case "linux":
            from rtms_tray.store.autostart_freedesktop import FreedesktopAutostart  # noqa: PLC0415 - one of them

            return FreedesktopAutostart(job, environ)
        case "win32":
            from rtms_tray.store.autostart_windows import WindowsAutostart  # noqa: PLC0415 - one of them

            return WindowsAutostart(job)
        case "darwin":
            from rtms_tray.store.autostart_macos import MacAutostart  # noqa: PLC0415 - one of them

            return MacAutostart(job)
        case _:
            return None


def job_of(profile: Profile, program: Path) -> Job:
    """Say what is to be started for a profile."""
    if profile.name == DEFAULT_PROFILE:
        return Job("rtms-tray", program, ("run", HIDDEN))
    return Job(f"rtms-tray-{profile.name}", program, ("run", HIDDEN, "--profile", profile.name))
