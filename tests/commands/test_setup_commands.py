"""Commands about set-up links: asked in the window, agreed to by its key alone."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rtms_tray.commands.setup_commands import SetupCommands
from rtms_tray.store.secrets import MemoryStore
from rtms_tray.store.settings_file import load, set_values
from rtms_tray.store.setup_link import SetupLink, make_setup, write_setup_link
from rtms_tray.support.command_types import Answer, Exit, RefusedError
from tests.helpers.program_harness import (
    ProgramHarness,
    make_profile,
    manual_simulator,
    run_program,
)

if TYPE_CHECKING:
    from rtms_tray.presentation.setup_offer import SetupOffer

OTHER = write_setup_link(make_setup({"name": "N", "client_id": "b", "relay": "https://b.test"}))


class Asked:
    """The commands of a running program, and the offers that its window is given."""

    def __init__(self, harness: ProgramHarness) -> None:
        self.harness = harness
        self.shown: list[SetupOffer] = []
        self.told: list[str] = []
        self._handlers = SetupCommands(harness.program, self).handlers()

    def show_offer(self, offer: "SetupOffer") -> None:
        self.shown.append(offer)

    def refuse_setup(self, reason: str) -> None:
        self.told.append(reason)

    def show_question(self, question: object) -> None:
        raise NotImplementedError

    async def do(self, name: str, **arguments: str) -> Answer:
        return await self._handlers[name](arguments, lambda _said: None)

    @property
    def key(self) -> str:
        return self.shown[-1].key


async def refused(asked: Asked, name: str, **arguments: str) -> str:
    with pytest.raises(RefusedError) as error:
        await asked.do(name, **arguments)
    return str(error.value)


async def test_a_link_is_asked_about_and_agreed_to(tmp_path: Path) -> None:
    async with manual_simulator() as zoom:
        profile = make_profile(tmp_path, zoom)
        set_values(profile.settings_file, {"app.client_id": "", "app.sign_in_client_id": ""})
        async with run_program(zoom, profile, MemoryStore()) as harness:
            asked = Asked(harness)
            setup = SetupLink(name="Notes", client_id=zoom.client_id, relay="http://127.0.0.1:9")
            answer = await asked.do("setup", given=write_setup_link(setup))
            assert answer.exit is Exit.DONE
            assert "asks" in answer.text
            assert not load(profile.settings_file)[0].app.client_id
            answer = await asked.do("setup-accept", offer=asked.key)
            assert (answer.exit, answer.data) == (Exit.DONE, {"sign_in": True})
            assert "Notes" in answer.text
            assert harness.program.settings.feed.kind == "relay"
            assert harness.program.sign_in is not None
            assert harness.program.overview().app.name == "Notes"
            assert "no longer open" in await refused(asked, "setup-accept", offer=asked.key)


async def test_one_question_at_a_time_the_other_is_shown(tmp_path: Path) -> None:
    async with manual_simulator() as zoom:
        profile = make_profile(tmp_path, zoom)
        async with run_program(zoom, profile, MemoryStore()) as harness:
            asked = Asked(harness)
            link = "rtms-tray:setup?name=A&client_id=a&relay=https://a.test"
            await asked.do("setup", given=link)
            assert "a.test" in await refused(asked, "setup", given=OTHER)
            await asked.do("setup", given=link)
            assert [offer.host for offer in asked.shown] == ["a.test"] * 3
            assert [bool(offer.remark) for offer in asked.shown] == [False, True, False]
            assert "no longer" in await refused(asked, "setup-decline", offer="")
            assert (await asked.do("setup-decline", offer=asked.key)).exit is Exit.DONE
            await asked.do("setup", given=OTHER)
            assert asked.shown[-1].host == "b.test"
            profile.settings_file.write_text("[", "utf-8")
            assert await refused(asked, "setup-accept", offer=asked.key)
            assert "neither" in await refused(asked, "setup")
            assert asked.told == []
            assert "neither" in await refused(asked, "setup", given="x", aloud="yes")
            assert len(asked.told) == 1


async def test_without_a_window_nothing_is_shown(tmp_path: Path) -> None:
    async with manual_simulator() as zoom:
        profile = make_profile(tmp_path, zoom)
        async with run_program(zoom, profile, MemoryStore()) as harness:
            assert (await harness.do("setup", given=OTHER)).exit is Exit.DONE
            assert (await harness.do("setup", given="x", aloud="yes")).exit is Exit.REFUSED
