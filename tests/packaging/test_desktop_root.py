"""The roots of real desktops: what they are made of, and how their tests are run there."""

import subprocess
import sys
from pathlib import Path

import desktop_root
import pytest
from bootstrap import ROOT, SetupError


@pytest.mark.parametrize("name", desktop_root.DESKTOPS)
def test_each_desktop_has_its_tests_and_its_part_of_the_nightly_run(name: str) -> None:
    assert (ROOT / "tests" / "real_desktops" / f"test_{name}.py").is_file()
    assert f"dev desktop {name}" in (ROOT / ".ci" / "nightly").read_text(encoding="utf-8")


def test_the_tests_get_this_checkout_this_python_and_the_root_they_are_in() -> None:
    words = desktop_root.command("gnome", Path("/roots/gnome"), ["-k", "menu"])
    bound = words[words.index("/roots/gnome") + 1 : words.index("--")]
    assert set(bound) == {str(ROOT), sys.prefix, sys.base_prefix}
    assert "RTMS_TRAY_DESKTOP_ROOT=gnome" in words
    assert words[-3:] == [str(ROOT / "tests/real_desktops/test_gnome.py"), "-k", "menu"]


@pytest.mark.parametrize("arguments", [[], ["windows"]])
def test_a_desktop_that_there_is_none_of(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert desktop_root.main(arguments) == 2
    assert "gnome" in capsys.readouterr().err


def test_without_what_makes_a_root_it_says_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SetupError, match="mmdebstrap"):
        desktop_root.make("gnome", tmp_path / "root")


def test_its_script_is_a_script() -> None:
    if sys.platform.startswith("linux"):
        subprocess.run(["bash", "-n", "-c", desktop_root.ENTER], check=True)
