"""The switches: each is described, and the command's help lists them with their values at first."""

import subprocess
import sys

import pytest

from rtms_tray.simulator import Simulator
from rtms_tray.simulator.__main__ import main
from rtms_tray.simulator.settings import SWITCHES, Settings, describe_switches


def test_every_switch_is_described() -> None:
    described = [name for group in SWITCHES.values() for name in group]
    assert sorted(described) == sorted(Settings.__struct_fields__)


def test_the_values_at_first_are_listed() -> None:
    text = describe_switches()
    assert "  breakout_stop_reason = 3\n" in text
    assert "  scopes\n" in text  # too long to be shown


def test_the_help_lists_the_switches(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    assert describe_switches() in capsys.readouterr().out


def test_switches_are_set_when_it_is_made() -> None:
    zoom = Simulator(switches={"breakout_stop_reason": None, "known_ids": "nobody"})
    zoom._socket.close()
    assert zoom.world.settings.breakout_stop_reason is None
    assert zoom.world.settings.known_ids == "nobody"


@pytest.mark.parametrize("switch", ["known_ids=strangers", "no_such_switch=1"])
def test_a_wrong_switch_is_refused(switch: str) -> None:
    command = [sys.executable, "-m", "rtms_tray", "simulate", "--set", switch]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert (ended.returncode, "cannot start" in ended.stderr) == (1, True)
