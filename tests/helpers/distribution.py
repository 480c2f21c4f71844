"""Which tests run on the same worker: those of one file, and all that want the screen and the computer's time."""

from typing import Final
from zlib import crc32

import pytest
from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

_DESKTOP: Final = "tests/desktop/"
_ROWS: Final = 2
"""More desktops at once keep each other waiting; one row takes longer than all other tests."""

_AT_LEAST: Final = 2
"""A worker runs a test when it knows which one is next."""


class Scheduling(LoadScopeScheduling):  # type: ignore[misc]
    """Keeps a file's tests together, and all real desktops in two rows.

    xdist's own groups (`loadgroup`) do nothing with pytest 9.2, which no longer lets a test's address be changed. And
    where a worker dies, xdist 3.8 gives out again what was done already, and waits for it for ever.
    """

    def remove_node(self, node: WorkerController) -> str | None:
        """Give back what a worker has left undone, but for the test that killed it: that is named."""
        crashed: str | None = super().remove_node(node)
        if crashed is not None:
            self.workqueue[self._split_scope(crashed)][crashed] = True
            done = [scope for scope, tests in self.workqueue.items() if all(tests.values())]
            for scope in done:
                del self.workqueue[scope]
        return crashed

    def mark_test_pending(self, item: str) -> None:
        """Run a test once more that has killed its worker, where failed ones have a second try."""
        self.workqueue.setdefault(self._split_scope(item), {})[item] = False

    def _assign_work_unit(self, node: WorkerController) -> None:
        """Say at once that no more comes after a single test: a worker keeps its last one until it knows."""
        super()._assign_work_unit(node)
        if self._pending_of(self.assigned_work[node]) < _AT_LEAST:
            self._reschedule(node)

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
