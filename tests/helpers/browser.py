"""Chromium for the tests: the desktop's default browser, or one without a window.

Looked into by the DevTools protocol (on loopback), and used by mouse where a test is about what
people do. It is ended by its process numbers: started by the desktop, it is nobody's child.
"""

import os
import shlex
import shutil
import signal
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from tests.helpers.desktop import DeadlineMissedError, Desktop, wait_for
from tests.helpers.desktop.processes import require_programs, start
from tests.helpers.devtools import Browser

PROGRAM: Final = "chromium"
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
