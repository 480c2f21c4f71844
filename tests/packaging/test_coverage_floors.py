"""What counts as run enough, and that what tests start is counted."""

import shutil
import subprocess
import sys
from pathlib import Path

import coverage_floors
import pytest


def test_capture_is_run_whole_and_the_rest_nearly() -> None:
    percents = {"capture/board": 100, "capture/timing": 99.94, "zoom/capture": 95, "app": 94.9}
    files = {
        f"rtms_tray/{module}.py": {"summary": {"percent_covered": percent}}
        for module, percent in percents.items()
    }
    assert coverage_floors.shortfalls(files) == [
        "rtms_tray/capture/timing.py: 99.9 % of 100 %",
        "rtms_tray/app.py: 94.9 % of 95 %",
    ]


PROGRAM = """
import sys
if sys.platform == "win32":
    print("there")
def run(word):
    if word == "never":
        return 1
    return 0
if __name__ == "__main__":
    sys.exit(run(sys.argv[1]))
"""
TEST = """
import subprocess, sys
def test_it():
    assert subprocess.run([sys.executable, "-m", "rtms_tray.one", "{word}"]).returncode == {code}
"""


@pytest.mark.parametrize(("word", "code", "workers"), [("once", 0, "0"), ("never", 1, "1")])
def test_what_tests_start_is_counted_and_the_project_is_measured_by_its_own_settings(
    tmp_path: Path, word: str, code: int, workers: str
) -> None:
    root = Path(coverage_floors.__file__).parents[1]
    package, scripts = tmp_path / "rtms_tray", tmp_path / "packaging"
    helpers = tmp_path / "tests" / "helpers"
    for folder in (package, scripts, helpers):
        folder.mkdir(parents=True)
    shutil.copy(root / "tests" / "helpers" / "coverage_saver.py", helpers)
    (package / "__init__.py").touch()
    (package / "one.py").write_text(PROGRAM)
    (tmp_path / "test_one.py").write_text(TEST.format(word=word, code=code))
    shutil.copy(root / "pyproject.toml", tmp_path)
    script = shutil.copy(Path(coverage_floors.__file__), scripts)
    ended = subprocess.run(
        [sys.executable, script, "-n", workers, "-q", "-p", "no:cacheprovider", "test_one.py"],
        cwd=tmp_path, check=False, capture_output=True, text=True, timeout=100,
    )  # fmt: skip
    assert "1 passed" in ended.stdout, ended.stdout + ended.stderr
    assert f"71%   {7 if word == 'once' else 8}\n" in ended.stdout
    assert "rtms_tray/one.py: 71.4 % of 95 %" in ended.stdout
    assert ended.returncode == 2  # coverage.py says so, too


def test_tests_that_cannot_run_fail(capfd: pytest.CaptureFixture[str]) -> None:
    assert coverage_floors.run(["--no-such-option"]) != 0
    assert "no-such-option" in capfd.readouterr().err
