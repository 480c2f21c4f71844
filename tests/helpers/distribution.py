"""Which tests run on the same worker: those of one file, and all that want the screen and the computer's time."""

from typing import Final

import pytest
from xdist.scheduler import LoadScopeScheduling

_DESKTOP: Final = "tests/desktop/"


class Scheduling(LoadScopeScheduling):  # type: ignore[misc]
    """Keeps a file's tests together, and all real desktops in one row.

    xdist's own groups (`loadgroup`) do nothing with pytest 9.2, which no longer lets a test's address be changed.
    """

    def _split_scope(self, nodeid: str) -> str:
        return _DESKTOP if nodeid.startswith(_DESKTOP) else nodeid.partition("::")[0]


def longest_first(items: list[pytest.Item]) -> None:
    """Put the desktops in front, so that they are not what everybody waits for at the end."""
    items.sort(key=_is_later)


def _is_later(item: pytest.Item) -> bool:
    return not item.nodeid.startswith(_DESKTOP)
