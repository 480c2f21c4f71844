"""`rtms-tray relay`: the process with a nats-server of its own, its end, and its check."""

import asyncio
import json
import os
import shutil
import signal
from asyncio.subprocess import PIPE
from collections.abc import Callable
from pathlib import Path

import httpx2
import pytest

from rtms_tray.relay import nats_server
from rtms_tray.relay.__main__ import main
from rtms_tray.relay.application import Relay
from rtms_tray.relay.nats_server import NatsServer, NatsServerError
from rtms_tray.simulator import Simulator
from tests.helpers.expected_logs import ExpectedLogs
from tests.helpers.nats_servers import PROGRAM, free_port
from tests.helpers.relay_harness import (
    LIMIT_S,
    RelayHarness,
    running,
    settings_for,
)
from tests.helpers.relay_process import relay_environ, relay_process
from tests.helpers.simulator_client import SimulatorClient
from tests.helpers.zoom_events import started

Environ = dict[str, str]


@pytest.fixture
def environ(zoom: Simulator, tmp_path: Path, nats_url: str) -> Environ:
    """The settings of a relay that brings its own nats-server."""
    del nats_url  # without it there is no nats-server here
    return relay_environ(zoom, tmp_path / "data")


async def test_it_starts_nats_itself_keeps_everything_and_ends_in_order(
    environ: Environ, client: SimulatorClient, http: httpx2.AsyncClient, zoom: Simulator
) -> None:
    me = zoom.world.users["owner"].id
    async with relay_process(environ) as (first, url):
        relay = RelayHarness(Relay.__new__(Relay), url, http)
        assert (await http.get(f"{url}/readyz")).json() == {"ready": True}
        await relay.take(started(me))
        tray = await relay.connect((await relay.session(client.token)).json()["token"])
        await tray.hear(1)
        first.send_signal(signal.SIGTERM)
        assert await tray.closed() == 1012
        _, log = await first.communicate()
        assert first.returncode == 0
    lines = [json.loads(line) for line in log.splitlines()]
    assert "draining" in [line["text"] for line in lines]
    assert not [word for word in (me, client.token, "127.0.0.1") if word.encode() in log]
    async with relay_process(environ) as (_, url):
        relay = RelayHarness(Relay.__new__(Relay), url, http)
        await relay.take(started(me, "another"))
        token = (await relay.session(client.token)).json()["token"]
        again = await relay.connect(token, after=tray.position, epoch=tray.hello["epoch"])
        assert again.hello["gap"] == ""
        await again.hear(1)
        await again.close()


async def test_a_relay_in_another_program_stops_its_nats_server(
    zoom: Simulator, nats_url: str, http: httpx2.AsyncClient, tmp_path: Path
) -> None:
    del nats_url  # without it there is no nats-server here
    own = settings_for(zoom, "", nats_urls=[], nats_server=PROGRAM, data_folder=str(tmp_path))
    for _ in range(2):  # the second one finds the folder free
        async with running(own, http) as relay:
            assert (await http.get(f"{relay.url}/readyz")).json() == {"ready": True}


async def test_without_its_nats_server_it_ends_and_says_so(environ: Environ) -> None:
    async with relay_process(environ) as (relay, _):
        folder = Path(environ["RTMS_RELAY_DATA_FOLDER"]) / "nats"
        second = NatsServer(PROGRAM, folder)
        with pytest.raises(NatsServerError, match="Another relay uses"):
            await second.start()
        children = await asyncio.create_subprocess_exec(
            "pgrep", "--parent", str(relay.pid), stdout=PIPE
        )
        found, _ = await children.communicate()
        os.kill(int(found.split()[0]), signal.SIGKILL)
        _, log = await asyncio.wait_for(relay.communicate(), LIMIT_S)
        assert relay.returncode == 1
        assert b"nats-server has ended" in log


async def test_a_killed_relay_leaves_no_nats_server(environ: Environ) -> None:
    if shutil.which("setpriv") is None:
        pytest.skip("There is no setpriv here.")
    async with relay_process(environ) as (relay, _):
        relay.kill()
        await relay.communicate()
    async with relay_process(environ) as (_, url):  # the folder is free again
        assert url


class TestOwnServer:
    """The nats-server that the relay brings."""

    @pytest.mark.parametrize(
        ("version", "expected"),
        [("nats-server: v2.9.10", False), ("nats-server: v2.10.0-RC.1", True), ("?", False)],
    )
    def test_a_version_that_can_sync_every_message_does(
        self, tmp_path: Path, version: str, *, expected: bool
    ) -> None:
        program = tmp_path / "nats-server"
        program.write_text(f"#!/bin/sh\necho '{version}'\n", encoding="utf-8")
        program.chmod(0o755)
        assert nats_server.syncs_always(str(program)) is expected
        config = NatsServer(str(program), tmp_path)._config(str(program))
        assert ("sync_interval: always" in config) is expected

    async def test_one_that_ends_at_once_is_told(self, tmp_path: Path) -> None:
        program = tmp_path / "broken"
        program.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
        program.chmod(0o755)
        server = NatsServer(str(program), tmp_path / "data")
        with pytest.raises(NatsServerError, match="ended at once"):
            await server.start()
        await server.ended()
        await server.stop()

    async def test_one_that_does_not_end_is_killed(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(nats_server, "_STOP_S", 0.1)
        ports = tmp_path / "data" / "x.ports"
        program = tmp_path / "stubborn"
        program.write_text(
            f"#!/bin/sh\ntrap '' TERM\n[ \"$1\" = --version ] && exit\n"
            f"echo '{{\"nats\": [\"nats://x\"]}}' > '{ports}'\nwhile :; do sleep 0.01; done\n",
            encoding="utf-8",
        )
        program.chmod(0o755)
        server = NatsServer(str(program), tmp_path / "data")
        assert await server.start() == "nats://x"
        await server.stop()
        await server.ended()

    async def test_before_its_start_it_has_not_ended_badly(self, tmp_path: Path) -> None:
        server = NatsServer(PROGRAM, tmp_path)
        await server.ended()
        await server.stop()

    def test_a_missing_one_is_told_with_what_to_install(self) -> None:
        with pytest.raises(NatsServerError, match="apt install nats-server"):
            nats_server.find_program("no-such-nats-server")


class TestCheck:
    """`relay check`."""

    @pytest.fixture
    def check(
        self, environ: Environ, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> Callable[..., tuple[int, str]]:
        """Run the check with changed settings; give its exit code and output."""
        monkeypatch.setattr("rtms_tray.relay.__main__.log_to_stderr", lambda _: None)

        def run(**changes: str) -> tuple[int, str]:
            for name, value in (environ | changes).items():
                monkeypatch.setenv(name, value)
            code = main(["check"])
            return code, capsys.readouterr().out

        return run

    async def in_thread(
        self, check: Callable[..., tuple[int, str]], **changes: str
    ) -> tuple[int, str]:
        """The check has a loop of its own; the simulator answers in this one."""
        return await asyncio.to_thread(lambda: check(**changes))

    async def test_it_says_what_a_single_node_can_promise(
        self, check: Callable[..., tuple[int, str]]
    ) -> None:
        code, out = await self.in_thread(check)
        assert code == 0
        assert "Zoom's API can be reached" in out
        assert "nats-server 2." in out
        assert "public_url is not https" in out

    async def test_with_all_in_order_nothing_is_warned_of(
        self, check: Callable[..., tuple[int, str]], tmp_path: Path
    ) -> None:
        program = tmp_path / "nats-server"
        program.write_text("#!/bin/sh\necho 'nats-server: v2.12.0'\n", encoding="utf-8")
        program.chmod(0o755)
        code, out = await self.in_thread(
            check,
            RTMS_RELAY_PUBLIC_URL="https://relay.example.com",
            RTMS_RELAY_NATS_SERVER=str(program),
        )
        assert code == 0
        assert "writes every event to the disk" in out
        assert "warning" not in out

    async def test_what_is_broken_is_named(
        self, check: Callable[..., tuple[int, str]], client: SimulatorClient
    ) -> None:
        await client.control("faults", path="/users/me", status=502)
        code, out = await self.in_thread(
            check,
            RTMS_RELAY_WEBHOOK_SECRETS="short",
            RTMS_RELAY_RECEIVER_KEYS="",
            RTMS_RELAY_NATS_SERVER="no-such-nats-server",
        )
        assert code == 1
        for words in ("fewer than 16", "receiver_keys is empty", "was not found", "answers 502"):
            assert words in out

    async def test_without_zoom_or_nats_it_says_so(
        self, check: Callable[..., tuple[int, str]], expected_logs: ExpectedLogs
    ) -> None:
        expected_logs.allow("NATS: ")
        closed_port = free_port()
        code, out = await self.in_thread(
            check,
            RTMS_RELAY_ZOOM_API_URL=f"http://127.0.0.1:{closed_port}",
            RTMS_RELAY_NATS_URLS=f"nats://127.0.0.1:{closed_port}",
        )
        assert code == 1
        assert "Zoom's API cannot be reached" in out
        assert "NATS cannot be reached" in out

    async def test_of_a_cluster_it_looks_at_the_stream(
        self, check: Callable[..., tuple[int, str]], nats_url: str, relay: RelayHarness
    ) -> None:
        del relay  # it has made the stream
        _, out = await self.in_thread(check, RTMS_RELAY_NATS_URLS=nats_url)
        assert "One replica" in out
        code, out = await self.in_thread(
            check, RTMS_RELAY_NATS_URLS=nats_url, RTMS_RELAY_REPLICAS="3"
        )
        assert "Only 1 of 3 replicas" in out
        assert ("can lose an event" in out) is (
            nats_server.version(shutil.which(PROGRAM) or "") < (2, 10)
        )
        assert code == 1

    async def test_a_stream_that_is_not_there_yet_is_told(
        self, check: Callable[..., tuple[int, str]], nats_url: str, bus: object
    ) -> None:
        del bus  # it has emptied the server
        _, out = await self.in_thread(check, RTMS_RELAY_NATS_URLS=nats_url)
        assert "not there yet" in out


def test_wrong_settings_are_told_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RTMS_RELAY_CONFIG", "/no/such/file.toml")
    assert main([]) == 2
    assert (
        capsys.readouterr().err
        == "rtms-tray relay: /no/such/file.toml cannot be read: No such file or directory.\n"
    )


def test_what_keeps_it_from_starting_is_told_in_a_sentence(
    environ: Environ, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("rtms_tray.relay.__main__.log_to_stderr", lambda _: None)
    monkeypatch.setenv("RTMS_RELAY_NATS_SERVER", "no-such-nats-server")
    assert main(["--port", "0"]) == 1
    assert "The relay cannot start: no-such-nats-server was not found" in capsys.readouterr().err


def test_the_command_line_wins(environ: Environ, tmp_path: Path) -> None:
    from rtms_tray.relay.__main__ import _parser, _settings  # noqa: PLC0415 - what `main` does first

    options = _parser().parse_args(
        ["run", "--nats", "nats://a", "nats://b", "--host", "::1", "--data-folder", str(tmp_path)]
    )
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environ.items():
            patch.setenv(name, value)
        settings = _settings(options)
    assert settings.nats_urls == ["nats://a", "nats://b"]
    assert (settings.host, settings.data_folder) == ("::1", str(tmp_path))
