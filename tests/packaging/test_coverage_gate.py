"""What counts as run enough, and how a shortfall is said."""

import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import coverage_gate
import pytest


def seen(
    percent: float, lines: tuple[int, ...] = (), branches: tuple[tuple[int, int], ...] = ()
) -> Mapping[str, Any]:
    summary = {"percent_covered": percent, "num_statements": 1, "num_branches": 0}
    return {"summary": summary, "missing_lines": lines, "missing_branches": branches}


def report(**files: Mapping[str, Any]) -> Mapping[str, Any]:
    """A report on modules whose names have a slash for each two underscores."""
    named = {f"rtms_tray/{name.replace('__', '/')}.py": one for name, one in files.items()}
    totals = {"percent_covered": 97.123, "num_statements": 10, "num_branches": 2}
    return {"files": named, "totals": totals}


def test_the_heart_is_run_whole_and_the_rest_nearly() -> None:
    assert coverage_gate.shortfalls(report(capture__board=seen(100), watcher=seen(95))) == []
    said = coverage_gate.shortfalls(
        report(
            capture__board=seen(99.9, branches=((7, 9),)),
            zoom__capture=seen(94.96, lines=(3, 5, 6, 7, 12)),
        )
    )
    assert said == [
        "rtms_tray/capture/routing.py: 99.9 % of 100 %; branches 7→9 not run",
        "rtms_tray/zoom/capture.py: 95.0 % of 95 %; lines 3, 5–7, 12 not run",
    ]


def test_the_summary_names_the_least() -> None:
    said = coverage_gate.summary(report(a=seen(97), b=seen(95.5), c=seen(100)))
    assert "97.12 % of 10 statements and 2 branches in 3 modules" in said
    assert "least: rtms_tray/b.py 95.5 %, rtms_tray/a.py 97.0 %" in said


def test_every_module_with_lines_for_another_system_is_named_with_a_reason() -> None:
    assert coverage_gate.with_lines_for_others() == set(coverage_gate.ELSEWHERE)
    assert all(coverage_gate.ELSEWHERE.values())


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
    root = Path(coverage_gate.__file__).parents[1]
    package, scripts = tmp_path / "rtms_tray", tmp_path / "packaging"
    helpers = tmp_path / "tests" / "helpers"
    for folder in (package, scripts, helpers):
        folder.mkdir(parents=True)
    shutil.copy(root / "tests" / "helpers" / "coverage_saver.py", helpers)
    (package / "__init__.py").touch()
    (package / "one.py").write_text(PROGRAM)
    (tmp_path / "test_one.py").write_text(TEST.format(word=word, code=code))
    shutil.copy(root / "pyproject.toml", tmp_path)
    script = shutil.copy(Path(coverage_gate.__file__), scripts)
    ended = subprocess.run(
        [sys.executable, script, "-n", workers, "-q", "-p", "no:cacheprovider", "test_one.py"],
        cwd=tmp_path, check=False, capture_output=True, text=True, timeout=100,
    )  # fmt: skip
    assert "1 passed" in ended.stdout, ended.stdout + ended.stderr
    missed = {"once": "lines 7; branches 6→7", "never": "lines 8; branches 6→8"}[word]
    assert f"rtms_tray/one.py: 71.4 % of 95 %; {missed} not run" in ended.stdout
    assert ended.returncode == 1


def test_tests_that_cannot_run_fail_the_gate(capfd: pytest.CaptureFixture[str]) -> None:
    assert coverage_gate.run(["--no-such-option"]) != 0
    assert "no-such-option" in capfd.readouterr().err
