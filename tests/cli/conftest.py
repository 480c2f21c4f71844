"""The command line as a process of its own, in a profile that is thrown away."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from rtms_tray.control.address import control_address
from rtms_tray.control.server import ControlServer
from rtms_tray.store.profile import Profile, find_profile
from tests.control.fakes import FakeCommander

# keeps secrets in a file: every command is a process of its own
BACKEND = """
import json, os, pathlib
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked
FILE = pathlib.Path(os.environ["SECRETS_FILE"])
class Keyring(KeyringBackend):
    priority = 1
    def _kept(self):
        if "SECRETS_LOCKED" in os.environ:
            raise KeyringLocked("locked")
        return json.loads(FILE.read_text()) if FILE.exists() else {}
    def get_password(self, service, username):
        return self._kept().get(service)
    def set_password(self, service, username, password):
        FILE.write_text(json.dumps({**self._kept(), service: password}))
    def delete_password(self, service, username):
        FILE.write_text(json.dumps({k: v for k, v in self._kept().items() if k != service}))
"""


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str


RunCli = Callable[..., Awaitable[Ended]]


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "double").mkdir()
    (tmp_path / "double" / "keyring_in_a_file.py").write_text(BACKEND)
    return {
        **os.environ,
        "RTMS_TRAY_HOME": str(tmp_path / "home"),
        "PYTHONPATH": f"{tmp_path / 'double'}:{Path(__file__).parents[2]}",
        "PYTHON_KEYRING_BACKEND": "keyring_in_a_file.Keyring",
        "SECRETS_FILE": str(tmp_path / "secrets.json"),
    }


@pytest.fixture
def profile(environ: dict[str, str]) -> Profile:
    return find_profile("default", environ)


@pytest.fixture
def cli(environ: dict[str, str]) -> RunCli:
    """Run `python -m rtms_tray` with arguments, standard input and more variables."""

    async def run(*arguments: str, given: str = "", **more: str) -> Ended:
        process = await start_cli({**environ, **more}, *arguments)
        out, err = await asyncio.wait_for(process.communicate(given.encode()), 30)
        assert process.returncode is not None
        assert b"Traceback" not in err
        return Ended(process.returncode, out.decode(), err.decode())

    return run


async def start_cli(environ: dict[str, str], *arguments: str) -> asyncio.subprocess.Process:
    pipe = asyncio.subprocess.PIPE
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "rtms_tray", *arguments,
        stdin=pipe, stdout=pipe, stderr=pipe, env=environ,
    )  # fmt: skip


StartCli = Callable[..., Awaitable[asyncio.subprocess.Process]]


@pytest.fixture
def start(environ: dict[str, str]) -> StartCli:
    """Start `python -m rtms_tray` and leave it running."""

    async def start(*arguments: str) -> asyncio.subprocess.Process:
        return await start_cli(environ, *arguments)

    return start


@pytest.fixture
async def instance(profile: Profile) -> AsyncIterator[FakeCommander]:
    """A running instance, as far as the command line can tell."""
    commander = FakeCommander()
    server = ControlServer(control_address(profile), commander)
    await server.start()
    yield commander
    await server.stop()
