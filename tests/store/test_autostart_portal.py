"""Starting at log-in from a sandbox: a real message bus, and a portal that answers as the user of a desktop does."""

import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from dbus_fast import Message, MessageType, Variant
from dbus_fast.aio import MessageBus

from rtms_tray.store.autostart import Job
from rtms_tray.store.autostart_portal import PortalAutostart
from tests.helpers.desktop.bus import running_bus

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the message bus is Linux's")
JOB = Job("rtms-tray", Path("/app/bin/rtms-tray"), ("run", "--hidden"))
PORTAL = "org.freedesktop.portal.Desktop"


class Portal:
    """org.freedesktop.portal.Background: answers each request by a signal, as its user decides."""

    def __init__(self, bus: MessageBus) -> None:
        self._bus = bus
        self.requests: list[dict[str, Any]] = []
        self.code, self.answers = 0, True
        self.autostart: bool | None = None
        bus.add_message_handler(self._take)

    def _take(self, message: Message) -> Message | bool:
        if message.message_type is not MessageType.METHOD_CALL:
            return False
        if message.member != "RequestBackground":
            return False
        options = {name: variant.value for name, variant in message.body[1].items()}
        self.requests.append(options)
        caller = (message.sender or "")[1:].replace(".", "_")
        path = f"/org/freedesktop/portal/desktop/request/{caller}/{options['handle_token']}"
        if self.answers:
            asyncio.get_running_loop().call_soon(self._answer, message.sender, path, options)
        return Message.new_method_return(message, "o", [path])

    def _answer(self, to: str | None, path: str, options: dict[str, Any]) -> None:
        granted = options["autostart"] if self.autostart is None else self.autostart
        results = {"background": Variant("b", True), "autostart": Variant("b", granted)}
        signal = Message.new_signal(
            path, "org.freedesktop.portal.Request", "Response", "ua{sv}", [self.code, results]
        )
        signal.destination = to
        self._bus.send(signal)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_bus(tmp_path_factory.mktemp("bus")) as address:
        yield address


@pytest.fixture
def info(tmp_path: Path) -> Path:
    info = tmp_path / ".flatpak-info"
    info.write_text("[Application]\nname=org.example.RtmsTray\nruntime=runtime/x\n")
    return info


async def turned(address: str, info: Path, *, on: bool, **how: Any) -> Portal:  # noqa: ANN401 - the portal's own
    """Turn it on or off with such a portal; raises what the program is told."""
    bus = await MessageBus(bus_address=address).connect()
    portal = Portal(bus)
    for name, value in how.items():
        setattr(portal, name, value)
    await bus.request_name(PORTAL)
    autostart = PortalAutostart(JOB, info, address=address, limit_s=10 if portal.answers else 0.2)
    try:
        await asyncio.to_thread(autostart.turn, on=on)
    finally:
        bus.disconnect()
        await bus.wait_for_disconnect()  # type: ignore[no-untyped-call]  # the library's
    return portal


@pytest.mark.parametrize("on", [True, False])
async def test_the_portal_is_told_what_to_start(address: str, info: Path, *, on: bool) -> None:
    portal = await turned(address, info, on=on)
    (request,) = portal.requests
    assert request["autostart"] is on
    assert request["commandline"] == ["rtms-tray", "run", "--hidden"]
    assert "Zoom meeting" in request["reason"]


@pytest.mark.parametrize("how", [{"code": 1}, {"autostart": False}])
async def test_what_the_user_refuses_is_said(address: str, info: Path, how: dict[str, Any]) -> None:
    with pytest.raises(OSError, match="didn't allow"):
        await turned(address, info, on=True, **how)


async def test_a_user_who_never_answers_is_not_waited_for(address: str, info: Path) -> None:
    with pytest.raises(OSError, match="didn't answer"):
        await turned(address, info, on=True, answers=False)


def test_without_a_portal_it_is_an_error(address: str, info: Path) -> None:
    with pytest.raises(OSError, match=r"ServiceUnknown|NameHasNoOwner"):
        PortalAutostart(JOB, info, address=address).turn(on=True)


def test_it_is_read_back_where_the_sandbox_lets_it(info: Path, tmp_path: Path) -> None:
    folder = tmp_path / "autostart"
    autostart = PortalAutostart(JOB, info, folder)
    assert autostart.is_on() is None
    folder.mkdir()
    assert autostart.is_on() is False
    (folder / "org.example.RtmsTray.desktop").write_text("[Desktop Entry]\nExec=flatpak run x\n")
    assert autostart.is_on() is True
    (folder / "org.example.RtmsTray.desktop").write_text("[Desktop Entry]\nHidden=true\n")
    assert autostart.is_on() is False
    info.write_text("[Application]\n")
    assert PortalAutostart(JOB, info, folder).is_on() is False
    assert PortalAutostart(JOB, tmp_path / "none", folder).is_on() is False
