"""Checks whether the desktop shows notifications, and whether it swallows them just now.

Asked on the session's message bus: who serves `org.freedesktop.Notifications`, and the switches for
"do not disturb" that desktops let be read. Windows and macOS tell programs nothing of the kind.
"""

import sys
from collections.abc import Awaitable, Callable
from typing import Any, Final

from rtms_tray.doctor.findings import Finding, Mark, Patient, found, ok

_NAME: Final = "org.freedesktop.Notifications"
_PATH: Final = "/org/freedesktop/Notifications"
_BUS: Final = "org.freedesktop.DBus"
_PROPERTIES: Final = "org.freedesktop.DBus.Properties"
_CODE: Final = "notifications"

Ask = Callable[..., Awaitable[tuple[Any, ...]]]
"""Calls a method (destination, path, interface, member, signature, *body); raises BusError."""


async def notifications(patient: Patient) -> Finding:
    """See whether notifications come through."""
    if not patient.settings.notifications.enabled:
        text = "They are switched off in the settings: rtms-tray tells you nothing unasked."
        return found(_CODE, Mark.WARNING, text, "Switch notifications.enabled on.")
    if not sys.platform.startswith(("linux", "freebsd", "openbsd", "netbsd")):
        text = "This system does not tell whether it shows them."
        return found(_CODE, Mark.NOT_CHECKED, text, "Try one: Settings, “Send a test”.")
    return await on_bus()


async def on_bus(address: str | None = None) -> Finding:
    """Ask the message bus, that of the session unless another address is given."""
    from rtms_tray.support.session_bus import Bus, BusError, Call  # noqa: PLC0415 - Linux only

    bus = Bus(address=address)

    async def ask(
        destination: str, path: str, interface: str, member: str, signature: str = "", *body: object
    ) -> tuple[Any, ...]:
        call = Call(destination, path, interface, member, signature, body)
        return (await bus.call(call)).body

    try:
        return await _asked(ask, BusError)
    finally:
        await bus.close()


async def _asked(ask: Ask, trouble: type[Exception]) -> Finding:
    try:
        (name, *_) = await ask(_NAME, _PATH, _NAME, "GetServerInformation")
    except trouble:
        text = "No program on this desktop shows notifications: they appear in rtms-tray's window."
        return found(_CODE, Mark.WARNING, text, "Install and start one, such as dunst.")
    for place in _SWITCHES:
        try:
            swallows = await place(ask, str(name))
        except (trouble, LookupError, TypeError):  # this desktop has no such switch
            continue
        if swallows:
            text = f"“Do not disturb” is on: {name} keeps notifications back."
            return found(_CODE, Mark.WARNING, text, "Switch it off while you want to be told.")
    return ok(_CODE, f"{name} shows them.")


# --- the switches for "do not disturb" -----------------------------------------------------------


def _plain(value: object) -> object:
    """Unpack a D-Bus variant."""
    while hasattr(value, "value"):
        value = value.value
    return value


async def _inhibited(ask: Ask, _name: str) -> bool:
    """Read KDE Plasma's switch, which the specification has taken over."""
    (value,) = await ask(_NAME, _PATH, _PROPERTIES, "Get", "ss", _NAME, "Inhibited")
    return _plain(value) is True


async def _dunst(ask: Ask, name: str) -> bool:
    """Read dunst's switch: `dunstctl set-paused true`."""
    if name != "dunst":
        return False
    (value,) = await ask(_NAME, _PATH, _PROPERTIES, "Get", "ss", "org.dunstproject.cmd0", "paused")
    return _plain(value) is True


async def _xfce(ask: Ask, name: str) -> bool:
    """Read Xfce's switch, which is a setting of its notification daemon."""
    if name != "Xfce Notify Daemon":
        return False
    place = ("org.xfce.Xfconf", "/org/xfce/Xfconf", "org.xfce.Xfconf")
    (value,) = await ask(*place, "GetProperty", "ss", "xfce4-notifyd", "/do-not-disturb")
    return _plain(value) is True


async def _gnome(ask: Ask, name: str) -> bool:
    """Read GNOME's switch through the desktop's portal, which lets settings be read."""
    if name != "gnome-shell":
        return False
    place = ("org.freedesktop.portal.Desktop", "/org/freedesktop/portal/desktop")
    where = ("org.gnome.desktop.notifications", "show-banners")
    (value,) = await ask(*place, "org.freedesktop.portal.Settings", "Read", "ss", *where)
    return _plain(value) is False


_SWITCHES: Final = (_inhibited, _dunst, _xfce, _gnome)
