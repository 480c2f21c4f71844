"""Makes README's pictures, from the demo on a headless desktop: `python3 packaging/dev.py pictures [FOLDER]`."""

import json
import re
import sys
import urllib.request
from pathlib import Path
from typing import Final

from tests.helpers.desktop import Box, Desktop, wait_for
from tests.helpers.desktop.pictures import Picture
from tests.helpers.desktop.waiting import steady_for
from tests.helpers.running import App

PLACE: Final = Path(__file__).parents[2] / "resources" / "help"
SCREEN: Final = (1100, 760)
MEETING: Final = "98712345671"
FRAME: Final = 20
"""So much of the desktop is left around a picture."""
AT_REST_S: Final = 0.4
"""Less than a second: seconds are counted in the windows."""
LIMIT_S: Final = 30.0


class Demo:
    """The demo, played by the command line and the simulator's own controls."""

    def __init__(self, desktop: Desktop) -> None:
        self.desktop = desktop
        command = [sys.executable, "-m", "rtms_tray", "demo"]
        program = desktop.start("demo", command, PYTHONPATH=str(Path(__file__).parents[2]))
        said = re.compile(r"RTMS_TRAY_HOME=(\S+)[\s\S]*ready")
        wait_for(lambda: said.search(program.output), LIMIT_S, "the demo to be ready")
        home = Path(re.findall(r"RTMS_TRAY_HOME=(\S+)", program.output)[0])
        self.app = App(home, desktop.env)
        (settings,) = home.rglob("settings.toml")
        (self._address,) = re.findall(r'api_url = "([^"]+)"', settings.read_text("utf-8"))

    def happens(self, *acts: str) -> None:
        """Have things happen in the meeting."""
        for act in acts:
            url = f"{self._address}/control/meetings/{MEETING}/act"
            request = urllib.request.Request(url, json.dumps({"act": act}).encode())  # noqa: S310 - this computer
            request.add_header("Content-Type", "application/json")
            urllib.request.urlopen(request).close()  # noqa: S310 - this computer

    def picture(self, title: str, *, with_message: bool = False) -> Picture:
        """Take a window's picture once nothing moves; what a notification says stands to the right of it."""
        window = self.desktop.find_window(title, LIMIT_S)
        wait_for(steady_for(self.desktop.picture, AT_REST_S), LIMIT_S, f"{title} to come to rest")
        return self.desktop.picture(self._around(window.box, with_message=with_message))

    def _around(self, window: Box, *, with_message: bool) -> Box:
        left = max(0, window.x - FRAME)
        top = 0 if with_message else max(0, window.y - 2 * FRAME)
        right = SCREEN[0] if with_message else min(SCREEN[0], window.x + window.width + FRAME)
        bottom = min(SCREEN[1], window.y + window.height + FRAME)
        return Box(left, top, right - left, bottom - top)


def make_pictures(folder: Path) -> None:
    """Play to what README shows, and keep it."""
    folder.mkdir(parents=True, exist_ok=True)
    with Desktop(tray="lxqt", notify="xfce", size=SCREEN) as desktop:
        demo = Demo(desktop)
        demo.picture("Demo").save(folder / "tour.png")
        panel = desktop.find_window("Demo")
        desktop.run(["xdotool", "windowminimize", str(panel.number)])
        demo.happens("end_meeting", "start_meeting", "owner_joins")
        demo.app.done("start", MEETING)
        demo.app.wait_for_state("waiting_for_host")
        demo.happens("host_joins")
        demo.app.wait_for_state("resend_needed")
        send_again = demo.picture("rtms-tray", with_message=True)
        send_again.save(folder / "send-it-again.png")
        demo.app.done("resend")
        demo.app.wait_for_state("pending_approval")
        demo.happens("approve")
        demo.app.wait_for_state("sharing")
        demo.picture("Capturing").save(folder / "sharing.png")


if __name__ == "__main__":
    make_pictures(Path(sys.argv[1]) if sys.argv[1:] else PLACE)
