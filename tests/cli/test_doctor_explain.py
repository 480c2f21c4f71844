"""`doctor` by the running instance or without one; `explain` without an account, in words and JSON."""

import json
from collections.abc import AsyncIterator

import pytest

from rtms_tray.capture.conditions import Condition
from rtms_tray.cli.main import main
from rtms_tray.cli.parser import CONDITIONS
from rtms_tray.control.address import control_address
from rtms_tray.control.server import ControlServer
from rtms_tray.doctor.check_report import as_json, as_text
from rtms_tray.doctor.check_types import CheckResult, CheckStatus
from rtms_tray.store.profile import Profile
from rtms_tray.support.command_types import Answer, Command, Exit, Say
from rtms_tray.zoom.app_requirements import SUBSCRIBED_EVENTS, manifest
from tests.cli.conftest import RunCli

FOUND = (CheckResult("feed", "Event feed", CheckStatus.BROKEN, "It is cut.", "Mend it."),)


class Instance:
    """A running instance that checks everything; an older one knows no doctor."""

    def __init__(self) -> None:
        self.old = False
        self.slow = False

    async def perform(self, command: Command, say: Say) -> Answer:
        del say
        if self.old:
            return Answer(Exit.USAGE, f"There is no command {command.name!r}.")
        if self.slow:
            return Answer(Exit.STILL_TRYING, "Still trying; see the status.")
        return Answer(Exit.REFUSED, as_text(FOUND), as_json(FOUND))


@pytest.fixture
async def checking(profile: Profile) -> AsyncIterator[Instance]:
    commander = Instance()
    server = ControlServer(control_address(profile), commander)
    await server.start()
    yield commander
    await server.stop()


@pytest.mark.usefixtures("checking")
async def test_the_running_instance_checks(cli: RunCli) -> None:
    words = await cli("doctor")
    assert (words.code, words.err) == (1, "")
    assert "✗ Event feed: It is cut.\n    Mend it." in words.out
    data = await cli("doctor", "--json")
    assert data.code == 1
    assert json.loads(data.out) == as_json(FOUND)


async def test_without_an_instance_some_checks_are_left_out(cli: RunCli) -> None:
    await cli("settings", "set", "zoom.environment", "custom")
    ended = await cli("doctor", "--json")
    assert (ended.code, ended.err) == (1, "")  # the settings lack nearly everything
    report = json.loads(ended.out)
    assert report["schema"] == 1
    results = {check["code"]: check["result"] for check in report["checks"]}
    assert results["settings"] == "broken"
    assert results["keyring"] == "ok"
    assert results["qt"] == "ok"
    assert results["sign_in"] == results["feed"] == "not_checked"
    assert all(check["remedy"] for check in report["checks"] if check["result"] == "broken")


async def test_where_an_older_instance_refuses_the_checks_are_done_without_it(
    cli: RunCli, checking: Instance
) -> None:
    checking.old = True
    await cli("settings", "set", "zoom.environment", "custom")
    ended = await cli("doctor")
    assert ended.code == 1
    assert "Checking without the running rtms-tray" in ended.err
    assert "Settings" in ended.out


async def test_an_instance_that_takes_long_is_not_bypassed(cli: RunCli, checking: Instance) -> None:
    checking.slow = True
    ended = await cli("doctor")
    assert (ended.code, ended.out) == (4, "")
    assert "Still trying" in ended.err


async def test_what_the_app_needs_is_printed_to_copy(cli: RunCli) -> None:
    await cli("settings", "set", "app.redirect_path", "/back")
    events, scopes = await cli("doctor", "--events"), await cli("doctor", "--scopes")
    assert tuple(events.out.split()) == SUBSCRIBED_EVENTS
    assert "rtms:read:rtms_started" in scopes.out.split()
    written = await cli("doctor", "--manifest")
    assert (written.code, written.out.strip()) == (0, manifest("http://127.0.0.1/back"))
    await cli("settings", "set", "app.redirect_port", "8123")
    assert "http://127.0.0.1:8123/back" in (await cli("doctor", "--manifest")).out
    assert (await cli("doctor", "--manifest", "--json")).code == 2


def explain(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["explain", *arguments]) == 0
    return capsys.readouterr().out


def test_the_options_of_explain_are_the_conditions() -> None:
    assert set(CONDITIONS) == set(Condition)


def test_an_explanation_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    explanation = json.loads(
        explain(capsys, "--json", "--host-present", "no", "--host-approval-required", "yes",
            "--meeting-allowed-without-host", "yes")
    )  # fmt: skip
    assert explanation["verdict"] == "no_data"
    assert explanation["scenarios"][0] == 4
    assert (explanation["rules"], explanation["blocking"], explanation["ask_next"]) == (
        ["S2"],
        "host_present",
        None,
    )
    assert "once the host has joined" in explanation["remedy"]


def test_where_nothing_is_known_one_question_is_asked(capsys: pytest.CaptureFixture[str]) -> None:
    explanation = json.loads(explain(capsys, "--json"))
    assert (explanation["verdict"], explanation["blocking"]) == ("unknown", None)
    assert explanation["ask_next"] in set(Condition)


def test_changes_during_the_meeting_have_values(capsys: pytest.CaptureFixture[str]) -> None:
    left = json.loads(explain(capsys, "--json", "--owner-present", "left"))
    withdrawn = json.loads(explain(capsys, "--json", "--host-org-rtms-enabled", "withdrawn"))
    assert (left["verdict"], left["scenarios"][0]) == ("no_data", 11)
    assert (withdrawn["verdict"], withdrawn["scenarios"][0]) == ("no_data", 13)


def test_an_explanation_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    words = explain(capsys, "--in-breakout-room", "yes", "--host-present", "yes")
    assert words.startswith("Not captured. Breakout rooms can't be captured")
    assert "Scenario 12: App owner moves to a breakout room (not captured)" in words


def test_a_wrong_value_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["explain", "--host-present", "left"])
    assert ended.value.code == 2
    assert "--host-present" in capsys.readouterr().err


async def test_explain_calls_the_app_by_its_name(cli: RunCli) -> None:
    conditions = (
        "--host-approval-required",
        "yes",
        "--host-approves",
        "no",
        "--host-present",
        "yes",
    )
    assert "Ask the host to approve your app." in (await cli("explain", *conditions)).out
    await cli("settings", "set", "app.name", "Note Taker")
    assert "Ask the host to approve Note Taker." in (await cli("explain", *conditions)).out
