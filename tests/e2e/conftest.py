"""The program and the simulated Zoom as processes, for tests through the command line alone."""

import pytest

from tests.helpers.running import App
from tests.helpers.simulator_process import SimulatorProcess


@pytest.fixture
def zoom(simulator: SimulatorProcess) -> SimulatorProcess:
    """The simulated Zoom."""
    return simulator


@pytest.fixture
def running(app: App, zoom: SimulatorProcess) -> App:
    """The program set up, running, signed in, and with its event feed."""
    zoom.set_up(app)
    app.run()
    zoom.sign_in(app)
    app.wait_for_status(lambda status: status["feed"]["connected"])
    return app
