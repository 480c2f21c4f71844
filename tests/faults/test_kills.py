"""kill -9 at every point of writing, and between two: nothing is half written, and nothing lost."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Literal

import httpx2
import pytest

from rtms_tray.simulator import Simulator
from tests.helpers import file_keyring
from tests.helpers.running import ROOT, App
from tests.helpers.simulator_client import Json, SimulatorClient

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


NAME = "the sign-in"
_RENEWAL = """
import asyncio, os, signal, sys
from keyring.backend import KeyringBackend
from rtms_tray.store.environment import custom
from rtms_tray.store.keyring_store import KeyringStore
from rtms_tray.support.clock import SystemClock
from rtms_tray.zoom.errors import SignInNeeded
from rtms_tray.zoom.http_client import make_http
from rtms_tray.zoom.oauth import Client, OAuth
from rtms_tray.zoom.tokens import TokenKeeper
from tests.helpers.file_keyring import FileKeyring

_, origin, client, what = sys.argv
SERVICE = "the sign-in"

async def main():
    async with make_http() as http:
        oauth = OAuth(http, custom(origin, origin, ""), Client(client), SystemClock())
        keeper = TokenKeeper(oauth=oauth, store=KeyringStore(), secret_name=SERVICE, clock=SystemClock())
        if what == "killed":  # Zoom has answered, and nothing is stored yet
            FileKeyring.set_password = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
        for _ in range(2):
            try:
                print(await keeper.token())
            except SignInNeeded as trouble:
                print(trouble.code)
        await keeper.close()

asyncio.run(main())
"""


@pytest.mark.promise("reply lost after the refresh token was rotated")
@pytest.mark.parametrize("rotation", ["grace", "at_once"])
async def test_a_sign_in_is_tried_once_after_a_kill_between_two_refresh_tokens(
    zoom: Simulator,
    http: httpx2.AsyncClient,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    rotation: Literal["grace", "at_once"],
) -> None:
    """The old one stays stored until the new one is; whether Zoom still takes it is for Zoom to say."""
    zoom.world.settings.rotation = rotation
    tried: list[str] = []
    refresh = zoom.grants.refresh

    def counted(token: str, client_id: str) -> Json:
        tried.append(token)
        return refresh(token, client_id)

    monkeypatch.setattr(zoom.grants, "refresh", counted)
    first = (await SimulatorClient(zoom, http).sign_in())["refresh_token"]
    keyring = tmp_path / "keyring.json"
    keyring.write_text(json.dumps({NAME: first}))

    code, _ = await renew(zoom, keyring, "killed")
    assert code == -signal.SIGKILL
    assert json.loads(keyring.read_text()) == {NAME: first}
    code, answers = await renew(zoom, keyring, "whole")
    assert code == 0
    assert tried == [first, first], "once before the kill, and once after it"
    if rotation == "grace":
        assert answers[0] == answers[1] != "sign_in_expired"
        assert json.loads(keyring.read_text())[NAME] not in ("", first)
    else:
        assert answers == ["sign_in_expired", "sign_in_expired"]
        assert json.loads(keyring.read_text()) == {}


async def renew(zoom: Simulator, keyring: Path, how: str) -> tuple[int | None, list[str]]:
    """Have a process of its own renew the sign-in; return its exit code and what it printed."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", _RENEWAL, zoom.oauth_url, zoom.public_client_id, how),
        cwd=ROOT,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "PYTHON_KEYRING_BACKEND": file_keyring.BACKEND,
            file_keyring.VARIABLE: str(keyring),
        },
        stdout=subprocess.PIPE,
    )
    async with asyncio.timeout(30):
        printed, _ = await process.communicate()
    return process.returncode, printed.decode().split()


def test_a_hang_up_ends_in_order(tmp_path: Path) -> None:
    app = App(tmp_path / "home")
    app.keep_secrets_in(tmp_path / "keyring.json")
    try:
        process = app.run()
        process.send(signal.SIGHUP)
        assert process.wait().code == 0
        app.refused("status", code=3)
        app.run()
    finally:
        app.end()
