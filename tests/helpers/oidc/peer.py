"""Starts the OAuth server, in the folder where the set-up has put its packages."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from tests.helpers.desktop import wait_for
from tests.helpers.desktop.processes import require_programs, start

HERE: Final = Path(__file__).parent
PACKAGES: Final = HERE.parents[2] / ".cache" / "oidc"
OLDEST_NODE: Final = 18
START_S: Final = 20.0


@dataclass(frozen=True)
class Peer:
    """A running server: its origin, and the ID of its only client, a public one."""

    origin: str
    client_id: str


@contextmanager
def peer(folder: Path) -> Iterator[Peer]:
    """Run the server on a port of its own; its log goes to the folder."""
    _require()
    # Node looks for packages beside the file that asks for them.
    script = shutil.copy(HERE / "server.js", PACKAGES / f"server-{os.getpid()}.mjs")
    program = start(["node", str(script)], folder / "oidc-provider.log", os.environ)

    def said() -> str:
        assert program.process.poll() is None, program.output
        return next((line for line in program.output.splitlines() if line.startswith("{")), "")

    try:
        yield Peer(**json.loads(wait_for(said, START_S, "the OAuth server")))
    finally:
        program.end()
        Path(script).unlink()


def _require() -> None:
    """Skip the test where the server cannot run; in continuous integration, fail instead."""
    require_programs(["node", "setpriv"])
    said = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout
    lacks = ""
    if int(said.strip().lstrip("v").split(".")[0]) < OLDEST_NODE:
        lacks = f"needs Node.js {OLDEST_NODE} or newer, and this is {said.strip()}"
    elif not (PACKAGES / "node_modules").exists():
        lacks = "needs the OAuth server; `python3 packaging/dev.py setup` installs it where npm is"
    if lacks and os.environ.get("CI"):
        pytest.fail(lacks)
    if lacks:
        pytest.skip(lacks)
