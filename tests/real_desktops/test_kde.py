"""The main story on KDE Plasma: the icon, its menu, a notification and its button, KWallet, the focus."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rtms_tray.store.link_handler_freedesktop import register_freedesktop
from tests.helpers.by_mouse import READ_S
from tests.helpers.desktop import Box, Window, wait_for
from tests.helpers.desktop.plasma import PANEL, Plasma
from tests.helpers.desktop.waiting import steady_for
from tests.helpers.editor import Editor
from tests.helpers.running import App
from tests.helpers.simulator_process import WITHOUT_HOST, SimulatorProcess

CLOCK_PX = 140
"""Pixels at the panel's right end that change by themselves."""
ICON_PX = 22
PASSWORD = "only for this test"


@dataclass(frozen=True)
class OnPlasma:
    """Everything that these tests play with."""

    kde: Plasma
    zoom: SimulatorProcess
    app: App
    pictures: Path

    def keep(self, name: str) -> None:
        """Keep a picture once the screen has come to rest."""
        self.kde.at_rest()
        self.kde.screenshot(self.pictures / f"{name}.png")

    def ready(self) -> None:
        """Start the program, and sign in."""
        self.zoom.set_up(self.app)
        self.app.run()
        self.zoom.sign_in(self.app)
        self.app.wait_for_status(lambda status: status["feed"]["connected"])
        wait_for(self.kde.icons, 20, "the icon on the bus")


@contextmanager
def on_plasma(artefacts: Path, *, wallet: bool = False) -> Iterator[OnPlasma]:
    """Set the program up on Plasma; it is not running yet."""
    with Plasma() as kde, SimulatorProcess(kde.env) as zoom:
        app = App(kde.folder / "rtms-tray", kde.env)
        if wallet:
            kde.start_wallet()
        else:
            app.keep_secrets_in(kde.folder / "keyring.json")
        register_freedesktop(Path(sys.executable).with_name("rtms-tray"), kde.env)
        try:
            yield OnPlasma(kde, zoom, app, artefacts)
        except BaseException as error:
            kde.screenshot(artefacts / "failure.png")
            error.add_note(f"{kde.all_logs()}\n{app.log()}")
            raise
        finally:
            app.end()


def shown(kde: Plasma) -> set[int]:
    """The numbers of all windows that can be seen."""
    found = kde.run(["xdotool", "search", "--onlyvisible", "--class", "plasmashell"])
    return {int(word) for word in found.stdout.split()}


def notification(here: OnPlasma, but: Box | None = None) -> Window:
    """Wait for a notification at rest, of another size than this one."""
    kde = here.kde

    def look() -> Window | None:
        there = shown(kde)
        width, height = kde.size
        return next(
            (
                one
                for one in kde.windows()
                if one.number in there
                and one.box != but
                and width // 2 < one.box.x
                and 200 < one.box.width < width // 2
                and one.box.y + one.box.height < height - PANEL // 2
            ),
            None,
        )

    wait_for(look, 20, "a notification")

    def rest() -> tuple[Window | None, object]:
        found = look()
        return found, kde.picture(found.box) if found else None

    wait_for(steady_for(rest, READ_S), 20, "it to come to rest")
    found = look()
    assert found is not None
    return found


def test_the_icon_opens_the_menu_and_the_window(artefacts: Path) -> None:
    with on_plasma(artefacts) as here:
        kde = here.kde
        width, height = kde.size
        panel = Box(0, height - PANEL, width - CLOCK_PX, PANEL)
        kde.at_rest()
        empty = kde.picture(panel)
        here.ready()
        here.keep("1-icon")
        changed = kde.picture(panel).difference(empty)
        assert changed is not None
        icon = (changed.x + ICON_PX // 2, panel.y + PANEL // 2)  # the leftmost, being the newest
        before = shown(kde)
        kde.click(*icon, "right")
        wait_for(lambda: shown(kde) - before, 10, "the menu")
        here.keep("2-menu")
        kde.key("Escape")
        wait_for(lambda: not shown(kde) - before, 10, "the menu to close")
        kde.click(*icon)
        window = kde.find_window("Ready")
        wait_for(lambda: kde.has_focus(window), 10, "the window that was asked for")
        kde.at_rest(0.3)  # its cursor blinks
        kde.screenshot(artefacts / "3-window.png")
        named = kde.run(
            ["xprop", "-id", str(window.number), "_KDE_NET_WM_DESKTOP_FILE", "WM_CLASS"]
        )
        assert named.stdout.count('"rtms-tray"') == 2


def test_a_replaced_notification_has_its_button_and_takes_no_focus(artefacts: Path) -> None:
    with on_plasma(artefacts) as here:
        editor = Editor(here.kde)
        here.ready()
        here.app.done("settings", "set", "behaviour.no_answer_after_s", "2")
        editor.write("It begins. ")
        here.app.done("start", str(WITHOUT_HOST))
        here.app.wait_for_state("no_answer", 30)
        before = notification(here)
        here.keep("1-no-answer")
        here.zoom.act(WITHOUT_HOST, "host_joins")
        here.app.wait_for_state("resend_needed")
        box = notification(here, but=before.box).box
        here.keep("2-joined")
        editor.write("The host is here. ")
        here.kde.click(box.x + box.width - 60, box.y + box.height - 20)
        wait_for(lambda: len(here.zoom.requests()) == 2, 10, "the request")
        editor.write("Asked again. ")
        here.keep("3-resent")


def wallet_windows(here: OnPlasma) -> list[Box]:
    """Where KWallet's windows are, the topmost first."""
    seen = here.kde.run(["xdotool", "search", "--onlyvisible", "--class", "kwalletd5"]).stdout
    there = {int(word) for word in seen.split()}
    return [one.box for one in here.kde.windows() if one.number in there]


def wallet_window(here: OnPlasma, but: Box | None = None) -> Box:
    """Wait for a window of KWallet's other than this one, at rest."""

    def look() -> Box | None:
        return next((box for box in wallet_windows(here) if box != but and box.width > 200), None)

    wait_for(look, 20, "KWallet's window")
    wait_for(steady_for(look, READ_S), 20, "it to come to rest")
    return wait_for(look, 20, "KWallet's window")


def test_the_wallet_is_made_at_first_use_and_keeps_the_sign_in(artefacts: Path) -> None:
    with on_plasma(artefacts, wallet=True) as here:
        kde = here.kde
        # The wizard stands for as long as people read it; the program has given up waiting by then.
        said = here.app.tray("settings", "set", "app.client_secret", given="at-the-first-use")
        assert said.code == 1
        assert "keyring is locked" in said.err
        wizard = wallet_window(here)
        here.keep("1-wizard")
        kde.click(wizard.x + 100, wizard.y + 167)  # the classic, encrypted file
        kde.click(wizard.x + 358, wizard.y + 333)  # Finish, which a file needs alone
        wallet_window(here, but=wizard)
        kde.type(PASSWORD)
        kde.key("Tab")
        kde.type(PASSWORD)
        here.keep("2-password")
        kde.key("Return")
        wait_for(lambda: not wallet_windows(here), 20, "the dialog to close")
        here.ready()
        here.keep("3-signed-in")
        here.app.done("quit")
        assert here.app.run_process.wait().code == 0
        here.app.run()
        here.app.wait_for_status(lambda status: status["feed"]["connected"])
