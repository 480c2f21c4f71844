"""Notifications on Linux and the BSDs: org.freedesktop.Notifications, straight on the message bus.

Not by the library desktop-notifier, which serves the other systems: it always sends `replaces_id` 0, so
nothing is ever replaced in place; it sends bodies unescaped to servers that read markup; and it leaves its
connection to the bus open. (Specification: Desktop Notifications 1.2.)
"""

import asyncio
import html
import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from dbus_fast import Variant

from rtms_tray.capture.reasons import Severity
from rtms_tray.desktop.notifications.message import (
    STAYS_MS,
    Message,
    Paint,
    Picture,
    Topic,
    no_picture,
    plain,
)
from rtms_tray.support.command_types import Command
from rtms_tray.support.session_bus import Bus, BusError, Call, Heard, SilentError

# --- What is known of the programs that draw notifications, beyond what they say of themselves. ---

WITHOUT_BUTTONS: Final = frozenset({"dunst", "mako"})
"""Servers that offer "actions" but draw no buttons; which click does what is the user's own setting.

dunst(5) `mouse_left_click` (by default it only closes), mako(5) `on-button-left`.
"""

DRAW_THE_BODYS_ACTION: Final = frozenset({"Xfce Notify Daemon"})
"""Servers that draw the action of a click on the body as a button.

With Xfce's (0.7.3) a click on the body itself only closes the notification, and the action is dropped
altogether where it has no name: the button is the only way to it.
"""


@dataclass(frozen=True, slots=True)
class Server:
    """The notification server that runs now."""

    name: str
    capabilities: frozenset[str]

    @property
    def acts(self) -> bool:
        """Whether it tells the program of clicks; without that it must not be sent any actions."""
        return "actions" in self.capabilities

    @property
    def reads_markup(self) -> bool:
        """Whether `<`, `>` and `&` in a body mean something to it."""
        return "body-markup" in self.capabilities

    @property
    def draws_buttons(self) -> bool:
        """Whether the user sees what there is to choose from."""
        return self.acts and self.name.lower() not in WITHOUT_BUTTONS

    @property
    def draws_the_bodys_action(self) -> bool:
        """Whether the action of a click on the body is one more button."""
        return self.name in DRAW_THE_BODYS_ACTION


log = logging.getLogger(__name__)

NAME: Final = "org.freedesktop.Notifications"
PATH: Final = "/org/freedesktop/Notifications"
RULES: Final = (
    f"type='signal',interface='{NAME}',path='{PATH}'",
    f"type='signal',sender='org.freedesktop.DBus',member='NameOwnerChanged',arg0='{NAME}'",
)
_URGENCY: Final = {Severity.INFO: 1, Severity.ATTENTION: 1, Severity.CRITICAL: 2}
"""Low (0) would keep GNOME from showing it at all."""

_BODY: Final = "default"  # the action of a click on the notification itself
_REST_S: Final = 30.0  # a server that hangs is not waited for again and again
_COMES_BACK_S: Final = 2.0  # a server that is being restarted


@dataclass(frozen=True, slots=True)
class _Live:
    """A notification on the screen, and who shows it under which number."""

    owner: str
    number: int
    message: Message


class FreedesktopNotifications:
    """One live notification per topic, with buttons where the server draws them.

    `act` is given the command of a click; `again` the topic of a critical message that went down with
    its server, and is to be told once more if it still holds.
    """

    def __init__(
        self,
        act: Callable[[Command], None],
        again: Callable[[Topic], None],
        icon: Path,
        *,
        picture: Paint = no_picture,
        address: str | None = None,
        comes_back_s: float = _COMES_BACK_S,
    ) -> None:
        self._act = act
        self._again = again
        self._icon = icon
        self._picture = picture
        self._comes_back_s = comes_back_s
        self._bus = Bus(RULES, self._hear, address=address)
        self._server: Server | None = None
        self._live: dict[Topic, _Live] = {}
        self._timers: dict[Topic, asyncio.TimerHandle] = {}
        self._told_again: dict[Topic, Message] = {}
        self._work: set[asyncio.Task[None]] = set()
        self._rests_until = 0.0

    # --- what the announcer calls -------------------------------------------------------------

    async def deliver(self, message: Message) -> bool:
        """Show it in place of an older one on its topic; false where nobody shows it, or hears clicks."""
        self._supersede(message.topic, message)
        if asyncio.get_running_loop().time() < self._rests_until:
            return False
        try:
            server = await self._known_server()
            if message.offers and not server.acts:
                return False
            await self._notify(server, message)
        except SilentError:
            log.info("The notification server does not answer.")
            self._rests_until = asyncio.get_running_loop().time() + _REST_S
            return False
        except BusError as error:
            log.info("No native notification: %s.", error)
            return False
        return True

    async def withdraw(self, topic: Topic) -> None:
        """Take the notification on this topic off the screen; a server that hangs holds nothing up."""
        self._supersede(topic)
        if live := self._live.pop(topic, None):
            self._spawn(self._close(live.number))

    async def warm_up(self) -> None:
        """Get to know the server beforehand, so that the first message is on the screen at once."""
        try:
            await self._known_server()
        except BusError as error:
            log.info("No native notifications now: %s.", error)

    async def close(self) -> None:
        """Take everything off the screen, and close the connection."""
        for topic in (*self._timers, *self._live):
            await self.withdraw(topic)
        try:
            await asyncio.gather(*self._work, return_exceptions=True)
        finally:  # also when nobody waits any longer
            await self._bus.close()

    # --- the server ---------------------------------------------------------------------------

    async def _known_server(self) -> Server:
        if self._server is None:
            capabilities = await self._bus.call(_call("GetCapabilities"))
            about = await self._bus.call(_call("GetServerInformation"))
            self._server = Server(str(about.body[0]), frozenset(capabilities.body[0]))
        return self._server

    async def _notify(self, server: Server, message: Message) -> None:
        old = self._live.get(message.topic)
        replaces = old.number if old else 0
        body = notification(server, message, self._icon, replaces, self._picture(message))
        reply = await self._bus.call(_call("Notify", "susssasa{sv}i", *body), self._too_late)
        self._live[message.topic] = _Live(reply.sender, int(reply.body[0]), message)

    def _too_late(self, reply: Heard) -> None:
        """Close what came up after the message went another way: nobody would hear its buttons."""
        self._spawn(self._close(int(reply.body[0])))

    async def _close(self, number: int) -> None:
        try:
            await self._bus.call(_call("CloseNotification", "u", number, start=False))
        except BusError as error:  # it is closed already, or its server is gone
            log.debug("Not closed: %s.", error)

    def _spawn(self, work: Any) -> None:  # noqa: ANN401 - any coroutine
        task = asyncio.get_running_loop().create_task(work)
        self._work.add(task)
        task.add_done_callback(self._work.discard)

    # --- what comes back ----------------------------------------------------------------------

    def _hear(self, heard: Heard) -> None:
        match heard.member, heard.body:
            case "NameOwnerChanged", _:
                self._server_changed()
            case "NotificationClosed", (int(number), int()):
                # Dismissed or expired: the session stays unacknowledged, the icon keeps its dot.
                if live := self._find(heard.sender, number):
                    self._live.pop(live.message.topic)
            case "ActivationToken", (int(number), str(token)):
                # Comes before the click it belongs to: Qt opens a window on Wayland with it.
                if self._find(heard.sender, number):
                    os.environ["XDG_ACTIVATION_TOKEN"] = token
            case "ActionInvoked", (int(number), str(key)):
                if live := self._find(heard.sender, number):
                    self._clicked(live, key)

    def _find(self, owner: str, number: int) -> _Live | None:
        """Numbers mean something only with the server that gave them."""
        found = (one for one in self._live.values() if (one.owner, one.number) == (owner, number))
        return next(found, None)

    def _clicked(self, live: _Live, key: str) -> None:
        commands = {offer.command.name: offer.command for offer in live.message.offers}
        command = live.message.opens if key == _BODY else commands.get(key)
        if command is not None:
            self._live.pop(live.message.topic)
            self._spawn(self._close(live.number))  # some servers leave it on the screen
            self._act(command)

    def _server_changed(self) -> None:
        """The server ended, or another one came: what was on the screen is gone, and its numbers."""
        self._server, self._rests_until = None, 0.0
        lost, self._live = self._live, {}
        for topic, live in lost.items():
            message = live.message
            # Once only: a server that a message brings down must not meet it for ever.
            if message.severity is Severity.CRITICAL and self._told_again.get(topic) != message:
                self._told_again[topic] = message
                loop = asyncio.get_running_loop()
                self._timers[topic] = loop.call_later(self._comes_back_s, self._again, topic)

    def _supersede(self, topic: Topic, message: Message | None = None) -> None:
        """Forget what was to be told again, unless it is this very message."""
        if timer := self._timers.pop(topic, None):
            timer.cancel()
        if self._told_again.get(topic) != message:
            self._told_again.pop(topic, None)


def notification(
    server: Server, message: Message, icon: Path, replaces: int, picture: Picture | None
) -> tuple[str, int, str, str, str, list[str], dict[str, Variant], int]:
    """Put a message into the arguments of `Notify`, in their order."""
    hints = {
        "urgency": Variant("y", _URGENCY[message.severity]),
        "desktop-entry": Variant("s", "rtms-tray"),
    }
    if message.severity is Severity.INFO:
        hints["transient"] = Variant("b", True)
    if picture is not None:  # servers that show none of it show the program's icon
        hints["image-data"] = _image(picture)
    stays = STAYS_MS[message.severity]
    title, text = plain(message.title).replace("\n", " "), _text(server, message)
    actions = _actions(server, message) if server.acts else []
    return "rtms-tray", replaces, icon.as_uri(), title, text, actions, hints, stays


def _image(picture: Picture) -> Variant:
    """Width, height, bytes in a row, opacity or not, bits of a colour, colours, pixels."""
    row = 4 * picture.width
    return Variant("(iiibiiay)", [picture.width, picture.height, row, True, 8, 4, picture.pixels])


def _text(server: Server, message: Message) -> str:
    text = plain(message.text)
    if message.offers and not server.draws_buttons and not message.discreet:
        text = f"{text}\n{message.obvious.label}: in rtms-tray's menu or window."
    return html.escape(text, quote=False) if server.reads_markup else text


def _actions(server: Server, message: Message) -> list[str]:
    """Key and label by turns: the buttons under their commands' names, then the body's.

    Not under their places: a click that crosses a replacement must never do something else.
    """
    doubled = server.draws_the_bodys_action
    offers = [one for one in message.offers if not (doubled and one.command == message.opens)]
    buttons = [word for offer in offers for word in (offer.command.name, offer.label)]
    return [*buttons, _BODY, "Open rtms-tray"]


def _call(member: str, signature: str = "", *body: object, start: bool = True) -> Call:
    return Call(NAME, PATH, NAME, member, signature, body, start)
