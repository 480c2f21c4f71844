"""What is looked for in the built wheel."""

import zipfile
from pathlib import Path

import wheel_check


def test_missing_resources_are_named(tmp_path: Path) -> None:
    resources = tmp_path / "resources"
    (resources / "icons").mkdir(parents=True)
    (resources / "icons" / "a.svg").touch()
    (resources / "b.txt").touch()
    wheel = tmp_path / "x.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("rtms_tray/resources/b.txt", "")
    assert wheel_check.missing_resources(wheel, resources) == ["rtms_tray/resources/icons/a.svg"]


def test_limits_are_the_lock_without_hashes() -> None:
    hashes = "    --hash=sha256:00 \\\n    --hash=sha256:11\n"
    lock = f"# by hand\na==1 \\\n{hashes}b==2 ; os_name == 'nt' \\\n{hashes}"
    assert wheel_check.versions_only(lock) == "a==1\nb==2 ; os_name == 'nt'\n"


def test_what_differs_or_is_on_one_side_only_is_named(tmp_path: Path) -> None:
    for folder in ("here", "there"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "same.whl").write_bytes(b"1")
        (tmp_path / folder / "other.tar.gz").write_text(folder)
    (tmp_path / "there" / "more.whl").touch()
    sides = [sorted((tmp_path / folder).iterdir()) for folder in ("here", "there")]
    assert wheel_check.differing(sides[0], sides[0]) == []
    assert wheel_check.differing(*sides) == ["more.whl", "other.tar.gz"]


def test_the_packed_sources_are_enough_to_build_the_same_again(tmp_path: Path) -> None:
    """A small project in place of the real one, which `dev.py package` builds."""
    source = tmp_path / "source"
    (source / "small").mkdir(parents=True)
    (source / "small" / "__init__.py").touch(mode=0o600)
    (source / "pyproject.toml").write_text(
        '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
        '[project]\nname = "small"\nversion = "1"\nrequires-python = ">=3.11"\n'
        '[tool.hatch.build.targets.sdist]\ninclude = ["small"]\n'
    )
    built = wheel_check.build(source, tmp_path / "dist")
    assert [path.name for path in built] == ["small-1-py3-none-any.whl", "small-1.tar.gz"]
    assert wheel_check.built_differently(built, tmp_path) == []
