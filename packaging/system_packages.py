"""Says which system packages this computer lacks, and installs them where that is safe.

On Debian and Ubuntu missing packages are installed with apt. Elsewhere nothing is installed: the
missing libraries and programs are named. macOS and Windows need nothing besides Python.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

OS_RELEASE = Path("/etc/os-release")
DPKG_FORMAT = "${db:Status-Abbrev}\t${Package}\t${Provides}\n"


class SystemPackagesError(Exception):
    """Something this computer needs is missing and cannot be installed from here."""


@dataclass(frozen=True)
class Need:
    """One Debian package and the library or program by which other systems are checked for it.

    An optional one is a program that a few tests use: it may come from anywhere, and where it
    cannot be had everything else goes on without it.
    """

    package: str
    library: str = ""
    program: str = ""
    optional: bool = False

    @property
    def sign(self) -> str:
        """What to look for where the package's Debian name means nothing."""
        return self.library or self.program


# What Qt loads at run time; found by adding packages one at a time to a bare Debian 12.
DEMO_NEEDS = (
    Need("libglib2.0-0", library="libglib-2.0.so.0"),
    Need("libbrotli1", library="libbrotlidec.so.1"),
    Need("libdbus-1-3", library="libdbus-1.so.3"),
    Need("libgl1", library="libGL.so.1"),
    Need("libegl1", library="libEGL.so.1"),
    Need("libfontconfig1", library="libfontconfig.so.1"),
    Need("libxkbcommon-x11-0", library="libxkbcommon-x11.so.0"),
    Need("libxcb-cursor0", library="libxcb-cursor.so.0"),
    Need("libxcb-icccm4", library="libxcb-icccm.so.4"),
    Need("libxcb-keysyms1", library="libxcb-keysyms.so.1"),
    Need("libxcb-shape0", library="libxcb-shape.so.0"),
    Need("fontconfig-config"),
    Need("fonts-dejavu-core"),
)

# The headless desktops that the tests drive.
DESKTOP_NEEDS = (
    Need("xvfb", program="Xvfb"),
    Need("xdotool", program="xdotool"),
    Need("x11-utils", program="xwininfo"),
    Need("x11-xserver-utils", program="xsetroot"),
    Need("openbox", program="openbox"),
    Need("lxqt-panel", program="lxqt-panel"),
    Need("xfce4-panel", program="xfce4-panel"),
    Need("xfconf", program="xfconf-query"),
    Need("tint2", program="tint2"),
    Need("trayer", program="trayer"),
    Need("dunst", program="dunst"),
    Need("xfce4-notifyd"),
    Need("libnotify-bin", program="notify-send"),
    Need("dbus", program="dbus-daemon"),
    Need("gnome-keyring", program="gnome-keyring-daemon"),
    Need("libsecret-tools", program="secret-tool"),
    Need("gcr"),
    Need("util-linux", program="setpriv"),
    Need("hicolor-icon-theme"),
    Need("adwaita-icon-theme"),
)
# The browser that the tests sign in with, and the OAuth server that nobody here wrote.
PEER_NEEDS = (
    Need("xdg-utils", program="xdg-open"),
    Need("chromium", program="chromium", optional=True),
    Need("nodejs", program="node", optional=True),
    Need("npm", program="npm", optional=True),
)
TEST_NEEDS = DEMO_NEEDS + DESKTOP_NEEDS + PEER_NEEDS


def read_os_release(text: str) -> dict[str, str]:
    """Read the fields of an os-release file (freedesktop.org: os-release)."""
    pairs = (line.split("=", 1) for line in text.splitlines() if "=" in line)
    return {name.strip(): value.strip().strip("\"'") for name, value in pairs}


def is_debian_like(os_release: Mapping[str, str]) -> bool:
    """Tell whether this system is Debian, Ubuntu or made from one of them."""
    names = {os_release.get("ID", ""), *os_release.get("ID_LIKE", "").split()}
    return bool(names & {"debian", "ubuntu"})


def installed_names(dpkg_listing: str) -> set[str]:
    """Names of the installed packages, and the names they stand in for.

    Newer releases rename libraries (libglib2.0-0t64) and keep the old name as a provided one.
    """
    names: set[str] = set()
    for line in dpkg_listing.splitlines():
        status, package, provides = line.split("\t")
        if status.startswith("ii"):
            stand_ins = (word.split()[0] for word in provides.split(",") if word.strip())
            names.update((package, *stand_ins))
    return names


def venv_package(version: tuple[int, int]) -> str:
    """Name of the Debian package with what a virtual environment needs."""
    return f"python{version[0]}.{version[1]}-venv"


def apt_commands(packages: Sequence[str], *, root: bool, interactive: bool) -> list[list[str]]:
    """Commands that fetch the package lists and install these packages without asking."""
    ask = [] if interactive else ["-n"]
    rights = [] if root else ["sudo", *ask]
    apt = [*rights, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]
    patience = ["-o", "DPkg::Lock::Timeout=120"]
    return [
        [*apt, "update", "--quiet=2"],
        [*apt, "install", "--quiet=2", "--yes", "--no-install-recommends", *patience, *packages],
    ]


def install_with_apt(packages: Sequence[str]) -> None:
    """Install Debian packages.

    Raises:
        SystemPackagesError: there are no rights to install, or apt failed.
    """
    root = os.geteuid() == 0
    by_hand = f"apt-get install --no-install-recommends {' '.join(packages)}"
    if not root and shutil.which("sudo") is None:
        raise SystemPackagesError(
            f"System packages are missing, and there is no sudo. As root, run: {by_hand}"
        )
    print(f"rtms-tray: installing {len(packages)} system packages: {' '.join(packages)}")
    sys.stdout.flush()
    update, install = apt_commands(packages, root=root, interactive=sys.stdin.isatty())
    if subprocess.run(update, check=False, stdout=subprocess.DEVNULL).returncode != 0:
        # A foreign source that is down need not matter for these packages.
        print("rtms-tray: apt-get update reported a problem; going on with the lists there are")
    if subprocess.run(install, check=False, stdout=subprocess.DEVNULL).returncode != 0:
        raise SystemPackagesError(f"apt-get could not install them. As root, run: {by_hand}")


def install(packages: Sequence[str], extras: Sequence[str]) -> None:
    """Install Debian packages, and extras where they can be had.

    Raises:
        SystemPackagesError: the packages could not be installed.
    """
    try:
        install_with_apt([*packages, *extras])
    except SystemPackagesError as error:
        if not extras:
            raise
        print(f"rtms-tray: {error}")
        print(f"rtms-tray: going on without {', '.join(extras)}; tests that need them will say so")
        if packages:
            install_with_apt(packages)


def library_loads(name: str) -> bool:
    """Tell whether the system's loader finds a shared library."""
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def missing_signs(needs: Iterable[Need]) -> list[str]:
    """Libraries and programs that a system without dpkg lacks."""
    found = {
        need.sign: library_loads(need.library) if need.library else shutil.which(need.program)
        for need in needs
        if need.sign and not need.optional
    }
    return [sign for sign, there in found.items() if not there]


def missing_packages(needs: Iterable[Need], *, python_can_make_venv: bool) -> list[str]:
    """Debian packages that are still to be installed."""
    listing = subprocess.run(
        ["dpkg-query", "--show", "--showformat", DPKG_FORMAT],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    there = installed_names(listing)
    lacking = [need for need in needs if need.package not in there]
    # Node.js often comes from elsewhere, and Debian's own would get in its way.
    wanted = [need for need in lacking if not (need.optional and shutil.which(need.program))]
    venv = [] if python_can_make_venv else [venv_package(sys.version_info[:2])]
    return [need.package for need in wanted] + venv


def provide(
    needs: Sequence[Need], *, python_can_make_venv: bool, os_release: Path = OS_RELEASE
) -> bool:
    """Make sure the system has what is needed; tell whether anything was installed.

    Raises:
        SystemPackagesError: something is missing and was not installed; the text says what.
    """
    if not sys.platform.startswith("linux"):
        return False
    system = os_release.read_text(encoding="utf-8") if os_release.exists() else ""
    if not is_debian_like(read_os_release(system)):
        missing = missing_signs(needs) + ([] if python_can_make_venv else ["Python's ensurepip"])
        if missing:
            raise SystemPackagesError(
                "Packages are installed only on Debian and Ubuntu. Please install what provides: "
                + ", ".join(missing)
            )
        return False
    missing = missing_packages(needs, python_can_make_venv=python_can_make_venv)
    optional = {need.package for need in needs if need.optional}
    extras = [package for package in missing if package in optional]
    packages = [package for package in missing if package not in optional]
    if missing:
        install(packages, extras)
    return bool(missing)
