"""Making the history's tables where that cannot be finished."""

import subprocess
import sys
from pathlib import Path

import pytest

from rtms_tray.history.database import open_to_read, open_to_write

ROOT = Path(__file__).parents[2]

_NO_ROOM = """
import resource, sqlite3, sys
from pathlib import Path
from rtms_tray.history.database import open_to_write
path, room = Path(sys.argv[1]), int(sys.argv[2])
_, most = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (room, most))
try:
    open_to_write(path).close()
except sqlite3.Error as error:
    print(type(error).__name__)
finally:
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="limits are POSIX's")
@pytest.mark.parametrize("room", [1 << 10, 6 << 10, 12 << 10])
def test_tables_that_do_not_fit_are_made_another_time(tmp_path: Path, room: int) -> None:
    path = tmp_path / "history.sqlite3"
    ended = subprocess.run(
        [sys.executable, "-c", _NO_ROOM, str(path), str(room)],
        cwd=ROOT, check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.strip() in {"OperationalError", "DatabaseError"}
    open_to_write(path).close()
    reading = open_to_read(path)
    assert reading.execute("SELECT count(*) FROM meetings").fetchone() == (0,)
    reading.close()


def test_a_history_that_is_not_there_is_not_made_by_reading(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        open_to_read(tmp_path / "history.sqlite3")
    assert list(tmp_path.iterdir()) == []
