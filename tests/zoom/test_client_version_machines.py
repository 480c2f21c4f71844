"""What systems list about themselves: running programs, and windows where they can be listed."""

import sys
from pathlib import Path

import pytest

from rtms_tray.zoom.client_version import LinuxMachine, MacMachine, WindowsMachine, printed_by

PRINTS = (sys.executable, "-c", "print('zoom.us')")
FAILS = (sys.executable, "-c", "print('zoom.us'); raise SystemExit(1)")
HANGS = (sys.executable, "-c", "import time; time.sleep(60)")


def test_what_a_program_prints_is_read() -> None:
    assert (printed_by(*PRINTS) or "").split() == ["zoom.us"]


def test_a_list_that_did_not_end_well_is_none(tmp_path: Path) -> None:
    assert printed_by(*FAILS) is None
    assert printed_by(*HANGS, limit_s=0.05) is None
    assert printed_by(str(tmp_path / "nowhere")) is None


@pytest.mark.skipif(sys.platform == "win32", reason="ps is not there")
def test_a_mac_lists_programs_as_ps_does() -> None:
    names = MacMachine(Path("/"), Path("/"), {}).processes()
    assert names is None or any("python" in name.lower() or "pytest" in name for name in names)


@pytest.mark.skipif(sys.platform == "win32", reason="there it is known")
def test_programs_that_cannot_be_listed_are_unknown_not_absent(tmp_path: Path) -> None:
    assert LinuxMachine(tmp_path / "nothing", tmp_path, {}).processes() is None
    assert WindowsMachine(tmp_path, tmp_path, {}).processes() is None


@pytest.mark.skipif(sys.platform == "win32", reason="there they are listed")
@pytest.mark.parametrize("machine", [LinuxMachine, MacMachine, WindowsMachine])
def test_windows_that_cannot_be_listed_are_unknown_not_absent(
    machine: type[LinuxMachine | MacMachine | WindowsMachine], tmp_path: Path
) -> None:
    assert machine(tmp_path, tmp_path, {}).windows() is None
