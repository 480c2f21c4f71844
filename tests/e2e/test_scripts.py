"""The examples of the help page on scripts, run as they stand there."""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from rtms_tray.support.files import resources
from tests.helpers.desktop.waiting import wait_for
from tests.helpers.running import PATIENCE_S, App
from tests.helpers.simulator_process import WITH_HOST, SimulatorProcess

PAGE = resources() / "help" / "scripts.md"


@pytest.fixture
def examples() -> list[str]:
    return re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


def test_the_list_of_changes_is_kept(
    running: App, zoom: SimulatorProcess, examples: list[str], tmp_path: Path
) -> None:
    script, notes = tmp_path / "log_changes.py", tmp_path / "changes.txt"
    script.write_text(examples[0])
    command = json.dumps([sys.executable, str(script), str(notes)])
    running.done("settings", "set", "hooks.on_change", command)
    zoom.change("meetings", number=WITH_HOST, approval_required=False)
    running.done("start", str(WITH_HOST))
    running.wait_for_state("sharing")
    zoom.act(WITH_HOST, "host_stops")

    def states() -> list[str]:
        return (
            [line.split()[2] for line in notes.read_text().splitlines()] if notes.exists() else []
        )

    wait_for(lambda: states()[-1:] == ["stopped"], PATIENCE_S, "the change in the list")
    assert "sharing" in states()


@pytest.fixture
def path(tmp_path: Path) -> str:
    """A PATH on which the command `rtms-tray` is the program under test."""
    command = tmp_path / "rtms-tray"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m rtms_tray "$@"\n')
    command.chmod(0o755)
    return f"{tmp_path}{os.pathsep}{os.environ['PATH']}"


def test_every_change_is_followed(
    running: App, zoom: SimulatorProcess, examples: list[str], tmp_path: Path, path: str
) -> None:
    zoom.change("meetings", number=WITH_HOST, approval_required=False)
    heard = tmp_path / "heard"
    with (
        heard.open("w") as out,
        subprocess.Popen(
            [sys.executable, "-c", examples[1]],
            stdout=out,
            env={**running.environ, "PATH": path},
            start_new_session=True,
        ) as following,
    ):
        try:
            wait_for(lambda: heard.read_text() == "idle \n", PATIENCE_S, "the state at the start")
            running.done("start", str(WITH_HOST))
            wait_for(lambda: "sharing \n" in heard.read_text(), PATIENCE_S, "the change")
        finally:
            os.killpg(following.pid, signal.SIGKILL)
