"""The Debian package on a Debian that has nothing else: from nothing to “Capturing”, upgraded, and gone again.

Takes minutes and the network: for the nightly run (`.ci/nightly packages`), or RTMS_TRAY_CLEAN_ROOT=1.
"""

import json
import os
import re
import subprocess
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import debian_package
import pytest

from rtms_tray import __version__
from tests.helpers.clean_root import CleanRoot
from tests.helpers.desktop import Desktop, wait_for
from tests.helpers.desktop.processes import Program

MakeDesktop = Callable[..., Desktop]

pytestmark = [
    pytest.mark.skipif(not os.environ.get("RTMS_TRAY_CLEAN_ROOT"), reason="long: nightly"),
    pytest.mark.timeout(1200),
]
OLDER = "0.0.1"
ON_A_DESKTOP = ("desktop-file-utils", "shared-mime-info", "xdg-utils", "libglib2.0-bin")
"""What every desktop has."""
MEETING = "98712345671"
LINK = "rtms-tray:setup?name=Notes&client_id=a&relay=https://relay.example.com"


@dataclass(frozen=True)
class Installed:
    """The package in a Debian of its own, whose programs appear on this desktop."""

    root: CleanRoot
    desktop: Desktop
    package: Path

    def tray(self, *arguments: str, home: str = "") -> str:
        """Run a command as its user does."""
        environ = {**self.desktop.env, **({"RTMS_TRAY_HOME": home} if home else {})}
        return self.root.run("rtms-tray", *arguments, environ=environ)

    def start(self, name: str, *command: str) -> Program:
        """Leave a program running on the desktop."""
        return self.desktop.start(name, self.root.command(*command))


def older(package: Path, folder: Path) -> Path:
    """Make a package of a lower version, otherwise the same."""
    tree = folder / "older"
    subprocess.run(["dpkg-deb", "-R", package, tree], check=True)
    (module,) = tree.rglob("site-packages/rtms_tray/__init__.py")
    for file in (module, tree / "DEBIAN" / "control"):
        file.write_text(file.read_text().replace(__version__, OLDER))
    subprocess.run(["dpkg-deb", "-Zgzip", "-z1", "-b", tree, folder], check=True)
    return folder / package.name.replace(__version__, OLDER)


@pytest.fixture
def installed(make_desktop: MakeDesktop, tmp_path: Path) -> Installed:
    desktop = make_desktop(tray="lxqt", notify="dunst", size=(1280, 800))
    package = debian_package.build(desktop.folder)
    root = CleanRoot(tmp_path / "root", desktop.folder)
    root.run("apt-get", "update", "-qq")
    root.install(*ON_A_DESKTOP, older(package, desktop.folder))
    return Installed(root, desktop, package)


def demo(here: Installed) -> tuple[Program, str]:
    """Start the demo; gives its folder, which leads other commands to it."""
    program = here.start("demo", "rtms-tray", "demo")
    pattern = re.compile(r"RTMS_TRAY_HOME=(\S+)")
    wait_for(lambda: pattern.search(program.output), 60, "the demo to be ready")
    found = pattern.search(program.output)
    assert found
    return program, found[1]


def capture(here: Installed, home: str) -> None:
    """Have a meeting in the demo captured: the request is sent by the command line, and the host approves."""
    (settings,) = Path(home).rglob("settings.toml")
    address = re.search(r'api_url = "([^"]+)"', settings.read_text())
    assert address
    for act in ("end_meeting", "start_meeting", "host_joins", "owner_joins"):
        happens(address[1], act)
    here.tray("start", MEETING, home=home)
    wait_for(lambda: "pending_approval" in states(here, home), 30, "Zoom to ask the host")
    happens(address[1], "approve")


def happens(address: str, act: str) -> None:
    url = f"{address}/control/meetings/{MEETING}/act"
    body = json.dumps({"act": act}).encode()
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})  # noqa: S310 - this computer
    urllib.request.urlopen(request).close()  # noqa: S310 - this computer


def states(here: Installed, home: str) -> set[str]:
    status = json.loads(here.tray("status", "--json", home=home))
    return {session["state"] for session in status["sessions"]}


def test_from_nothing_to_capturing_and_away_again(installed: Installed, artefacts: Path) -> None:
    here, root, desktop = installed, installed.root, installed.desktop
    assert here.tray("--version").split()[-1] == OLDER
    here.tray("settings", "set", "app.client_id", "kept")
    assert not list((root.folder / "etc/xdg/autostart").glob("rtms-tray*"))

    link = here.start("link", "xdg-open", LINK)
    desktop.find_window("rtms-tray", 60)
    desktop.screenshot(artefacts / "link.png")
    link.end()

    program, home = demo(here)
    capture(here, home)
    wait_for(lambda: "sharing" in states(here, home), 30, "capture to run")
    desktop.find_window("Capturing", 30)
    desktop.screenshot(artefacts / "capturing.png")

    root.install(here.package)
    assert here.tray("--version").split()[-1] == __version__
    assert "sharing" in states(here, home)
    assert here.tray("settings", "get", "app.client_id").strip() == "kept"
    program.end()

    owned = root.run("dpkg", "-L", "rtms-tray").splitlines()
    files = [path for path in owned if not (root.folder / path[1:]).is_dir()]
    root.run("apt-get", "remove", "-qq", "--yes", "rtms-tray")
    left = [
        path
        for path in files
        if (root.folder / path[1:]).is_symlink() or (root.folder / path[1:]).exists()
    ]
    assert left == []
    assert not (root.folder / "usr/lib/rtms-tray").exists()
    assert list(desktop.folder.rglob("home/.config/**/settings.toml"))
