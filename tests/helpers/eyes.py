"""The demo on a desktop, seen and clicked on: `watched_demo` says what is where, the mouse does the rest."""

import json
import re
import socket
import sys
import tomllib
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.helpers.desktop import Box, Desktop, wait_for
from tests.helpers.desktop.waiting import steady

ROOT = Path(__file__).parents[2]
PATIENCE_S = 30.0
PALETTES = {"light": "#f0f0f0", "dark": "#22262e"}
TRAY = " – rtms-tray$"
PANEL = "^Demo"


@dataclass(frozen=True)
class Part:
    """Something in a window: a button, a label, a tab; with its words, and what of it can be seen."""

    kind: str
    words: str
    box: Box
    enabled: bool

    @property
    def is_button(self) -> bool:
        """Whether it is there to be clicked."""
        return self.kind.endswith(("Button", "tab", "entry"))


@dataclass(frozen=True)
class SeenWindow:
    """A window of the program as it is now, with its frame."""

    title: str
    frame: Box
    parts: tuple[Part, ...]

    @property
    def words(self) -> list[str]:
        """All that can be read in it."""
        return [part.words for part in self.parts]


class WatchedDemo:
    """A demo that runs on a desktop."""

    def __init__(
        self, desktop: Desktop, look: str = "light", scale: str = "1", scenario: str = ""
    ) -> None:
        self.desktop = desktop
        self._socket = str(desktop.folder / "eyes")
        words = [self._socket, PALETTES[look], *([scenario] if scenario else [])]
        argv = [sys.executable, "-m", "tests.helpers.watched_demo", *words]
        self.program = desktop.start("demo", argv, PYTHONPATH=str(ROOT), QT_SCALE_FACTOR=scale)
        wait_for(lambda: "demo: ready" in desktop.log("demo"), PATIENCE_S, "the demo")
        self.home = desktop.log("demo").partition("RTMS_TRAY_HOME=")[2].splitlines()[0]

    def hurry(self, times: float) -> None:
        """Have the simulated Zoom, and the people in it, take less time for everything."""
        [settings] = Path(self.home).rglob("settings.toml")
        api = tomllib.loads(settings.read_text(encoding="utf-8"))["zoom"]["api_url"]
        body = json.dumps({"timing_scale": 1 / times}).encode()
        head = {"Content-Type": "application/json"}
        request = urllib.request.Request(f"{api}/control/settings", data=body, headers=head)  # noqa: S310 - loopback
        with urllib.request.urlopen(request) as reply:  # noqa: S310 - as above
            assert reply.status == 200

    # --- looking ----------------------------------------------------------------------------------

    def windows(self) -> list[SeenWindow]:
        """All windows that the program shows."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(PATIENCE_S)
            connection.connect(self._socket)
            with connection.makefile("rb") as stream:
                seen = json.loads(stream.read())
        return [_window(window) for window in seen]

    def window(self, title: str) -> SeenWindow:
        """Wait for the window with such a title."""
        return wait_for(
            lambda: next((w for w in self.windows() if re.search(title, w.title)), None),
            PATIENCE_S,
            f"a window called {title}",
        )

    def wait_for_words(self, title: str, words: str) -> None:
        """Wait until a window shows these words, as a line of their own."""
        self.wait_until(lambda: words in self.window(title).words, f"“{words}”")

    def wait_until(self, is_so: Callable[[], object], what: str) -> None:
        """Wait until something is so in the windows; what they show is told where it does not become so."""
        try:
            wait_for(is_so, PATIENCE_S, what)
        except AssertionError as error:
            error.add_note("\n".join(f"{seen.title} shows {seen.words}" for seen in self.windows()))
            raise

    # --- clicking ---------------------------------------------------------------------------------

    def click(self, title: str, *labels: str) -> None:
        """Click on the lowest button with one of these labels, once it can be clicked and stays where it is."""

        def find() -> Part | None:
            parts = self.window(title).parts
            ready = [part for part in parts if part.is_button and part.enabled]
            found = (part for part in ready if part.words in labels)
            return max(found, key=lambda part: part.box.y, default=None)

        self.wait_until(find, f"a button {labels}")
        self.wait_until(steady(find, times=3), f"the button {labels} to come to rest")
        part = wait_for(find, PATIENCE_S, f"a button {labels}")
        self.desktop.click(*part.box.centre)

    def type_into(self, title: str, words: str) -> None:
        """Click into a window's entry, and type."""
        entry = next(part for part in self.window(title).parts if part.kind == "QLineEdit")
        self.desktop.click(*entry.box.centre)
        self.desktop.key("ctrl+a")
        self.desktop.type(words)
        self.wait_for_words(title, words)

    def choose(self, title: str, words: str) -> None:
        """Choose an entry of a list: turn the mouse wheel until it is in sight, and click on it."""

        def find() -> bool:
            entries = [part for part in self.window(title).parts if part.kind == "entry"]
            wanted = next(entry for entry in entries if entry.words == words)
            if not wanted.enabled:
                seen = next(entry for entry in entries if entry.enabled)
                is_above = wanted.box.y < seen.box.y
                self.desktop.scroll(*seen.box.centre, "up" if is_above else "down")
            return wanted.enabled

        self.wait_until(find, f"“{words}” to be in sight")
        self.click(title, words)


def _window(seen: dict[str, Any]) -> SeenWindow:
    parts = tuple(
        Part(kind, " ".join(words.replace("&", "").split()), Box(*box), enabled)
        for kind, words, box, enabled in seen["parts"]
    )
    return SeenWindow(seen["title"], Box(*seen["frame"]), parts)
