"""The rules that hold for every test, tried on tests made to break them."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.expected_logs import ExpectedLogs

ROOT = Path(__file__).parent.parent
SAMPLE = """
import asyncio
import logging
import os
import pytest

log = logging.getLogger("rtms_tray.sample")

def test_quiet():
    log.info("all is well")

def test_unexpected():
    log.warning("odd")

def test_expected(expected_logs):
    expected_logs.expect(r"rtms_tray\\.sample:ERROR:broken 1")
    log.error("broken %d", 1)

def test_expected_but_absent(expected_logs):
    expected_logs.expect("broken")

@pytest.fixture
def ends_loudly():
    yield
    log.error("while ending")

def test_unexpected_at_its_end(ends_loudly):
    pass

async def test_plain_loop():
    assert type(asyncio.get_running_loop()).__module__.startswith("asyncio")

@pytest.mark.qt_loop
async def test_loop_inside_qt(qapp):
    assert "Qt" in type(asyncio.get_running_loop()).__name__
    await asyncio.sleep(0.001)

def test_no_display():
    assert os.environ["QT_QPA_PLATFORM"] == "offscreen"
"""

AS_USUAL = """
def test_one():
    pass

def test_two():
    pass
"""
DEADLY = """
import os

def test_before():
    pass

def test_deadly():
    os._exit(1)
"""


def test_expected_lines_are_required_and_others_refused() -> None:
    logs = ExpectedLogs()
    logs.expect("^a:WARNING:lost")
    logs.allow("retry")
    assert logs.complaints(["a:WARNING:lost 1", "b:ERROR:retry"]) == []
    assert logs.complaints(["b:WARNING:lost 1"]) == [
        "unexpected log line: b:WARNING:lost 1",
        "expected log line that never came: ^a:WARNING:lost",
    ]


def run_tests(folder: Path, *options: str) -> str:
    """Run the tests of a folder under the rules of these here; returns what pytest printed."""
    shutil.copy(ROOT / "tests" / "conftest.py", folder)
    settings = ["-c", str(ROOT / "pyproject.toml"), "--rootdir", str(folder), *options]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *settings, "-p", "no:cacheprovider", str(folder)],
        check=False,
        capture_output=True,
        text=True,
        timeout=100,
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if name != "PYTEST_ADDOPTS"},
    )
    return done.stdout


def test_rules_hold(tmp_path: Path) -> None:
    (tmp_path / "test_sample.py").write_text(SAMPLE, encoding="utf-8")
    printed = run_tests(tmp_path)
    errors = set(re.findall(r"^ERROR \S+::(\w+)", printed, re.MULTILINE))
    assert errors == {
        "test_unexpected",
        "test_expected_but_absent",
        "test_unexpected_at_its_end",
    }, printed
    assert re.search(r"8 passed, 3 errors", printed), printed


@pytest.mark.parametrize(
    ("options", "closing_line"),
    [([], "1 failed, 9 passed"), (["--reruns=1"], "1 failed, 9 passed, 1 rerun")],
    ids=["no-second-try", "a-second-try"],
)
def test_a_test_that_kills_its_worker_fails_alone(
    tmp_path: Path, options: list[str], closing_line: str
) -> None:
    for name in ("first", "second", "third", "fourth"):
        (tmp_path / f"test_{name}.py").write_text(AS_USUAL, encoding="utf-8")
    (tmp_path / "test_last.py").write_text(DEADLY, encoding="utf-8")
    printed = run_tests(tmp_path, "--numprocesses=2", *options)
    assert re.search(r"^FAILED \S*test_last.py::test_deadly", printed, re.MULTILINE), printed
    assert closing_line in printed, printed
