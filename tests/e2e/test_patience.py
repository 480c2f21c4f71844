"""What takes its time, because real time has to pass: several programs wait side by side."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.helpers.file_keyring import VARIABLE, lock_of
from tests.helpers.network import Forwarder
from tests.helpers.running import App, newest, notices
from tests.helpers.simulator_process import WITH_HOST, SimulatorProcess

Story = Callable[[App, SimulatorProcess], None]


def connected(app: App, zoom: SimulatorProcess) -> None:
    """Sign in, and wait for the event feed."""
    zoom.sign_in(app)
    app.wait_for_status(lambda status: status["feed"]["connected"])


def still_trying(app: App, zoom: SimulatorProcess) -> None:
    """A command never takes longer than 15 s; what it began goes on."""
    zoom.set_up(app)
    app.run()
    connected(app, zoom)
    zoom.change("faults", path="rtms_app", status=503, delay_s=8, times=-1)
    assert "Still trying" in app.refused("start", str(WITH_HOST), code=4)
    assert newest(app.status())["state"] == "requesting"


def dead_network(app: App, zoom: SimulatorProcess) -> None:
    """Nothing is sent, nothing is lost; once the network is back, it is asked by itself."""
    with Forwarder(zoom.port) as network:
        zoom.route_through(network.port)
        zoom.set_up(app)
        app.run()
        connected(app, zoom)

        network.cut()
        lost = app.wait_for_status(lambda status: not status["feed"]["connected"])
        assert lost["signed_in"] is True
        refusal = app.refused("start", str(WITH_HOST))
        assert "not sent" in refusal.lower()
        status = app.status()
        assert newest(status)["reason"]["code"] == "offline"
        assert (status["signed_in"], len(status["sessions"])) == (True, 1)
        assert {"feed_offline", "feed_connection_lost"} & set(notices(status))
        assert zoom.requests() == []

        network.restore()
        # Asked once more by itself.
        app.wait_for_state("pending_approval", 30)
        app.wait_for_status(lambda status: status["feed"]["connected"], 30)
        zoom.act(WITH_HOST, "approve")
        app.wait_for_state("sharing")
        assert notices(app.status()) == {}
        assert len(zoom.requests()) == 1


def locked_keyring(app: App, zoom: SimulatorProcess) -> None:
    """Signed in all the same, and it goes on by itself once the keyring is unlocked."""
    zoom.set_up(app)
    app.run()
    connected(app, zoom)
    app.done("quit")
    app.run_process.wait()
    keyring = Path(app.environ[VARIABLE])
    lock_of(keyring).touch()
    app.run()
    seen = app.wait_for_status(lambda status: "keyring_locked" in notices(status))
    assert (seen["overall"], seen["signed_in"], seen["sign_in"]) == ("idle", True, "locked")
    assert seen["user"]["email"] == "olive.owner@example.com"
    assert "locked" in notices(seen)["keyring_locked"]["text"]
    assert "but the keyring is locked" in app.done("status")
    assert "locked" in app.refused("start", str(WITH_HOST))

    lock_of(keyring).unlink()
    app.wait_for_status(lambda status: notices(status) == {}, 30)
    app.wait_for_status(lambda status: status["feed"]["connected"])
    app.done("resend")
    zoom.act(WITH_HOST, "approve")
    app.wait_for_state("sharing")


def test_side_by_side(tmp_path: Path) -> None:
    def play(story: Story) -> None:
        app = App(tmp_path / story.__name__)
        app.keep_secrets_in(tmp_path / f"{story.__name__}.json")
        with SimulatorProcess(os.environ) as zoom:
            try:
                story(app, zoom)
            finally:
                app.end()
        assert "traceback" not in app.log()

    with ThreadPoolExecutor() as pool:
        told = [pool.submit(play, story) for story in (still_trying, dead_network, locked_keyring)]
    for story in told:
        story.result()
