"""Starts the tray: first its icon, then everything behind it."""

import contextlib
import importlib
from typing import TYPE_CHECKING, Any

from rtms_tray.desktop.first_icon import FirstIcon
from rtms_tray.store.profile import Profile

if TYPE_CHECKING:
    from rtms_tray.store.keyring_helper import KeyringHelper


def run(
    profile: Profile,
    *,
    verbose: bool,
    setup: str = "",
    hidden: bool = False,
    window: bool = False,
) -> int:
    """Show the icon, load the program while the tray draws it, and run that until it is quit."""
    first = FirstIcon()
    first.clicked = window
    helper, app = first.meanwhile(load)
    return int(app.run(profile, first, helper, verbose=verbose, setup=setup, hidden=hidden))


def load() -> "tuple[KeyringHelper | None, Any]":
    """Start the keyring's helper, which takes as long to load as the program; then load that."""
    from rtms_tray.store.keyring_helper import HelperGoneError, helper_for  # noqa: PLC0415 - after the icon

    helper = helper_for()
    if helper is not None:
        with contextlib.suppress(HelperGoneError):
            helper.start()
    return helper, importlib.import_module("rtms_tray.app")
