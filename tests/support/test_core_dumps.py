"""A crash leaves no file with the memory of the process, and portals still know the tray."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="limits and dumps as Linux has them"
)

CRASH: Final = """
import ctypes, os, resource, sys
from rtms_tray.support.core_dumps import forbid_core_dumps
_, hard = resource.getrlimit(resource.RLIMIT_CORE)
resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))
forbid_core_dumps(uses_portals=sys.argv[1] == "window")
print(resource.getrlimit(resource.RLIMIT_CORE)[0], ctypes.CDLL(None).prctl(3, 0, 0, 0, 0), flush=True)
os.abort()
"""
PATTERN: Final = Path("/proc/sys/kernel/core_pattern")
DUMPS_HERE: Final = PATTERN.exists() and PATTERN.read_text().strip() == "core"


def crash(folder: Path, kind: str, **environment: str) -> tuple[int, int]:
    """Crash a process in a folder; return its limit and whether it could be dumped."""
    result = subprocess.run(
        [sys.executable, "-c", CRASH, kind],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(Path.cwd()), **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode < 0, result.stderr
    limit, dumpable = result.stdout.split()
    return int(limit), int(dumpable)


@pytest.mark.promise("no crash leaves memory in a file")
@pytest.mark.parametrize(("kind", "dumpable"), [("window", 1), ("command", 0)])
def test_a_crash_leaves_no_memory_behind(tmp_path: Path, kind: str, dumpable: int) -> None:
    assert crash(tmp_path, kind) == (1, dumpable), "portals refuse a window that isn't dumpable"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not DUMPS_HERE, reason="dumps go elsewhere on this computer")
def test_a_developer_may_have_dumps(tmp_path: Path) -> None:
    limit, dumpable = crash(tmp_path, "command", RTMS_TRAY_DEBUG="1")
    if limit == 0:
        pytest.skip("dumps are forbidden here anyway")
    assert dumpable == 1
    assert [path.name.partition(".")[0] for path in tmp_path.iterdir()] == ["core"]


@pytest.mark.promise("no crash leaves memory in a file")
def test_the_command_line_forbids_dumps_first(tmp_path: Path) -> None:
    """Both programs people start: the limit is set before anything secret is read."""
    script = (
        "import resource, sys\n"
        "from rtms_tray.cli.main import main\n"
        "from rtms_tray.cli import launch\n"
        "launch.perform = lambda *_: print(resource.getrlimit(resource.RLIMIT_CORE)[0]) or 0\n"
        "sys.exit(main(sys.argv[1:]))\n"
    )
    for command in ("run", "demo", "sign-in"):
        result = subprocess.run(
            [sys.executable, "-c", script, command],
            env={
                **os.environ,
                "PYTHONPATH": str(Path.cwd()),
                "RTMS_TRAY_HOME": str(tmp_path),
                "RTMS_TRAY_DEBUG": "",
            },
            capture_output=True,
            text=True,
            check=True,
        )
        assert int(result.stdout) <= 1
