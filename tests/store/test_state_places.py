"""Where windows were: remembered by name, and never in the way when the file is odd."""

import json
import logging
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rtms_tray.store.state import WindowGeometry, WindowGeometryFile


def test_remembered_by_name(tmp_path: Path) -> None:
    path = tmp_path / "data" / "windows.json"
    places = WindowGeometryFile(path)
    assert places.get("status") is None
    places.put("status", WindowGeometry(420, 700, 10, -20))
    places.put("history", WindowGeometry(980, 640))
    again = WindowGeometryFile(path)
    assert again.get("status") == WindowGeometry(420, 700, 10, -20)
    assert again.get("history") == WindowGeometry(980, 640)
    assert path.stat().st_mode & 0o777 == 0o600
    before = path.stat().st_mtime_ns
    again.put("history", WindowGeometry(980, 640))
    assert path.stat().st_mtime_ns == before


@pytest.mark.parametrize(
    ("content", "place"),
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
def test_an_odd_file_is_forgotten(
    tmp_path: Path, content: str, place: WindowGeometry | None
) -> None:
    path = tmp_path / "windows.json"
    path.write_text(content)
    assert WindowGeometryFile(path).get("status") == place
    WindowGeometryFile(path).put("status", WindowGeometry(3, 4))
    assert WindowGeometryFile(path).get("status") == WindowGeometry(3, 4)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["width", "x"]), inner),
    )
)
def test_whatever_is_in_the_file(tmp_path: Path, content: object) -> None:
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
