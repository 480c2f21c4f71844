"""Disks that are full, read-only or broken: capture continues, and the user learns what can't be written."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pytest

from tests.helpers.running import ROOT, App, notices
from tests.helpers.simulator_process import WITH_HOST, SimulatorProcess

resource = pytest.importorskip("resource", reason="the system has no such limits")

_IS_ROOT = sys.platform == "linux" and os.geteuid() == 0
ORDINARY = ("setpriv", "--bounding-set=-dac_override,-dac_read_search,-fowner") if _IS_ROOT else ()
"""Runs a program without root's power over others' files: root ignores permissions."""

CANNOT_WRITE = {"history_full", "history_unusable"}
"""For SQLite a limit on file sizes is not a full disk; the consequences are the same."""

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="file limits and capabilities are Linux's"
)


def tray(prefix: tuple[str, ...], app: App, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the program under another one."""
    return subprocess.run(
        [*prefix, sys.executable, "-m", "rtms_tray", *arguments],
        env=app.environ,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


@contextmanager
def ordinary(app: App) -> Iterator[App]:
    """Run the program without root's power; commands reach it as usual."""
    words = [*ORDINARY, sys.executable, "-m", "rtms_tray", "run"]
    process = subprocess.Popen(
        words, env=app.environ, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield app
    finally:
        process.terminate()
        process.wait(15)


def wait_for_answer(app: App) -> Mapping[str, object]:
    """Wait for the program to listen; return its status."""
    for _ in range(50):
        ended = app.tray("status", "--json")
        if ended.code == 0:
            return app.status()
    raise AssertionError(ended.err)


@pytest.mark.promise("disk full")
def test_a_disk_that_fills_up_does_not_touch_capture(app: App, simulator: SimulatorProcess) -> None:
    simulator.set_up(app)
    app.run()
    simulator.sign_in(app)
    app.wait_for_status(lambda status: status["feed"]["connected"])
    app.done("start", str(WITH_HOST))
    pid = app.run_process.pid
    _, most = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, most))

    simulator.act(WITH_HOST, "approve")
    app.wait_for_state("sharing")
    status = app.wait_for_status(lambda status: CANNOT_WRITE & set(notices(status)))
    (notice,) = notices(status).values()
    assert notice["severity"] == "info"
    assert "Capture isn't affected" in notice["remedy"]
    app.done("pause")

    resource.prlimit(pid, resource.RLIMIT_FSIZE, (most, most))
    app.done("resume")
    simulator.act(WITH_HOST, "host_stops")
    app.wait_for_state("stopped")
    app.done("quit")
    assert str(WITH_HOST) in app.done("history", "--json")
    assert "traceback" not in app.log()


@pytest.mark.promise("disk full")
def test_settings_that_cannot_be_written_stay_as_they_were(app: App) -> None:
    app.done("settings", "set", "app.client_id", "first")
    before = (app.home / "settings.toml").read_bytes()
    ended = tray(("prlimit", "--fsize=0"), app, "settings", "set", "app.client_id", "second")
    assert ended.returncode == 1
    assert "Can't write" in ended.stderr
    assert (app.home / "settings.toml").read_bytes() == before
    assert list(app.home.glob(".settings.toml*")) == []


@pytest.mark.promise("settings file broken, unreadable or a folder")
@pytest.mark.parametrize("harm", ["unreadable", "a folder", "a broken link"])
def test_settings_that_cannot_be_read_are_reported(app: App, harm: str) -> None:
    app.done("settings", "set", "app.client_id", "first")
    file = app.home / "settings.toml"
    if harm == "unreadable":
        file.chmod(0)
    else:
        file.unlink()
    if harm == "a folder":
        file.mkdir()
    if harm == "a broken link":
        file.symlink_to("nowhere/at/all")
    with ordinary(app):
        status = wait_for_answer(app)
        expected = {"settings_file", "not_configured"}
        assert expected & set(notices(dict(status))), status
    ended = tray(ORDINARY, app, "settings", "set", "app.client_id", "second")
    if harm != "a broken link":
        assert ended.returncode == 1
        assert "Traceback" not in ended.stderr
        assert "Can't read" in ended.stderr


@pytest.mark.promise("data folder read-only")
def test_a_home_that_may_not_be_written_is_explained(app: App) -> None:
    app.home.mkdir()
    app.home.chmod(0o500)
    try:
        for words in (("run",), ("settings", "set", "app.client_id", "x")):
            ended = tray(ORDINARY, app, *words)
            assert ended.returncode == 1, ended
            assert "Permission denied" in ended.stderr
            assert "Traceback" not in ended.stderr
    finally:
        app.home.chmod(0o700)


@pytest.mark.promise("data folder read-only")
def test_a_data_folder_that_becomes_read_only_does_not_stop_it(
    app: App, simulator: SimulatorProcess
) -> None:
    simulator.set_up(app)
    app.run()
    app.done("quit")
    app.run_process.wait()
    data = app.home / "data"
    data.chmod(0o500)
    try:
        with ordinary(app):
            wait_for_answer(app)
            simulator.sign_in(app)
            app.wait_for_status(lambda status: status["feed"]["connected"])
            app.done("start", str(WITH_HOST))
            simulator.act(WITH_HOST, "approve")
            app.wait_for_state("sharing")
            status = app.wait_for_status(notices)
            assert set(notices(status)) == {"history_read_only"}
    finally:
        data.chmod(0o700)
    assert "traceback" not in app.log()
