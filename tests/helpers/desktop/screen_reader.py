"""What a screen reader is given: the tree of controls and the announcements, over the accessibility bus (AT-SPI)."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from jeepney import DBusAddress, HeaderFields, MatchRule, Properties, new_method_call
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import DBusConnection, open_dbus_connection

from tests.helpers.desktop.processes import require_programs
from tests.helpers.desktop.session import Desktop
from tests.helpers.desktop.waiting import wait_for

LAUNCHER: Final = "/usr/libexec/at-spi-bus-launcher"
ROOT: Final = "/org/a11y/atspi/accessible/root"
REGISTRY: Final = "org.a11y.atspi.Registry"
ACCESSIBLE: Final = "org.a11y.atspi.Accessible"
FOCUSABLE: Final = 1 << 11
SHOWING: Final = 1 << 25
ENABLED: Final = 1 << 8
"""Bits of an accessible's state (AtspiStateType)."""
_ANSWER_S: Final = 10


@dataclass(frozen=True)
class Control:
    """One node of the tree."""

    role: str
    name: str
    state: int

    def is_used_by_keys(self) -> bool:
        """Whether somebody can come to it by keys now."""
        wanted = FOCUSABLE | SHOWING | ENABLED
        return self.state & wanted == wanted


class ScreenReader:
    """Reads what programs on the desktop tell assistive tools."""

    def __init__(self, connection: DBusConnection) -> None:
        self._connection = connection
        self.heard: list[str] = []

    def controls(self) -> Iterator[Control]:
        """List all controls of all programs, from the top."""
        yield from self._below(REGISTRY, ROOT)

    def listen(self) -> None:
        """Ask to be told of announcements from now on."""
        rule = MatchRule(
            type="signal", interface="org.a11y.atspi.Event.Object", member="Announcement"
        )
        self._ask(message_bus.AddMatch(rule))
        register = DBusAddress("/org/a11y/atspi/registry", REGISTRY, REGISTRY)
        self._ask(new_method_call(register, "RegisterEvent", "s", ("object:announcement",)))

    def take_announcement(self, words: str) -> bool:
        """Take what has been announced; tell whether these words were."""
        try:
            while True:
                message = self._connection.receive(timeout=0.05)
                if message.header.fields.get(HeaderFields.member) == "Announcement":
                    self.heard.append(str(message.body[3][1]))
        except TimeoutError:
            return any(words in one for one in self.heard)

    def _below(self, owner: str, path: str) -> Iterator[Control]:
        for child_owner, child in self._call(owner, path, "GetChildren"):
            if child_owner and not child.endswith("/null"):
                yield self._control(child_owner, child)
                yield from self._below(child_owner, child)

    def _control(self, owner: str, path: str) -> Control:
        low, high = self._call(owner, path, "GetState")
        address = DBusAddress(path, owner, ACCESSIBLE)
        name = self._ask(Properties(address).get("Name"))[0][1]
        return Control(self._call(owner, path, "GetRoleName"), str(name), low | high << 32)

    def _call(self, owner: str, path: str, method: str) -> Any:  # noqa: ANN401 - as D-Bus has it
        return self._ask(new_method_call(DBusAddress(path, owner, ACCESSIBLE), method))[0]

    def _ask(self, message: Any) -> Any:  # noqa: ANN401 - as D-Bus has it
        return self._connection.send_and_get_reply(message, timeout=_ANSWER_S).body


@contextmanager
def screen_reader(desktop: Desktop) -> Iterator[ScreenReader]:
    """Start the accessibility bus on the desktop; what starts after that speaks to it."""
    require_programs([LAUNCHER])
    desktop.start("at-spi", [LAUNCHER, "--launch-immediately"])
    desktop.env["QT_LINUX_ACCESSIBILITY_ALWAYS_ON"] = "1"
    bus = DBusAddress("/org/a11y/bus", "org.a11y.Bus", "org.a11y.Bus")

    def address() -> str:
        with open_dbus_connection(desktop.env["DBUS_SESSION_BUS_ADDRESS"]) as connection:
            reply = connection.send_and_get_reply(new_method_call(bus, "GetAddress"), timeout=5)
        return reply.body[0] if reply.header.message_type.name == "method_return" else ""

    with open_dbus_connection(wait_for(address, 20, "the accessibility bus")) as connection:
        yield ScreenReader(connection)
