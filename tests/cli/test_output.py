"""Output: harmless to a terminal, to a reader that has left, and where there is no terminal at all."""

import asyncio
import os
import sys

import pytest

from rtms_tray.cli.output import plain
from rtms_tray.store.profile import Profile
from tests.cli.conftest import RunCli
from tests.helpers.running import Ended

WITHOUT_STREAMS = (
    "import sys; sys.stdout = sys.stderr = None; "
    "from rtms_tray.cli.main import main; sys.exit(main(sys.argv[1:]))"
)
"""As a program of Windows that has windows only."""


async def _into_a_closed_pipe(environ: dict[str, str], *arguments: str) -> Ended:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "rtms_tray", *arguments,
            stdout=writer, stderr=asyncio.subprocess.PIPE, env=environ,
        )  # fmt: skip
    finally:
        os.close(writer)
    _, err = await asyncio.wait_for(process.communicate(), 30)
    assert process.returncode is not None
    return Ended(process.returncode, "", err.decode())


@pytest.mark.skipif("sys.platform == 'win32'", reason="Windows has no such pipes")
@pytest.mark.parametrize("unbuffered", ["", "1"])
async def test_a_reader_that_has_left_causes_no_error(
    cli: RunCli, environ: dict[str, str], unbuffered: str
) -> None:
    assert (await cli("settings", "get")).out  # somebody who reads gets something
    environ["PYTHONUNBUFFERED"] = unbuffered
    assert await _into_a_closed_pipe(environ, "settings", "get") == Ended(0, "", "")


@pytest.mark.parametrize(("arguments", "code"), [(["settings", "get"], 0), (["status"], 3)])
async def test_without_a_terminal_the_exit_code_says_what_happened(
    environ: dict[str, str], profile: Profile, arguments: list[str], code: int
) -> None:
    assert not profile.data_folder.exists()  # nothing runs here
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", WITHOUT_STREAMS, *arguments,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE, env=environ,
    )  # fmt: skip
    assert await asyncio.wait_for(process.communicate(), 30) == (b"", b"")
    assert process.returncode == code


@pytest.mark.promise("words from outside are plain text everywhere")
@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x1b[31mb\x1b[0m", "ab"),
        ("a\x1b]0;title\x07b", "ab"),
        ("a\x9b31mb\rc\x08d", "a31mbcd"),
        ("a\u202eb", "ab"),
        ("line\n\ttab ä😀", "line\n\ttab ä😀"),
        ("\x1b", ""),
    ],
)
def test_nothing_steers_the_terminal(text: str, shown: str) -> None:
    assert plain(text) == shown
