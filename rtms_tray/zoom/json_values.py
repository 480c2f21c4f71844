"""JSON from outside and its values, read tolerantly, within bounds and without ever raising.

Zoom sends the same thing as a number in one place and as text in another, and leaves fields out.
Some of it is what strangers typed (meeting topics). Whatever is not usable is `None`.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final, TypeAlias

import msgspec

from rtms_tray.support.units import SECOND, Millis

JsonObject: TypeAlias = Mapping[str, object]

LONGEST_ID: Final = 300
EARLIEST: Final[Millis] = 1_577_836_800_000  # 2020: RTMS did not exist before
LATEST: Final[Millis] = 4_102_444_800_000  # 2100
LONGEST_NUMBER: Final = 20
SECRET_NAMES: Final = re.compile(
    r"(?i)secret|password|passcode|token|signature|pwd|zak|e_?mail|^(?:request|response)_(?:body|headers)$"
)
"""Names of fields whose values are shown to nobody."""
_DEEPEST: Final = 12
_UNPRINTABLE: Final = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]+"
)


def parse_object(data: str | bytes) -> JsonObject | None:
    """Read a JSON object; None for anything else, however broken, deep or huge."""
    try:
        return as_object(msgspec.json.decode(data))
    except (ValueError, RecursionError):  # msgspec's and Unicode's errors are ValueErrors
        return None


def as_object(value: object) -> JsonObject | None:
    """Return a JSON value that is an object; None for anything else."""
    return value if isinstance(value, dict) else None


def as_id(value: object) -> str | None:
    """Read an identifier, sent as text or as a number; None if empty, odd or too long."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    text = str(value).strip()
    return text if 0 < len(text) <= LONGEST_ID and text.isprintable() else None


def as_number(value: object) -> str | None:
    """Read a meeting number, sent as text (spaces and dashes allowed) or as a number."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    digits = re.sub(r"[\s-]", "", as_id(value) or "")
    fits = digits.isascii() and digits.isdigit() and len(digits) <= LONGEST_NUMBER
    return digits if fits else None


def as_int(value: object) -> int | None:
    """Read a small whole number, sent as a number or as text."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return int(number) if abs(number) < 10**9 and number.is_integer() else None


def as_moment(value: object, unit: Millis = 1) -> Millis | None:
    """Read a moment (`event_ts`: milliseconds since the epoch, as a number or as text)."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        moment = float(value) * unit
    except (ValueError, OverflowError):
        return None
    return int(moment) if EARLIEST <= moment <= LATEST else None


def as_iso_moment(value: object) -> Millis | None:
    """Read a moment written as `2026-11-20T15:00:00Z` (Zoom's `start_time`)."""
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return as_moment(moment.timestamp() * SECOND)
    except (ValueError, OverflowError):
        return None


def plain(value: object, limit: int) -> str:
    """Make somebody else's text safe to show: one line, no control characters, at most `limit` long."""
    if not isinstance(value, str):
        return ""
    text = " ".join(_UNPRINTABLE.sub(" ", value).split())
    return text if len(text) <= limit else text[: limit - 1] + "…"


def without_secrets(
    value: object, hidden: re.Pattern[str] = SECRET_NAMES, depth: int = _DEEPEST
) -> object:
    """Replace what stands under a secret's name, and what is nested too deep to be anybody's."""
    if depth == 0:
        return "…"
    if isinstance(value, dict):
        return {
            key: "…" if hidden.search(key) and inner else without_secrets(inner, hidden, depth - 1)
            for key, inner in value.items()
        }
    if isinstance(value, list):
        return [without_secrets(inner, hidden, depth - 1) for inner in value]
    return value
