"""Where the program's own files are looked for."""

from pathlib import Path

import pytest

from rtms_tray.support.assets import resources


def test_those_inside_the_package_come_first(tmp_path: Path) -> None:
    package = tmp_path / "rtms_tray"
    (tmp_path / "resources").mkdir()
    package.mkdir()
    assert resources(package) == tmp_path / "resources"
    (package / "resources").mkdir()
    assert resources(package) == package / "resources"


def test_an_installation_without_them_says_so(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="install again"):
        resources(tmp_path / "rtms_tray")


def test_this_program_has_its_icons() -> None:
    assert any((resources() / "icons").iterdir())
