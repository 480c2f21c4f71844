"""Looks at a desktop's screen, and uses mouse and keyboard on it."""

import re
import subprocess
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Literal

from tests.helpers.desktop import bus
from tests.helpers.desktop.parts import PANEL_HEIGHT, STATUS_NOTIFIER, Part
from tests.helpers.desktop.pictures import Box, Picture, read_framebuffer
from tests.helpers.desktop.waiting import steady, wait_for
from tests.helpers.desktop.windows import Window, parse_tree

BUTTONS = {"left": 1, "middle": 2, "right": 3}
WHEEL = {"up": 4, "down": 5}
SMALLEST_ICON = 8
WIDEST_ICON = 2 * PANEL_HEIGHT
"""Whatever is wider is a panel that is not drawn yet, or drawn anew."""


class Surface:
    """What a person sees and touches of a desktop that is already there."""

    def __init__(self, tray: Part | None, size: tuple[int, int]) -> None:
        self.size = size
        self.env: dict[str, str] = {}
        self.folder = Path()
        self._tray_part = tray
        self._empty_tray: Picture | None = None

    def run(
        self, argv: Sequence[str], *, feed: str = "", timeout_s: float = 30
    ) -> subprocess.CompletedProcess[str]:
        """Run a program on the desktop to its end; its exit code is not judged."""
        return subprocess.run(
            argv,
            input=feed,
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=False,
            env=self.env,
        )

    # Looking

    def picture(self, box: Box | None = None) -> Picture:
        """What is on the screen now, all of it or one part."""
        whole = read_framebuffer(self.folder / "Xvfb_screen0")
        return whole.region(box) if box else whole

    def screenshot(self, path: Path) -> Path:
        """Keep what is on the screen now as a PNG file."""
        self.picture().save(path)
        return path

    def windows(self) -> list[Window]:
        """All windows there are, shown or not."""
        return parse_tree(self.run(["xwininfo", "-root", "-tree"]).stdout)

    def _has_window(self, kind: str) -> bool:
        return any(window.kind == kind for window in self.windows())

    def find_window(self, name: str, timeout_s: float = 10) -> Window:
        """Wait for a shown window whose title matches a regular expression."""
        argv = ["xdotool", "search", "--onlyvisible", "--name", name]

        def look() -> Window | None:
            shown = {int(word) for word in self.run(argv).stdout.split()}
            named = (window for window in self.windows() if window.number in shown)
            return next((window for window in named if re.search(name, window.name)), None)

        return wait_for(look, timeout_s, f"a window named {name!r}")

    def is_shown(self, window: Window) -> bool:
        """Tell whether a window can be seen, as far as others do not cover it."""
        return "IsViewable" in self.run(["xwininfo", "-id", str(window.number)]).stdout

    def has_focus(self, window: Window) -> bool:
        """Tell whether the window manager has made this the window that keys go to."""
        return self.run(["xdotool", "getactivewindow"]).stdout.strip() == str(window.number)

    def activate(self, window: Window) -> None:
        """Have the window manager give a window the keyboard, as the user's choice in a taskbar does."""
        self._xdotool("windowactivate", str(window.number))

    def _panel(self) -> Picture:
        width, height = self.size
        return self.picture(Box(0, height - PANEL_HEIGHT, width, PANEL_HEIGHT))

    def tray_change(self) -> Box | None:
        """The place on the screen where the tray looks other than when it was empty."""
        assert self._empty_tray is not None, "this desktop has no tray"
        changed = self._panel().difference(self._empty_tray)
        if changed is None or changed.width > WIDEST_ICON:
            return None
        if min(changed.width, changed.height) < SMALLEST_ICON:
            return None
        return Box(
            changed.x, changed.y + self.size[1] - PANEL_HEIGHT, changed.width, changed.height
        )

    def tray_icon(self, timeout_s: float = 20) -> Box:
        """Wait for an icon in the tray; hand back its place on the screen."""
        if self._tray_part and self._tray_part.bus_name == STATUS_NOTIFIER:
            look = partial(bus.tray_items, self.env["DBUS_SESSION_BUS_ADDRESS"])
            wait_for(look, timeout_s, "a tray icon on the bus")
        wait_for(self.tray_change, timeout_s, "an icon in the tray")
        wait_for(steady(self._panel, times=5), timeout_s, "the tray to come to rest")
        return wait_for(self.tray_change, timeout_s, "an icon that stays in the tray")

    # Mouse and keyboard

    def point(self, x: int, y: int) -> None:
        """Move the pointer."""
        self._xdotool("mousemove", str(x), str(y))

    def click(self, x: int, y: int, button: Literal["left", "middle", "right"] = "left") -> None:
        """Move the pointer and click."""
        self._xdotool("mousemove", str(x), str(y), "click", str(BUTTONS[button]))

    def scroll(self, x: int, y: int, way: Literal["up", "down"]) -> None:
        """Move the pointer, and turn the wheel by one notch."""
        self._xdotool("mousemove", str(x), str(y), "click", str(WHEEL[way]))

    def key(self, *names: str) -> None:
        """Press keys by their X names: Return, Escape, ctrl+c."""
        self._xdotool("key", *names)

    def type(self, text: str) -> None:
        """Type a text into the window with the focus."""
        self._xdotool("type", "--", text)

    def _xdotool(self, *words: str) -> None:
        done = self.run(["xdotool", *words])
        assert done.returncode == 0, f"xdotool failed: {done.stderr}"
