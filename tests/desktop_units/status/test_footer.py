"""The window's last lines: who is signed in, and how Zoom's events come in."""

import pytest

from rtms_tray.desktop.status.footer import account_line
from rtms_tray.presentation.view_model import AccountView, SignInState


@pytest.mark.parametrize("state", SignInState)
def test_every_way_to_stand_with_zoom_has_words(state: SignInState) -> None:
    assert account_line(AccountView(state, "u1", "you@example.com"))
    assert "None" not in account_line(AccountView(state))


def test_a_locked_keyring_is_not_signed_out() -> None:
    text = account_line(AccountView(SignInState.LOCKED, "u1", "you@example.com"))
    assert "locked" in text
    assert "you@example.com" in text
