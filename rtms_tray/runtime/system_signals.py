"""What the system's own services tell: that it is about to sleep, has woken, or is online again.

On Linux logind and NetworkManager, over the system's message bus; on macOS NSWorkspace, where PyObjC is installed.
Windows tells windows alone (`rtms_tray.desktop.windows_power`).
"""

import asyncio
import importlib
import logging
import os
import sys
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from rtms_tray.support.network_signal import network_told

log = logging.getLogger(__name__)

_USUAL_ADDRESS: Final = "unix:path=/run/dbus/system_bus_socket"
_ONLINE: Final = 60
"""From here on NetworkManager's states mean that a network can be used (NM_STATE_CONNECTED_SITE)."""
_RULES: Final = tuple(
    f"type='signal',sender='{sender}',path='{path}',interface='{sender}{more}',member='{member}'"
    for sender, path, more, member in (
        ("org.freedesktop.login1", "/org/freedesktop/login1", ".Manager", "PrepareForSleep"),
        (
            "org.freedesktop.NetworkManager",
            "/org/freedesktop/NetworkManager",
            "",
            "StateChanged",
        ),
    )
)


class SystemListener(NamedTuple):
    """Who is told."""

    about_to_sleep: Callable[[], None]
    awake: Callable[[], None]
    new_network: Callable[[], None]
    """There is a way out of this machine that was not there before."""
    online: Callable[[], None]
    """A network can be used, perhaps as before."""


async def listen_to_system(
    listener: SystemListener, platform: str = sys.platform, address: str | None = None
) -> None:
    """Pass on what the system tells, until cancelled; returns where it tells nothing."""
    if platform == "linux":
        usual = os.environ.get("DBUS_SYSTEM_BUS_ADDRESS") or _USUAL_ADDRESS
        with network_told(listener.new_network) as told:
            await _listen_to_bus(listener, address or usual)
            if told:
                await asyncio.Event().wait()
    elif platform == "darwin":
        await _listen_to_workspace(listener)


async def _listen_to_bus(listener: SystemListener, address: str) -> None:
    from rtms_tray.support.session_bus import Bus, BusError, BusMessage, Call  # noqa: PLC0415 - slow to load

    def heard(signal: BusMessage) -> None:
        match signal.member, signal.body:
            case "PrepareForSleep", (True,):
                listener.about_to_sleep()
            case "PrepareForSleep", (False,):
                listener.awake()
            case "StateChanged", (int(state),) if state >= _ONLINE:
                listener.online()

    bus = Bus(_RULES, heard, address=address)
    name = "org.freedesktop.DBus"
    try:
        await bus.call(Call(name, "/", name, "GetId"))  # connects
        await asyncio.Event().wait()
    except BusError as error:
        log.info("The system's message bus tells nothing: %s", error)
    finally:
        await bus.close()


async def _listen_to_workspace(listener: SystemListener) -> None:
    try:
        kit: Any = importlib.import_module("AppKit")
    except ImportError:
        return  # the clocks tell
    loop = asyncio.get_running_loop()
    center = kit.NSWorkspace.sharedWorkspace().notificationCenter()
    told = {
        kit.NSWorkspaceWillSleepNotification: listener.about_to_sleep,
        kit.NSWorkspaceDidWakeNotification: listener.awake,
    }
    tokens = [
        center.addObserverForName_object_queue_usingBlock_(
            name, None, None, lambda _notification, tell=tell: loop.call_soon_threadsafe(tell)
        )
        for name, tell in told.items()
    ]
    try:
        await asyncio.Event().wait()
    finally:
        for token in tokens:
            center.removeObserver_(token)
