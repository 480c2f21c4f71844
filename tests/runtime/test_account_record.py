"""Whose sign-in is remembered, also where the disk won't have it."""

from pathlib import Path

import pytest

from rtms_tray.runtime.account_record import AccountRecord
from rtms_tray.store import state
from rtms_tray.zoom.replies import User
from tests.helpers.expected_logs import ExpectedLogs

SIGNED_IN_AT = 1_793_400_000_000
ME = User("me", "me@example.com", None, None, None)


def record_in(folder: Path) -> AccountRecord:
    return AccountRecord(folder / "state.toml", "token")


def test_who_is_unknown_has_nothing_kept(tmp_path: Path) -> None:
    record_in(tmp_path).set_kept(kept=True)
    assert record_in(tmp_path).account is None


def test_who_signed_in_is_known_after_a_restart(tmp_path: Path) -> None:
    record = record_in(tmp_path)
    record.remember(ME, SIGNED_IN_AT, kept=False)
    assert record_in(tmp_path).unkept
    record.set_kept(kept=True)
    again = record_in(tmp_path)
    assert again.account is not None
    assert (again.account.user_id, again.unkept) == ("me", False)


def test_who_cannot_be_forgotten_on_the_disk_is_forgotten_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, expected_logs: ExpectedLogs
) -> None:
    record = record_in(tmp_path)
    record.remember(ME, SIGNED_IN_AT, kept=True)

    def refuse(_file: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("rtms_tray.runtime.account_record.forget_account", refuse)
    expected_logs.expect("account_record:WARNING:Who signed in cannot be forgotten")
    record.forget()
    assert record.account is None
    assert state.load_account(tmp_path / "state.toml") is not None
