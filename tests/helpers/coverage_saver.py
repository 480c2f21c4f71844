"""A part of the coverage measurement, loaded into every pytest worker by packaging/coverage_gate.py."""

import coverage


def pytest_sessionfinish() -> None:
    """Save what was counted: a worker that takes long to end is killed, and would take it along."""
    running = coverage.Coverage.current()
    if running is not None:
        running.save()
