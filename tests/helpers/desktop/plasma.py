"""KDE Plasma on a headless X screen. It belongs into a root of its own (packaging/desktop_root.py)."""

from functools import partial
from pathlib import Path

from tests.helpers.desktop import bus
from tests.helpers.desktop.gnome import start_buses
from tests.helpers.desktop.parts import NOTIFICATIONS, STATUS_NOTIFIER
from tests.helpers.desktop.pictures import Box, Picture
from tests.helpers.desktop.session import START_S, Desktop
from tests.helpers.desktop.waiting import steady_for, wait_for

PANEL = 50
"""Pixels at the bottom in which Plasma's panel is."""


class Plasma(Desktop):
    """A KDE Plasma of its own for one test: window manager, daemon and shell."""

    needs = ("Xvfb", "kwin_x11", "kded5", "plasmashell", "dbus-daemon", "setpriv", "xdotool")

    def __init__(self) -> None:
        super().__init__(tray="none", size=(1280, 800))

    def _start_bus(self, parts: object) -> None:
        """Start both buses, with every service that the root has."""
        del parts
        self.env |= {
            "XDG_CURRENT_DESKTOP": "KDE",
            "KDE_FULL_SESSION": "true",
            "KDE_SESSION_VERSION": "5",
            "DESKTOP_SESSION": "plasma",
            "XDG_DATA_DIRS": "/usr/local/share:/usr/share",
            "XDG_MENU_PREFIX": "plasma-",
            "LIBGL_ALWAYS_SOFTWARE": "1",
            "QT_QUICK_BACKEND": "software",
        }
        config = Path(self.env["XDG_CONFIG_HOME"])
        (config / "kwalletrc").write_text("[org.freedesktop.secrets]\napiEnabled=true\n")
        (config / "kdeglobals").write_text("[KDE]\nAnimationDurationFactor=0\nCursorBlinkRate=0\n")
        start_buses(self)

    def _start_window_manager(self) -> None:
        for program in ("kwin_x11", "kded5", "plasmashell"):
            self.start(program, [program])
        for name in (STATUS_NOTIFIER, NOTIFICATIONS):
            look = partial(bus.has_owner, self.env["DBUS_SESSION_BUS_ADDRESS"], name)
            wait_for(look, 2 * START_S, f"{name} on the bus")

    def start_wallet(self) -> None:
        """Start KWallet, which nobody has used yet."""
        self.start("kwalletd5", ["kwalletd5"])
        self._wait_for_name("org.freedesktop.secrets")

    def icons(self) -> list[str]:
        """The names of the tray icons on the bus."""
        return bus.tray_items(self.env["DBUS_SESSION_BUS_ADDRESS"])

    def at_rest(self, length_s: float = 1.0) -> Picture:
        """Wait until the screen has stayed the same for a while, its clock apart; hand it back."""
        width, height = self.size
        above = Box(0, 0, width, height - PANEL)
        wait_for(steady_for(lambda: self.picture(above), length_s), 20, "the screen to rest")
        return self.picture()
