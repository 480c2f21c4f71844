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
import wheel_check
from bootstrap import ROOT, SetupError, say, succeeds

OLDEST_PYTHON = (3, 11)
NO_DISPLAY = """\
rtms-tray: there is no display to show the demo on (neither DISPLAY nor WAYLAND_DISPLAY is set).
Start it from a terminal on a desktop, or without anything to see:
    QT_QPA_PLATFORM=offscreen python3 packaging/dev.py demo"""
# Root's powers over closed files. Without them file permissions apply, as they do to users.
POWERS = ("dac_override", "dac_read_search", "fowner")
COMMANDS = {
    "demo": "set up, then start rtms-tray against its own simulated Zoom",
    "test": "set up, headless desktop included, then run the tests",
    "coverage": "set up, run the tests, and fail where they run too little of a module",
    "soak": "set up, then play eight hours of a busy account in some ten minutes (Linux)",
    "fuzz": "set up, then fuzz all readers of outside input (Linux)",
    "mutation": "set up, then see whether the tests notice mistakes in rtms_tray/capture (Linux)",
    "setup": "set up what the tests need and start nothing",
    "lint": "check style, formatting, and which packages import which",
    "types": "check types",
    "package": "build the wheel and try it out in an environment of its own",
    "lock": "bring the locks up to date with pyproject.toml (needs uv); --upgrade: newer versions",
}
PROGRAMS = {
    "demo": "-m rtms_tray demo",
    "test": "-m pytest",
    "coverage": "packaging/coverage_floors.py",
    "soak": "-m pytest -n 0 -s tests/soak",
    "fuzz": "-m tests.fuzz.run",
    "mutation": "packaging/mutation.py",
    "types": "-m mypy",
}


def lacks_display(environ: dict[str, str], platform: str) -> bool:
    """Tell whether Qt would look for a display and find none; only Linux can lack one."""
    chosen = environ.get("QT_QPA_PLATFORM") or "xcb"
    needs_one = any(name.startswith(("xcb", "wayland")) for name in chosen.split(";"))
    has_one = environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY")
    return platform.startswith("linux") and needs_one and not has_one


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


def lint(python: Path) -> int:
    """Run all checks, then tell whether one failed."""
    ruff = (python, "-m", "ruff")
    imports = (python.with_name("lint-imports"), "--no-logo", "--no-cache")
    checks = ((*ruff, "check", "."), (*ruff, "format", "--check", "."), imports)
    failed = [check for check in checks if not succeeds(*check)]
    return int(bool(failed))


def lock(arguments: list[str]) -> int:
    """Write the locks anew, for every system and Python from the oldest on.

    They hold names, versions and hashes alone: no index address, no path of this computer.
    """
    if shutil.which("uv") is None:
        say("uv is not installed. Install it (pip install uv), then run this again.")
        return 1
    shape = ("--universal", "--generate-hashes", "--no-header", "--no-annotate", "--quiet")
    uv = ("uv", "pip", "compile", *shape, "--python-version", "3.11", *arguments)
    groups = ("--group", "test", "--group", "lint", "--group", "build", "pyproject.toml")
    # The nightly group is installed beside the rest: what both name has one version.
    nightly = ("--group", "nightly", "--constraint", bootstrap.LOCK)
    done = succeeds(*uv, *groups, "--output-file", bootstrap.LOCK)
    return int(not (done and succeeds(*uv, *nightly, "--output-file", bootstrap.NIGHTLY_LOCK)))


def set_up(command: str, environment: Path) -> None:
    """Bring the system, the virtual environment and the tests' npm packages to what is needed."""
    testing = command not in ("demo", "lint", "types", "package")
    purposes = ("demo", "test", "optional") if testing else (command,)
    needs = bootstrap.needs_for(*purposes) + bootstrap.venv_needs(environment)
    anything = bootstrap.provide_system_packages(needs)
    anything |= bootstrap.provide_environment(environment)
    if testing:
        anything |= bootstrap.provide_node_packages()
    if command in ("fuzz", "mutation"):
        anything |= bootstrap.provide_nightly_packages(environment)
    if not anything:
        say("everything is set up")


def run(command: str, arguments: list[str], environment: Path) -> int:
    """Carry out a command; hand back its exit code."""
    if command == "lock":
        return lock(arguments)
    set_up(command, environment)
    python = bootstrap.python_of(environment)
    if command == "lint":
        return lint(python)
    if command == "package":
        return wheel_check.check(python)
    if command not in PROGRAMS:
        return 0
    if command != "demo":
        os.chdir(ROOT)
    if command == "soak":
        os.environ.setdefault("RTMS_TRAY_SOAK_HOURS", "8")
    bounds = without_root_powers() if command in ("test", "coverage") else []
    return become([*bounds, str(python), *PROGRAMS[command].split(), *arguments])


def parse(arguments: list[str]) -> argparse.Namespace:
    """Read the command line; what follows the command belongs to the program it starts."""
    listing = "\n".join(f"  {name:<8} {what}" for name, what in COMMANDS.items())
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
    if parsed.command == "demo" and lacks_display(dict(os.environ), sys.platform):
        print(NO_DISPLAY, file=sys.stderr)
        return 1
    try:
        return run(parsed.command, parsed.rest, parsed.venv.absolute())
    except SetupError as error:
        print(f"rtms-tray: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
