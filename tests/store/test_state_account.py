"""Who signed in is remembered without secrets, and a damaged file is borne."""

import json
from pathlib import Path

import pytest

from rtms_tray.store.state import Account, forget_account, load_account, save_account

ME = Account("u1", "me@example.org", "rtms-tray.refresh_token/x", 1_700_000_000_000)


def test_it_is_remembered_and_forgotten(tmp_path: Path) -> None:
    file = tmp_path / "data" / "account.json"
    assert load_account(file) is None
    save_account(file, ME)
    assert load_account(file) == ME
    assert file.stat().st_mode & 0o777 == 0o600
    forget_account(file)
    forget_account(file)
    assert load_account(file) is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff",
        b"[]",
        b"null",
        b"[" * 100_000,
        b'{"user_id": "x"}',
        json.dumps({"user_id": 1, "email": "", "filed_as": "", "signed_in_at": 1}).encode(),
        json.dumps({"user_id": "", "email": "", "filed_as": "", "signed_in_at": True}).encode(),
    ],
)
def test_a_damaged_file_means_nobody(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "account.json").write_bytes(content)
    assert load_account(tmp_path / "account.json") is None


def test_later_versions_may_say_more(tmp_path: Path) -> None:
    file = tmp_path / "account.json"
    save_account(file, ME)
    file.write_text(json.dumps({**json.loads(file.read_text()), "more": 1}))
    assert load_account(file) == ME
