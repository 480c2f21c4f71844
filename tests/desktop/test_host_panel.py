"""The host panel of the demo on a real desktop, beside the status window, light and dark."""

import json
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.desktop import Box, Desktop, Picture, wait_for
from tests.helpers.desktop.waiting import steady

MakeDesktop = Callable[..., Desktop]
ROOT = Path(__file__).parents[2]
MEETING = "98712345670"

# The desktop has no colour scheme to set: the program then goes by its palette.
START = """
import sys
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication
import rtms_tray.app
class Coloured(QApplication):
    def __init__(self, arguments):
        super().__init__(arguments)
        self.setPalette(QPalette(QColor(sys.argv[1])))
rtms_tray.app.QApplication = Coloured
sys.exit(rtms_tray.app.demo(None, verbose=False))
"""
GROUNDS = {"light": (233, 236, 241), "dark": (21, 24, 30)}
AWAKE = {"light": (255, 255, 255), "dark": (34, 38, 46)}
PALETTES = {"light": "#f0f0f0", "dark": "#22262e"}


class Demo:
    """A demo that runs on a desktop."""

    def __init__(self, desktop: Desktop, look: str) -> None:
        self.desktop = desktop
        argv = [sys.executable, "-c", START, PALETTES[look]]
        self.program = desktop.start("demo", argv, PYTHONPATH=str(ROOT))
        wait_for(lambda: "demo: ready" in desktop.log("demo"), 20, "the demo")
        said = desktop.log("demo").partition("RTMS_TRAY_HOME=")[2]
        desktop.env |= {"RTMS_TRAY_HOME": said.splitlines()[0], "PYTHONPATH": str(ROOT)}

    def command(self, *words: str) -> str:
        """Run a command of the command line."""
        done = self.desktop.run([sys.executable, "-m", "rtms_tray", *words])
        assert done.returncode == 0, done.stderr
        return done.stdout

    def state(self) -> str:
        """How the newest session stands."""
        status: dict[str, Any] = json.loads(self.command("status", "--json"))
        return str(status["sessions"][-1]["state"]) if status["sessions"] else "none"

    def place(self, name: str, x: int, y: int) -> Box:
        """Move a window, and say where it is then."""
        number = self.desktop.find_window(name).number
        moved = self.desktop.run(["xdotool", "windowmove", str(number), str(x), str(y)])
        assert moved.returncode == 0, moved.stderr
        return self.desktop.find_window(name).box


@pytest.mark.parametrize("look", ["light", "dark"])
def test_the_panel_beside_the_window(make_desktop: MakeDesktop, artefacts: Path, look: str) -> None:
    desktop = make_desktop(size=(1280, 860))
    demo = Demo(desktop, look)
    panel = demo.place("^Host panel", 40, 20)
    demo.command("run")
    demo.place(" – rtms-tray$", 700, 20)
    assert demo.command("start", MEETING)

    wait_for(lambda: ground(desktop, panel) == GROUNDS[look], 5, "the panel's colours")
    awake = partial(is_awake, desktop, panel, look)
    wait_for(awake, 5, "the panel to see the request")
    desktop.screenshot(artefacts / "asked.png")
    before = desktop.picture(panel)
    desktop.click(panel.x + 117, panel.y + 244)  # Approve
    wait_for(lambda: demo.state() == "sharing", 20, "the stream after the host's click")
    assert desktop.picture(panel) != before
    desktop.screenshot(artefacts / "approved.png")

    for name, across in (("scenarios", 157), ("tour", 262)):
        before = desktop.picture(panel)
        desktop.click(panel.x + across, panel.y + 172)
        wait_for(partial(has_changed, desktop, panel, before), 5, f"the page of the {name}")
        wait_for(steady(partial(desktop.picture, panel), times=5), 5, "the page to be drawn")
        desktop.screenshot(artefacts / f"{name}.png")

    before = desktop.picture(panel)
    desktop.key("Escape")
    wait_for(partial(has_changed, desktop, panel, before), 5, "the panel to close")
    assert demo.state() == "sharing"
    demo.command("quit")
    assert demo.program.process.wait(10) == 0, desktop.log("demo")


def ground(desktop: Desktop, panel: Box) -> tuple[int, int, int]:
    """The colour of the panel between its edge and its first card."""
    return desktop.picture(panel).colour(6, panel.height - 6)


def is_awake(desktop: Desktop, panel: Box, look: str) -> bool:
    """Whether the button Approve can be pressed, by the colour left of its text."""
    return desktop.picture(panel).colour(40, 244) == AWAKE[look]


def has_changed(desktop: Desktop, part: Box, before: Picture) -> bool:
    """Whether a part of the screen looks other than before."""
    return desktop.picture(part) != before
