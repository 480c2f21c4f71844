"""What every test of the demo's windows shares."""

import pytest

from rtms_tray.desktop.widgets import buttons


@pytest.fixture(autouse=True)
def all_is_read_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Press buttons as soon as they are there, as only tests can."""
    monkeypatch.setattr(buttons, "UNREAD_S", 0.0)
