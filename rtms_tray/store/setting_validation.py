"""What a setting may be: how its value is checked, read from text and written as text.

`rtms_tray.store.settings` declares each key with a type; constraints that a type cannot express are functions in
its `Annotated`.
"""

import json
import re
import shlex
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias, get_args, get_origin
from urllib.parse import urlsplit

import msgspec
from msgspec.inspect import BoolType, IntType, LiteralType, StrType, type_info

from rtms_tray.store import environment
from rtms_tray.support.frozen import Frozen
from rtms_tray.support.texts import text

SettingValue: TypeAlias = str | int | bool | tuple[str, ...]

_YES_NO: Final[Mapping[str, bool]] = {
    **dict.fromkeys(("true", "yes", "on", "1"), True),
    **dict.fromkeys(("false", "no", "off", "0"), False),
}
_ANY_ORIGIN: Final = "https://zoom.us"
_LONGEST_NAME: Final = 60


class Rule(Frozen):
    """The type of one key, with its constraints, and its default."""

    type: Any
    default: SettingValue

    @property
    def choices(self) -> tuple[str, ...]:
        """The values to choose from; none where any value of the type will do."""
        return get_args(self.type) if get_origin(self.type) is Literal else ()

    def convert(self, value: object) -> SettingValue:
        """Take a value from a file; raises ValueError, saying what is allowed."""
        try:
            setting: SettingValue = msgspec.convert(value, self.type)
        except msgspec.ValidationError:
            raise ValueError(self._allowed()) from None
        if setting or not isinstance(setting, str):  # an empty text means "not set"
            for check in filter(callable, getattr(self.type, "__metadata__", ())):
                check(setting)
        return setting

    def read(self, words: str) -> SettingValue:
        """Read a value from the command line; raises ValueError, saying what is allowed."""
        return self.convert(self._parse(words))

    def _parse(self, words: str) -> object:
        """Turn text into a value of this key's type, or into None, which no type allows."""
        match type_info(self.type):
            case BoolType():
                return _YES_NO.get(words.strip().lower())
            case IntType():
                digits = words.strip()
                return int(digits) if re.fullmatch(r"-?[0-9]{1,18}", digits) else None
            case StrType() | LiteralType():
                return words
            case _:
                return _parse_list(words)

    def _allowed(self) -> str:
        match type_info(self.type):
            case BoolType():
                return text("settings.allowed.switch")
            case IntType(ge=least, le=most):
                return text("settings.allowed.number", least=least, most=most)
            case LiteralType():
                return text("settings.allowed.choice", choices=", ".join(self.choices))
            case StrType():
                return text("settings.allowed.text")
            case _:
                return text("settings.allowed.list")


def format_value(value: SettingValue) -> str:
    """Write a value the way that `Rule.read` reads it."""
    if isinstance(value, tuple):
        return json.dumps(value, ensure_ascii=False) if value else ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _parse_list(words: str) -> object:
    """Read a list as JSON, or words as a shell would part them; None where it is neither."""
    try:
        return json.loads(words) if words.lstrip().startswith("[") else shlex.split(words)
    except (ValueError, RecursionError):
        return None


def check_identifier(value: str) -> None:
    """Allow what Zoom's client and subscription IDs look like, and catch slips of copying."""
    if not re.fullmatch(r"[!-~]{1,128}", value):
        raise ValueError(text("settings.allowed.identifier"))


def check_name(value: str) -> None:
    """Allow short plain text: no line breaks, and nothing that turns the direction of the text around."""
    if len(value) > _LONGEST_NAME or not value.isprintable() or not value.strip():
        raise ValueError(text("settings.allowed.name", most=_LONGEST_NAME))


def check_path(value: str) -> None:
    """Allow the path of a redirect URI: it must match the one that is registered at Zoom."""
    if not re.fullmatch(r"(/[A-Za-z0-9._~-]+)+/?|/", value):
        raise ValueError(text("settings.allowed.path"))


def check_oauth_origin(value: str) -> None:
    """Allow an origin for signing in: https, or http on this computer itself."""
    _check_environment(lambda: environment.custom(value, _ANY_ORIGIN, ""))


def check_api_origin(value: str) -> None:
    """Allow an origin for Zoom's API, with or without /v2."""
    _check_environment(lambda: environment.custom(_ANY_ORIGIN, value, ""))


def check_feed_url(value: str) -> None:
    """Allow an event socket's or a relay's address: encrypted, or on this computer itself."""
    as_socket = re.sub(r"\Ahttp", "ws", value.strip())
    _check_environment(lambda: environment.custom(_ANY_ORIGIN, _ANY_ORIGIN, as_socket))


def check_page_url(value: str) -> None:
    """Allow a page that is opened instead of RTMS: https only, `{meeting}` being the number."""
    parts = urlsplit(value.replace("{meeting}", "0"))
    if parts.scheme != "https" or not parts.hostname or not re.fullmatch(r"[!-~]{1,2000}", value):
        raise ValueError(text("settings.allowed.page_url"))


def check_calendar(value: str) -> None:
    """Allow an https address, or the full path of a file."""
    if "://" in value:
        parts = urlsplit(value)
        right = parts.scheme == "https" and bool(parts.hostname)
        right = right and re.fullmatch(r"[!-~]{1,4000}", value) is not None
    else:
        path = Path(value)
        right = value.isprintable() and (path.is_absolute() or value.startswith("~"))
    if not right:
        raise ValueError(text("settings.allowed.calendar"))


def check_command(value: tuple[str, ...]) -> None:
    """Allow a program and its arguments."""
    if not all(word.isprintable() for word in value) or value[:1] == ("",):
        raise ValueError(text("settings.allowed.list"))


def _check_environment(make: Callable[[], object]) -> None:
    try:
        make()
    except environment.AddressError as error:
        raise ValueError(error.problem) from None
