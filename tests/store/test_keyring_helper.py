"""The keyring's helper: another process does what this one would have done, and nothing of it stays."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from rtms_tray.store import keyring_store
from rtms_tray.store.keyring_helper import HelperGoneError, KeyringHelper, helper_for
from rtms_tray.store.keyring_store import KeyringStore
from rtms_tray.store.keyring_work import Job
from rtms_tray.store.secrets import SecretError, Trouble
from tests.helpers import file_keyring
from tests.helpers.desktop.waiting import wait_for
from tests.helpers.running import ROOT
from tests.helpers.windows import until

NAME = "rtms-tray.refresh_token/commercial/https://zoom.us/abc"


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of a keyring that the helper uses."""
    file = tmp_path / "keyring.json"
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", file_keyring.BACKEND)
    monkeypatch.setenv(file_keyring.VARIABLE, str(file))
    return file


@pytest.fixture
def helper(file: Path) -> Iterator[KeyringHelper]:
    assert not file.exists()
    made = KeyringHelper()
    yield made
    made.end()


def no_prompt() -> None:
    """Hear of a prompt."""
    raise AssertionError("nobody is asked")


async def test_secrets_are_kept_read_and_deleted_there(helper: KeyringHelper, file: Path) -> None:
    store = KeyringStore(helper=helper)
    assert await store.load(NAME) is None
    secret = "sünüle €\ud800 " * 400  # longer than one part
    await store.save(NAME, secret)
    assert await store.load(NAME) == secret
    assert set(kept_in(file)) > {NAME}
    await store.unlock()
    await store.delete(NAME)
    assert await store.load(NAME) is None
    assert kept_in(file) == {}


def kept_in(file: Path) -> dict[str, str]:
    """What that keyring keeps."""
    return dict(json.loads(file.read_text()))


async def test_its_failures_are_those_of_the_keyring(helper: KeyringHelper, file: Path) -> None:
    file_keyring.lock_of(file).touch()
    with pytest.raises(SecretError) as failed:
        await KeyringStore(helper=helper).load(NAME)
    assert failed.value.trouble is Trouble.LOCKED
    assert failed.value.remedy


async def test_it_ends_after_a_rest_and_is_started_again(
    helper: KeyringHelper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyring_store, "HELPER_STAYS_S", 0.0)
    store = KeyringStore(helper=helper)
    for _ in range(2):
        await store.save(NAME, "secret")
        await until(lambda: helper.pid is None, "the helper to end")
    assert await store.load(NAME) == "secret"


async def test_without_a_helper_that_works_the_keyring_is_used_here(file: Path) -> None:
    for command in (("no such program",), (sys.executable, "-c", "")):
        store = KeyringStore(helper=KeyringHelper(command))
        await store.save(NAME, "secret")
        assert await store.load(NAME) == "secret"
    assert kept_in(file) == {NAME: "secret"}


SAYS = "import sys; sys.stdin.readline(); print({!r}, flush=True); sys.stdin.readline()"


def test_a_prompt_is_told_before_the_answer() -> None:
    told: list[str] = []
    helper = KeyringHelper((sys.executable, "-c", SAYS.format('"prompts"\n{"value": "x"}')))
    assert helper.perform(Job("load", NAME), lambda: told.append("asked")) == "x"
    assert told == ["asked"]
    helper.end()
    helper.end()  # once is enough


def test_nonsense_is_no_answer() -> None:
    helper = KeyringHelper((sys.executable, "-c", SAYS.format("nonsense")))
    with pytest.raises(HelperGoneError):
        helper.perform(Job("load", NAME), no_prompt)


def test_one_that_died_is_noticed_and_replaced(helper: KeyringHelper) -> None:
    helper.start()
    assert helper.pid is not None
    os.kill(helper.pid, 9)
    os.waitid(os.P_PID, helper.pid, os.WEXITED | os.WNOWAIT)  # its pipes are closed by now
    with pytest.raises(HelperGoneError):
        helper.perform(Job("load", NAME), no_prompt)
    assert helper.perform(Job("load", NAME), no_prompt) is None


@pytest.mark.usefixtures("file")
def test_it_ends_with_the_program_that_started_it() -> None:
    script = (
        "import os\n"
        "from rtms_tray.store.keyring_helper import KeyringHelper\n"
        "helper = KeyringHelper()\n"
        "helper.start()\n"
        "print(helper.pid, flush=True)\n"
        "os._exit(0)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True, timeout=60
    )
    status = Path(f"/proc/{done.stdout.strip()}/status")
    wait_for(lambda: not status.exists() or "State:\tZ" in status.read_text(), 20, "its end")


def test_nothing_is_imported_from_where_somebody_stands(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit('taken over')")
    monkeypatch.chdir(tmp_path)
    helper = KeyringHelper()
    assert helper.perform(Job("load", NAME), no_prompt) is None
    assert not file.exists()
    helper.end()


def test_a_keyring_that_cannot_be_loaded_is_the_first_jobs_failure(
    helper: KeyringHelper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "no_such_module.Keyring")
    for _ in range(2):
        with pytest.raises(SecretError) as caught:
            helper.perform(Job("load", NAME), no_prompt)
        assert caught.value.trouble is Trouble.UNAVAILABLE


def test_it_loads_no_more_than_it_needs() -> None:
    script = """
import sys
from rtms_tray.store.keyring_helper import skip_other_systems
assert "msgspec" not in sys.modules
skip_other_systems()
from keyring.backend import get_all_keyring
names = {type(each).__module__ for each in get_all_keyring()}
assert "ctypes.util" not in sys.modules
print(*names)
"""
    done = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True, timeout=60
    )
    assert "keyring.backends.fail" in done.stdout
    assert "keyring.backends.macOS" not in done.stdout


def test_only_linux_has_one_and_only_where_there_is_a_python(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert helper_for("linux") is not None
    assert helper_for("win32") is None
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert helper_for("linux") is None


def test_a_program_that_ends_leaves_no_helper_open(file: Path) -> None:
    assert not file.exists()
    program = (
        "from rtms_tray.store.keyring_helper import KeyringHelper; "
        "helper = KeyringHelper(); helper.start(); print(helper.pid)"
    )
    command = [sys.executable, "-X", "dev", "-c", program]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert ended.stderr == ""
    assert not Path(f"/proc/{int(ended.stdout)}").exists()
