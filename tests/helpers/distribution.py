"""Which tests run on the same worker: those of one file, and all that want the screen and the computer's time."""

from typing import Final
from zlib import crc32

import pytest
from xdist.scheduler import LoadScopeScheduling

_DESKTOP: Final = "tests/desktop/"
_ROWS: Final = 2
"""More desktops at once keep each other waiting; one row takes longer than all other tests."""


class Scheduling(LoadScopeScheduling):  # type: ignore[misc]
    """Keeps a file's tests together, and all real desktops in two rows.

    xdist's own groups (`loadgroup`) do nothing with pytest 9.2, which no longer lets a test's address be changed.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        if not file.startswith(_DESKTOP):
            return file
        return f"{_DESKTOP}{crc32(file.encode()) // 2 % _ROWS}"  # // 2: both take about as long


def longest_first(items: list[pytest.Item]) -> None:
    """Put the desktops in front, so that they are not what everybody waits for at the end."""
    items.sort(key=_is_later)


def _is_later(item: pytest.Item) -> bool:
    return not item.nodeid.startswith(_DESKTOP)
