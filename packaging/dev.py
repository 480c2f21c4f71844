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
from typing import TYPE_CHECKING

import node_packages
import python_environment
import system_packages
import wheel_check
from python_environment import LOCK, NIGHTLY_LOCK, ROOT, Environment, EnvironmentSetupError
from system_packages import DEMO_NEEDS, TEST_NEEDS, Need, SystemPackagesError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

OLDEST_PYTHON = (3, 11)
LOCKS = {("test", "lint", "build"): LOCK, ("nightly",): NIGHTLY_LOCK}
# Qt's platform plug-ins that draw on a display; all others do without one.
DISPLAY_PLATFORMS = ("xcb", "wayland")
NO_DISPLAY = """\
rtms-tray: there is no display to show the demo on (neither DISPLAY nor WAYLAND_DISPLAY is set).
Start it from a terminal on a desktop, or without anything to see:
    QT_QPA_PLATFORM=offscreen python3 packaging/dev.py demo"""
TESTING = ("test", "coverage", "soak", "fuzz", "mutation", "setup")
# Root's powers over files that are closed to it. Without them permissions bite as they do users.
POWERS = ("dac_override", "dac_read_search", "fowner")
COMMANDS = {
    "demo": "set up, then start rtms-tray against its own simulated Zoom",
    "test": "set up, headless desktop included, then run the tests",
    "coverage": "set up, run the tests, and fail where they run too little of a module",
    "soak": "set up, then play eight hours of a busy account in some ten minutes (Linux)",
    "fuzz": "set up, then fuzz whatever reads what comes from outside (Linux)",
    "mutation": "set up, then see whether the tests notice mistakes in rtms_tray/capture (Linux)",
    "setup": "set up what the tests need and start nothing",
    "lint": "check style and formatting",
    "types": "check types",
    "package": "build the wheel and try it out in an environment of its own",
    "lock": "choose the locked versions anew (needs uv)",
}


def python_is_too_old(version: tuple[int, int]) -> bool:
    """Tell whether this Python cannot run the program."""
    return version < OLDEST_PYTHON


def lacks_display(environ: Mapping[str, str], platform: str) -> bool:
    """Tell whether the demo would have nothing to show itself on."""
    if not platform.startswith("linux"):
        return False
    chosen = environ.get("QT_QPA_PLATFORM", "")
    if chosen and not any(name.startswith(DISPLAY_PLATFORMS) for name in chosen.split(";")):
        return False
    return not (environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))


def set_up(environment: Environment, needs: Sequence[Need]) -> None:
    """Bring the system, the virtual environment and the tests' peers to what is needed."""
    can_make_venv = python_environment.python_can_make_venv()
    installed = system_packages.provide(
        needs,
        python_can_make_venv=can_make_venv or environment.stamp.exists(),
    )
    installed |= python_environment.provide(environment)
    if needs == TEST_NEEDS:
        installed |= node_packages.provide()
    if not installed:
        print("rtms-tray: everything is set up")


def bound() -> tuple[str, ...]:
    """Start tests by this, so that files closed to them stay closed even where root runs them.

    Where the checkout is another user's, root could not write into it without its powers.
    """
    if not sys.platform.startswith("linux") or os.geteuid() != 0 or ROOT.stat().st_uid != 0:
        return ()
    setpriv = shutil.which("setpriv")
    return (
        (setpriv, "--bounding-set=" + ",".join(f"-{power}" for power in POWERS)) if setpriv else ()
    )


def become(command: list[str]) -> int:
    """Replace this program with another; on Windows, run it and hand back its exit code."""
    sys.stdout.flush()
    if os.name != "nt":
        os.execv(command[0], command)  # noqa: S606 - no shell is wanted here
    return subprocess.run(command, check=False).returncode


def lint(python: str) -> int:
    """Check style and formatting; report both before failing."""
    checks = (["check"], ["format", "--check"])
    codes = [
        subprocess.run([python, "-m", "ruff", *check, "."], check=False, cwd=ROOT).returncode
        for check in checks
    ]
    return max(codes)


def lock() -> int:
    """Choose the locked versions anew, for every system and Python from the oldest on.

    Names, versions and hashes alone are kept: no index address, no path of this computer.
    """
    if shutil.which("uv") is None:
        print("rtms-tray: uv is not installed. Install it (pip install uv), then run this again.")
        return 1
    shape = ["--universal", "--generate-hashes", "--no-header", "--no-annotate", "--quiet"]
    command = ["uv", "pip", "compile", *shape, "--upgrade", "--python-version", "3.11"]
    codes = []
    for names, file in LOCKS.items():
        groups = [word for group in names for word in ("--group", group)]
        # The nightly group is installed beside the rest: what both name has one version.
        whole = ["--constraint", str(LOCK)] if "nightly" in names else ["pyproject.toml"]
        full = [*command, *groups, *whole, "--output-file", str(file)]
        codes.append(subprocess.run(full, check=False, cwd=ROOT).returncode)
    return max(codes)


def run(command: str, arguments: list[str], environment: Environment) -> int:
    """Carry out one of the commands; hand back the exit code."""
    if command == "lock":
        return lock()
    needs = DEMO_NEEDS if command == "demo" else TEST_NEEDS if command in TESTING else ()
    set_up(environment, needs)
    python = str(environment.python)
    if command == "demo":
        return become([python, "-m", "rtms_tray", "demo", *arguments])
    os.chdir(ROOT)
    if command == "test":
        return become([*bound(), python, "-m", "pytest", *arguments])
    if command == "coverage":
        return become([*bound(), python, "packaging/coverage_gate.py", *arguments])
    if command == "soak":
        os.environ.setdefault("RTMS_TRAY_SOAK_HOURS", "8")
        return become([python, "-m", "pytest", "-n", "0", "-s", "tests/soak", *arguments])
    if command == "mutation":
        environment.add(NIGHTLY_LOCK)
        return become([python, str(Path(__file__).with_name("mutation.py")), *arguments])
    if command == "fuzz":
        environment.add(NIGHTLY_LOCK)
        return become([python, "-m", "tests.fuzz.run", *arguments])
    if command == "types":
        return become([python, "-m", "mypy", *arguments])
    if command == "lint":
        return lint(python)
    return wheel_check.check(Path(python)) if command == "package" else 0


def parse(arguments: Sequence[str]) -> tuple[argparse.Namespace, list[str]]:
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
    parsed = parser.parse_args(arguments)
    return parsed, parsed.rest


def main(arguments: Sequence[str]) -> int:
    """Run a command; hand back the exit code."""
    if python_is_too_old(sys.version_info[:2]):
        have = ".".join(map(str, sys.version_info[:2]))
        print(f"rtms-tray: needs Python 3.11 or newer, and this is {have}.", file=sys.stderr)
        print("Install a newer Python and start this with it.", file=sys.stderr)
        return 1
    parsed, rest = parse(arguments)
    if parsed.command == "demo" and lacks_display(os.environ, sys.platform):
        print(NO_DISPLAY, file=sys.stderr)
        return 1
    try:
        return run(parsed.command, rest, Environment(parsed.venv.absolute()))
    except (SystemPackagesError, EnvironmentSetupError) as error:
        print(f"rtms-tray: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
