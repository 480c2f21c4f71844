"""What is loaded behind the first icon: the keyring's helper is started before the program is imported."""

import pytest

from rtms_tray.start import load
from rtms_tray.store import keyring_helper
from rtms_tray.store.keyring_helper import HelperGoneError, KeyringHelper


class Helper(KeyringHelper):
    """A helper that only takes note of being started, or cannot be."""

    def __init__(self, *, is_gone: bool = False) -> None:
        super().__init__()
        self.starts = 0
        self._is_gone = is_gone

    def start(self) -> None:
        self.starts += 1
        if self._is_gone:
            raise HelperGoneError


@pytest.mark.parametrize("is_gone", [False, True])
def test_the_helper_is_started_and_the_program_loaded(
    monkeypatch: pytest.MonkeyPatch, *, is_gone: bool
) -> None:
    mine = Helper(is_gone=is_gone)
    monkeypatch.setattr(keyring_helper, "helper_for", lambda: mine)
    helper, app = load()
    assert (helper, mine.starts) == (mine, 1)
    assert app.__name__ == "rtms_tray.app"


def test_where_a_helper_saves_nothing_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyring_helper, "helper_for", lambda: None)
    assert load()[0] is None
