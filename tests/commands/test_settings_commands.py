"""Commands that change the settings: what is written, what the program takes over, and how a refusal is told."""

from pathlib import Path

import pytest

from rtms_tray.commands.settings_commands import SettingsCommands
from rtms_tray.presentation.settings_view import INVALID_VALUE, NOT_WRITTEN
from rtms_tray.runtime.settings_editor import SettingsEditor
from rtms_tray.store.profile import Profile
from rtms_tray.store.secrets import MemoryStore, Trouble
from rtms_tray.store.settings_file import load
from rtms_tray.support.command_types import Answer, Exit, RefusedError, UsageError
from tests.helpers.program_harness import make_profile, manual_simulator, run_program
from tests.helpers.stores import LockedStore


class Settings:
    """A settings file, its commands, and what they ask of the program."""

    def __init__(self, folder: Path) -> None:
        self.profile = Profile("default", folder, folder / "data", folder / "logs")
        self.store = LockedStore()
        self.reloads: list[str] = []
        editor = SettingsEditor(self.profile, self.store)
        self._rules = SettingsCommands(
            editor, self._reload, lambda: self.reloads.append("soon")
        ).handlers()

    async def do(self, name: str, **arguments: str) -> Answer:
        return await self._rules[name](arguments, lambda _said: None)

    async def _reload(self) -> None:
        self.reloads.append("now")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path)


async def test_a_setting_is_written_and_the_program_follows(settings: Settings) -> None:
    assert await settings.do("settings-set", key="history.keep_days", value="7") == Answer(
        Exit.DONE
    )
    assert load(settings.profile.settings_file)[0].history.keep_days == 7
    assert settings.reloads == ["soon"]


async def test_a_wrong_value_is_refused_by_a_code_and_a_sentence(settings: Settings) -> None:
    with pytest.raises(RefusedError, match=r"^Use a whole number from 0 to 36500\.$") as told:
        await settings.do("settings-set", key="history.keep_days", value="long")
    assert told.value.trouble == INVALID_VALUE
    assert not settings.profile.settings_file.exists()
    assert settings.reloads == []


async def test_a_file_that_cannot_be_changed_is_not_the_values_fault(settings: Settings) -> None:
    settings.profile.settings_file.write_text("no toml", encoding="utf-8")
    with pytest.raises(RefusedError, match="Correct or remove") as told:
        await settings.do("settings-set", key="history.keep_days", value="7")
    assert told.value.trouble == NOT_WRITTEN
    assert settings.profile.settings_file.read_text(encoding="utf-8") == "no toml"


@pytest.mark.parametrize("arguments", [{}, {"key": "no.such", "value": "1"}])
async def test_without_a_setting_there_is_nothing_to_set(
    settings: Settings, arguments: dict[str, str]
) -> None:
    with pytest.raises(UsageError, match="There's no setting"):
        await settings.do("settings-set", **arguments)


async def test_the_secret_is_kept_and_told_of_never_given(settings: Settings) -> None:
    assert (await settings.do("has-client-secret")).data == {"kept": False}
    assert (await settings.do("set-client-secret", value="s3cr3t")).exit is Exit.DONE
    assert settings.reloads == ["now"]
    assert await settings.do("has-client-secret") == Answer(Exit.DONE, data={"kept": True})


async def test_a_locked_keyring_is_told_by_its_code(settings: Settings) -> None:
    settings.store.trouble = Trouble.LOCKED
    with pytest.raises(RefusedError, match="is locked") as kept:
        await settings.do("set-client-secret", value="s3cr3t")
    with pytest.raises(RefusedError, match="is locked") as asked:
        await settings.do("has-client-secret")
    assert kept.value.trouble == asked.value.trouble == "keyring_locked"
    assert settings.reloads == []


async def test_the_running_program_takes_a_setting_over(tmp_path: Path) -> None:
    async with manual_simulator() as zoom:
        profile = make_profile(tmp_path, zoom)
        async with run_program(zoom, profile, MemoryStore()) as harness:
            answer = await harness.do("settings-set", key="feed.kind", value="none")
            assert answer.exit is Exit.DONE
            await harness.wait_until(lambda: harness.program.overview().feed.kind == "none")
