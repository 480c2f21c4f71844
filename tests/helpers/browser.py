"""Chromium for the tests: the desktop's default browser, or one without a window.

Looked into by the DevTools protocol (on loopback), and used by mouse where a test is about what
people do. It is ended by its process numbers: started by the desktop, it is nobody's child.
"""

import json
import os
import shlex
import shutil
import signal
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import httpx2
from websockets.sync.client import connect

from tests.helpers.desktop import DeadlineMissedError, Desktop, wait_for
from tests.helpers.desktop.processes import require_programs, start
from tests.helpers.desktop.waiting import steady

PROGRAM: Final = "chromium"
PATIENCE_S: Final = 20.0
_END_S: Final = 5.0
_FLAGS: Final = (
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--no-default-browser-check",
    "--password-store=basic",
    # Nothing but this computer can be reached, whatever a page or the browser itself asks for.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--remote-debugging-port=0",
)
# As root Chromium starts only without its sandbox, and says so in a bar unless it is a test.
_FLAGS_OF_ROOT: Final = ("--no-sandbox", "--test-type")
_ENTRY: Final = """\
[Desktop Entry]
Type=Application
Name=Chromium for the test
Exec={script} %U
MimeType=x-scheme-handler/http;x-scheme-handler/https;text/html;
"""
_DEFAULTS: Final = """\
[Default Applications]
x-scheme-handler/http=test-browser.desktop
x-scheme-handler/https=test-browser.desktop
text/html=test-browser.desktop
"""
_SCRIPT: Final = """\
#!/bin/sh
echo $$ >>"{pids}"
exec {program} {flags} "$@"
"""
_BUTTON: Final = """
(label => {
  const all = [...document.querySelectorAll('button, a')];
  const button = all.find(one => one.textContent.trim() === label);
  if (!button) return null;
  const box = button.getBoundingClientRect();
  const side = (outerWidth - innerWidth) / 2;
  return [
    Math.round(screenX + side + box.x + box.width / 2),
    Math.round(screenY + outerHeight - innerHeight - side + box.y + box.height / 2),
  ];
})
"""


@dataclass(frozen=True)
class Page:
    """One tab, as the DevTools protocol shows it."""

    socket: str

    def call(self, method: str, /, **params: object) -> Any:  # noqa: ANN401 - any JSON
        """Call the DevTools; hand back the result."""
        with connect(self.socket, proxy=None, open_timeout=PATIENCE_S) as devtools:
            devtools.send(json.dumps({"id": 1, "method": method, "params": params}))
            while True:
                reply = json.loads(devtools.recv(timeout=PATIENCE_S))
                if reply.get("id") == 1:
                    assert "error" not in reply, reply
                    return reply["result"]

    def value(self, expression: str) -> Any:  # noqa: ANN401 - any JSON
        """The value of a piece of JavaScript in the page."""
        reply = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in reply, reply
        return reply["result"].get("value")

    @property
    def text(self) -> str:
        """What the page says, to a person who reads it."""
        return str(self.value("document.body ? document.body.innerText : ''"))

    @property
    def address(self) -> str:
        """What the address bar holds."""
        history = self.call("Page.getNavigationHistory")
        return str(history["entries"][history["currentIndex"]]["url"])

    def addresses(self) -> list[str]:
        """Every address that the tab's Back button knows."""
        history = self.call("Page.getNavigationHistory")
        return [str(entry["url"]) for entry in history["entries"]]

    def says(self, words: str) -> None:
        """Wait until the page says these words."""
        wait_for(lambda: words in self.text, PATIENCE_S, f"a page that says {words!r}")

    def button(self, label: str) -> tuple[int, int]:
        """Wait for a button that rests; hand back where on the screen it is."""

        def look() -> Any:  # noqa: ANN401 - JSON: two numbers, or nothing
            return self.value(f"{_BUTTON}({json.dumps(label)})")

        wait_for(look, PATIENCE_S, f"the button {label!r}")
        wait_for(steady(look, times=4), PATIENCE_S, f"the button {label!r} to come to rest")
        x, y = look()
        return int(x), int(y)

    def press(self, label: str, **fields: str) -> None:
        """Fill fields in by their names and press a button, without a mouse."""
        self.button(label)
        for name, text in fields.items():
            self.value(f"document.querySelector('[name={name}]').value = {json.dumps(text)}")
        # Not at once: the page that is left could take the answer to this call with it.
        self.value(
            f"setTimeout(() => [...document.querySelectorAll('button, a')]"
            f".find(one => one.textContent.trim() === {json.dumps(label)}).click())"
        )


class Browser:
    """A running Chromium, or one that runs once somebody opens an address."""

    def __init__(self, profile: Path) -> None:
        self._profile = profile

    def page(self, words: str) -> Page:
        """Wait for a tab whose title has these words."""
        return wait_for(lambda: self._find(words), PATIENCE_S, f"a tab titled {words!r}")

    def _find(self, words: str) -> Page | None:
        for one in self.tabs():
            if words in one["title"]:
                return Page(one["webSocketDebuggerUrl"])
        return None

    def tabs(self) -> list[dict[str, str]]:
        """All tabs, the one used last first; none while the browser does not run yet."""
        said = self._profile / "DevToolsActivePort"
        lines = said.read_text(encoding="utf-8").splitlines() if said.exists() else []
        if not lines:
            return []
        try:
            with httpx2.Client(trust_env=False) as http:
                listed = http.get(f"http://127.0.0.1:{lines[0]}/json/list").json()
        except httpx2.TransportError:
            return []
        return [one for one in listed if one["type"] == "page"]


class DefaultBrowser(Browser):
    """Chromium as the desktop's default browser: whoever opens an address starts it."""

    def __init__(self, desktop: Desktop) -> None:
        require_programs([PROGRAM, "xdg-open"])
        folder = desktop.folder / "browser"
        folder.mkdir()
        super().__init__(folder / "profile")
        self._pids = folder / "pids"
        _install(desktop, folder / "chromium", self._script())

    def _script(self) -> str:
        flags = [*_flags(self._profile), "--start-maximized"]
        return _SCRIPT.format(pids=self._pids, program=PROGRAM, flags=shlex.join(flags))

    def end(self) -> None:
        """End it, and what it started; harmless when it never ran."""
        numbers = self._pids.read_text().split() if self._pids.exists() else []
        for number in map(int, numbers):
            _end(number, str(self._profile))


def _install(desktop: Desktop, script: Path, text: str) -> None:
    script.write_text(text, encoding="utf-8")
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    entry = Path(desktop.env["XDG_DATA_HOME"]) / "applications" / "test-browser.desktop"
    entry.parent.mkdir(parents=True)
    entry.write_text(_ENTRY.format(script=script), encoding="utf-8")
    defaults = Path(desktop.env["XDG_CONFIG_HOME"]) / "mimeapps.list"
    defaults.write_text(_DEFAULTS, encoding="utf-8")


@contextmanager
def default_browser(desktop: Desktop) -> Iterator[DefaultBrowser]:
    """Make Chromium the desktop's default browser; it ends with the block."""
    browser = DefaultBrowser(desktop)
    try:
        yield browser
    finally:
        browser.end()


@contextmanager
def headless(folder: Path, address: str) -> Iterator[Browser]:
    """Open an address in a Chromium without a window; it ends with the block."""
    require_programs([PROGRAM, "setpriv"])
    profile = folder / "profile"
    argv = [PROGRAM, "--headless=new", *_flags(profile), address]
    program = start(argv, folder / "chromium.log", {**os.environ, "HOME": str(folder)})
    try:
        yield Browser(profile)
    finally:
        program.end()


def without_browser(desktop: Desktop) -> str:
    """Make a search path on which there is neither a browser nor anything that finds one."""
    require_programs(["setpriv"])
    folder = desktop.folder / "bare"
    folder.mkdir()
    (folder / "setpriv").symlink_to(shutil.which("setpriv") or "")
    return str(folder)


def parameters(address: str) -> str:
    """What an address has after its path: query and fragment."""
    parts = urlsplit(address)
    return parts.query + parts.fragment


def _flags(profile: Path) -> list[str]:
    root = _FLAGS_OF_ROOT if os.geteuid() == 0 else ()
    return [*_FLAGS, *root, f"--user-data-dir={profile}"]


def _end(number: int, mark: str) -> None:
    """End a process by its number, if it still is the one that was started: asked, then made to."""
    for signal_number in (signal.SIGTERM, signal.SIGKILL):
        if not _is_ours(number, mark):
            return
        os.kill(number, signal_number)
        with suppress(DeadlineMissedError):
            wait_for(lambda: not _is_ours(number, mark), _END_S, "the browser to end")


def _is_ours(number: int, mark: str) -> bool:
    try:
        return mark.encode() in Path(f"/proc/{number}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return False
