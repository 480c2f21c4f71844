"""Which files of which packages come along."""

import base64
import hashlib
from importlib.metadata import Distribution, PathDistribution
from pathlib import Path

import bundle
import pytest
from bootstrap import SetupError

RULES = bundle.read_rules("# why\n- tests\n- *.pyi\n+ PySide6/*.py\n+ *.dist-info/*\n")


@pytest.mark.parametrize(
    ("package", "path", "kept"),
    [
        ("other", "other/__init__.py", True),
        ("other", "other/tests/test_it.py", False),
        ("other", "other/__init__.pyi", False),
        ("other", "other/__pycache__/x.pyc", False),
        ("other", "../../../bin/other", False),
        ("other", "other-1.dist-info/RECORD", False),
        ("other", "other-1.dist-info/METADATA", True),
        ("pyside6-essentials", "PySide6/__init__.py", True),
        ("pyside6-essentials", "PySide6/scripts/deploy.py", False),
        ("pyside6-essentials", "PySide6/Qt/lib/libQt6Qml.so.6", False),
    ],
)
def test_what_is_kept(package: str, path: str, kept: bool) -> None:  # noqa: FBT001 - a table
    assert RULES.keep(package, path) is kept


@pytest.fixture
def package(tmp_path: Path) -> Distribution:
    """A package of two files, one hash as wheels have it and one as uv 0.8 wrote it."""
    folder = tmp_path / "made-1.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: made\nVersion: 1\n")
    rows = []
    for name, usual in (("a.py", True), ("b.py", False)):
        (tmp_path / name).write_text(name)
        digest = hashlib.sha256(name.encode())
        spelled = base64.urlsafe_b64encode(digest.digest()).rstrip(b"=").decode()
        rows.append(f"{name},sha256={spelled if usual else digest.hexdigest()},{len(name)}")
    (folder / "RECORD").write_text("\n".join(rows) + "\n")
    return PathDistribution(folder)


def test_files_are_copied_and_their_cost_is_told(package: Distribution, tmp_path: Path) -> None:
    assert bundle.copy([package], tmp_path / "there", RULES) == {"made": 8}
    assert (tmp_path / "there" / "b.py").read_text() == "b.py"


def test_a_file_that_somebody_changed_is_refused(package: Distribution, tmp_path: Path) -> None:
    (tmp_path / "b.py").write_text("else")
    with pytest.raises(SetupError, match=r"b\.py was changed"):
        bundle.copy([package], tmp_path / "there", RULES)


def test_a_package_that_is_not_locked_is_refused(package: Distribution) -> None:
    with pytest.raises(SetupError, match=r"not as locked.* made"):
        bundle.check_locked([package])


def test_what_comes_along_is_as_locked_and_without_the_tests_tools() -> None:
    packages = bundle.brought_along()
    bundle.check_locked(packages)
    names = {bundle.normal(package.name) for package in packages}
    assert {"pyside6-essentials", "keyring", "tzdata"} <= names
    assert not names & {"pytest", "mypy", "hatchling", "nats-py", "rtms-tray"}
