"""A pytest plugin of packaging/coverage_floors.py, loaded into every worker."""

import coverage
import pytest


def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """Save what was counted after each file of tests: a worker that dies takes what it has not saved along."""
    if nextitem is None or nextitem.path != item.path:
        _save()


def pytest_sessionfinish() -> None:
    """Save the rest: a worker that takes too long to end is killed."""
    _save()


def _save() -> None:
    running = coverage.Coverage.current()
    if running is not None:
        running.save()
