"""Sets up what rtms-tray needs: system packages, a virtual environment, the tests' npm packages.

Everything is done once; each part tells whether it did anything.
"""

from __future__ import annotations

import ctypes
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "packaging" / "requirements.lock"
NIGHTLY_LOCK = ROOT / "packaging" / "nightly.lock"
STAMP = "rtms-tray-setup"
VERSION = f"{sys.version_info[0]}.{sys.version_info[1]}"
CHECK_NETWORK = "(its message is above). Check the network connection, then run this again."


class SetupError(Exception):
    """Something could not be set up; the text says what to do."""


class Need(NamedTuple):
    """A row of system-packages.txt: a Debian package, and what stands for it on other systems."""

    package: str
    sign: str
    purpose: str

    def is_found(self) -> bool:
        """Tell whether the library loads, or the program is on the path."""
        if ".so" not in self.sign:
            return self.sign == "-" or shutil.which(self.sign) is not None
        try:
            ctypes.CDLL(self.sign)
        except OSError:
            return False
        return True


def say(text: str) -> None:
    """Tell what happens, before programs that are started next write anything."""
    print(f"rtms-tray: {text}", flush=True)


def succeeds(*command: str | Path, folder: Path = ROOT, output: int | None = None) -> bool:
    """Run a program and tell whether it succeeded; `output` says where its output goes."""
    return subprocess.run(command, check=False, cwd=folder, stdout=output).returncode == 0


def once(stamp: Path, sources: list[Path], make: Callable[[], None], version: str = "") -> bool:
    """Make something, unless it was made from the same sources before: the stamp file tells."""
    digests = [hashlib.sha256(source.read_bytes()).hexdigest() for source in sources]
    text = " ".join([version, *digests])
    if stamp.exists() and stamp.read_text(encoding="utf-8") == text:
        return False
    stamp.unlink(missing_ok=True)
    make()
    stamp.write_text(text, encoding="utf-8")
    return True


def needs_for(*purposes: str) -> list[Need]:
    """Read what these purposes need: `demo`, `test`, `optional`."""
    text = Path(__file__).with_name("system-packages.txt").read_text(encoding="utf-8")
    rows = [Need(*line.split()) for line in text.splitlines() if line and line[0] != "#"]
    if not importlib.util.find_spec("ensurepip"):  # Debian ships it apart
        rows.append(Need(f"python{VERSION}-venv", "Python's ensurepip", purposes[0]))
    return [need for need in rows if need.purpose in purposes]


def provide_system_packages(needs: list[Need], os_release: str = "/etc/os-release") -> bool:
    """Install what is missing, or name it where there is no apt; only Linux needs anything."""
    if not sys.platform.startswith("linux"):
        return False
    release = Path(os_release).read_text(encoding="utf-8") if Path(os_release).exists() else ""
    if not re.search(r"^ID(_LIKE)?=.*\b(debian|ubuntu)\b", release, re.MULTILINE):
        missing = [
            need.sign for need in needs if need.purpose != "optional" and not need.is_found()
        ]
        if missing:
            text = "Packages are installed only on Debian and Ubuntu. Please install what provides:"
            raise SetupError(f"{text} {', '.join(missing)}")
        return False
    lacking = not_installed(needs)
    if required := [need.package for need in lacking if need.purpose != "optional"]:
        apt_install(required)
    if extras := [need.package for need in lacking if need.purpose == "optional"]:
        try:
            apt_install(extras)
        except SetupError as error:
            say(f"{error} Tests that need them will say so.")
    return bool(lacking)


def not_installed(needs: list[Need]) -> list[Need]:
    """Ask dpkg which packages are missing.

    Newer releases rename libraries (libglib2.0-0t64) and provide the old name. Optional programs
    may come from elsewhere, and Debian's own would get in their way.
    """
    columns = "${db:Status-Status}, ${Package}, ${Provides}\n"
    query = ["dpkg-query", "--show", "--showformat", columns]
    listing = subprocess.run(query, check=True, capture_output=True, text=True).stdout
    rows = [line.split(", ") for line in listing.splitlines() if line.startswith("installed,")]
    there = {name.split()[0] for row in rows for name in row if name}
    missing = [need for need in needs if need.package not in there]
    return [need for need in missing if need.purpose != "optional" or not need.is_found()]


def apt_install(packages: list[str]) -> None:
    """Install Debian packages, with sudo unless this is root."""
    by_hand = f"As root, run: apt-get install --no-install-recommends {' '.join(packages)}"
    root = os.geteuid() == 0
    if not root and shutil.which("sudo") is None:
        raise SetupError(f"System packages are missing, and there is no sudo. {by_hand}")
    say(f"installing {len(packages)} system packages: {' '.join(packages)}")
    sudo = [] if root else ["sudo"] if sys.stdin.isatty() else ["sudo", "-n"]
    apt = [*sudo, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]
    if not succeeds(*apt, "update", "--quiet=2", output=subprocess.DEVNULL):
        say("apt-get update reported a problem; going on with the package lists there are")
    options = ["--quiet=2", "--yes", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=120"]
    if not succeeds(*apt, "install", *options, *packages, output=subprocess.DEVNULL):
        raise SetupError(f"apt-get could not install them. {by_hand}")


def python_of(environment: Path) -> Path:
    """Where a virtual environment's own Python is."""
    return environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def pip_install(environment: Path, *arguments: str | Path) -> None:
    """Install into a virtual environment."""
    pip = (python_of(environment), "-m", "pip", "install", "-qq", "--disable-pip-version-check")
    if not succeeds(*pip, *arguments):
        raise SetupError(f"pip could not install {arguments[-1]} {CHECK_NETWORK}")


def make_environment(environment: Path) -> None:
    """Make a virtual environment, whatever was in its folder."""
    if not succeeds(sys.executable, "-m", "venv", "--clear", environment):
        raise SetupError(
            f"Python could not make the virtual environment {environment}. Remove that folder, "
            "check that there is room on the disk, and run this again."
        )


def provide_environment(environment: Path) -> bool:
    """Make the virtual environment exactly as locked, with the project itself in it."""

    def make() -> None:
        say(f"installing the locked Python packages into {environment} (a minute or so)")
        python = python_of(environment)
        same = f"import sys; sys.exit(sys.version_info[:2] != {sys.version_info[:2]})"
        if not (python.exists() and succeeds(python, "-c", same)):
            make_environment(environment)
        pip_install(environment, "--require-hashes", "--requirement", LOCK)
        # hatchling is locked too, so that building the project downloads nothing unchecked.
        pip_install(environment, "--no-deps", "--no-build-isolation", "--editable", ROOT)

    stamp = environment / STAMP
    if not python_of(environment).exists():
        stamp.unlink(missing_ok=True)
    return once(stamp, [LOCK, ROOT / "pyproject.toml"], make, VERSION)


def provide_nightly_packages(environment: Path, lock: Path = NIGHTLY_LOCK) -> bool:
    """Add what only the nightly run needs; nothing else in the environment changes."""

    def make() -> None:
        say("installing the packages of the nightly run")
        pip_install(environment, "--no-deps", "--require-hashes", "--requirement", lock)

    return once(environment / f"{STAMP}-nightly", [lock], make)


def provide_node_packages(root: Path = ROOT) -> bool:
    """Fetch the OAuth server that tests sign in at, where there is Node.js to run it."""
    if not (shutil.which("node") and shutil.which("npm")):
        say("no Node.js with npm found; tests that need the OAuth server will say so")
        return False
    folder = root / ".cache" / "oidc"
    lists = [root / "tests/helpers/oidc" / name for name in ("package.json", "package-lock.json")]

    def make() -> None:
        say("installing the OAuth server for the tests")
        for file in lists:
            shutil.copy(file, folder)
        npm = (shutil.which("npm") or "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
        if not succeeds(*npm, "--prefer-offline", "--loglevel=error", folder=folder):
            raise SetupError(f"npm could not install the tests' OAuth server {CHECK_NETWORK}")

    folder.mkdir(parents=True, exist_ok=True)
    return once(folder / STAMP, lists, make)
