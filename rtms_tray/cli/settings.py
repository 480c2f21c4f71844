"""`settings get` and `settings set`: works with and without a running instance."""

import asyncio
import getpass
import sys
from argparse import Namespace
from collections.abc import Coroutine
from typing import Final, TypeVar

from rtms_tray.cli.output import complain, one_line, say
from rtms_tray.control.address import control_address
from rtms_tray.control.client import call
from rtms_tray.store.keyring_store import KeyringStore
from rtms_tray.store.profile import Profile
from rtms_tray.store.secret_names import has_client_secret, save_client_secret
from rtms_tray.store.secrets import SecretError, Trouble
from rtms_tray.store.setting_rules import format_value
from rtms_tray.store.settings import Settings, flatten
from rtms_tray.store.settings_file import SettingRefusedError, load, set_value, unknown_key
from rtms_tray.support.command_types import Command, Exit

T = TypeVar("T")

SECRET: Final = "app.client_secret"  # noqa: S105 - the key's name
_KEYRING_S: Final = 8.0
_WHOLE_S: Final = 10.0  # several calls to the keyring
_RELOAD_S: Final = 4.0
_LONGEST_SECRET: Final = 4096


def perform(profile: Profile, arguments: Namespace) -> int:
    """Print or change settings, and tell the exit code."""
    if arguments.act == "get":
        return _get(profile, arguments.key)
    if arguments.key == SECRET:
        return _set_secret(profile, arguments.value)
    if arguments.value is None:
        complain(f"settings set {arguments.key} needs a value.")
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
    values = flatten(settings)
    if key == SECRET:
        return _get_secret(profile, settings)
    if key is not None and key not in values:
        complain(unknown_key(key))
        return Exit.REFUSED
    if key is not None:
        say(format_value(values[key]))
        return Exit.DONE
    for name, value in values.items():
        say(f"{name} = {format_value(value)}")
    say(f"{SECRET}: {_secret_state(profile, settings)}")
    return Exit.DONE


def _load(profile: Profile) -> Settings:
    """Read the settings, and say on standard error what is wrong with them."""
    settings, problems = load(profile.settings_file)
    for problem in problems:
        complain(f"{profile.settings_file}: {problem}")
    return settings


def _get_secret(profile: Profile, settings: Settings) -> int:
    try:
        say("set" if _has_secret(profile, settings) else "not set")
    except SecretError as error:
        return _failed(error)
    return Exit.DONE


def _secret_state(profile: Profile, settings: Settings) -> str:
    try:
        return "set" if _has_secret(profile, settings) else "not set"
    except SecretError as error:
        return f"unknown: {error.text}"


def _has_secret(profile: Profile, settings: Settings) -> bool:
    store = KeyringStore(limit_s=_KEYRING_S)
    return asyncio.run(_in_time(has_client_secret(store, profile, settings)))


async def _in_time(work: Coroutine[None, None, T]) -> T:
    try:
        async with asyncio.timeout(_WHOLE_S):
            return await work
    except TimeoutError:
        raise SecretError(Trouble.TIMEOUT) from None


def _set_secret(profile: Profile, value: str | None) -> int:
    if value is not None:
        complain(
            f"{SECRET} is read from standard input only: on the command line other programs "
            "can see it, and the shell remembers it."
        )
        return Exit.REFUSED
    secret = _read_secret()
    if not secret or len(secret) > _LONGEST_SECRET or not secret.isprintable() or " " in secret:
        complain("No client secret came on standard input: one line without spaces is needed.")
        return Exit.REFUSED
    store = KeyringStore(limit_s=_KEYRING_S)
    try:
        asyncio.run(_in_time(save_client_secret(store, profile, _load(profile), secret)))
    except SecretError as error:
        return _failed(error)
    _reload(profile)
    return Exit.DONE


def _read_secret() -> str:
    if sys.stdin is None:  # a window program has none
        return ""
    if sys.stdin.isatty():
        return getpass.getpass("Client secret (not shown): ").strip()
    return sys.stdin.read(_LONGEST_SECRET + 2).strip()


def _failed(error: SecretError) -> int:
    complain(str(error))
    return Exit.STILL_TRYING if error.trouble is Trouble.TIMEOUT else Exit.REFUSED


def _reload(profile: Profile) -> None:
    """Have the running instance, if there is one, take the new settings."""
    answer = call(control_address(profile), Command("reload"), limit_s=_RELOAD_S)
    if answer.exit not in {Exit.DONE, Exit.NOT_RUNNING}:
        complain(f"Saved, but not in force yet: {one_line(answer.text)}")
