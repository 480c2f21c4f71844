"""Entries of the menu that open windows."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry that opens something, or holds further entries."""

    label: str
    open: Callable[[], None] | None
    inside: tuple["Entry", ...] = ()
