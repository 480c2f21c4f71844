"""What the program remembers between two runs, beside settings and history: small files in a profile's data folder.

Whatever cannot be read is forgotten: the next save replaces the file. Plans, which people made, are set aside first.
"""

import contextlib
import json
import logging
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from rtms_tray.capture.plans import (
    MOST_PLANS,
    MOST_SUPPRESSED,
    Plan,
    Plans,
    Suppression,
    Suppressions,
)
from rtms_tray.support.files import read_regular, set_aside, write_private
from rtms_tray.support.units import Millis

log = logging.getLogger(__name__)

SCHEMA: Final = 1
_UNREADABLE: Final = (OSError, ValueError, RecursionError)  # msgspec's errors are ValueErrors
_FARTHEST: Final = 100_000


class Account(msgspec.Struct, frozen=True, rename={"token_name": "filed_as", "token_kept": "kept"}):
    """A person who signed in, without any secret: so that a locked keyring is not read as signed out.

    `token_name` is the secret name of their refresh token. `token_kept` tells whether the keyring holds the newest of
    these tokens; without a keyring, it is in memory only.
    """

    user_id: str
    email: str
    token_name: str
    signed_in_at: Millis
    token_kept: bool = True
    account_id: str = ""  # their Zoom account; empty in files of older versions


def load_account(path: Path) -> Account | None:
    """Read who signed in; None if nobody did, or the file is damaged (signing in replaces it)."""
    try:
        return msgspec.json.decode(read_regular(path), type=Account)
    except (OSError, ValueError, RecursionError):  # msgspec's errors are ValueErrors
        return None


def save_account(path: Path, account: Account) -> None:
    """Remember who signed in; raises OSError."""
    content = {"schema": SCHEMA, **msgspec.to_builtins(account)}
    write_private(path, json.dumps(content, indent=1).encode())


def forget_account(path: Path) -> None:
    """Forget who signed in, if anybody did; raises OSError."""
    with contextlib.suppress(FileNotFoundError):
        path.unlink()


class _PlansFile(msgspec.Struct, frozen=True):
    schema: int = SCHEMA
    plans: tuple[Plan, ...] = ()
    given_up: tuple[Suppression, ...] = ()


def load_plans(path: Path) -> Plans:
    """Read what is planned: the numbers, UUIDs and times of meetings."""
    plans = _load_plans_file(path).plans
    return tuple(plan for plan in plans if _is_number(plan.number))[-MOST_PLANS:]


def load_suppressions(path: Path) -> Suppressions:
    """Read which meetings the user gave up."""
    given_up = _load_plans_file(path).given_up
    return tuple(meeting for meeting in given_up if _is_number(meeting.number))[-MOST_SUPPRESSED:]


def save_plans(path: Path, plans: Plans, suppressions: Suppressions = ()) -> None:
    """Remember plans and suppressions; raises OSError."""
    content = _PlansFile(plans=plans, given_up=suppressions)
    write_private(path, msgspec.json.format(msgspec.json.encode(content)))


def set_aside_damaged_plans(path: Path) -> Path | None:
    """Keep a plans file that cannot be read under another name; returns that name. Raises OSError."""
    try:
        _read_plans_file(path)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except _UNREADABLE:
        return set_aside(path)
    return None


def _load_plans_file(path: Path) -> _PlansFile:
    try:
        return _read_plans_file(path)
    except _UNREADABLE:
        return _PlansFile()


def _read_plans_file(path: Path) -> _PlansFile:
    return msgspec.json.decode(read_regular(path), type=_PlansFile)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()  # isdigit alone takes the digits of every script


class WindowGeometry(NamedTuple):
    """A window's size and position in pixels; no position where the platform gives none."""

    width: int
    height: int
    x: int | None = None
    y: int | None = None


class WindowGeometryFile:
    """Remembers windows by name; a file that cannot be written is only logged."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def get(self, name: str) -> WindowGeometry | None:
        """Return a window's last size and position."""
        return self._load().get(name)

    def put(self, name: str, geometry: tuple[int, int, int | None, int | None]) -> None:
        """Remember a window's width, height and position."""
        if self.get(name) == geometry:
            return
        geometries = {**self._load(), name: WindowGeometry(*geometry)}
        content = {window: known._asdict() for window, known in geometries.items()}
        try:
            write_private(self._path, json.dumps(content, indent=1).encode())
        except OSError as error:
            log.info("Where the windows are cannot be kept: %s", error)

    def _load(self) -> dict[str, WindowGeometry]:
        try:
            content: object = json.loads(read_regular(self._path))
        except (OSError, ValueError, RecursionError):
            return {}
        windows = content.items() if isinstance(content, dict) else ()
        return {name: found for name, known in windows if (found := _geometry(known)) is not None}


def _geometry(content: object) -> WindowGeometry | None:
    if not isinstance(content, dict):
        return None
    try:
        width, height = _pixels(content["width"]), _pixels(content["height"])
    except (KeyError, ValueError):
        return None
    try:
        return WindowGeometry(width, height, _pixels(content["x"]), _pixels(content["y"]))
    except (KeyError, ValueError):
        return WindowGeometry(width, height)


def _pixels(content: object) -> int:
    if isinstance(content, bool) or not isinstance(content, int) or abs(content) > _FARTHEST:
        raise ValueError(content)
    return content
