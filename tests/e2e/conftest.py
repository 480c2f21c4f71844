"""The program and the simulated Zoom as processes, for tests through the command line alone."""

import os
from collections.abc import Generator
from pathlib import Path

import pytest

from tests.helpers.running import App
from tests.helpers.simulator_process import SimulatorProcess


@pytest.fixture(scope="session")
def _shared_zoom() -> Generator[SimulatorProcess]:
    with SimulatorProcess(os.environ) as process:
        yield process


@pytest.fixture
def zoom(_shared_zoom: SimulatorProcess) -> SimulatorProcess:
    """A simulated Zoom at its beginning; everything happens as soon as its cause is done."""
    _shared_zoom.change("reset")
    _shared_zoom.change("grants", revoke="owner")
    return _shared_zoom


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


@pytest.fixture
def running(app: App, zoom: SimulatorProcess) -> App:
    """The program set up, running, signed in, and with its event feed."""
    zoom.set_up(app)
    app.run()
    zoom.sign_in(app)
    app.wait_for_status(lambda status: status["feed"]["connected"])
    return app
