"""Starts the program as its users do, first its icon, with something else beside it."""

import asyncio
from typing import TYPE_CHECKING, Any

from rtms_tray.desktop.first_icon import FirstIcon
from rtms_tray.start import load
from rtms_tray.store.profile import find_profile

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from rtms_tray.app import Running


def run_behind_icon(main: "Callable[[Running, FirstIcon], Coroutine[Any, Any, None]]") -> None:
    """Load the program behind an icon, and run this coroutine with it."""
    first = FirstIcon()
    helper, app = first.meanwhile(load)
    store = app.KeyringStore(helper=helper)
    running = app.Running(find_profile(), store, asyncio.Event(), first=first)
    app.run_in_qt(main(running, first), first.app)
