"""`settings get` and `settings set`, with or without a running instance.

A running instance tells what is in force there: where the file is damaged, that is not what stands in it.
"""

import asyncio
import getpass
import sys
from argparse import Namespace
from collections.abc import Coroutine, Mapping
from typing import Final, TypeVar

from rtms_tray.cli.output import complain, one_line, say
from rtms_tray.control.address import control_address
from rtms_tray.control.client import call
from rtms_tray.store.keyring_store import KeyringStore
from rtms_tray.store.profile import Profile
from rtms_tray.store.secret_names import has_client_secret, save_client_secret
from rtms_tray.store.secrets import SecretError, Trouble
from rtms_tray.store.setting_validation import format_value
from rtms_tray.store.settings import RULES, Settings, flatten
from rtms_tray.store.settings_file import SettingRefusedError, load, set_value, unknown_key
from rtms_tray.support.command_types import Command, Exit
from rtms_tray.support.texts import text

T = TypeVar("T")

SECRET: Final = "app.client_secret"  # noqa: S105 - the key's name
_KEYRING_LIMIT_S: Final = 8.0
_SECRET_LIMIT_S: Final = 10.0  # for several calls to the keyring
_RELOAD_LIMIT_S: Final = 4.0
_MAX_SECRET_LENGTH: Final = 4096


def perform(profile: Profile, arguments: Namespace) -> int:
    """Print or change settings; returns the exit code."""
    if arguments.act == "get":
        return _get(profile, arguments.key)
    if arguments.key == SECRET:
        return _set_secret(profile, arguments.value)
    if arguments.value is None:
        complain(text("cli.settings.value_missing", setting=arguments.key))
        return Exit.USAGE
    try:
        set_value(profile.settings_file, arguments.key, arguments.value)
    except SettingRefusedError as error:
        complain(str(error))
        return Exit.REFUSED
    _reload(profile)
    return Exit.DONE


def _get(profile: Profile, key: str | None) -> int:
    settings = _load(profile)
    values = _in_force(profile) or {
        name: format_value(value) for name, value in flatten(settings).items()
    }
    if key == SECRET:
        return _get_secret(profile, settings)
    if key is not None and key not in values:
        complain(unknown_key(key))
        return Exit.REFUSED
    if key is not None:
        say(values[key])
        return Exit.DONE
    for name, value in values.items():
        say(f"{name} = {value}")
    say(f"{SECRET}: {_secret_state(profile, settings)}")
    return Exit.DONE


def _in_force(profile: Profile) -> Mapping[str, str]:
    """Ask the running instance for its values; none without one, or where it is of another version."""
    answer = call(control_address(profile), Command("settings-get"), limit_s=_RELOAD_LIMIT_S)
    told = answer.data if answer.exit is Exit.DONE and isinstance(answer.data, dict) else {}
    return {key: str(value) for key, value in told.items()} if told.keys() == RULES.keys() else {}


def _load(profile: Profile) -> Settings:
    """Read the settings, and complain about what is wrong with them."""
    settings, problems = load(profile.settings_file)
    for problem in problems:
        complain(f"{profile.settings_file}: {problem}")
    return settings


def _get_secret(profile: Profile, settings: Settings) -> int:
    try:
        say(_secret_words(profile, settings))
    except SecretError as error:
        return _failed(error)
    return Exit.DONE


def _secret_state(profile: Profile, settings: Settings) -> str:
    try:
        return _secret_words(profile, settings)
    except SecretError as error:
        return text("cli.settings.secret_unknown", problem=error.text)


def _secret_words(profile: Profile, settings: Settings) -> str:
    store = KeyringStore(limit_s=_KEYRING_LIMIT_S)
    is_set = asyncio.run(_within_limit(has_client_secret(store, profile, settings)))
    return text("cli.settings.secret_set" if is_set else "cli.settings.secret_missing")


async def _within_limit(work: Coroutine[None, None, T]) -> T:
    try:
        async with asyncio.timeout(_SECRET_LIMIT_S):
            return await work
    except TimeoutError:
        raise SecretError(Trouble.TIMEOUT) from None


def _set_secret(profile: Profile, value: str | None) -> int:
    if value is not None:
        complain(text("cli.settings.secret_on_command_line", setting=SECRET))
        return Exit.REFUSED
    secret = _read_secret()
    if not secret or len(secret) > _MAX_SECRET_LENGTH or not secret.isprintable() or " " in secret:
        complain(text("cli.settings.secret_malformed"))
        return Exit.REFUSED
    store = KeyringStore(limit_s=_KEYRING_LIMIT_S)
    try:
        asyncio.run(_within_limit(save_client_secret(store, profile, _load(profile), secret)))
    except SecretError as error:
        return _failed(error)
    _reload(profile)
    return Exit.DONE


def _read_secret() -> str:
    if sys.stdin is None:  # a window program has none
        return ""
    if sys.stdin.isatty():
        return getpass.getpass(text("cli.settings.secret_prompt") + " ").strip()
    return sys.stdin.read(_MAX_SECRET_LENGTH + 2).strip()


def _failed(error: SecretError) -> int:
    complain(str(error))
    return Exit.STILL_TRYING if error.trouble is Trouble.TIMEOUT else Exit.REFUSED


def _reload(profile: Profile) -> None:
    """Have the running instance, if there is one, read the settings again."""
    answer = call(control_address(profile), Command("reload"), limit_s=_RELOAD_LIMIT_S)
    if answer.exit not in {Exit.DONE, Exit.NOT_RUNNING}:
        complain(text("cli.settings.not_in_force", problem=one_line(answer.text)))
