"""The main story on GNOME Shell: the icon, its menu, a notification and its button, the keyring, the focus."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rtms_tray.store.link_handler_freedesktop import ENTRY, register_freedesktop
from tests.helpers.desktop import wait_for
from tests.helpers.desktop.gnome import GnomeShell
from tests.helpers.desktop.waiting import steady_for
from tests.helpers.editor import ROOT, TITLE
from tests.helpers.running import App
from tests.helpers.simulator_process import WITHOUT_HOST, SimulatorProcess

BANNER = "Main.messageTray"
REST_S = 0.5


@dataclass(frozen=True)
class OnGnome:
    """Everything that these tests play with."""

    gnome: GnomeShell
    zoom: SimulatorProcess
    app: App


@contextmanager
def on_gnome(artefacts: Path) -> Iterator[tuple[GnomeShell, OnGnome]]:
    """Set the program up on GNOME Shell, signed in with the keyring of that desktop."""
    with GnomeShell() as gnome, SimulatorProcess(gnome.env) as zoom:
        app = App(gnome.folder / "rtms-tray", gnome.env)
        here = OnGnome(gnome, zoom, app)
        try:
            register_freedesktop(Path(sys.executable).with_name("rtms-tray"), gnome.env)
            zoom.set_up(app)
            app.run()
            zoom.sign_in(app)
            app.wait_for_status(lambda status: status["feed"]["connected"])
            wait_for(gnome.icons, 20, "the icon in the bar")
            yield gnome, here
        except BaseException as error:
            gnome.screenshot(artefacts / "failure.png")
            error.add_note(f"{gnome.all_logs()}\n{app.log()}")
            raise
        finally:
            app.end()


def keep(gnome: GnomeShell, artefacts: Path, name: str) -> None:
    """Keep a picture once what the shell says has come to rest."""
    wait_for(steady_for(gnome.words, REST_S), 10, "the shell to come to rest")
    gnome.screenshot(artefacts / f"{name}.png")


def press(gnome: GnomeShell, label: str, inside: str = "Main.uiGroup") -> None:
    """Click on a text of the shell."""
    x, y = gnome.word(label, inside).box.centre
    gnome.point(x, y)
    gnome.click(*gnome.word(label, inside).box.centre)


def test_the_menu_is_filled_and_opens_a_window_with_its_own_icon(artefacts: Path) -> None:
    with on_gnome(artefacts) as (gnome, _here):
        gnome.click(*gnome.icons()[0].centre)
        assert gnome.word("Ready")
        keep(gnome, artefacts, "1-menu")
        press(gnome, "Open status window")
        wait_for(gnome.window_titles, 10, "the window")
        keep(gnome, artefacts, "2-window")
        (title,) = gnome.window_titles()
        wait_for(lambda: gnome.focused() == title, 10, "the window that was asked for")
        wait_for(lambda: gnome.entry_of(title) == ENTRY, 10, "the window's own icon")
        gnome.eval("Main.overview.show()")
        keep(gnome, artefacts, "3-overview")


def test_a_replaced_notification_has_its_button_and_takes_no_focus(artefacts: Path) -> None:
    with on_gnome(artefacts) as (gnome, here):
        argv = [sys.executable, "-m", "tests.helpers.editor", str(gnome.folder / "minutes.txt")]
        gnome.start("editor", argv, PYTHONPATH=str(ROOT))
        wait_for(lambda: gnome.focused() == TITLE, 20, "the editor to have the keyboard")
        here.app.done("start", str(WITHOUT_HOST))
        here.app.wait_for_state("no_answer", 60)
        gnome.word("Not capturing – no response", BANNER)
        keep(gnome, artefacts, "1-no-answer")
        here.zoom.act(WITHOUT_HOST, "host_joins")
        here.app.wait_for_state("resend_needed")
        title = gnome.word("The host", BANNER)
        keep(gnome, artefacts, "2-joined")
        # The line that a banner has says what to do first.
        assert any(one.text.startswith("Resend the request") for one in gnome.words(BANNER))
        gnome.point(*title.box.centre)
        gnome.word("Resend request", BANNER)
        keep(gnome, artefacts, "3-pointed-at")
        press(gnome, "Resend request", BANNER)
        wait_for(lambda: len(here.zoom.requests()) == 2, 10, "the request")
        keep(gnome, artefacts, "4-resent")
        assert gnome.focused() == TITLE


def test_the_keyring_keeps_the_sign_in(artefacts: Path) -> None:
    with on_gnome(artefacts) as (gnome, here):
        keyring = gnome.folder / "home" / ".local" / "share" / "keyrings"
        assert any(keyring.iterdir())
        home = [file for file in here.app.home.rglob("*") if file.is_file()]
        secret = here.zoom.addresses["client_secret"].encode()
        assert not any(secret in file.read_bytes() for file in home)
        here.app.done("quit")
        assert here.app.run_process.wait().code == 0
        here.app.run()
        here.app.wait_for_status(lambda status: status["feed"]["connected"])
