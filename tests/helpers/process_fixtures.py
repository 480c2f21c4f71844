"""The fixtures of processes: the program, the simulator and a message bus, each on its own."""

import os
from collections.abc import Generator
from pathlib import Path

import pytest

from tests.helpers.running import App
from tests.helpers.simulator_process import SimulatorProcess


@pytest.fixture
def keyring_file(tmp_path: Path) -> Path:
    """Where the tests' own keyring keeps its secrets."""
    return tmp_path / "keyring.json"


@pytest.fixture
def app(tmp_path: Path, keyring_file: Path) -> Generator[App]:
    """A user's program, not set up and not running."""
    app = App(tmp_path / "home")
    app.keep_secrets_in(keyring_file)
    yield app
    app.end()


@pytest.fixture(scope="session")
def _shared_simulator() -> Generator[SimulatorProcess]:
    with SimulatorProcess(os.environ) as process:
        yield process


@pytest.fixture
def simulator(_shared_simulator: SimulatorProcess) -> SimulatorProcess:
    """A simulated Zoom at its beginning; everything happens as soon as its cause is done."""
    _shared_simulator.change("reset")
    _shared_simulator.change("grants", revoke="owner")
    return _shared_simulator


@pytest.fixture(scope="module")
def bus_address(tmp_path_factory: pytest.TempPathFactory) -> Generator[str]:
    """The address of a message bus with nobody on it."""
    # Here, so that other tests run where no message bus can be used.
    from tests.helpers.desktop.bus import running_bus  # noqa: PLC0415

    with running_bus(tmp_path_factory.mktemp("bus")) as address:
        yield address
