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
