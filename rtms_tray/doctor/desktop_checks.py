"""Checks of the desktop: whether it shows windows, a tray icon and notifications.

Qt is started by a process of its own: it ends a program that it cannot serve. Notifications are looked for on the
session's message bus: who serves `org.freedesktop.Notifications`, and the switches for "do not disturb" that
desktops let be read. Windows and macOS tell programs nothing of the kind.
"""

import asyncio
import json
import subprocess
import sys
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any, Final

from rtms_tray.doctor.check_types import CheckContext, CheckResult, CheckStatus, Display, ok, result
from rtms_tray.support.tasks import Tasks
from rtms_tray.support.texts import text

_PROBE: Final = ("-m", "rtms_tray.desktop.tray")
_LIMIT_S: Final = 8.0
_LONGEST_ERROR: Final = 300


# --- Windows and tray. ---


async def probe_display(probe: Sequence[str] = _PROBE, limit_s: float = _LIMIT_S) -> Display:
    """Start Qt beside this program, and have it report what it can use; never raises for what Qt does."""
    if getattr(sys, "frozen", False):  # a packaged program has no interpreter to start
        return Display(trouble="")
    return await asyncio.to_thread(_probe_display, probe, limit_s)


def _probe_display(probe: Sequence[str], limit_s: float) -> Display:
    try:
        ended = subprocess.run(  # noqa: S603 - our own interpreter and module
            [sys.executable, *probe],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=limit_s,
            check=False,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),  # on Windows
        )
    except subprocess.TimeoutExpired:
        return Display(trouble=text("doctor.qt.timeout"))
    return _read_display(ended.stdout, ended.stderr)


def _read_display(out: bytes, err: bytes) -> Display:
    try:
        facts = json.loads(out)
        return Display(
            facts["platform"], facts["version"], facts["tray"] is True, facts["why_no_tray"]
        )
    except (ValueError, LookupError, TypeError):
        words = " ".join(err.decode(errors="replace").split())
        return Display(trouble=words[:_LONGEST_ERROR] or text("doctor.qt.silent"))


def once(
    probe: Callable[[], Coroutine[Any, Any, Display]] = probe_display,
) -> Callable[[], Awaitable[Display]]:
    """Probe only once, for all checks that ask."""
    tasks = Tasks()
    running: list[asyncio.Future[Display]] = []

    async def display() -> Display:
        if not running:
            running.append(tasks.start(probe(), "probe the display"))
        return await asyncio.shield(running[0])

    return display


async def qt(context: CheckContext) -> CheckResult:
    """Check whether windows can be shown at all."""
    display = await context.display()
    if display.platform:
        values = {"version": display.qt_version, "platform": display.platform}
        return ok("qt", text("doctor.qt.ok", **values))
    if not display.trouble:
        return result("qt", CheckStatus.NOT_CHECKED, text("doctor.qt.packaged"))
    sentence = text("doctor.qt.broken", problem=display.trouble)
    return result("qt", CheckStatus.BROKEN, sentence, text("doctor.qt.remedy"))


async def tray(context: CheckContext) -> CheckResult:
    """Check whether this desktop has a tray that shows the icon."""
    display = await context.display()
    if not display.platform:
        return result("tray", CheckStatus.NOT_CHECKED, text("doctor.tray.unknown"))
    if display.has_tray:
        return ok("tray", text("doctor.tray.ok"))
    return result("tray", CheckStatus.WARNING, display.why_no_tray, text("doctor.tray.window"))


# --- Notifications. ---

_NAME: Final = "org.freedesktop.Notifications"
_PATH: Final = "/org/freedesktop/Notifications"
_PROPERTIES: Final = "org.freedesktop.DBus.Properties"
_CODE: Final = "notifications"

CallMethod = Callable[..., Awaitable[tuple[Any, ...]]]
"""Calls a method (destination, path, interface, member, signature, *body); raises BusError."""


async def notifications(context: CheckContext) -> CheckResult:
    """Check whether notifications are shown."""
    if not context.settings.notifications.enabled:
        remedy = text("doctor.notifications.turn_on")
        return result(_CODE, CheckStatus.WARNING, text("doctor.notifications.off"), remedy)
    if not sys.platform.startswith(("linux", "freebsd", "openbsd", "netbsd")):
        remedy = text("doctor.notifications.try_one")
        return result(_CODE, CheckStatus.NOT_CHECKED, text("doctor.notifications.unknown"), remedy)
    return await notifications_on_bus()


async def notifications_on_bus(address: str | None = None) -> CheckResult:
    """Check on the message bus, that of the session unless another address is given."""
    from rtms_tray.support.session_bus import Bus, BusError, Call  # noqa: PLC0415 - Linux only

    bus = Bus(address=address)

    async def call_method(
        destination: str, path: str, interface: str, member: str, signature: str = "", *body: object
    ) -> tuple[Any, ...]:
        call = Call(destination, path, interface, member, signature, body)
        return (await bus.call(call)).body

    try:
        return await _check_server(call_method, BusError)
    finally:
        await bus.close()


async def _check_server(call_method: CallMethod, bus_error: type[Exception]) -> CheckResult:
    try:
        (name, *_) = await call_method(_NAME, _PATH, _NAME, "GetServerInformation")
    except bus_error:
        sentence = text("doctor.notifications.no_server")
        return result(_CODE, CheckStatus.WARNING, sentence, text("doctor.notifications.install"))
    for is_silenced in _DO_NOT_DISTURB:
        try:
            silenced = await is_silenced(call_method, str(name))
        except (bus_error, LookupError, TypeError):  # this desktop has no such switch
            continue
        if silenced:
            sentence = text("doctor.notifications.do_not_disturb", server=name)
            remedy = text("doctor.notifications.allow")
            return result(_CODE, CheckStatus.WARNING, sentence, remedy)
    return ok(_CODE, text("doctor.notifications.ok", server=name))


def _unpacked(value: object) -> object:
    """Unpack a D-Bus variant."""
    while hasattr(value, "value"):
        value = value.value
    return value


async def _plasma(call_method: CallMethod, _name: str) -> bool:
    """Read KDE Plasma's switch, which the specification has taken over."""
    (value,) = await call_method(_NAME, _PATH, _PROPERTIES, "Get", "ss", _NAME, "Inhibited")
    return _unpacked(value) is True


async def _dunst(call_method: CallMethod, name: str) -> bool:
    """Read dunst's switch: `dunstctl set-paused true`."""
    if name != "dunst":
        return False
    interface = "org.dunstproject.cmd0"
    (value,) = await call_method(_NAME, _PATH, _PROPERTIES, "Get", "ss", interface, "paused")
    return _unpacked(value) is True


async def _xfce(call_method: CallMethod, name: str) -> bool:
    """Read Xfce's switch, which is a setting of its notification daemon."""
    if name != "Xfce Notify Daemon":
        return False
    service = ("org.xfce.Xfconf", "/org/xfce/Xfconf", "org.xfce.Xfconf")
    setting = ("xfce4-notifyd", "/do-not-disturb")
    (value,) = await call_method(*service, "GetProperty", "ss", *setting)
    return _unpacked(value) is True


async def _gnome(call_method: CallMethod, name: str) -> bool:
    """Read GNOME's switch through the desktop's portal, which lets settings be read."""
    if name != "gnome-shell":
        return False
    service = ("org.freedesktop.portal.Desktop", "/org/freedesktop/portal/desktop")
    setting = ("org.gnome.desktop.notifications", "show-banners")
    portal = "org.freedesktop.portal.Settings"
    (value,) = await call_method(*service, portal, "Read", "ss", *setting)
    return _unpacked(value) is False


_DO_NOT_DISTURB: Final = (_plasma, _dunst, _xfce, _gnome)
