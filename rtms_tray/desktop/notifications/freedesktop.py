"""Notifications and the screen lock on Linux and the BSDs, over D-Bus (Desktop Notifications 1.2).

The library desktop-notifier, which serves the other systems, is not used here: it always sends `replaces_id` 0, so
nothing is ever replaced in place; it sends bodies unescaped to servers that read markup; and it leaves its
connection to the bus open.
"""

import asyncio
import logging
import os
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, Final

from dbus_fast import Variant

from rtms_tray.capture.reasons import Severity
from rtms_tray.desktop.notifications.message import (
    Message,
    Picture,
    PictureOf,
    Topic,
    button_key,
    no_picture,
    printable,
)
from rtms_tray.desktop.notifications.servers import Server
from rtms_tray.support.command_types import Command
from rtms_tray.support.frozen import Frozen
from rtms_tray.support.session_bus import Bus, BusError, BusMessage, Call, SilentError
from rtms_tray.support.tasks import Tasks
from rtms_tray.support.texts import text

log = logging.getLogger(__name__)

SERVICE: Final = "org.freedesktop.Notifications"
PATH: Final = "/org/freedesktop/Notifications"
RULES: Final = (
    f"type='signal',interface='{SERVICE}',path='{PATH}'",
    f"type='signal',sender='org.freedesktop.DBus',member='NameOwnerChanged',arg0='{SERVICE}'",
)
_URGENCY: Final = {Severity.INFO: 1, Severity.ATTENTION: 1, Severity.CRITICAL: 2}
"""Low (0) would keep GNOME from showing it at all."""

_SOUND: Final = "dialog-warning"
"""As the desktop's sound theme names it."""
_BODY: Final = "default"  # the action of a click on the notification itself
_BACK_OFF_S: Final = 30.0  # after a server did not answer
_RESTART_S: Final = 2.0  # how long a server takes to restart


class _Live(Frozen):
    """A notification on the screen: the server that shows it, and its number there."""

    owner: str
    number: int
    message: Message


class FreedesktopNotifications:
    """One live notification per topic, with buttons where the server draws them.

    `send` gets the command of a click; `lost` the topic of a critical message that went down with its server, and
    is to be shown again if it still holds.
    """

    def __init__(
        self,
        send: Callable[[Command], None],
        lost: Callable[[Topic], None],
        icon: Path,
        *,
        picture_of: PictureOf = no_picture,
        address: str | None = None,
        restart_s: float = _RESTART_S,
    ) -> None:
        self._send = send
        self._lost = lost
        self._icon = icon
        self._picture_of = picture_of
        self._restart_s = restart_s
        self._bus = Bus(RULES, self._receive, address=address)
        self._server: Server | None = None
        self._live: dict[Topic, _Live] = {}
        self._timers: dict[Topic, asyncio.TimerHandle] = {}
        self._shown_again: dict[Topic, Message] = {}
        self._tasks = Tasks()
        self._backs_off_until = 0.0

    # --- what the announcer calls -------------------------------------------------------------

    async def deliver(self, message: Message) -> bool:
        """Show it in place of an older one on its topic; False where no server does, or none reports clicks."""
        self._supersede(message.topic, message)
        if asyncio.get_running_loop().time() < self._backs_off_until:
            return False
        try:
            server = await self._known_server()
            if message.offers and not server.reports_clicks:
                return False
            await self._notify(server, message)
        except SilentError:
            log.info("The notification server does not answer.")
            self._backs_off_until = asyncio.get_running_loop().time() + _BACK_OFF_S
            return False
        except BusError as error:
            log.info("No native notification: %s.", error)
            return False
        return True

    async def withdraw(self, topic: Topic) -> None:
        """Take the notification on this topic off the screen; a server that hangs delays nothing."""
        self._supersede(topic)
        if live := self._live.pop(topic, None):
            self._spawn(self._close(live.number))

    async def prepare(self) -> None:
        """Ask the server what it can, so that the first message is on the screen at once."""
        try:
            await self._known_server()
        except BusError as error:
            log.info("No native notifications now: %s.", error)

    async def close(self) -> None:
        """Take everything off the screen, and close the connection."""
        for topic in (*self._timers, *self._live):
            await self.withdraw(topic)
        try:
            await self._tasks.finish()
        finally:  # also when this is cancelled
            self._tasks.cancel()
            await self._bus.close()

    # --- the server ---------------------------------------------------------------------------

    async def _known_server(self) -> Server:
        if self._server is None:
            capabilities = await self._bus.call(_call("GetCapabilities"))
            about = await self._bus.call(_call("GetServerInformation"))
            self._server = Server(str(about.body[0]), frozenset(capabilities.body[0]))
        return self._server

    async def _notify(self, server: Server, message: Message) -> None:
        replaces = await self._to_replace(server, message)
        body = notification(server, message, self._icon, replaces, self._picture_of(message))
        reply = await self._bus.call(_call("Notify", "susssasa{sv}i", *body), self._too_late)
        self._live[message.topic] = _Live(reply.sender, int(reply.body[0]), message)

    async def _to_replace(self, server: Server, message: Message) -> int:
        """Give the number of the notification that the message replaces; 0 where it comes up anew."""
        old = self._live.get(message.topic)
        if old is None:
            return 0
        if server.keeps_buttons or not message.offers:
            return old.number
        self._live.pop(message.topic)
        await self._close(old.number)
        return 0

    def _too_late(self, reply: BusMessage) -> None:
        """Close what came up after the message took another channel: its buttons would do nothing."""
        self._spawn(self._close(int(reply.body[0])))

    async def _close(self, number: int) -> None:
        try:
            await self._bus.call(_call("CloseNotification", "u", number, start=False))
        except BusError as error:  # it is closed already, or its server has gone
            log.debug("Not closed: %s.", error)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        self._tasks.spawn(work, "close a notification")

    # --- what comes back ----------------------------------------------------------------------

    def _receive(self, signal: BusMessage) -> None:
        match signal.member, signal.body:
            case "NameOwnerChanged", _:
                self._server_changed()
            case "NotificationClosed", (int(number), int()):
                # Dismissed or expired: the session stays unacknowledged, and the icon keeps its dot.
                if live := self._find(signal.sender, number):
                    self._live.pop(live.message.topic)
            case "ActivationToken", (int(number), str(token)):
                # Comes before its click; on Wayland Qt needs it to open a window.
                if self._find(signal.sender, number):
                    os.environ["XDG_ACTIVATION_TOKEN"] = token
            case "ActionInvoked", (int(number), str(key)):
                if live := self._find(signal.sender, number):
                    self._clicked(live, key)

    def _find(self, owner: str, number: int) -> _Live | None:
        """Find a notification; a number means something only with the server that gave it."""
        wanted = (owner, number)
        return next((n for n in self._live.values() if (n.owner, n.number) == wanted), None)

    def _clicked(self, live: _Live, key: str) -> None:
        commands = {button_key(offer.command): offer.command for offer in live.message.offers}
        command = live.message.opens if key == _BODY else commands.get(key)
        if command is not None:
            self._live.pop(live.message.topic)
            self._spawn(self._close(live.number))  # some servers leave it on the screen
            self._send(command)

    def _server_changed(self) -> None:
        """Forget what was on the screen: the server ended, or another one took its place."""
        self._server, self._backs_off_until = None, 0.0
        lost, self._live = self._live, {}
        for topic, live in lost.items():
            message = live.message
            # Once only: a message that crashes the server must not do so for ever.
            if message.severity is Severity.CRITICAL and self._shown_again.get(topic) != message:
                self._shown_again[topic] = message
                loop = asyncio.get_running_loop()
                self._timers[topic] = loop.call_later(self._restart_s, self._lost, topic)

    def _supersede(self, topic: Topic, message: Message | None = None) -> None:
        """Forget what was to be shown again, unless it is this very message."""
        if timer := self._timers.pop(topic, None):
            timer.cancel()
        if self._shown_again.get(topic) != message:
            self._shown_again.pop(topic, None)


def notification(
    server: Server, message: Message, icon: Path, replaces: int, picture: Picture | None
) -> tuple[str, int, str, str, str, list[str], dict[str, Variant], int]:
    """Write a message as the arguments of `Notify`."""
    hints = {
        "urgency": Variant("y", _URGENCY[message.severity]),
        "desktop-entry": Variant("s", "rtms-tray"),
    }
    if message.sound and "sound" in server.capabilities:
        hints["sound-name"] = Variant("s", _SOUND)
    if message.severity is Severity.INFO:
        hints["transient"] = Variant("b", True)
    if picture is not None:  # servers that cannot show it show the program's icon
        hints["image-data"] = _image(picture)
    shown_ms = message.shown_ms
    title, body = printable(message.title).replace("\n", " "), _body(server, message)
    actions = _actions(server, message) if server.reports_clicks else []
    return "rtms-tray", replaces, icon.as_uri(), title, body, actions, hints, shown_ms


def _image(picture: Picture) -> Variant:
    """Write a picture as width, height, bytes per row, opacity or not, bits per colour, colours, pixels."""
    row = 4 * picture.width
    return Variant("(iiibiiay)", [picture.width, picture.height, row, True, 8, 4, picture.pixels])


def _body(server: Server, message: Message) -> str:
    body = printable(message.text)
    if message.offers and not server.draws_buttons and not message.discreet:
        hint = text("notifications.without_buttons", action=message.obvious.label)
        body = f"{body}\n{hint}"
    return _escaped(body) if server.reads_markup else body


def _escaped(body: str) -> str:
    """Escape it as `html` does, which knows all entities of HTML by name: 0.4 MB."""
    return body.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _actions(server: Server, message: Message) -> list[str]:
    """List keys and labels in turn: the buttons, then the body's."""
    doubled = message.opens if server.draws_body_button else None
    offers = [offer for offer in message.offers if offer.command != doubled]
    buttons = [word for offer in offers for word in (button_key(offer.command), offer.label)]
    return [*buttons, _BODY, text("notifications.open_app")]


def _call(member: str, signature: str = "", *body: object, start: bool = True) -> Call:
    return Call(SERVICE, PATH, SERVICE, member, signature, body, start)


# --- The screen lock. ---

_SCREEN_SAVERS: Final = (
    ("org.freedesktop.ScreenSaver", "/org/freedesktop/ScreenSaver"),  # KDE Plasma, others
    ("org.gnome.ScreenSaver", "/org/gnome/ScreenSaver"),
    ("org.cinnamon.ScreenSaver", "/org/cinnamon/ScreenSaver"),
    ("org.mate.ScreenSaver", "/org/mate/ScreenSaver"),
    ("org.xfce.ScreenSaver", "/org/xfce/ScreenSaver"),
)
"""Every desktop under its own name, all with the method `GetActive() → b`."""

_LOCK_LIMIT_S: Final = 0.15  # a message about lost data does not wait for a screen saver


class LockScreen:
    """Asks whichever screen saver runs; without an answer the screen counts as not locked."""

    def __init__(self, *, address: str | None = None) -> None:
        self._bus = Bus(limit_s=_LOCK_LIMIT_S, address=address)

    async def is_on(self) -> bool:
        """Whether the lock screen or screen saver covers the screen."""
        asked = (self._is_active(name, path) for name, path in _SCREEN_SAVERS)
        return any(await asyncio.gather(*asked))

    async def _is_active(self, name: str, path: str) -> bool:
        try:
            reply = await self._bus.call(Call(name, path, name, "GetActive", start=False))
        except BusError:
            return False
        return bool(reply.body and reply.body[0] is True)

    async def close(self) -> None:
        """Close the connection."""
        await self._bus.close()
