"""Who signed in, without any secret: so that a locked keyring is not read as signed out."""

import contextlib
import json
import logging
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, NamedTuple

from rtms_tray.support.files import read_regular, write_private
from rtms_tray.support.units import Millis


@dataclass(frozen=True, slots=True)
class Account:
    """A person who signed in; `filed_as` is the secret name of their refresh token.

    `kept` tells whether the newest of these tokens lies there: without a keyring, it is in memory only.
    """

    user_id: str
    email: str
    filed_as: str
    signed_in_at: Millis
    kept: bool = True
    account_id: str = ""  # their Zoom account; empty in files of older versions


def load_account(path: Path) -> Account | None:
    """Read who signed in; None when nobody did, or the file is damaged (signing in mends it)."""
    try:
        kept = json.loads(read_regular(path))
        account = Account(
            kept["user_id"],
            kept["email"],
            kept["filed_as"],
            kept["signed_in_at"],
            kept.get("kept", True) is not False,
            kept.get("account_id", ""),
        )
    except (OSError, ValueError, RecursionError, LookupError, TypeError, AttributeError):
        return None
    texts = (account.user_id, account.email, account.filed_as, account.account_id)
    whole = all(isinstance(text, str) for text in texts) and type(account.signed_in_at) is int
    return account if whole else None


def save_account(path: Path, account: Account) -> None:
    """Remember who signed in; raises OSError."""
    write_private(path, json.dumps({"schema": 1, **asdict(account)}, indent=1).encode())


def forget_account(path: Path) -> None:
    """Forget who signed in; done as well when nobody did; raises OSError."""
    with contextlib.suppress(FileNotFoundError):
        path.unlink()


# --- Where windows were, and how large: a small file in the profile's data folder. ---

log = logging.getLogger(__name__)

_FARTHEST: Final = 100_000


class WindowGeometry(NamedTuple):
    """A window's size and position in pixels; no position where the platform gives none."""

    width: int
    height: int
    x: int | None = None
    y: int | None = None


class WindowGeometryFile:
    """Remembers windows by name; what cannot be read or written is forgotten, and only logged."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def get(self, name: str) -> WindowGeometry | None:
        """Return a window's last size and position."""
        return self._all().get(name)

    def put(self, name: str, geometry: tuple[int, int, int | None, int | None]) -> None:
        """Remember a window's width, height and position."""
        if self.get(name) == geometry:
            return
        geometries = {**self._all(), name: WindowGeometry(*geometry)}
        content = {window: known._asdict() for window, known in geometries.items()}
        try:
            write_private(self._path, json.dumps(content, indent=1).encode())
        except OSError as error:
            log.info("Where the windows are cannot be kept: %s", error)

    def _all(self) -> dict[str, WindowGeometry]:
        try:
            content: object = json.loads(read_regular(self._path))
        except (OSError, ValueError, RecursionError):
            return {}
        read = content.items() if isinstance(content, dict) else ()
        return {name: found for name, known in read if (found := _geometry(known)) is not None}


def _geometry(content: object) -> WindowGeometry | None:
    if not isinstance(content, dict):
        return None
    try:
        width, height = _number(content["width"]), _number(content["height"])
    except (KeyError, ValueError):
        return None
    try:
        return WindowGeometry(width, height, _number(content["x"]), _number(content["y"]))
    except (KeyError, ValueError):
        return WindowGeometry(width, height)


def _number(content: object) -> int:
    if isinstance(content, bool) or not isinstance(content, int) or abs(content) > _FARTHEST:
        raise ValueError(content)
    return content
