"""Whether notifications are shown, checked on a real message bus."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from dbus_fast import Message, MessageType, Variant
from dbus_fast.aio import MessageBus

from rtms_tray.doctor.check_types import CheckStatus
from rtms_tray.doctor.desktop_checks import notifications_on_bus

pytestmark = pytest.mark.skipif("sys.platform != 'linux'", reason="the message bus is Linux's")

NOTIFICATIONS = "org.freedesktop.Notifications"
XFCONF = "org.xfce.Xfconf"
Switches = dict[tuple[str, ...], Variant]
PORTAL = "org.freedesktop.portal.Desktop"


@asynccontextmanager
async def desktop(address: str, name: str, switches: Switches) -> AsyncIterator[None]:
    """A server of this name, and switches by the arguments with which they are read."""
    bus = await MessageBus(bus_address=address).connect()

    def answer(packet: Message) -> Message | None:
        if packet.message_type is not MessageType.METHOD_CALL:
            return None
        if packet.member == "GetServerInformation":
            return Message.new_method_return(packet, "ssss", [name, "test", "1", "1.2"])
        key: tuple[Any, ...] = tuple(packet.body)
        if key in switches:
            return Message.new_method_return(packet, "v", [switches[key]])
        return Message.new_error(packet, "org.freedesktop.DBus.Error.UnknownProperty", "none")

    bus.add_message_handler(answer)
    for taken in (NOTIFICATIONS, XFCONF, PORTAL):
        await bus.request_name(taken)
    yield
    bus.disconnect()
    await bus.wait_for_disconnect()  # type: ignore[no-untyped-call]  # the library's


async def test_nobody_shows_them(bus_address: str) -> None:
    found = await notifications_on_bus(bus_address)
    assert found.status is CheckStatus.WARNING
    assert "window" in found.text


async def test_no_bus_at_all() -> None:
    assert (await notifications_on_bus("unix:path=/nowhere/bus")).status is CheckStatus.WARNING


@pytest.mark.parametrize(
    ("name", "arguments", "on"),
    [
        ("Plasma", (NOTIFICATIONS, "Inhibited"), True),
        ("dunst", ("org.dunstproject.cmd0", "paused"), True),
        ("Xfce Notify Daemon", ("xfce4-notifyd", "/do-not-disturb"), True),
        ("gnome-shell", ("org.gnome.desktop.notifications", "show-banners"), False),
    ],
)
async def test_do_not_disturb(
    bus_address: str, name: str, arguments: tuple[str, ...], *, on: bool
) -> None:
    async with desktop(bus_address, name, {arguments: Variant("b", on)}):
        found = await notifications_on_bus(bus_address)
        assert found.status is CheckStatus.WARNING
        assert "Do not disturb" in found.text
        assert name in found.text
    async with desktop(bus_address, name, {arguments: Variant("b", not on)}):
        assert (await notifications_on_bus(bus_address)).status is CheckStatus.OK
    async with desktop(bus_address, name, {arguments: Variant("v", Variant("b", on))}):
        assert (await notifications_on_bus(bus_address)).status is CheckStatus.WARNING


async def test_a_server_without_a_switch_is_believed(bus_address: str) -> None:
    async with desktop(bus_address, "another", {}):
        found = await notifications_on_bus(bus_address)
    assert found.status is CheckStatus.OK
    assert "another" in found.text


async def test_switches_of_others_are_not_read(bus_address: str) -> None:
    switches: Switches = {("org.dunstproject.cmd0", "paused"): Variant("b", True)}
    async with desktop(bus_address, "another", switches):
        assert (await notifications_on_bus(bus_address)).status is CheckStatus.OK
