"""One instance at a time, its beginnings and its ends; nothing is left behind by any of them."""

import json
import os
import signal
import socket
import sys
from pathlib import Path

import pytest

from rtms_tray.store.log import LOG_FILE
from rtms_tray.store.profile import find_profile
from tests.helpers.running import App
from tests.helpers.simulator_process import WITH_HOST, SimulatorProcess

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="signals and socket files")


def test_commands_without_an_instance(app: App) -> None:
    for command in (("status",), ("watch",), ("start", str(WITH_HOST)), ("resend",), ("quit",)):
        assert "rtms-tray run" in app.refused(*command, code=3)


def test_wrong_usage(app: App) -> None:
    for command in (("dance",), ("start",), ("status", "--yaml"), ("tell", "host-present")):
        assert "usage:" in app.refused(*command, code=2)


def test_sign_in_without_an_instance(app: App, zoom: SimulatorProcess) -> None:
    zoom.set_up(app)
    assert "Signed in as olive.owner@example.com." in zoom.sign_in(app)
    assert "rtms-tray run" in app.refused("status", code=3)
    app.run()
    status = app.wait_for_status(lambda status: status["feed"]["connected"])
    assert (status["overall"], status["signed_in"]) == ("idle", True)
    app.done("start", str(WITH_HOST))


def test_the_public_client_signs_in_without_a_secret(app: App, zoom: SimulatorProcess) -> None:
    zoom.set_up(app, public=True)
    app.run()
    zoom.sign_in(app)
    public = zoom.addresses["public_client_id"]
    assert [grant["client_id"] for grant in zoom.state()["grants"]] == [public]
    app.done("start", str(WITH_HOST))


@pytest.mark.promise("two instances racing")
def test_the_second_run_shows_the_window_of_the_first(app: App, zoom: SimulatorProcess) -> None:
    zoom.set_up(app)
    first = app.run()
    assert app.done("run") == ""
    assert first.running
    assert app.status()["overall"] == "signed_out"


@pytest.mark.promise("kill -9 at every point of writing")
@POSIX
def test_killed_and_started_again(running: App, zoom: SimulatorProcess) -> None:
    first = running.run_process
    first.send(signal.SIGKILL)
    first.wait()
    assert sockets(running), "a stale socket is what this test is about"
    assert "rtms-tray run" in running.refused("status", code=3)
    running.run()
    status = running.wait_for_status(lambda status: status["feed"]["connected"])
    assert (status["overall"], status["signed_in"]) == ("idle", True)
    running.done("start", str(WITH_HOST))
    assert len(zoom.requests()) == 1


@POSIX
@pytest.mark.parametrize("way", ["quit", "SIGTERM", "SIGINT"])
def test_an_end_leaves_nothing_behind(running: App, zoom: SimulatorProcess, way: str) -> None:
    process = running.run_process
    with running.started("watch", "--json") as watch:
        watch.line()
        if way == "quit":
            running.done("quit")
        else:
            process.send(getattr(signal, way))
        assert process.wait().code == 0
        assert watch.wait().code == 3
    assert sockets(running) == []
    assert belonging_to(running.home) == []
    assert zoom.state()["feed"]["connections"] == 0
    assert "rtms-tray run" in running.refused("status", code=3)


def sockets(app: App) -> list[Path]:
    """The control sockets of a program, listening or stale."""
    folder = find_profile("default", app.environ).control_folder
    return [path for path in folder.glob("*") if path.is_socket()] if folder.exists() else []


def belonging_to(home: Path) -> list[int]:
    """The processes that still live in this home, by what their surroundings say."""
    if not sys.platform.startswith("linux"):
        return []
    return [int(one.name) for one in Path("/proc").glob("[0-9]*") if lives_in(one, home)]


def lives_in(process: Path, home: Path) -> bool:
    try:
        return os.fsencode(home) in (process / "environ").read_bytes()
    except OSError:  # it ended meanwhile, or is somebody else's
        return False


@POSIX
def test_a_home_too_deep_for_a_socket(app: App, tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 60) / ("e" * 60)
    other = App(deep, {**app.environ, "XDG_RUNTIME_DIR": str(tmp_path)})
    with pytest.raises(OSError, match="too long"), socket.socket(socket.AF_UNIX) as one:
        one.bind(str(find_profile("default", other.environ).control_folder / "socket"))
    try:
        other.run()
        assert other.status()["overall"] == "signed_out"
        other.done("quit")
    finally:
        other.end()


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("ALL_PROXY", "socks://proxy.test:1080"),
        ("ALL_PROXY", "socks4://proxy.test:1080"),
        ("HTTPS_PROXY", "http//proxy.test"),
        ("SSL_CERT_FILE", "/nowhere/ca.pem"),
        ("SSL_CERT_DIR", "/nowhere"),
    ],
)
def test_nothing_in_the_environment_keeps_it_from_starting(
    app: App, zoom: SimulatorProcess, variable: str, value: str
) -> None:
    for other in ("SSL_CERT_FILE", "SSL_CERT_DIR"):  # what this machine itself says
        app.environ.pop(other, None)
    app.environ |= {variable: value}
    zoom.set_up(app)
    app.run()
    zoom.sign_in(app)  # this computer is reached directly
    app.wait_for_status(lambda status: status["feed"]["connected"])
    checks = {
        check["code"]: check for check in json.loads(app.tray("doctor", "--json").out)["checks"]
    }
    assert (variable in checks["certificates"]["text"]) is ("CERT" in variable)


@POSIX
def test_pipes_in_the_places_of_files_keep_nobody_from_starting(
    app: App, zoom: SimulatorProcess
) -> None:
    zoom.set_up(app)
    profile = find_profile(environ=app.environ)
    for file in (profile.history_file, profile.log_folder / LOG_FILE):
        file.parent.mkdir(parents=True, exist_ok=True)
        os.mkfifo(file)
    app.run()
    zoom.sign_in(app)
    status = app.wait_for_status(lambda status: status["feed"]["connected"])
    assert status["signed_in"]
    app.done("quit")
