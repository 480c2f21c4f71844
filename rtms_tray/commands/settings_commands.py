"""Commands that tell and change the settings: the windows write nothing themselves."""

from collections.abc import Awaitable, Callable, Mapping

from rtms_tray.presentation.settings_view import INVALID_VALUE, NOT_WRITTEN
from rtms_tray.runtime.notices import keyring_code
from rtms_tray.runtime.settings_editor import SettingsEditor
from rtms_tray.store.secrets import SecretError
from rtms_tray.store.settings import RULES
from rtms_tray.store.settings_file import SettingRefusedError, unknown_key
from rtms_tray.support.command_types import (
    Answer,
    Arguments,
    Exit,
    Handler,
    RefusedError,
    UsageError,
    quiet,
)


class SettingsCommands:
    """Carries out what changes the settings, and has the program take each change over."""

    def __init__(
        self,
        editor: SettingsEditor,
        reload: Callable[[], Awaitable[None]],
        reload_soon: Callable[[], None],
    ) -> None:
        self._editor = editor
        self._reload = reload
        self._reload_soon = reload_soon

    def handlers(self) -> Mapping[str, Handler]:
        """Name every command with its handler."""
        return {
            "settings-get": quiet(self._get),
            "settings-set": quiet(self._set),
            "set-client-secret": quiet(self._set_secret),
            "has-client-secret": quiet(self._has_secret),
        }

    async def _get(self, arguments: Arguments) -> Answer:
        """Tell every value in force, as the settings window does."""
        del arguments
        settings = self._editor.view().settings
        return Answer(Exit.DONE, data={key: setting.value for key, setting in settings.items()})

    async def _set(self, arguments: Arguments) -> Answer:
        """Write one setting; the answer does not wait until everything follows it."""
        key, value = arguments.get("key", ""), arguments.get("value", "")
        if key not in RULES:
            raise UsageError(unknown_key(key))
        try:
            self._editor.change(key, value)
        except SettingRefusedError as refusal:
            trouble = INVALID_VALUE if refusal.key else NOT_WRITTEN
            raise RefusedError(refusal.text, trouble=trouble) from None
        self._reload_soon()
        return Answer(Exit.DONE)

    async def _set_secret(self, arguments: Arguments) -> Answer:
        try:
            await self._editor.save_secret(arguments.get("value", ""))
        except SecretError as error:
            raise _unreadable(error, f"{error.text} {error.remedy}") from None
        await self._reload()
        return Answer(Exit.DONE)

    async def _has_secret(self, arguments: Arguments) -> Answer:
        del arguments
        try:
            kept = await self._editor.has_secret()
        except SecretError as error:
            raise _unreadable(error, error.text) from None
        return Answer(Exit.DONE, data={"kept": kept})


def _unreadable(error: SecretError, sentence: str) -> RefusedError:
    return RefusedError(sentence, trouble=keyring_code(error))
