"""The command line as a process of its own, in a profile that is thrown away."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from rtms_tray.control.address import control_address
from rtms_tray.control.server import ControlServer
from rtms_tray.store.profile import Profile, find_profile
from tests.control.fakes import FakeCommander
from tests.helpers import file_keyring
from tests.helpers.running import ROOT, Ended

RunCli = Callable[..., Awaitable[Ended]]


@pytest.fixture
def environ(tmp_path: Path, keyring_file: Path) -> dict[str, str]:
    return {
        **os.environ,
        "RTMS_TRAY_HOME": str(tmp_path / "home"),
        "PYTHONPATH": str(ROOT),
        "PYTHON_KEYRING_BACKEND": file_keyring.BACKEND,
        file_keyring.VARIABLE: str(keyring_file),
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
