"""kill -9 at every point of writing: the disk holds the old state or the new one, complete."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.running import ROOT

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")

_KILLED = """
import itertools, os, signal, sys
from pathlib import Path
from rtms_tray.store.state import Account, load_account, save_account
from rtms_tray.history.database import HistoryFile, read_meetings
from rtms_tray.store.settings_file import load, set_value
from tests.helpers.histories import ENDED, OPEN

POINTS = {"write", "flush", "fsync", "replace", "rename", "unlink", "chmod", "open", "close", "flock"}

class Settings:
    def __init__(self, folder):
        self.path = folder / "settings.toml"
        self.path.write_text("# mine\\n[app]\\nclient_id = 'old'\\n")
    def write(self):
        set_value(self.path, "app.client_id", "new")
    def read(self):
        assert "# mine" in self.path.read_text()
        settings, problems = load(self.path)
        assert problems == ()
        return settings.app.client_id
    old, new = "old", "new"

class Accounts:
    old, new = Account("a", "a@example.com", "x", 1), Account("b", "b@example.com", "y", 2, False)
    def __init__(self, folder):
        self.path = folder / "account.json"
        save_account(self.path, self.old)
    def write(self):
        save_account(self.path, self.new)
    def read(self):
        return load_account(self.path)

class Meetings:
    old, new = [ENDED], [ENDED, OPEN]
    def __init__(self, folder):
        self.path = folder / "history.sqlite3"
        file = HistoryFile.open(self.path)
        file.save([ENDED])
        file.close()
    def write(self):
        file = HistoryFile.open(self.path)
        file._connection.set_trace_callback(lambda _: point())
        file.save([ENDED, OPEN])
        file.close()
    def read(self):
        file = HistoryFile.open(self.path)
        file.close()
        return read_meetings(self.path)

left = 0

def point():
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)

def watch(frame, event, what):
    if event == "c_call" and what.__name__ in POINTS:
        point()

new_after = []
for kills in itertools.count(1):
    folder = Path(sys.argv[2]) / str(kills)
    folder.mkdir()
    subject = globals()[sys.argv[1]](folder)
    child = os.fork()
    if child == 0:
        left = kills
        sys.setprofile(watch)
        subject.write()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    found = subject.read()
    assert found in (subject.old, subject.new), (kills, found)
    new_after.append(found == subject.new)
    subject.write()
    assert subject.read() == subject.new, kills
    if os.WIFEXITED(status):
        assert os.WEXITSTATUS(status) == 0
        break
assert new_after == sorted(new_after), new_after  # once new, never old again
print(len(new_after), sum(new_after))
"""


@pytest.mark.promise("kill -9 at every point of writing")
@pytest.mark.parametrize("what", ["Settings", "Accounts", "Meetings"])
def test_old_or_new_and_whole(tmp_path: Path, what: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", _KILLED, what, str(tmp_path)],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    points, new = map(int, ended.stdout.split())
    assert points > 5, "killed at many points"
    assert 0 < new < points, "before and after the deciding point"
