"""Whether the Zoom client is in a meeting, by what three systems list about themselves."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from rtms_tray.capture.conditions import Value
from rtms_tray.zoom.client_meeting import (
    LinuxMachine,
    Machine,
    MacMachine,
    Window,
    WindowsMachine,
    client_in_meeting,
    on_linux,
    on_macos,
    on_windows,
    output_of,
    tasks_in,
)

FIXTURES = Path(__file__).parents[1] / "fixtures" / "zoom_client"
PRINTS = (sys.executable, "-c", "print('zoom.us')")
FAILS = (sys.executable, "-c", "print('zoom.us'); raise SystemExit(1)")
HANGS = (sys.executable, "-c", "import time; time.sleep(60)")


@dataclass
class KnownMachine:
    """A machine that lists what a test says."""

    running: frozenset[str] | None = None
    open_windows: tuple[Window, ...] | None = None

    def programs(self) -> frozenset[str] | None:
        return self.running

    def windows(self) -> tuple[Window, ...] | None:
        return self.open_windows


@pytest.mark.parametrize(
    ("root", "in_meeting"),
    [
        ("linux", Value.YES),
        ("linux_idle", Value.UNKNOWN),
        ("linux_flatpak", Value.NO),
        ("nothing_there", Value.UNKNOWN),
    ],
)
def test_linux_by_its_programs(root: str, in_meeting: Value) -> None:
    assert on_linux(LinuxMachine(FIXTURES / root / "proc")) is in_meeting


def test_a_program_that_has_just_ended_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "77").mkdir()
    assert on_linux(LinuxMachine(tmp_path)) is Value.NO


@pytest.mark.parametrize(
    ("names", "in_meeting"),
    [({"zoom.us", "CptHost"}, Value.YES), ({"zoom.us"}, Value.UNKNOWN), ({"Dock"}, Value.NO)],
)
def test_macos_by_its_programs(names: set[str], in_meeting: Value) -> None:
    assert on_macos(KnownMachine(frozenset(names))) is in_meeting


@pytest.mark.parametrize(
    ("case", "in_meeting"),
    [
        ("home", Value.UNKNOWN),
        ("connecting", Value.UNKNOWN),
        ("meeting", Value.YES),
        ("webinar", Value.YES),
        ("meeting_japanese", Value.YES),
        ("meeting_older_client", Value.YES),
        ("title_alone", Value.UNKNOWN),
        ("failed_join", Value.UNKNOWN),
    ],
)
def test_windows_by_its_windows(case: str, in_meeting: Value) -> None:
    cases = json.loads((FIXTURES / "windows" / "windows.json").read_text())
    windows = tuple(Window(name, title) for name, title in cases[case])
    assert on_windows(KnownMachine(frozenset({"Zoom.exe"}), windows)) is in_meeting


def test_windows_without_zoom_running() -> None:
    assert on_windows(KnownMachine(frozenset({"explorer.exe"}), ())) is Value.NO
    assert on_windows(KnownMachine()) is Value.UNKNOWN


def test_windows_programs_are_listed() -> None:
    table = (FIXTURES / "windows" / "tasklist.csv").read_text()
    assert tasks_in(table) == {"System Idle Process", "Zoom.exe", "explorer.exe"}
    assert tasks_in("INFO: No tasks are running") == frozenset()


def test_this_machine_can_be_checked() -> None:
    assert client_in_meeting() in {Value.YES, Value.NO, Value.UNKNOWN}
    assert client_in_meeting("plan9") is Value.UNKNOWN


def test_what_a_program_prints_is_read() -> None:
    assert (output_of(*PRINTS) or "").split() == ["zoom.us"]


def test_a_list_that_did_not_end_well_is_none(tmp_path: Path) -> None:
    assert output_of(*FAILS) is None
    assert output_of(*HANGS, limit_s=0.05) is None
    assert output_of(str(tmp_path / "nowhere")) is None


@pytest.mark.skipif(sys.platform == "win32", reason="ps is not there")
def test_a_mac_lists_programs_as_ps_does() -> None:
    names = MacMachine().programs()
    assert names is None or any("python" in name.lower() or "pytest" in name for name in names)


@pytest.mark.skipif(sys.platform == "win32", reason="there it is known")
def test_programs_that_cannot_be_listed_are_unknown_not_absent(tmp_path: Path) -> None:
    assert LinuxMachine(tmp_path / "nothing").programs() is None
    assert WindowsMachine().programs() is None


@pytest.mark.skipif(sys.platform == "win32", reason="there they are listed")
@pytest.mark.parametrize("machine", [LinuxMachine(), MacMachine(), WindowsMachine()])
def test_windows_that_cannot_be_listed_are_unknown_not_absent(machine: Machine) -> None:
    assert machine.windows() is None
