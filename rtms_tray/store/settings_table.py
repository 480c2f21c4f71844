"""What a setting may be: its default, what is allowed, and how its text is read.

`rtms_tray.store.settings` declares every key with `setting`; this module reads the declarations.
"""

import json
import re
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias, TypeVar
from urllib.parse import urlsplit

from rtms_tray.store import environment

SettingValue: TypeAlias = str | int | bool | tuple[str, ...]
Check: TypeAlias = Callable[[str], None]
"""Raises ValueError, saying what is allowed; never sees an empty text, which means "not set"."""

V = TypeVar("V", str, int, bool, tuple[str, ...])

MARK: Final = "rtms_tray.rule"
_MOST_WORDS: Final = 50
_YES_NO: Final[Mapping[str, bool]] = {
    **dict.fromkeys(("true", "yes", "on", "1"), True),
    **dict.fromkeys(("false", "no", "off", "0"), False),
}


@dataclass(frozen=True, slots=True)
class Rule:
    """What is allowed for one key, and a line of help."""

    default: SettingValue
    help: str
    allowed: tuple[str, ...] = ()
    least: int = 0
    most: int = 0
    check: Check | None = None

    def problem(self, value: object) -> str:
        """Say what is wrong with a value, and what is allowed; empty when it is fine."""
        if isinstance(self.default, tuple):
            return "" if _is_list(value) else f"{self._kind()} is needed"
        if type(value) is not type(self.default):  # a bool is an int to isinstance
            return f"{self._kind()} is needed"
        if isinstance(value, int) and not isinstance(value, bool):
            return "" if self.least <= value <= self.most else f"{self._kind()} is needed"
        return self._text_problem(value) if isinstance(value, str) else ""

    def read(self, text: str) -> SettingValue:
        """Read a value from the command line; raises ValueError, saying what is allowed."""
        value = self._read(text)
        if value is None:
            raise ValueError(f"{self._kind()} is needed")
        if problem := self.problem(value):
            raise ValueError(problem)
        return value

    def _read(self, text: str) -> SettingValue | None:
        if isinstance(self.default, tuple):
            return _read_list(text)
        if isinstance(self.default, bool):
            return _YES_NO.get(text.strip().lower())
        if isinstance(self.default, int):
            digits = text.strip()
            return int(digits) if re.fullmatch(r"-?[0-9]{1,18}", digits) else None
        return text

    def _text_problem(self, value: str) -> str:
        if self.allowed:
            return "" if value in self.allowed else f"{self._kind()} is needed"
        if self.check is None or not value:
            return ""
        try:
            self.check(value)
        except ValueError as error:
            return str(error)
        return ""

    def _kind(self) -> str:
        if isinstance(self.default, tuple):
            return 'a list of texts such as ["program", "its argument"]'
        if isinstance(self.default, bool):
            return "true or false"
        if isinstance(self.default, int):
            return f"a whole number from {self.least} to {self.most}"
        return "one of " + ", ".join(self.allowed) if self.allowed else "a text in quotes"


def written(value: SettingValue) -> str:
    """Write a value the way that `Rule.read` reads it."""
    if isinstance(value, tuple):
        return json.dumps(value, ensure_ascii=False) if value else ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def as_setting(value: object) -> object:
    """Take a value out of a file: lists become tuples, which cannot change."""
    return tuple(value) if isinstance(value, list) else value


def _is_list(value: object) -> bool:
    words = as_setting(value)
    if not isinstance(words, tuple) or len(words) > _MOST_WORDS:
        return False
    return all(isinstance(word, str) and word.isprintable() for word in words) and words[:1] != (
        "",
    )


def _read_list(text: str) -> tuple[str, ...] | None:
    """Read a list as JSON, or words as a shell would part them; None where it is neither."""
    try:
        words = json.loads(text) if text.lstrip().startswith("[") else shlex.split(text)
    except (ValueError, RecursionError):
        return None
    return tuple(words) if _is_list(words) else None


def setting(
    default: V,
    help_: str,
    *,
    allowed: tuple[str, ...] = (),
    least: int = 0,
    most: int = 0,
    check: Check | None = None,
) -> V:
    """Declare a key as the default of a dataclass's field."""
    rule = Rule(default, help_, allowed, least, most, check)
    return field(default=default, metadata={MARK: rule})


def identifier(text: str) -> None:
    """Allow what Zoom's client and subscription IDs look like, and catch slips of copying."""
    if not re.fullmatch(r"[!-~]{1,128}", text):
        raise ValueError("letters, digits and signs without spaces are needed, at most 128")


def url_path(text: str) -> None:
    """Allow the path of a redirect URI: it must match the one that is registered at Zoom."""
    if not re.fullmatch(r"(/[A-Za-z0-9._~-]+)+/?|/", text):
        raise ValueError("a path such as /callback is needed")


def oauth_origin(text: str) -> None:
    """Allow an origin for signing in: https, or http on this computer itself."""
    _judged(lambda: environment.custom(text, _ANY, ""))


def api_origin(text: str) -> None:
    """Allow an origin for Zoom's API, with or without /v2."""
    _judged(lambda: environment.custom(_ANY, text, ""))


def feed_url(text: str) -> None:
    """Allow an event socket's or a relay's address: encrypted, or on this computer itself."""
    as_socket = re.sub(r"\Ahttp", "ws", text.strip())
    _judged(lambda: environment.custom(_ANY, _ANY, as_socket))


_ANY: Final = "https://zoom.us"


def fall_back_url(text: str) -> None:
    """Allow a page that is opened instead of RTMS: https only, `{meeting}` being the number."""
    parts = urlsplit(text.replace("{meeting}", "0"))
    if parts.scheme != "https" or not parts.hostname or not re.fullmatch(r"[!-~]{1,2000}", text):
        raise ValueError("an address that begins with https:// is needed")


def _judged(judge: Callable[[], object]) -> None:
    try:
        judge()
    except ValueError as error:
        raise ValueError(str(error).partition(": ")[2] or str(error)) from None
