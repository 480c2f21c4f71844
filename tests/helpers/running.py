"""Runs the program as its users do: processes of its own, a throw-away home, the command line."""

import json
import os
import queue
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import IO, Any

from rtms_tray.control.address import control_address
from rtms_tray.control.client import call
from rtms_tray.store.profile import find_profile
from rtms_tray.support.command_types import Command, Exit
from tests.helpers import file_keyring
from tests.helpers.desktop.waiting import wait_for

ROOT = Path(__file__).parents[2]
PATIENCE_S = 15.0
Json = dict[str, Any]


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str


class Process:
    """`python -m rtms_tray …` left running, its lines read as they come."""

    def __init__(self, arguments: Sequence[str], environ: Mapping[str, str]) -> None:
        self.arguments = tuple(arguments)
        self._process = subprocess.Popen(
            [*_dies_with_the_tests(), sys.executable, "-m", "rtms_tray", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env=dict(environ),
            start_new_session=True,
        )
        self.errors: list[str] = []
        self._lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._readers = (
            _read(self._process.stdout, self._lines.put, lambda: self._lines.put(None)),
            _read(self._process.stderr, self.errors.append, lambda: None),
        )

    @property
    def pid(self) -> int:
        """Its process number."""
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether it has not ended yet."""
        return self._process.poll() is None

    def line(self, timeout_s: float = PATIENCE_S) -> str:
        """Wait for the next line on its standard output."""
        try:
            line = self._lines.get(timeout=max(timeout_s, 0))
        except queue.Empty:
            raise AssertionError(f"{self} said nothing more; errors: {self.errors}") from None
        assert line is not None, f"{self} ended; errors: {self.errors}"
        return line

    def send(self, number: int) -> None:
        """Send it a signal."""
        self._process.send_signal(number)

    def wait(self, timeout_s: float = PATIENCE_S) -> Ended:
        """Wait for its end; hand back the lines that nobody has read."""
        code = self._process.wait(timeout_s)
        for reader in self._readers:
            reader.join(PATIENCE_S)
        lines = iter(self._lines.get, None)
        errors = "".join(self.errors)
        assert "Traceback" not in errors, errors
        return Ended(code, "".join(lines), errors)

    def end(self) -> None:
        """End it, if it has not ended: asked first, then made to."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            if self.running:
                self.send(number)
            try:
                self._process.wait(PATIENCE_S)
            except subprocess.TimeoutExpired:
                continue
            break
        for reader in self._readers:
            reader.join(PATIENCE_S)
        for pipe in (self._process.stdout, self._process.stderr):
            assert pipe is not None
            pipe.close()

    def __str__(self) -> str:
        return f"rtms-tray {' '.join(self.arguments)}"


def _dies_with_the_tests() -> list[str]:
    """Have the system end a program even when the tests themselves are killed, where it can."""
    return ["setpriv", "--pdeathsig", "KILL", "--"] if shutil.which("setpriv") else []


def _read(
    pipe: IO[str] | None, take: Callable[[str], None], end: Callable[[], None]
) -> threading.Thread:
    def read() -> None:
        for line in pipe or ():
            take(line)
        end()

    thread = threading.Thread(target=read, daemon=True)
    thread.start()
    return thread


class App:
    """One user's rtms-tray: its home, its keyring, its command line and its running instance."""

    def __init__(self, home: Path, environ: Mapping[str, str] | None = None) -> None:
        self.home = home
        self._ends = ExitStack()
        base = {**os.environ, "QT_QPA_PLATFORM": "offscreen"} if environ is None else environ
        self._running: Process | None = None
        self.environ = {**base, "RTMS_TRAY_HOME": str(home), "PYTHONPATH": str(ROOT)}

    @property
    def keyring_file(self) -> Path | None:
        """The file of the tests' own keyring; None where the system's is used."""
        file = self.environ.get(file_keyring.VARIABLE)
        return Path(file) if file else None

    def keep_secrets_in(self, file: Path) -> None:
        """Use the tests' own keyring, in this file."""
        self.environ |= {
            "PYTHON_KEYRING_BACKEND": file_keyring.BACKEND,
            file_keyring.VARIABLE: str(file),
        }

    # --- commands -------------------------------------------------------------------------------

    def tray(self, *arguments: str, given: str = "") -> Ended:
        """Run a command to its end."""
        done = subprocess.run(
            [sys.executable, "-m", "rtms_tray", *arguments],
            input=given,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=30,
            check=False,
            env=self.environ,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return Ended(done.returncode, done.stdout, done.stderr)

    def done(self, *arguments: str, given: str = "") -> str:
        """Run a command that must be done; hand back what it printed."""
        ended = self.tray(*arguments, given=given)
        assert ended.code == 0, f"{arguments} ended with {ended.code}: {ended.err}"
        return ended.out

    def refused(self, *arguments: str, code: int = 1) -> str:
        """Run a command that must be refused; hand back the reason it printed."""
        ended = self.tray(*arguments)
        assert ended.code == code, f"{arguments} ended with {ended.code}: {ended.out}{ended.err}"
        return ended.err

    def status(self) -> Json:
        """Ask the running instance how everything stands."""
        return as_json(self.done("status", "--json"))

    def wait_for_status(
        self, predicate: Callable[[Json], object], timeout_s: float = PATIENCE_S
    ) -> Json:
        """Wait until the running instance shows what is looked for; hand back that status."""
        until = monotonic() + timeout_s
        status: Json = {}
        with self.started("watch", "--json") as watch:
            while True:
                try:
                    status = as_json(watch.line(until - monotonic()))
                except AssertionError as error:
                    error.add_note(f"the last status was {json.dumps(status, indent=1)}")
                    raise
                if predicate(status):
                    return status

    def wait_for_state(self, state: str, timeout_s: float = PATIENCE_S) -> Json:
        """Wait until the newest session is in this state; hand back that session."""
        found = self.wait_for_status(lambda status: newest(status)["state"] == state, timeout_s)
        return newest(found)

    # --- running --------------------------------------------------------------------------------

    @contextmanager
    def started(self, *arguments: str) -> Iterator[Process]:
        """Start a command and leave it running inside."""
        process = Process(arguments, self.environ)
        try:
            yield process
        finally:
            process.end()

    def run(self, *arguments: str) -> Process:
        """Start the tray, by `run` or another command; it ends with this object, if not before."""
        process = self._running = Process(arguments or ("run",), self.environ)
        self._ends.callback(process.end)
        self._wait_until_it_listens(process)
        return process

    @property
    def run_process(self) -> Process:
        """The instance that was started last."""
        assert self._running is not None
        return self._running

    def end(self) -> None:
        """End everything that was left running."""
        self._ends.close()

    def log(self) -> str:
        """What the program has written to its log."""
        file = self.home / "logs" / "rtms-tray.log"
        return file.read_text(encoding="utf-8") if file.exists() else ""

    def _wait_until_it_listens(self, process: Process) -> None:
        # Asked from here, not by a process: that would take the time it is to save.
        address = control_address(find_profile("default", self.environ), self.environ)

        def listens() -> bool:
            assert process.running, f"it ended: {process.errors}"
            return call(address, Command("status")).exit is Exit.DONE

        wait_for(listens, PATIENCE_S, "the instance to listen")


def as_json(text: str) -> Json:
    """Read one JSON object."""
    value = json.loads(text)
    assert isinstance(value, dict)
    return value


def newest(status: Json) -> Json:
    """The newest session of a status; an empty one where there is none."""
    sessions = status["sessions"]
    return dict(sessions[-1]) if sessions else {"state": None}


def notices(status: Json) -> dict[str, Json]:
    """The notices of a status by their codes."""
    return {str(notice["code"]): notice for notice in status["notices"]}
