"""Sets up everything rtms-tray needs and starts it: `python3 packaging/dev.py demo` or `… test`.

Needs nothing but Python's standard library. A second run finds everything in place and starts at
once. The program started takes this one's place, so ending it ends all.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

import bootstrap
from bootstrap import ROOT, SetupError, say

OLDEST_PYTHON = (3, 11)
# Root's powers over closed files. Without them file permissions apply, as they do to users.
POWERS = ("dac_override", "dac_read_search", "fowner")
# What each command is for, and what it starts with the virtual environment's Python.
COMMANDS = {
    "demo": ("set up, then start rtms-tray against its own simulated Zoom", "-m rtms_tray demo"),
    "test": ("set up, headless desktop included, then run the tests", "-m pytest"),
    "coverage": ("run the tests; fail where they run too little", "packaging/coverage_floors.py"),
    "benchmarks": ("see how light the program is (Linux)", "-m tests.benchmarks"),
    "soak": ("play eight hours of a busy account in minutes", "-m pytest -n 0 -s tests/soak"),
    "fuzz": ("fuzz all readers of outside input (Linux)", "-m tests.fuzz.run"),
    "mutation": ("see whether tests notice mistakes (Linux)", "packaging/mutation.py"),
    "desktop": ("see GNOME Shell or KDE Plasma (Debian, as root)", "packaging/desktop_root.py"),
    "setup": ("set up what the tests need and start nothing", ""),
    "lint": ("check style, formatting, and which packages import which", "packaging/lint.py"),
    "types": ("check types", "-m mypy"),
    "package": ("build the wheel and try it out", "packaging/wheel_check.py"),
    "deb": ("build the Debian package (Debian, Ubuntu)", "packaging/debian_package.py"),
    "sbom": ("list what the packages are made of (CycloneDX)", "packaging/sbom.py"),
    "pictures": ("make README's pictures anew (Linux)", "-m tests.gallery.readme_pictures"),
    "audit": ("ask whether what is locked has known weaknesses", "packaging/audit.py"),
    "languages": ("bring the translations up to date with the texts", "packaging/languages.py"),
    "lock": ("bring the locks up to date with pyproject.toml", "packaging/lock.py"),
}
LIGHT = (
    "demo",
    "lint",
    "types",
    "package",
    "deb",
    "sbom",
    "audit",
    "languages",
    "lock",
)  # these need nothing that is the tests'


def without_root_powers() -> list[str]:
    """Start tests by this, so that files closed to them stay closed even where root runs them.

    Where the checkout is another user's, root could not write into it without its powers.
    """
    setpriv = shutil.which("setpriv")
    if not setpriv or os.geteuid() != 0 or ROOT.stat().st_uid != 0:
        return []
    return [setpriv, "--bounding-set=" + ",".join(f"-{power}" for power in POWERS)]


def become(command: list[str]) -> int:
    """Replace this program with another; on Windows, run it and hand back its exit code."""
    sys.stdout.flush()
    if os.name != "nt":
        os.execv(command[0], command)  # noqa: S606 - no shell is wanted here
    return subprocess.run(command, check=False).returncode


def set_up(command: str, environment: Path) -> None:
    """Bring the system, the virtual environment and the tests' npm packages to what is needed."""
    purposes = (command,) if command in LIGHT else ("demo", "test", "optional")
    anything = bootstrap.provide_system_packages(bootstrap.needs_for(*purposes))
    anything |= bootstrap.provide_environment(environment)
    if command not in LIGHT:
        anything |= bootstrap.provide_node_packages()
    if command in ("fuzz", "mutation", "audit"):
        anything |= bootstrap.provide_nightly_packages(environment)
    if not anything:
        say("everything is set up")


def run(command: str, arguments: list[str], environment: Path) -> int:
    """Carry out a command; hand back its exit code."""
    set_up(command, environment)
    program = COMMANDS[command][1].split()
    if not program:
        return 0
    if command != "demo":
        os.chdir(ROOT)
    if command == "soak":
        os.environ.setdefault("RTMS_TRAY_SOAK_HOURS", "8")
    bounds = without_root_powers() if command in ("test", "coverage") else []
    return become([*bounds, str(bootstrap.python_of(environment)), *program, *arguments])


def parse(arguments: list[str]) -> argparse.Namespace:
    """Read the command line; what follows the command belongs to the program it starts."""
    listing = "\n".join(f"  {name:<10} {purpose}" for name, (purpose, _) in COMMANDS.items())
    parser = argparse.ArgumentParser(
        prog="dev.py",
        usage="python3 packaging/dev.py [--venv FOLDER] COMMAND [arguments of the program …]",
        description="Sets up what rtms-tray needs and starts it.\n\n" + listing,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--venv", type=Path, default=ROOT / ".venv", help="default: .venv")
    parser.add_argument("command", choices=COMMANDS, metavar="COMMAND")
    parser.add_argument("rest", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    return parser.parse_args(arguments)


def main(arguments: list[str], version: tuple[int, ...] = sys.version_info[:2]) -> int:
    """Run a command; hand back the exit code."""
    if version < OLDEST_PYTHON:
        have = ".".join(map(str, version))
        print(f"rtms-tray: needs Python 3.11 or newer, and this is {have}.", file=sys.stderr)
        print("Install a newer Python and start this with it.", file=sys.stderr)
        return 1
    parsed = parse(arguments)
    try:
        return run(parsed.command, parsed.rest, parsed.venv.absolute())
    except SetupError as error:
        print(f"rtms-tray: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
