"""One whole run of the real program, then a search for every secret in everything it left behind or showed."""

import asyncio
import base64
import os
import re
import stat
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from tests.helpers.fault_proxy import FaultProxy, answer, reset
from tests.helpers.running import App
from tests.helpers.simulator_process import WITH_HOST, SimulatorProcess

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")

PASSCODE = "Zq7-passcode-of-the-link"
EMAIL = "olive.owner@example.com"
_WORDS = {"code", "code_verifier", "refresh_token", "token", "access_token"}


@dataclass
class Run:
    """What one run of the program showed, and what it left behind."""

    home: Path
    secrets: set[str] = field(default_factory=set)
    uuids: set[str] = field(default_factory=set)
    processes: set[bytes] = field(default_factory=set)
    """Command lines and environments of the program, its commands and whatever they started."""
    modes: dict[Path, int] = field(default_factory=dict)
    """The permissions of everything in its folder, while it ran and afterwards."""
    listens: set[str] = field(default_factory=set)
    """Addresses at which the program accepted TCP connections."""


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """Run the program under a umask that hides nothing."""
    folder = tmp_path_factory.mktemp("life")
    before = os.umask(0)
    try:
        yield asyncio.run(_run(folder))
    finally:
        os.umask(before)


async def _run(folder: Path) -> Run:
    app, run = App(folder / "home"), Run(folder / "home")
    app.keep_secrets_in(folder / "keyring.json")
    with SimulatorProcess(os.environ) as zoom:
        target = f"http://127.0.0.1:{zoom.port}"
        async with FaultProxy(target) as net:
            zoom.route_through(net.port)
            run.secrets.add(zoom.addresses["client_secret"])
            with _watching(run):
                await asyncio.to_thread(_story, app, zoom, net, run)
            run.secrets |= {secret for request in net.requests for secret in _secrets_in(request)}
    run.secrets |= set(re.findall(r'"([\w-]{20,}R?)"', (folder / "keyring.json").read_text()))
    return run


def _story(app: App, zoom: SimulatorProcess, net: FaultProxy, run: Run) -> None:
    try:
        with app.started("--verbose", "run") as process:
            zoom.set_up(app, by_commands=True)
            while app.tray("status").code != 0:
                assert process.running
            zoom.sign_in(app)
            app.wait_for_status(lambda status: status["feed"]["connected"])
            run.listens |= _listening(process.pid)
            net.next("/status$", reset, answer(b'{"code": 124, "message": "Expired"}', 401))
            app.tray("start", f"https://zoom.us/j/{WITH_HOST}?pwd={PASSCODE}")
            app.tray("resend")
            zoom.act(WITH_HOST, "approve")
            session = app.wait_for_state("sharing")
            run.uuids.add(session["meeting_uuid"])
            app.done("doctor", "--json")
            zoom.change("grants", revoke="owner")
            app.tray("pause")
            zoom.sign_in(app)
            app.done("pause")
            zoom.act(WITH_HOST, "end_meeting")
            app.wait_for_state("ended")
            app.done("sign-out")
            run.modes |= _modes(run.home)
            app.done("quit")
            process.wait()
            run.modes |= _modes(run.home)
    finally:
        app.end()


def _modes(home: Path) -> dict[Path, int]:
    return {path: path.lstat().st_mode for path in [home, *home.rglob("*")]}


def _secrets_in(request: bytes) -> Iterator[str]:
    """Find the secrets in a request: its tokens, codes, proofs and credentials."""
    head, _, body = request.decode().partition("\r\n\r\n")
    for kind, value in re.findall(r"(?i)authorization: (\w+) (\S+)", head):
        yield value
        if kind.lower() == "basic":
            yield base64.b64decode(value).decode().partition(":")[2]
    for query in (urlsplit(head.split(" ", 2)[1]).query, body):
        for name, values in parse_qs(query).items():
            if name in _WORDS:
                yield from values


@contextmanager
def _watching(run: Run) -> Iterator[None]:
    """Read the command lines and environments of every process of this run, again and again."""
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(0.02):
            for process in Path("/proc").glob("[0-9]*"):
                with suppress(OSError):  # it has ended, or belongs to another user
                    environ = (process / "environ").read_bytes()
                    if os.fsencode(run.home) in environ:
                        run.processes |= {environ, (process / "cmdline").read_bytes()}

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield
    finally:
        ended.set()
        watcher.join()


def _listening(pid: int) -> set[str]:
    """Return the addresses at which a process accepts TCP connections."""
    inodes = set()
    for handle in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(OSError):
            inodes |= set(re.findall(r"socket:\[(\d+)\]", str(handle.readlink())))
    found = set()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A" and fields[9] in inodes:
                found.add(fields[1].partition(":")[0])
    return found


def files(run: Run) -> list[Path]:
    found = [path for path in run.home.rglob("*") if path.is_file()]
    assert {"settings.toml", "rtms-tray.log", "history.sqlite3"} <= {path.name for path in found}
    return found


@pytest.mark.promise("secrets are in the keyring and in memory only")
def test_no_file_holds_a_secret(run: Run) -> None:
    assert len(run.secrets) > 10, "there is something to search for"
    for path in files(run):
        content = path.read_bytes()
        found = [secret for secret in run.secrets if secret.encode() in content]
        assert not found, path


@pytest.mark.promise("secrets are in the keyring and in memory only")
def test_no_command_line_and_no_environment_holds_a_secret(run: Run) -> None:
    assert any(b"rtms_tray" in words and b"start" in words for words in run.processes), (
        "start is among them"
    )
    everything = b"\n".join(run.processes)
    assert [secret for secret in run.secrets if secret.encode() in everything] == []


@pytest.mark.promise("logs hold no secrets, addresses of people or meeting UUIDs")
def test_no_log_holds_anything_private(run: Run) -> None:
    logs = "".join(path.read_text() for path in files(run) if "log" in path.name)
    assert logs.strip(), "there is something to search"
    private = {PASSCODE, EMAIL, *run.uuids, *map(quote, run.uuids), *run.secrets}
    assert [text for text in private if text in logs] == []


@pytest.mark.promise("files are 0600 in folders 0700 whatever the umask")
def test_nobody_else_can_open_anything(run: Run) -> None:
    assert any(map(stat.S_ISSOCK, run.modes.values())), "the control socket was checked"
    for path, mode in run.modes.items():
        assert stat.S_IMODE(mode) == (0o700 if stat.S_ISDIR(mode) else 0o600), path


@pytest.mark.promise("nothing listens but on this computer alone")
def test_only_this_computer_can_connect(run: Run) -> None:
    loopback = {"0100007F", "00000000000000000000000001000000"}
    assert run.listens <= loopback
