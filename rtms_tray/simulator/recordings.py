"""Reads recordings of `rtms-tray record`, by the format that the help page on recordings describes.

A recording says what Zoom sent and answered, when, and what the person clicked meanwhile.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote

import msgspec
from msgspec import Struct, field

SCHEMA: Final = 1
LARGEST: Final = 64 * 1024 * 1024
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_EARLIEST_MS: Final = 1_500_000_000_000  # smaller numbers are no times in milliseconds
_LATEST_MS: Final = 4_102_444_800_000
_TIME_NAMES: Final = ("_ts", "_time", "_at")
_WORD: Final = re.compile(r"[a-z][a-z_0-9]*")


class Line(Struct, kw_only=True):
    """One line of a recording, of any kind; fields that a kind lacks have their defaults."""

    kind: str
    at_ms: int = 0
    schema: int = 0
    began_ms: int = 0
    content: Any = None
    number: int = 0
    method: str = ""
    path: str = ""
    status: int | None = None
    connected: bool = True
    command: str = ""
    arguments: dict[str, str] = field(default_factory=dict)
    id: str | None = None
    account: str | None = None

    @property
    def is_action(self) -> bool:
        """Whether it is a call by which somebody asks for something; all others only look."""
        return self.kind == "request" and self.method == "PATCH"


class Recording(Struct, frozen=True):
    """A whole recording."""

    began_ms: int
    lines: list[Line]
    raw: list[Any]  # the same lines with all their fields

    def user(self) -> Line | None:
        """Say who was signed in; None if nobody was."""
        return next((line for line in self.lines if line.kind == "user" and line.id), None)


def read(path: Path) -> Recording:
    """Read a recording.

    Raises:
        OSError: it cannot be read.
        ValueError: it is no recording, or one of another schema.
    """
    if path.stat().st_size > LARGEST:
        raise ValueError(f"{path} is larger than {LARGEST} bytes")
    raw = [
        _decoded(path, number, text)
        for number, text in enumerate(path.read_bytes().splitlines(), 1)
    ]
    lines = [_line(path, number, one) for number, one in enumerate(raw, 1)]
    if not lines or lines[0].kind != "recording" or lines[0].schema != SCHEMA:
        raise ValueError(f"{path} is no recording of schema {SCHEMA}")
    return Recording(lines[0].began_ms, lines[1:], raw[1:])


def _decoded(path: Path, number: int, text: bytes) -> Any:  # noqa: ANN401 - any JSON
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise ValueError(f"{path}, line {number} is no JSON") from None


def _line(path: Path, number: int, content: Any) -> Line:  # noqa: ANN401 - any JSON
    try:
        return msgspec.convert(content, Line)
    except msgspec.ValidationError as error:
        raise ValueError(f"{path}, line {number}: {error}") from None


def shape(method: str, path: str) -> str:
    """Name what a call is about, whichever meeting it names: `GET /v2/meetings/*`, with the type of a list."""
    bare, _, query = path.partition("?")
    parts = [unquote(unquote(part)) for part in bare.split("/")]
    kind = re.search(r"(?:^|&)type=(\w+)", query)
    known = "/".join(part if _WORD.fullmatch(part) or not part else "*" for part in parts)
    return f"{method} {known}{f'?{kind[1]}' if kind else ''}"


def moved(value: Any, by_ms: int, name: str = "") -> Any:  # noqa: ANN401 - any JSON
    """Move every time in a JSON value, so that what was then is now."""
    match value:
        case dict():
            return {key: moved(inner, by_ms, key) for key, inner in value.items()}
        case list():
            return [moved(inner, by_ms, name) for inner in value]
        case bool():
            return value
        case int() if _EARLIEST_MS < value < _LATEST_MS:
            return value + by_ms
        case int() if name.endswith(_TIME_NAMES) and _EARLIEST_MS < value * 1000 < _LATEST_MS:
            return value + round(by_ms / 1000)
        case str() if _MOMENT.fullmatch(value):
            return _moved_text(value, by_ms)
        case _:
            return value


def _moved_text(moment: str, by_ms: int) -> str:
    """Move by whole seconds, so that what was the same second still is."""
    form = "%Y-%m-%dT%H:%M:%SZ"
    try:
        at = datetime.strptime(moment, form).replace(tzinfo=UTC)
        return (at + timedelta(seconds=round(by_ms / 1000))).strftime(form)
    except (ValueError, OverflowError):  # the format fits, but there is no such day
        return moment


Tell = Callable[[Any], object]
"""Takes what a replay has to say, as JSON; if it returns a future, the replay waits for that."""
