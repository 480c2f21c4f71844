"""Makes this program the one that opens set-up links and files, for this user: at each start, seldom with an effect.

Only the usual profile of an installed program does so. On macOS the app bundle's Info.plist names the scheme instead.
"""

import logging
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from rtms_tray.store.link_handler_freedesktop import register_freedesktop
from rtms_tray.store.link_handler_windows import register_windows
from rtms_tray.store.profile import Profile, find_profile

log = logging.getLogger(__name__)

_REGISTER: Final[Mapping[str, Callable[[Path], bool]]] = {
    "linux": register_freedesktop,
    "win32": register_windows,
}


def register(profile: Profile, platform: str = sys.platform, python: str = sys.executable) -> bool:
    """Register, where something is missing; true where something was changed. Never raises."""
    program = program_beside(python, platform)
    begin = _REGISTER.get(platform)
    if begin is None or program is None or profile != find_profile(environ={}):
        return False
    try:
        changed = begin(program)
    except (OSError, ValueError) as error:
        log.info("Set-up links cannot be registered: %s", error)
        return False
    if changed:
        log.info("Set-up links open this program from now on.")
    return changed


def program_beside(python: str, platform: str) -> Path | None:
    """Find the program that the system can start; None in a checkout, which is no installation."""
    if getattr(sys, "frozen", False):
        return Path(python)
    name = "rtms-tray-gui.exe" if platform == "win32" else "rtms-tray"
    program = Path(python).with_name(name)
    return program if program.is_file() else None
