"""What desktops do with a set-up link or file: it reaches the program as one argument, whatever is in it."""

import ast
import shlex
import shutil
import stat
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from rtms_tray.store.link_handler import program_beside
from rtms_tray.store.link_handler_freedesktop import ENTRY, entry_text, register_freedesktop
from rtms_tray.store.setup_link import SetupLink, read_setup, write_setup_file, write_setup_link
from tests.helpers.desktop import Desktop, wait_for
from tests.helpers.running import ROOT, Process

MakeDesktop = Callable[..., Desktop]
OPENERS = (("xdg-open",), ("gio", "open"))
NASTY = SetupLink(
    name='"My" app\'s $(notes) & `more`; --profile x %22 \\\\',
    client_id="--verbose",
    relay="https://relay.example.com/a%20b",
)
LINKS = (
    "rtms-tray:setup?name=Notes&client_id=a&relay=https://relay.example.com",
    write_setup_link(NASTY),
    "rtms-tray:start?meeting=https%3A%2F%2Fzoom.us%2Fj%2F98712345670%3Fpwd%3Da%2520b",
    "rtms-tray:resend?meeting=$(id)",
    "rtms-tray:--profile=x",
    "rtms-tray:setup?a=%22%20--profile%20%22x%0A'$(touch%20x)`y`;|&*?",
)


@pytest.fixture
def desktop(make_desktop: MakeDesktop) -> Desktop:
    for tool in ("update-desktop-database", "update-mime-database", "gio", "xdg-open"):
        if shutil.which(tool) is None:
            pytest.skip(f"there is no {tool}")
    return make_desktop(tray="tint2", size=(1280, 900))


def noting_program(desktop: Desktop) -> tuple[Path, Callable[[], list[list[str]]]]:
    """Make a program that notes its arguments, one call a line; what comes back reads them."""
    program, noted = desktop.folder / "rtms-tray", desktop.folder / "noted"
    script = f"import sys; open({str(noted)!r}, 'a').write(repr(sys.argv[1:]) + chr(10))"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -c {shlex.quote(script)} "$@"\n')
    program.chmod(program.stat().st_mode | stat.S_IXUSR)

    def calls() -> list[list[str]]:
        lines = noted.read_text().splitlines() if noted.exists() else []
        return [ast.literal_eval(line) for line in lines]

    return program, calls


def opened(desktop: Desktop, opener: Sequence[str], what: str) -> None:
    done = desktop.run([*opener, what])
    assert done.returncode == 0, done.stderr


def called(calls: Callable[[], list[list[str]]], times: int) -> Callable[[], bool]:
    return lambda: len(calls()) == times


@pytest.mark.parametrize("opener", OPENERS)
def test_a_link_is_one_argument(desktop: Desktop, opener: Sequence[str]) -> None:
    program, calls = noting_program(desktop)
    assert register_freedesktop(program, desktop.env)
    for number, link in enumerate(LINKS, 1):
        opened(desktop, opener, link)
        wait_for(called(calls, number), 15, "the program to be called")
        assert calls()[-1] == ["open", "--", link]


def test_a_file_is_one_argument(desktop: Desktop) -> None:
    program, calls = noting_program(desktop)
    assert register_freedesktop(program, desktop.env)
    file = desktop.folder / "home" / "--my 'notes' & more.rtms-tray"
    file.write_text(write_setup_file(NASTY), encoding="utf-8")
    opened(desktop, ("gio", "open"), str(file))
    wait_for(calls, 15, "the program to be called")
    ((opens, dashes, given),) = calls()
    assert (opens, dashes) == ("open", "--")
    assert given in {str(file), file.as_uri()}, "desktops hand over the one or the other"
    assert read_setup(given) == NASTY


def test_the_first_start_registers(desktop: Desktop) -> None:
    """Of the usual profile, and of an installation: a file beside this Python starts the program."""
    program = program_beside(sys.executable, sys.platform)
    if program is None:
        pytest.skip("the program is not installed")
    folder = Path(desktop.env["XDG_DATA_HOME"]) / "applications"
    environ = {**desktop.env, "PYTHONPATH": str(ROOT)}
    tray = Process(("run",), environ)
    try:
        wait_for((folder / "mimeinfo.cache").exists, 20, "the desktop to know of the program")
        assert (folder / ENTRY).read_text(encoding="utf-8") == entry_text(program)
        asked = ["xdg-mime", "query", "default", "x-scheme-handler/rtms-tray"]
        assert desktop.run(asked).stdout.strip() == ENTRY
    finally:
        tray.end()
