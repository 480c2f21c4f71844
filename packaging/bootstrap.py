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
            return shutil.which(self.sign) is not None
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
    return [need for need in rows if need.purpose in purposes]


def venv_needs(environment: Path) -> list[Need]:
    """What this Python lacks to make a virtual environment: Debian ships ensurepip apart."""
    if (environment / STAMP).exists() or importlib.util.find_spec("ensurepip"):
        return []
    return [Need(f"python{VERSION}-venv", "Python's ensurepip", "venv")]


def is_debian_like(os_release: str) -> bool:
    """Tell whether this is Debian, Ubuntu, or a system made from one of them."""
    return re.search(r"^ID(_LIKE)?=.*\b(debian|ubuntu)\b", os_release, re.MULTILINE) is not None


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


def provide_system_packages(needs: list[Need], os_release: str = "/etc/os-release") -> bool:
    """Install what is missing, or say what it is where there is no apt; only Linux needs anything."""
    if not sys.platform.startswith("linux"):
        return False
    file = Path(os_release)
    if not is_debian_like(file.read_text(encoding="utf-8") if file.exists() else ""):
        wanted = [need for need in needs if need.sign != "-" and need.purpose != "optional"]
        missing = ", ".join(need.sign for need in wanted if not need.is_found())
        if missing:
            text = "Packages are installed only on Debian and Ubuntu. Please install what provides:"
            raise SetupError(f"{text} {missing}")
        return False
    lacking = not_installed(needs)
    if not lacking:
        return False
    packages = [need.package for need in lacking if need.purpose != "optional"]
    extras = [need.package for need in lacking if need.purpose == "optional"]
    try:
        apt_install(packages + extras)
    except SetupError as error:
        if not extras:
            raise
        say(str(error))
        say(f"going on without {', '.join(extras)}; tests that need them will say so")
        if packages:
            apt_install(packages)
    return True


def python_of(environment: Path) -> Path:
    """Where a virtual environment's own Python is."""
    return environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def is_usable(environment: Path) -> bool:
    """Tell whether an environment of this Python is there, with pip to bring it up to date."""
    python = python_of(environment)
    if not python.exists():
        return False
    command = (str(python), "-m", "pip", "--version")
    pip = subprocess.run(command, check=False, capture_output=True, text=True)
    return f"(python {VERSION})" in pip.stdout


def make_environment(environment: Path) -> None:
    """Make a virtual environment, whatever was in its folder."""
    if not succeeds(sys.executable, "-m", "venv", "--clear", environment):
        raise SetupError(
            f"Python could not make the virtual environment {environment}. Remove that folder, "
            "check that there is room on the disk, and run this again."
        )


def pip_install(environment: Path, *arguments: str | Path) -> None:
    """Install into a virtual environment."""
    pip = (python_of(environment), "-m", "pip", "install", "-qq", "--disable-pip-version-check")
    if not succeeds(*pip, *arguments):
        raise SetupError(f"pip could not install {arguments[-1]} {CHECK_NETWORK}")


def provide_environment(environment: Path) -> bool:
    """Make the virtual environment exactly as locked, with the project itself in it."""

    def make() -> None:
        usable = is_usable(environment)
        doing = "bringing up to date" if usable else "making"
        say(f"{doing} the virtual environment {environment}")
        if not usable:
            make_environment(environment)
        say("installing the locked Python packages (a minute or so)")
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
    missing = [name for name in ("node", "npm") if shutil.which(name) is None]
    if missing:
        say(f"{' and '.join(missing)} not found; tests that need the OAuth server will say so")
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
