"""The main stories as Orca says them, to somebody who sees nothing and uses the keyboard alone.

Takes minutes and the network: for the nightly run (`.ci/nightly aloud`), or RTMS_TRAY_CLEAN_ROOT=1.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from tests.helpers.clean_root import CleanRoot
from tests.helpers.desktop import Desktop, wait_for
from tests.helpers.desktop.screen_reader import screen_reader
from tests.helpers.desktop_app import OnDesktop, on_desktop, ready
from tests.helpers.simulator_process import WITH_HOST, WITHOUT_HOST

MakeDesktop = Callable[..., Desktop]

pytestmark = [
    pytest.mark.skipif(not os.environ.get("RTMS_TRAY_CLEAN_ROOT"), reason="long: nightly"),
    pytest.mark.timeout(1200),
]
ORCA: Final = ("orca", "default-dbus-session-bus", "x11-xkb-utils", "procps")
PATIENCE_S: Final = 30
MOST_STOPS: Final = 30
CUSTOMIZATIONS: Final = """
import logging
from orca import settings, speech
words = logging.getLogger("speech")
words.setLevel(logging.INFO)
words.addHandler(logging.FileHandler({file!r}))
speech._initSpeechServer = lambda *_: None  # there is no loudspeaker to wait for
settings.enableBraille = False
"""
"""Has Orca write down what it says."""


@dataclass(frozen=True)
class Listener:
    """Somebody who hears Orca, and presses keys."""

    here: OnDesktop
    file: Path

    def said(self) -> list[str]:
        """List what has been said, the newest last."""
        lines = self.file.read_text(encoding="utf-8").splitlines() if self.file.exists() else []
        return [line.partition("'")[2].rpartition("'")[0] for line in lines]

    def hears(self, words: str, since: int = 0) -> int:
        """Wait until these words are said; tell how much has been said by then."""

        def look() -> int:
            heard = self.said()
            found = (place for place, line in enumerate(heard) if words in line)
            return next((place + 1 for place in found if place >= since), 0)

        try:
            return wait_for(look, PATIENCE_S, f"“{words}” to be said")
        except AssertionError as error:
            error.add_note("\n".join(self.said()))
            raise

    def goes_to(self, button: str) -> None:
        """Press Tab until this button is said."""
        for _ in range(MOST_STOPS):
            before = len(self.said())
            self.here.desktop.key("Tab")
            self.hears("tab", before)
            wait_for(lambda before=before: len(self.said()) > before + 1, PATIENCE_S, "a stop")  # type: ignore[misc]
            if button in self.said()[-1]:
                return
        raise AssertionError(f"Tab doesn't lead to {button}: {self.said()}")


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> CleanRoot:
    """A Debian of its own for Orca: its services must not answer in other tests."""
    folder = tmp_path_factory.mktemp("orca")
    (folder / "shared").mkdir()
    root = CleanRoot(folder / "root", folder / "shared")
    root.run("apt-get", "update", "-qq")
    root.install(*ORCA)
    return root


@contextmanager
def listening(root: CleanRoot, desktop: Desktop, artefacts: Path) -> Iterator[Listener]:
    """Have Orca run on the desktop, and the program's window in front."""
    with screen_reader(desktop), on_desktop(desktop, artefacts) as here:
        here.app.environ |= desktop.env
        root.shared = desktop.folder
        listener = Listener(here, desktop.folder / "said")
        prefs = desktop.folder / "orca"
        prefs.mkdir()
        content = CUSTOMIZATIONS.format(file=str(listener.file))
        (prefs / "orca-customizations.py").write_text(content)
        desktop.start("orca", root.command("orca", "--user-prefs", str(prefs)))
        listener.hears("Screen reader on")
        ready(here)
        here.app.done("run")
        listener.hears("Ready")
        listener.hears("Meeting ID or link")
        try:
            yield listener
        finally:
            (artefacts / "said.txt").write_text("\n".join(listener.said()), encoding="utf-8")


def test_the_host_joins_late_and_the_request_is_sent_again(
    root: CleanRoot, make_desktop: MakeDesktop, artefacts: Path
) -> None:
    with listening(root, make_desktop(tray="lxqt"), artefacts) as listener:
        here = listener.here
        here.zoom.change("meetings", number=WITHOUT_HOST, started=False)
        here.zoom.act(WITHOUT_HOST, "start_meeting")
        here.desktop.type(str(WITHOUT_HOST))
        here.desktop.key("Return")
        heard = listener.hears("Not capturing yet – waiting for the host")
        here.zoom.act(WITHOUT_HOST, "host_joins")
        heard = listener.hears("resend now", heard)
        listener.goes_to("Resend request")
        here.desktop.key("space")
        here.app.wait_for_state("pending_approval")
        here.zoom.act(WITHOUT_HOST, "approve")
        listener.hears("Capturing", heard)


def test_capture_stops_and_is_started_again(
    root: CleanRoot, make_desktop: MakeDesktop, artefacts: Path
) -> None:
    with listening(root, make_desktop(tray="lxqt"), artefacts) as listener:
        here = listener.here
        here.desktop.type(str(WITH_HOST))
        here.desktop.key("Return")
        here.app.wait_for_state("pending_approval")
        here.zoom.act(WITH_HOST, "approve")
        heard = listener.hears("Capturing")
        here.zoom.act(WITH_HOST, "sharing_off")
        heard = listener.hears("Capture stopped by the host", heard)
        listener.goes_to("Resend request")
        here.desktop.key("space")
        here.app.wait_for_state("pending_approval")
        here.zoom.act(WITH_HOST, "approve")
        listener.hears("Capturing", heard)


def test_nothing_comes_and_what_may_be_the_reason_is_read(
    root: CleanRoot, make_desktop: MakeDesktop, artefacts: Path
) -> None:
    with listening(root, make_desktop(tray="lxqt"), artefacts) as listener:
        here = listener.here
        here.app.done("settings", "set", "behaviour.no_answer_after_s", "1")
        here.desktop.type(str(WITHOUT_HOST))
        here.desktop.key("Return")
        listener.hears("Not capturing – no response")
        listener.goes_to("Yes")
