"""`doctor` on the command line: by the running instance, or by itself."""

import json
from collections.abc import AsyncIterator

import pytest

from rtms_tray.control.address import control_address
from rtms_tray.control.server import ControlServer
from rtms_tray.doctor.check_report import as_json, as_text
from rtms_tray.doctor.check_types import CheckResult, CheckStatus
from rtms_tray.store.profile import Profile
from rtms_tray.support.command_types import Answer, Command, Exit, Say
from tests.cli.conftest import RunCli

FOUND = (CheckResult("feed", "Event feed", CheckStatus.BROKEN, "It is cut.", "Mend it."),)


class Knowing:
    """An instance that has probes; an older one knows no doctor."""

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
async def knowing(profile: Profile) -> AsyncIterator[Knowing]:
    commander = Knowing()
    server = ControlServer(control_address(profile), commander)
    await server.start()
    yield commander
    await server.stop()


@pytest.mark.usefixtures("knowing")
async def test_the_instance_is_asked(cli: RunCli) -> None:
    words = await cli("doctor")
    assert (words.code, words.err) == (1, "")
    assert "✗ Event feed: It is cut.\n    Mend it." in words.out
    data = await cli("doctor", "--json")
    assert data.code == 1
    assert json.loads(data.out) == as_json(FOUND)


async def test_by_itself_it_says_what_it_cannot_know(cli: RunCli) -> None:
    await cli("settings", "set", "zoom.environment", "custom")
    ended = await cli("doctor", "--json")
    assert (ended.code, ended.err) == (1, "")  # the settings lack nearly everything
    told = json.loads(ended.out)
    assert told["schema"] == 1
    results = {check["code"]: check["result"] for check in told["checks"]}
    assert results["settings"] == "broken"
    assert results["keyring"] == "ok"
    assert results["qt"] == "ok"
    assert results["sign_in"] == results["feed"] == "not_checked"
    assert all(check["remedy"] for check in told["checks"] if check["result"] == "broken")


async def test_an_older_instance_is_no_obstacle(cli: RunCli, knowing: Knowing) -> None:
    knowing.old = True
    await cli("settings", "set", "zoom.environment", "custom")
    ended = await cli("doctor")
    assert ended.code == 1
    assert "cannot be asked" in ended.err
    assert "Settings" in ended.out


async def test_one_that_takes_long_is_not_probes_past(cli: RunCli, knowing: Knowing) -> None:
    knowing.slow = True
    ended = await cli("doctor")
    assert (ended.code, ended.out) == (4, "")
    assert "Still trying" in ended.err
