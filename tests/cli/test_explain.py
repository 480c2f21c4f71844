"""`rtms-tray explain`: without an account, without a running instance, in words and JSON."""

import json
from pathlib import Path

import pytest

from rtms_tray.capture.conditions import Condition
from rtms_tray.cli import explain as module
from rtms_tray.cli.main import main


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["explain", *arguments]) == 0
    return capsys.readouterr().out


def test_its_options_are_the_conditions() -> None:
    assert set(module._NAMES) == set(Condition)


def test_json_is_the_interfaces(capsys: pytest.CaptureFixture[str]) -> None:
    told = json.loads(
        run(capsys, "--json", "--host-present", "no", "--host-approval-required", "yes",
            "--meeting-allowed-without-host", "yes")
    )  # fmt: skip
    assert told["verdict"] == "no_data"
    assert told["scenarios"][0] == 4
    assert (told["rules"], told["blocking"], told["ask_next"]) == (["S2"], "host_present", None)
    assert "once the host has joined" in told["remedy"]


def test_unknown_asks_one_question(capsys: pytest.CaptureFixture[str]) -> None:
    told = json.loads(run(capsys, "--json"))
    assert (told["verdict"], told["blocking"]) == ("unknown", None)
    assert told["ask_next"] in set(Condition)


def test_changes_of_mid_meeting_can_be_said(capsys: pytest.CaptureFixture[str]) -> None:
    left = json.loads(run(capsys, "--json", "--owner-present", "left"))
    withdrawn = json.loads(run(capsys, "--json", "--host-org-rtms-enabled", "withdrawn"))
    assert (left["verdict"], left["scenarios"][0]) == ("no_data", 11)
    assert (withdrawn["verdict"], withdrawn["scenarios"][0]) == ("no_data", 13)


def test_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    words = run(capsys, "--in-breakout-room", "yes", "--host-present", "yes")
    assert words.startswith("No data. Breakout rooms are not captured")
    assert "Scenario 12: App owner moves to a breakout room (no data)" in words


def test_a_wrong_value_is_wrong_usage(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    del tmp_path
    with pytest.raises(SystemExit) as ended:
        main(["explain", "--host-present", "left"])
    assert ended.value.code == 2
    assert "--host-present" in capsys.readouterr().err
