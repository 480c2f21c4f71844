"""GNOME Shell on a headless Wayland display: looked at and clicked through the shell's own interfaces.

It belongs into a root of its own (packaging/desktop_root.py): its services would answer tests that need none.
"""

import json
import tempfile
from functools import partial
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

from jeepney import DBusAddress, new_method_call
from jeepney.io.blocking import open_dbus_connection
from PySide6.QtGui import QImage

from tests.helpers.desktop import bus
from tests.helpers.desktop.pictures import Box, Picture
from tests.helpers.desktop.session import KEYRING_PASSWORD, START_S, Desktop
from tests.helpers.desktop.waiting import wait_for

SHELL: Final = DBusAddress("/org/gnome/Shell", "org.gnome.Shell", "org.gnome.Shell")
CAMERA: Final = DBusAddress(
    "/org/gnome/Shell/Screenshot", "org.gnome.Shell.Screenshot", "org.gnome.Shell.Screenshot"
)
SETTINGS: Final = (
    ("org.gnome.shell", "enabled-extensions", "['ubuntu-appindicators@ubuntu.com']"),
    ("org.gnome.shell", "disable-user-extensions", "false"),
    ("org.gnome.shell", "welcome-dialog-last-shown-version", "'999'"),
    ("org.gnome.desktop.interface", "enable-animations", "false"),
)
POINTER: Final = """
const {Clutter, GLib} = imports.gi;
const seat = Clutter.get_default_backend().get_default_seat();
global.testPointer ??= seat.create_virtual_device(Clutter.InputDeviceType.POINTER_DEVICE);
global.testPointer.notify_absolute_motion(GLib.get_monotonic_time(), %d, %d);
"""
BUTTON: Final = """
for (const state of [Clutter.ButtonState.PRESSED, Clutter.ButtonState.RELEASED])
  global.testPointer.notify_button(GLib.get_monotonic_time(), %d, state);
"""
WORDS: Final = """
const found = [];
const walk = actor => {
  if (!actor.mapped) return;
  if (actor instanceof imports.gi.Clutter.Text && actor.text) {
    const [x, y] = actor.get_transformed_position(), [w, h] = actor.get_transformed_size();
    if (isFinite(x) && isFinite(w))  // else it has no place yet
      found.push([actor.text, Math.round(x), Math.round(y), Math.round(w), Math.round(h)]);
  }
  actor.get_children().forEach(walk);
};
walk(%s);
found
"""
ICONS: Final = """
Object.entries(Main.panel.statusArea)
  .filter(([name, item]) => name.startsWith('appindicator') && item.mapped && item.width > 8)
  .map(([name, item]) => {
    const [x, y] = item.get_transformed_position();
    return [name, Math.round(x), Math.round(y), Math.round(item.width), Math.round(item.height)];
  })
"""
MOUSE_BUTTONS: Final = {"left": 1, "middle": 2, "right": 3}


class Word(NamedTuple):
    """Some text on the screen, and where it is."""

    text: str
    box: Box


class GnomeShell(Desktop):
    """A GNOME Shell of its own for one test, with the extension that shows tray icons."""

    needs = ("gnome-shell", "gjs", "gsettings", "dbus-daemon", "setpriv")

    def __init__(self) -> None:
        super().__init__(tray="none", keyring="gnome", size=(1280, 800))

    # --- starting ---------------------------------------------------------------------------------

    def _start_screen(self) -> None:
        """The shell is its own screen."""
        del self.env["QT_QPA_PLATFORM"]  # Qt chooses, as it does for users
        self.env |= {
            "XDG_SESSION_TYPE": "wayland",
            "XDG_CURRENT_DESKTOP": "GNOME",
            "XDG_SESSION_DESKTOP": "gnome",
            "XDG_SESSION_CLASS": "user",
            "XDG_DATA_DIRS": "/usr/local/share:/usr/share",
            "LIBGL_ALWAYS_SOFTWARE": "1",
        }

    def _start_bus(self, parts: object) -> None:
        """Start both buses, with every service that the root has."""
        del parts
        start_buses(self)

    def _start_window_manager(self) -> None:
        for schema, key, value in SETTINGS:
            done = self.run(["gsettings", "set", schema, key, value])
            assert done.returncode == 0, done.stderr
        width, height = self.size
        screen = ["--wayland", "--headless", "--no-x11", "--virtual-monitor", f"{width}x{height}"]
        self.start("shell", ["gnome-shell", *screen, "--unsafe-mode"])
        self._wait_for_name("org.gnome.Shell")
        wait_for(self._is_up, START_S * 2, "the shell")
        self._wait_for_name("org.freedesktop.Notifications")
        sockets = Path(self.env["XDG_RUNTIME_DIR"]).glob("wayland-[0-9]")
        self.env["WAYLAND_DISPLAY"] = next(sockets).name
        wait_for(self._is_quiet, START_S, "the shell's own messages to go")

    def _is_up(self) -> bool:
        try:
            return bool(self.eval("Main.overview.hide(); !Main.layoutManager._startingUp"))
        except AssertionError:  # it has its name, and nothing behind it yet
            return False

    def _is_quiet(self) -> bool:
        """Take away what the shell has to say of a root that is no whole computer."""
        count = self.eval(
            "const all = Main.messageTray.getSources(); all.forEach(one => one.destroy());"
            "all.length + Main.messageTray._banner ? 1 : 0"
        )
        return not count

    def _start_keyring(self) -> None:
        argv = ["gnome-keyring-daemon", "--unlock", "--components=secrets", "--foreground"]
        self.start("keyring", argv, feed=KEYRING_PASSWORD.encode())
        self._wait_for_name("org.freedesktop.secrets")

    # --- looking ----------------------------------------------------------------------------------

    def eval(self, script: str) -> Any:  # noqa: ANN401 - any JSON
        """Run a script inside the shell, and hand back what its last expression gives."""
        call = new_method_call(SHELL, "Eval", "s", (script,))
        with open_dbus_connection(self.env["DBUS_SESSION_BUS_ADDRESS"]) as connection:
            answer = connection.send_and_get_reply(call, timeout=20).body
        assert answer[0] is True, f"the shell says {answer} to {script}"
        return json.loads(answer[1]) if answer[1] else None

    def picture(self, box: Box | None = None) -> Picture:
        """What is on the screen now, all of it or one part."""
        with tempfile.NamedTemporaryFile(suffix=".png", dir=self.folder) as file:
            call = new_method_call(CAMERA, "Screenshot", "bbs", (False, False, file.name))
            with open_dbus_connection(self.env["DBUS_SESSION_BUS_ADDRESS"]) as connection:
                assert connection.send_and_get_reply(call, timeout=20).body[0], "no picture"
            image = QImage(file.name).convertToFormat(QImage.Format.Format_RGB888)
        row, width = image.bytesPerLine(), image.width() * 3
        pixels = bytes(image.constBits())
        rgb = b"".join(pixels[y * row : y * row + width] for y in range(image.height()))
        whole = Picture(image.width(), image.height(), rgb)
        return whole.region(box) if box else whole

    def words(self, inside: str = "Main.uiGroup") -> list[Word]:
        """All texts that the shell shows: its bar, menus and banners, not the windows of programs."""
        return [Word(text, Box(*box)) for text, *box in self.eval(WORDS % inside)]

    def word(self, text: str, inside: str = "Main.uiGroup") -> Word:
        """Wait for a text that begins like this."""

        def look() -> Word | None:
            return next((one for one in self.words(inside) if one.text.startswith(text)), None)

        return wait_for(look, 20, f"{text!r} on the screen")

    def icons(self) -> list[Box]:
        """The tray's icons, left to right."""
        return [Box(*box) for _, *box in self.eval(ICONS)]

    def window_titles(self) -> list[str]:
        """The titles of all windows."""
        titles: list[str] = self.eval("global.get_window_actors().map(a => a.meta_window.title)")
        return titles

    def focused(self) -> str:
        """The title of the window that has the keyboard."""
        return str(self.eval("global.display.focus_window?.title ?? ''"))

    def entry_of(self, title: str) -> str:
        """The desktop entry by which the shell names and draws a window; the gear's is `window:…`."""
        script = f"""
        const window = global.get_window_actors().map(a => a.meta_window)
          .find(w => w.title === {json.dumps(title)});
        imports.gi.Shell.WindowTracker.get_default().get_window_app(window).get_id()
        """
        return str(self.eval(script))

    # --- the mouse --------------------------------------------------------------------------------

    def point(self, x: int, y: int) -> None:
        """Move the pointer."""
        self.eval(POINTER % (x, y) + "1")

    def click(self, x: int, y: int, button: Literal["left", "middle", "right"] = "left") -> None:
        """Move the pointer and click."""
        self.point(x, y)
        self.eval(POINTER % (x, y) + BUTTON % MOUSE_BUTTONS[button] + "1")


def start_buses(desktop: Desktop) -> None:
    """Start a system bus, without which shells wait for ever, and a session bus."""
    for kind, variable, services in (
        ("system", "DBUS_SYSTEM_BUS_ADDRESS", ""),
        ("session", "DBUS_SESSION_BUS_ADDRESS", "<standard_session_servicedirs/>"),
    ):
        socket = desktop.folder / f"{kind}-bus"
        configuration = desktop.folder / f"{kind}-bus.conf"
        configuration.write_text(
            f"<busconfig><type>{kind}</type><listen>unix:path={socket}</listen>{services}"
            '<policy context="default"><allow user="*"/><allow own="*"/>'
            '<allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/></policy>'
            "</busconfig>",
            encoding="utf-8",
        )
        address = desktop.env[variable] = f"unix:path={socket}"
        desktop.start(f"{kind}-bus", ["dbus-daemon", f"--config-file={configuration}", "--nofork"])
        look = partial(bus.has_owner, address, "org.freedesktop.DBus")
        wait_for(look, START_S, f"the {kind} bus")
