"""The doctor on a real desktop: tray, notifications and "do not disturb" as they are."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.helpers.desktop import Desktop
from tests.helpers.desktop_app import OnDesktop, on_desktop, ready

MakeDesktop = Callable[..., Desktop]
Result = dict[str, dict[str, str]]
DISTURB = {
    "dunst": ["dunstctl", "set-paused", "true"],
    "xfce": [
        "xfconf-query", "-c", "xfce4-notifyd", "-p", "/do-not-disturb", "-n", "-t", "bool", "-s", "true",
    ],
}  # fmt: skip


def doctor(here: OnDesktop) -> Result:
    """Ask the doctor; what it found, by the checks' codes."""
    told = json.loads(here.app.tray("doctor", "--json").out)
    return {check["code"]: check for check in told["checks"]}


@pytest.mark.parametrize("notify", ["dunst", "xfce"])
def test_do_not_disturb_is_seen(make_desktop: MakeDesktop, artefacts: Path, notify: str) -> None:
    desktop = make_desktop(notify=notify)
    with on_desktop(desktop, artefacts) as here:
        ready(here)
        found = doctor(here)
        results = {code: check["result"] for code, check in found.items()}
        assert results.pop("subscription") == "not_checked"
        assert results.pop("zoom_client") == "not_checked"
        assert results.pop("relay") == "not_checked"
        assert results == dict.fromkeys(results, "ok"), found
        done = desktop.run(DISTURB[notify])
        assert done.returncode == 0, done.stderr
        check = doctor(here)["notifications"]
        assert check["result"] == "warning"
        assert "Do not disturb" in check["text"]


def test_a_bare_desktop(make_desktop: MakeDesktop, artefacts: Path) -> None:
    desktop = make_desktop(tray="none", keyring="locked")
    with on_desktop(desktop, artefacts, real_keyring=True) as here:
        found = doctor(here)  # without a running instance
        assert found["tray"]["result"] == "warning"
        assert found["notifications"]["result"] == "warning"
        assert found["keyring"]["result"] == "warning"
        assert "locked" in found["keyring"]["text"]
        assert found["qt"]["result"] == "ok"
        assert "xcb" in found["qt"]["text"]
        assert found["sign_in"]["result"] == "not_checked"
