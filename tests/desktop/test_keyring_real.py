"""The system's own keyring (gnome-keyring): kept, locked, and missing."""

from collections.abc import Callable
from pathlib import Path
from time import monotonic

import pytest

from tests.helpers.desktop import KEYRING_PASSWORD, Desktop
from tests.helpers.desktop_app import OnDesktop, on_desktop, ready
from tests.helpers.running import Json, newest, notices
from tests.helpers.simulator_process import WITH_HOST

MakeDesktop = Callable[..., Desktop]
PROMPT = "Unlock"


def kept(desktop: Desktop) -> str:
    """List what this program keeps in the keyring, as any other program of the user can."""
    search = ["secret-tool", "search", "--all", "--unlock", "application", "Python keyring library"]
    found = desktop.run(search)
    return found.stdout + found.stderr


def restarted(here: OnDesktop, *, locked: bool = False) -> Json:
    """End the program and start it again; hand back its status once it knows of its sign-in."""
    here.app.done("quit")
    assert here.app.run_process.wait().code == 0
    if locked:
        here.desktop.lock_keyring()
    here.app.run()
    known = "locked" if locked else "signed_in"
    return here.app.wait_for_status(
        lambda status: status["sign_in"] == known and (locked or status["feed"]["connected"])
    )


def test_a_restart_stays_signed_in(make_desktop: MakeDesktop, artefacts: Path) -> None:
    with on_desktop(make_desktop(keyring="gnome"), artefacts, real_keyring=True) as here:
        ready(here)
        secrets = kept(here.desktop)
        assert "rtms-tray.refresh_token" in secrets
        assert "rtms-tray.client_secret/" in secrets
        home = [file for file in here.app.home.rglob("*") if file.is_file()]
        secret = here.zoom.addresses["client_secret"].encode()
        assert not any(secret in file.read_bytes() for file in home)

        status = restarted(here)
        assert (status["overall"], notices(status)) == ("idle", {})
        here.app.done("start", str(WITH_HOST))
        here.zoom.act(WITH_HOST, "approve")
        here.app.wait_for_state("sharing")
        here.app.done("sign-out")
        assert "rtms-tray.refresh_token" not in kept(here.desktop)


@pytest.mark.promise("keyring locked")
def test_locked_is_not_signed_out(make_desktop: MakeDesktop, artefacts: Path) -> None:
    with on_desktop(
        make_desktop(tray="none", keyring="gnome"), artefacts, real_keyring=True
    ) as here:
        ready(here)
        status = restarted(here, locked=True)
        assert (status["overall"], status["signed_in"]) == ("idle", True)
        assert "locked" in notices(status)["keyring_locked"]["text"]
        here.desktop.find_window("rtms-tray", 20)
        here.mouse.keep("locked")
        # Nobody is asked for a password before they want to be.
        assert not any(PROMPT in window.name for window in here.desktop.windows())
        unlock_in_the_window(here)
        here.desktop.lock_keyring()
        restarted(here, locked=True)
        began = monotonic()
        assert "locked" in here.app.refused("start", str(WITH_HOST))
        assert monotonic() - began < 5, "a locked keyring must not hold the program up"
        assert here.app.status()["signed_in"] is True


def unlock_in_the_window(here: OnDesktop) -> None:
    window = here.desktop.find_window("rtms-tray")
    here.desktop.click(*here.mouse.banner_button(window))
    here.desktop.find_window(PROMPT)
    here.mouse.keep("prompt")
    assert here.app.status()["sign_in"] == "locked"  # responsive while the window stands
    here.desktop.type(KEYRING_PASSWORD)
    here.desktop.key("Return")
    status = here.app.wait_for_status(lambda status: status["sign_in"] == "signed_in")
    assert status["user"]["email"] == "olive.owner@example.com"
    here.app.wait_for_status(lambda status: status["feed"]["connected"])
    here.app.wait_for_status(lambda status: notices(status) == {})
    here.mouse.keep("unlocked")


@pytest.mark.promise("keyring absent")
def test_without_a_keyring_it_works_for_this_run(
    make_desktop: MakeDesktop, artefacts: Path
) -> None:
    with on_desktop(
        make_desktop(tray="none", keyring="none"), artefacts, real_keyring=True
    ) as here:
        with pytest.raises(AssertionError, match="keyring"):
            here.zoom.set_up(here.app, public=True)
        here.app.run()
        here.zoom.sign_in(here.app)
        status = here.app.wait_for_status(lambda status: status["signed_in"])
        assert any("only until rtms-tray quits" in one["title"] for one in status["notices"])
        here.desktop.find_window("rtms-tray", 20)
        here.mouse.keep("no-keyring")
        here.app.done("start", str(WITH_HOST))
        assert newest(here.app.status())["reason"]["code"] == "cannot_see"

        here.app.done("quit")
        assert here.app.run_process.wait().code == 0
        here.app.run()
        assert "keyring_unavailable" in notices(here.app.status())
        assert "keyring" in here.app.refused("start", str(WITH_HOST))
        here.zoom.sign_in(here.app)
        here.app.done("resend")
