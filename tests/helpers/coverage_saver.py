"""A pytest plugin of packaging/coverage_floors.py, loaded into every worker."""

import coverage


def pytest_sessionfinish() -> None:
    """Save what was counted: a worker that takes too long to end is killed, and its counts would be lost."""
    running = coverage.Coverage.current()
    if running is not None:
        running.save()
