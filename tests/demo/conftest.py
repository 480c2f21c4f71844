"""What every test of the demo shares: Qt draws into memory, and says what it cannot do."""

import pytest

_MEMORY_HAS_NO = (
    "This plugin does not support",
    "No such signal QPlatformNativeInterface::systemTrayWindowChanged",
)


def pytest_itemcollected(item: pytest.Item) -> None:
    """Let pass what Qt says about a screen that is only memory; every other warning fails."""
    item.add_marker(pytest.mark.qt_log_ignore(*_MEMORY_HAS_NO))
