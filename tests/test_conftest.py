"""The rules that hold for every test, tried on tests made to break them."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

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


def test_expected_lines_are_required_and_others_refused() -> None:
    logs = ExpectedLogs()
    logs.expect("^a:WARNING:lost")
    logs.allow("retry")
    assert logs.complaints(["a:WARNING:lost 1", "b:ERROR:retry"]) == []
    assert logs.complaints(["b:WARNING:lost 1"]) == [
        "unexpected log line: b:WARNING:lost 1",
        "expected log line that never came: ^a:WARNING:lost",
    ]


def test_rules_hold(tmp_path: Path) -> None:
    shutil.copy(ROOT / "tests" / "conftest.py", tmp_path)
    (tmp_path / "test_sample.py").write_text(SAMPLE, encoding="utf-8")
    settings = ["-c", str(ROOT / "pyproject.toml"), "--rootdir", str(tmp_path)]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *settings, "-p", "no:cacheprovider", str(tmp_path)],
        check=False,
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    errors = set(re.findall(r"^ERROR \S+::(\w+)", done.stdout, re.MULTILINE))
    assert errors == {
        "test_unexpected",
        "test_expected_but_absent",
        "test_unexpected_at_its_end",
    }, done.stdout
    assert re.search(r"8 passed, 3 errors", done.stdout), done.stdout
