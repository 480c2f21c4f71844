"""Real NATS servers for tests: one alone, or several as a cluster."""

import contextlib
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

PROGRAM = os.environ.get("RTMS_TRAY_NATS_SERVER", "nats-server")
START_S = 30.0


class LocalNats:
    """A `nats-server` with JetStream in a folder; it can be killed, and started again where it was."""

    def __init__(self, folder: Path, name: str = "n1", extra: str = "") -> None:
        self._folder = folder
        self._name = name
        self._extra = extra
        self._process: subprocess.Popen[bytes] | None = None
        self.port = free_port()

    @property
    def url(self) -> str:
        """Where clients connect."""
        return f"nats://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it, and wait until it listens."""
        self._folder.mkdir(parents=True, exist_ok=True)
        config = self._folder / "nats.conf"
        store = json.dumps(str(self._folder / "js"))
        config.write_text(
            f'server_name: {self._name}\nlisten: "127.0.0.1:{self.port}"\n'
            f"jetstream {{ store_dir: {store} }}\n{self._extra}\n",
            encoding="utf-8",
        )
        command = [PROGRAM, "--config", str(config), "--log", str(self._folder / "nats.log")]
        self._process = subprocess.Popen(
            [*_with_this_process(), *command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port)):
                return
            time.sleep(0.02)
        raise TimeoutError(f"nats-server does not listen; see {self._folder / 'nats.log'}")

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal: STOP to freeze it, CONT to let it go on."""
        assert self._process is not None
        self._process.send_signal(number)

    def kill(self) -> None:
        """End it at once, as a power cut does."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


def _with_this_process() -> list[str]:
    """Let it end with the test run, however that ends."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "KILL"] if setpriv else []


def free_port() -> int:
    """Find a port that nobody uses now, and that no outgoing connection is given before it is listened at."""
    while True:
        port = secrets.randbelow(10_000) + 20_000  # systems take outgoing ones from 32,768 on
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


def member(folder: Path, name: str, port: int, routes: list[int]) -> LocalNats:
    """Return a node of a cluster that listens on this port and finds the others on those, not started yet.

    Nobody is told of another way to it, so that a test can cut all there are.
    """
    urls = ", ".join(f'"nats://127.0.0.1:{route}"' for route in routes)
    nowhere = free_port()
    extra = (
        f'cluster {{ name: c, listen: "127.0.0.1:{port}", no_advertise: true\n'
        f'advertise: "127.0.0.1:{nowhere}", routes: [{urls}] }}'
    )
    return LocalNats(folder / name, name, extra)
