"""Runs the tests of a real desktop in a root of its own: `python3 packaging/dev.py desktop gnome`.

The root is a whole Debian, made once in `.cache/roots`: a desktop's services would answer tests that need none. It is
entered by chroot, with this checkout and this Python bound into it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from bootstrap import ROOT, SetupError, once, say, succeeds

MIRROR = "http://deb.debian.org/debian"
RELEASE = "bookworm"
COMMON = (
    *("ca-certificates", "python3", "dbus", "dbus-x11", "procps", "desktop-file-utils"),
    *("libegl1", "libgl1", "libgl1-mesa-dri", "libxkbcommon-x11-0", "libxcb-cursor0"),
    *("libxcb-icccm4", "libxcb-keysyms1", "libxcb-shape0", "libxcb-image0"),
    *("libxcb-render-util0", "libxcb-xinerama0", "libnss3", "libsecret-tools"),
    *("fonts-dejavu-core", "adwaita-icon-theme", "hicolor-icon-theme", "librsvg2-common"),
)
DESKTOPS = {
    "gnome": (
        *("gnome-shell", "gnome-shell-extension-appindicator", "gjs", "mutter"),
        *("gnome-session-bin", "gnome-keyring", "libglib2.0-bin"),
    ),
    "kde": (
        *("plasma-workspace", "plasma-desktop", "kwin-x11", "kwalletmanager"),
        *("libqca-qt5-2-plugins", "xvfb", "xdotool", "x11-utils", "x11-xserver-utils"),
    ),
}
VARIABLE = "RTMS_TRAY_DESKTOP_ROOT"
ENTER = """
set -e
root=$1; shift
mount --make-rprivate /
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount --rbind /sys "$root/sys"
while [ "$1" != -- ]; do mkdir -p "$root$1"; mount --bind "$1" "$root$1"; shift; done
shift
exec chroot "$root" env --ignore-environment "$@"
"""
"""In a mount namespace: all of it is gone when the tests end."""


def make(name: str, root: Path) -> None:
    """Make the root, anew if there was one."""
    if os.geteuid() != 0 or shutil.which("mmdebstrap") is None:
        raise SetupError(
            "A root of its own needs root's rights, and mmdebstrap (Debian's package)."
        )
    say(f"making a Debian with the desktop {name} (some minutes)")
    shutil.rmtree(root, ignore_errors=True)
    root.parent.mkdir(parents=True, exist_ok=True)
    packages = ",".join((*COMMON, *DESKTOPS[name]))
    if not succeeds(
        *("mmdebstrap", "--quiet", "--variant=apt", f"--include={packages}"), RELEASE, root, MIRROR
    ):
        raise SetupError(f"mmdebstrap could not make {root} (its message is above).")


def command(name: str, root: Path, arguments: list[str]) -> list[str]:
    """Enter the root, and run the desktop's tests there."""
    bound = dict.fromkeys(map(str, (ROOT, sys.prefix, sys.base_prefix)))
    variables = {
        "PATH": "/usr/bin:/usr/sbin:/bin",
        "HOME": "/root",
        "LANG": "C.UTF-8",
        "PYTHONPATH": str(ROOT),
        VARIABLE: name,
    }
    variables |= {"CI": os.environ["CI"]} if "CI" in os.environ else {}
    tests = [sys.executable, "-m", "pytest", "-n", "0", "--rootdir", str(ROOT)]
    return [
        *("unshare", "--mount", "--pid", "--fork", "--kill-child", "bash", "-c", ENTER, "enter"),
        *(str(root), *bound, "--", f"--chdir={ROOT}"),
        *(f"{key}={value}" for key, value in variables.items()),
        *(*tests, str(ROOT / "tests" / "real_desktops" / f"test_{name}.py"), *arguments),
    ]


def main(arguments: list[str]) -> int:
    """Run a desktop's tests; hand back pytest's exit code."""
    name, *rest = arguments or [""]
    if name not in DESKTOPS:
        print(f"rtms-tray: name a desktop: {', '.join(DESKTOPS)}.", file=sys.stderr)
        return 2
    root = ROOT / ".cache" / "roots" / name
    try:
        once(root.with_suffix(".stamp"), [Path(__file__)], lambda: make(name, root))
    except SetupError as error:
        print(f"rtms-tray: {error}", file=sys.stderr)
        return 1
    return subprocess.run(command(name, root, rest), check=False, cwd=ROOT).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
