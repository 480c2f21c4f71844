"""Commands about starting at log-in: what the system says is told, and nothing is remembered."""

import pytest

from rtms_tray.commands.autostart_commands import AutostartCommands
from rtms_tray.store.autostart import Autostart
from rtms_tray.support.command_types import Answer, Exit, RefusedError


class System:
    """Stands in for a system: keeps one switch, or fails."""

    def __init__(self) -> None:
        self.on: bool | None = False
        self.trouble: Exception | None = None

    def is_on(self) -> bool | None:
        if self.trouble is not None:
            raise self.trouble
        return self.on

    def turn(self, *, on: bool) -> None:
        if self.trouble is not None:
            raise self.trouble
        self.on = on


async def do(system: Autostart | None, name: str, **arguments: str) -> Answer:
    handler = AutostartCommands(system).handlers()[name]
    return await handler(arguments, lambda _said: None)


async def test_each_time_the_system_is_asked() -> None:
    system = System()
    told = {"on": False, "available": True, "note": ""}
    assert await do(system, "autostart") == Answer(Exit.DONE, "", told)
    answer = await do(system, "autostart-set", on="true")
    assert (answer.exit, answer.data) == (Exit.DONE, {**told, "on": True})
    system.on = False  # in the desktop's own tool
    assert (await do(system, "autostart")).data == told
    system.on = None
    answer = await do(system, "autostart")
    assert answer.data == {**told, "on": None, "note": answer.text}
    assert "doesn't say" in answer.text
    await do(system, "autostart-set", on="false")
    assert system.on is False


async def test_what_goes_wrong_is_said() -> None:
    system = System()
    system.trouble = PermissionError(13, "Permission denied")
    answer = await do(system, "autostart")
    assert answer.data == {"on": None, "available": True, "note": answer.text}
    assert "Permission denied" in answer.text
    for trouble in (system.trouble, ValueError("it cannot stand in a desktop entry")):
        system.trouble = trouble
        with pytest.raises(RefusedError, match="Couldn't change it"):
            await do(system, "autostart-set", on="true")


async def test_without_an_installation_nothing_can_be_switched() -> None:
    answer = await do(None, "autostart")
    assert answer.data == {"on": None, "available": False, "note": answer.text}
    with pytest.raises(RefusedError, match="isn't installed"):
        await do(None, "autostart-set", on="true")
