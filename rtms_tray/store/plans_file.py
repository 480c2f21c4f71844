"""What is planned ahead and what was given up, kept for the next start: meetings' numbers, UUIDs and times."""

from pathlib import Path
from typing import Final

import msgspec

from rtms_tray.capture import plans
from rtms_tray.capture.plans import MOST_PLANS, Plan, Plans, Suppression, Suppressions
from rtms_tray.support.files import read_regular, write_private

SCHEMA: Final = 1


class _File(msgspec.Struct, frozen=True):
    schema: int = SCHEMA
    plans: tuple[Plan, ...] = ()
    given_up: tuple[Suppression, ...] = ()


def load_plans(path: Path) -> Plans:
    """Read the plans; none where there is no file, or it cannot be read (a new one is written then)."""
    return tuple(one for one in _load(path).plans if _is_number(one.number))[-MOST_PLANS:]


def load_suppressions(path: Path) -> Suppressions:
    """Read what was given up; nothing, in the same way."""
    return tuple(one for one in _load(path).given_up if _is_number(one.number))[
        -plans.MOST_SUPPRESSED :
    ]


def save_plans(path: Path, plans: Plans, suppressions: Suppressions = ()) -> None:
    """Write both, readable by this user alone; raises OSError."""
    whole = _File(plans=plans, given_up=suppressions)
    write_private(path, msgspec.json.format(msgspec.json.encode(whole)))


def _load(path: Path) -> _File:
    try:
        return msgspec.json.decode(read_regular(path), type=_File)
    except (OSError, ValueError, RecursionError):  # msgspec's errors are ValueErrors
        return _File()


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()  # by itself isdigit takes the digits of every script
