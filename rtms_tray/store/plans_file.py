"""What is planned ahead, kept for the next start: meeting numbers and times, nothing else."""

from pathlib import Path
from typing import Final

import msgspec

from rtms_tray.capture.arming import MOST, Plan, Plans
from rtms_tray.store.files import read_regular, write_private

SCHEMA: Final = 1


class _File(msgspec.Struct, frozen=True):
    schema: int = SCHEMA
    plans: tuple[Plan, ...] = ()


def load_plans(path: Path) -> Plans:
    """Read the plans; none where there is no file, or it cannot be read (a new one is written then)."""
    try:
        kept = msgspec.json.decode(read_regular(path), type=_File)
    except (OSError, msgspec.MsgspecError, ValueError):
        return ()
    return tuple(one for one in kept.plans if one.number.isdigit())[-MOST:]


def save_plans(path: Path, plans: Plans) -> None:
    """Write the plans, readable by this user alone; raises OSError."""
    write_private(path, msgspec.json.format(msgspec.json.encode(_File(plans=plans))))
