"""Starts the tray: first its icon, then everything behind it."""

import importlib
from typing import Any

from rtms_tray.desktop.first_icon import FirstIcon
from rtms_tray.store.profile import Profile


def run(profile: Profile, *, verbose: bool, setup: str = "", hidden: bool = False) -> int:
    """Show the icon, load the program while the tray draws it, and run that until it is quit."""
    first = FirstIcon()
    app: Any = first.meanwhile(lambda: importlib.import_module("rtms_tray.app"))
    return int(app.run(profile, first, verbose=verbose, setup=setup, hidden=hidden))
