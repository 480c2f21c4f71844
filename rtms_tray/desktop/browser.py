"""Opens pages in the user's browser, and notices when the desktop has none."""

import asyncio
import contextlib
import logging
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication

from rtms_tray.desktop.command_sender import CommandSender
from rtms_tray.support.command_types import Answer, Command, Exit
from rtms_tray.support.texts import text

log = logging.getLogger(__name__)

OPENER: Final = "xdg-open"
EARLY_S: Final = 15.0
"""Seconds within which a failing opener means that nothing was opened; later it is a browser that ends."""


class Browser:
    """Opens addresses; `failed` gets one that was not opened after all."""

    def __init__(
        self, failed: Callable[[str], None], find_opener: Callable[[], str | None] | None = None
    ) -> None:
        self._failed = failed
        self._find_opener = find_opener or _opener

    def open(self, url: str) -> bool:
        """Open a page; False where it is clear at once that nothing can."""
        opener = self._find_opener()
        if opener is None or not url.startswith(("https://", "http://")):
            return QDesktopServices.openUrl(QUrl(url))
        loop = asyncio.get_running_loop()
        began = loop.time()

        def on_exit(code: int) -> None:
            if code != 0 and loop.time() - began < EARLY_S:
                log.warning("%s opened no page: it ended with %s.", OPENER, code)
                self._failed(url)

        def work() -> None:
            code = _run(opener, url)
            with contextlib.suppress(RuntimeError):  # the program has ended meanwhile
                loop.call_soon_threadsafe(on_exit, code)

        # In a thread, and never waited for: some openers live as long as the browser does.
        threading.Thread(target=work, name="browser", daemon=True).start()
        return True


class Pages:
    """Opens pages, and says so where that fails; a sign-in that waits for one then ends."""

    def __init__(self, sender: CommandSender, complain: Callable[[str], None]) -> None:
        self._sender, self._complain = sender, complain
        self._browser = Browser(self._not_opened)

    def open(self, url: str) -> bool:
        """Open a page in the user's browser; False where that cannot be done."""
        return self._browser.open(url)

    def open_or_say(self, url: str) -> None:
        """Open a page, or say which one it would have been."""
        if not self.open(url):
            self._complain(text("status.no_browser", url=url))

    def _not_opened(self, url: str) -> None:
        def answered(answer: Answer) -> None:
            if answer.exit is not Exit.DONE:
                self._complain(text("status.no_browser", url=url))

        self._sender.send(Command("no-browser", {"address": url}), answered)


def _opener() -> str | None:
    """Find the opener whose exit code says something; Qt does not wait for it.

    Under Wayland and in a sandbox Qt itself must open the page: it passes the focus on, or asks the portal.
    """
    free = sys.platform.startswith("linux") and not Path("/.flatpak-info").exists()
    return shutil.which(OPENER) if free and QGuiApplication.platformName() == "xcb" else None


def _run(opener: str, url: str) -> int:
    quiet = subprocess.DEVNULL
    try:
        process = subprocess.run(  # noqa: S603  the desktop's own opener, an https address, no shell
            [opener, url],
            stdin=quiet,
            stdout=quiet,
            stderr=quiet,
            check=False,
            start_new_session=True,
        )
    except OSError as error:
        log.warning("%s cannot be started: %s.", OPENER, error.strerror)
        return -1
    return process.returncode
