"""Starts the desktop's programs and ends every one of them, by its own process group."""

import os
import shutil
import signal
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

PATIENCE_S = 5


def require_programs(names: Sequence[str], environ: Mapping[str, str] = os.environ) -> None:
    """Skip the test when programs are missing; in continuous integration, fail instead."""
    missing = [name for name in names if shutil.which(name) is None]
    if not missing:
        return
    text = f"needs {', '.join(missing)}; `python3 packaging/dev.py setup` installs what is missing"
    if environ.get("CI"):
        pytest.fail(text)
    pytest.skip(text)


@dataclass(frozen=True)
class Program:
    """A program started on the desktop, and the file that has what it said."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def output(self) -> str:
        """What the program has said up to now."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def end(self) -> None:
        """End the program and what it started: asked first, then made to."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(self.process.pid, number)
            except ProcessLookupError:
                break
            try:
                self.process.wait(PATIENCE_S)
            except subprocess.TimeoutExpired:
                continue
        self.process.wait()


def start(
    argv: Sequence[str],
    log: Path,
    environ: Mapping[str, str],
    *,
    feed: bytes = b"",
    keep_open: Sequence[int] = (),
) -> Program:
    """Start a program in a process group of its own, its output going to `log`.

    setpriv has the system end the program even when the tests themselves are killed.
    """
    with log.open("ab") as output:
        process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", "--", *argv],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=output,
            env=dict(environ),
            start_new_session=True,
            pass_fds=keep_open,
        )
    assert process.stdin is not None
    process.stdin.write(feed)
    process.stdin.close()
    return Program(log.stem, process, log)
