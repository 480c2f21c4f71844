"""The desktop's own message bus: nothing is on it but what the desktop was asked to have."""

import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from jeepney import DBusAddress, Properties, new_method_call
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import open_dbus_connection

from tests.helpers.desktop.processes import require_programs
from tests.helpers.desktop.waiting import wait_for

SERVICE_FILES = Path("/usr/share/dbus-1/services")
WATCHER = DBusAddress(
    "/StatusNotifierWatcher",
    bus_name="org.kde.StatusNotifierWatcher",
    interface="org.kde.StatusNotifierWatcher",
)
SECRETS = DBusAddress(
    "/org/freedesktop/secrets",
    bus_name="org.freedesktop.secrets",
    interface="org.freedesktop.Secret.Service",
)
LOGIN_KEYRING = "/org/freedesktop/secrets/collection/login"
CONFIGURATION = """\
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={socket}</listen>
  <auth>EXTERNAL</auth>
  <servicedir>{services}</servicedir>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""


def configure(folder: Path, services: Sequence[str]) -> tuple[Path, str]:
    """Write the bus's configuration; hand back its path and the bus's address.

    Only the named services may be started by the bus: with the system's own list, a desktop
    "without a keyring" would start one as soon as it is asked for.
    """
    offered = folder / "services"
    offered.mkdir()
    for service in services:
        source = SERVICE_FILES / f"{service}.service"
        if source.exists():
            (offered / source.name).symlink_to(source)
    socket = folder / "bus"
    configuration = folder / "bus.conf"
    text = CONFIGURATION.format(socket=socket, services=offered)
    configuration.write_text(text, encoding="utf-8")
    return configuration, f"unix:path={socket}"


@contextmanager
def running_bus(folder: Path) -> Iterator[str]:
    """Run a message bus with nobody on it; hands back its address."""
    require_programs(["dbus-daemon"])
    configuration, address = configure(folder, [])
    command = ["dbus-daemon", f"--config-file={configuration}", "--nofork"]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            wait_for(lambda: has_owner(address, "org.freedesktop.DBus"), 10, "the bus")
            yield address
        finally:
            process.terminate()


def has_owner(address: str, name: str) -> bool:
    """Tell whether a program has taken this name on the bus."""
    try:
        with open_dbus_connection(address) as connection:
            reply = connection.send_and_get_reply(message_bus.NameHasOwner(name), timeout=5)
    except (ConnectionError, FileNotFoundError):
        return False
    return bool(reply.body[0])


def tray_items(address: str) -> list[str]:
    """Names of the tray icons registered on the bus (StatusNotifierWatcher)."""
    with open_dbus_connection(address) as connection:
        call = Properties(WATCHER).get("RegisteredStatusNotifierItems")
        reply = connection.send_and_get_reply(call, timeout=5)
    return [str(name) for name in reply.body[0][1]]


def lock_keyring(address: str) -> None:
    """Lock the login keyring (Secret Service API: Service.Lock)."""
    with open_dbus_connection(address) as connection:
        call = new_method_call(SECRETS, "Lock", "ao", ([LOGIN_KEYRING],))
        reply = connection.send_and_get_reply(call, timeout=5)
    assert LOGIN_KEYRING in reply.body[0], f"the keyring did not lock: {reply.body}"
