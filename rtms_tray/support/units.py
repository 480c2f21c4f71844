"""The units of time that all packages share."""

from typing import Final, TypeAlias

Millis: TypeAlias = int
"""Milliseconds: a moment since the Unix epoch (UTC), or a length of time."""

SECOND: Final[Millis] = 1_000
MINUTE: Final[Millis] = 60 * SECOND
HOUR: Final[Millis] = 60 * MINUTE
