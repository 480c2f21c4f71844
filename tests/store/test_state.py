"""What is remembered between two runs: the account, plans, windows; damaged files are forgotten."""

import json
import logging
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rtms_tray.capture.plans import Plan, Suppression
from rtms_tray.store.state import (
    Account,
    WindowGeometry,
    WindowGeometryFile,
    forget_account,
    load_account,
    load_plans,
    load_suppressions,
    save_account,
    save_plans,
    set_aside_damaged_plans,
)
from rtms_tray.support.units import HOUR
from tests.helpers.capture_stage import NUMBER
from tests.helpers.manual_clock import NOON

ME = Account("u1", "me@example.org", "rtms-tray.refresh_token/x", 1_700_000_000_000)


def test_an_account_is_remembered_and_forgotten(tmp_path: Path) -> None:
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
def test_a_damaged_account_file_means_nobody_signed_in(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "account.json").write_bytes(content)
    assert load_account(tmp_path / "account.json") is None


def test_an_account_file_of_a_later_version_may_hold_more(tmp_path: Path) -> None:
    file = tmp_path / "account.json"
    save_account(file, ME)
    file.write_text(json.dumps({**json.loads(file.read_text()), "more": 1}))
    assert load_account(file) == ME


def test_the_account_file_keeps_its_names(tmp_path: Path) -> None:
    file = tmp_path / "account.json"
    save_account(file, ME)
    assert json.loads(file.read_text()) == {
        "schema": 1,
        "user_id": "u1",
        "email": "me@example.org",
        "filed_as": "rtms-tray.refresh_token/x",
        "signed_in_at": 1_700_000_000_000,
        "kept": True,
        "account_id": "",
    }


def test_an_account_file_of_an_older_version_is_read(tmp_path: Path) -> None:
    file = tmp_path / "account.json"
    file.write_text('{"user_id": "u1", "email": "a@b", "filed_as": "n", "signed_in_at": 1}')
    assert load_account(file) == Account("u1", "a@b", "n", 1, token_kept=True, account_id="")


@pytest.mark.parametrize(
    "content", ["", "nonsense", "[]", '{"schema":1,"plans":[{"number":1}]}', '{"plans": 1}']
)
def test_a_damaged_plan_file_means_no_plans(tmp_path: Path, content: str) -> None:
    file = tmp_path / "armed.json"
    file.write_text(content)
    assert load_plans(file) == ()
    aside = set_aside_damaged_plans(file)
    assert aside == tmp_path / "armed.json.damaged"
    assert aside.read_text() == content
    assert not file.exists()


def test_no_damaged_plan_file_replaces_another(tmp_path: Path) -> None:
    file = tmp_path / "armed.json"
    for content in ("one", "two", "three"):
        file.write_text(content)
        set_aside_damaged_plans(file)
    assert sorted(path.read_text() for path in tmp_path.iterdir()) == ["one", "three", "two"]


def test_a_missing_plan_file_means_no_plans(tmp_path: Path) -> None:
    assert load_plans(tmp_path / "armed.json") == ()
    assert set_aside_damaged_plans(tmp_path / "armed.json") is None


def test_a_plan_file_in_order_stays(tmp_path: Path) -> None:
    file = tmp_path / "armed.json"
    save_plans(file, (Plan(NUMBER, NOON),))
    assert set_aside_damaged_plans(file) is None
    assert file.exists()


def test_the_plan_file_holds_numbers_and_times_alone(tmp_path: Path) -> None:
    file = tmp_path / "armed.json"
    save_plans(file, (Plan(NUMBER, NOON, NOON + HOUR),))
    kept = json.loads(file.read_text())
    assert kept["schema"] == 1
    assert set(kept["plans"][0]) == {"number", "made_at", "starts_at", "hosted", "missed_at"}
    assert load_plans(file) == (Plan(NUMBER, NOON, NOON + HOUR),)


def test_a_plan_without_a_meeting_number_is_left_out(tmp_path: Path) -> None:
    file = tmp_path / "armed.json"
    save_plans(
        file, (Plan("<b>", NOON), Plan("\N{ARABIC-INDIC DIGIT ONE}" * 9, NOON), Plan(NUMBER, NOON))
    )
    assert [plan.number for plan in load_plans(file)] == [NUMBER]


def test_the_plan_file_keeps_suppressions_too(tmp_path: Path) -> None:
    file = tmp_path / "armed.json"
    suppressions = (Suppression("<b>", None, NOON), Suppression(NUMBER, "uuid", NOON, NOON + HOUR))
    save_plans(file, (), suppressions)
    assert load_suppressions(file) == suppressions[1:]
    assert load_plans(file) == ()
    assert load_suppressions(tmp_path / "missing.json") == ()


def test_a_plan_file_of_an_older_version_is_read(tmp_path: Path) -> None:
    file = tmp_path / "armed.json"
    file.write_text('{"schema": 1, "plans": [{"number": "98712345670", "made_at": 1}]}')
    assert load_suppressions(file) == ()
    assert len(load_plans(file)) == 1


def test_windows_are_remembered_by_name(tmp_path: Path) -> None:
    path = tmp_path / "data" / "windows.json"
    windows = WindowGeometryFile(path)
    assert windows.get("status") is None
    windows.put("status", WindowGeometry(420, 700, 10, -20))
    windows.put("history", WindowGeometry(980, 640))
    again = WindowGeometryFile(path)
    assert again.get("status") == WindowGeometry(420, 700, 10, -20)
    assert again.get("history") == WindowGeometry(980, 640)
    assert path.stat().st_mode & 0o777 == 0o600
    before = path.stat().st_mtime_ns
    again.put("history", WindowGeometry(980, 640))
    assert path.stat().st_mtime_ns == before


@pytest.mark.parametrize(
    ("content", "geometry"),
    [
        ("", None),
        ("[]", None),
        ('{"status": 5}', None),
        ('{"status": {"width": 1}}', None),
        ('{"status": {"width": "1", "height": 2}}', None),
        ('{"status": {"width": true, "height": 2}}', None),
        ('{"status": {"width": 1e9, "height": 2}}', None),
        ('{"status": {"width": 1, "height": 2, "x": "3", "y": 4}}', WindowGeometry(1, 2)),
        ('{"status": {"width": 1, "height": 2, "x": 99999999, "y": 4}}', WindowGeometry(1, 2)),
    ],
)
def test_an_odd_window_file_is_forgotten(
    tmp_path: Path, content: str, geometry: WindowGeometry | None
) -> None:
    path = tmp_path / "windows.json"
    path.write_text(content)
    assert WindowGeometryFile(path).get("status") == geometry
    WindowGeometryFile(path).put("status", WindowGeometry(3, 4))
    assert WindowGeometryFile(path).get("status") == WindowGeometry(3, 4)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["width", "x"]), inner),
    )
)
def test_any_window_file_is_read(tmp_path: Path, content: object) -> None:
    path = tmp_path / "windows.json"
    path.write_text(json.dumps({"status": content}))
    assert WindowGeometryFile(path).get("status") is None


def test_a_folder_that_cannot_be_written_is_only_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").touch()
    with caplog.at_level(logging.INFO):
        WindowGeometryFile(tmp_path / "file" / "windows.json").put("status", WindowGeometry(1, 2))
    assert "cannot be kept" in caplog.text
