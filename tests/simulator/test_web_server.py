"""The simulator as a server, in a thread, and as a command."""

import asyncio
import json
import signal
import socket
import sys

import httpx2
import pytest
from websockets.exceptions import ConnectionClosed

from rtms_tray.simulator import Simulator, SimulatorThread
from tests.helpers.simulator_client import SimulatorClient, read_frame

KEYS = {
    "oauth_url",
    "api_url",
    "events_url",
    "control_url",
    "client_id",
    "client_secret",
    "subscription_id",
    "standby_subscription_id",
    "public_client_id",
    "webhook_secret",
    "app_id",
}


async def test_the_command_prints_its_addresses_and_ends_on_sigterm() -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-W", "error", "-m", "rtms_tray.simulator", "--scenario", "t2"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    addresses = json.loads(await process.stdout.readline())
    assert addresses.keys() == KEYS
    async with httpx2.AsyncClient(trust_env=False) as http:
        state = (await http.get(f"{addresses['control_url']}/state")).json()
        assert (state["scenario"]["name"], state["settings"]["progression"]) == ("t2", "timed")
    process.send_signal(signal.SIGTERM)
    rest, errors = await process.communicate()
    assert (process.returncode, rest, errors) == (0, b"", b"")


async def test_a_taken_port_is_reported_without_a_traceback() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "rtms_tray.simulator"),
            *("--port", str(taken.getsockname()[1])),
            stderr=asyncio.subprocess.PIPE,
        )
        _, errors = await process.communicate()
    assert process.returncode == 1
    assert errors.startswith(b"The simulator cannot start: ")
    assert b"Traceback" not in errors


@pytest.mark.promise("the simulator serves this computer alone")
@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::"])  # noqa: S104 - must be refused
def test_only_this_machine_is_served(host: str) -> None:
    with pytest.raises(ValueError, match="this machine only"):
        Simulator(host=host)


@pytest.fixture
def ipv6_loopback() -> str:
    """The other loopback address, where this machine has it."""
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            return "::1"
    except OSError as why:
        pytest.skip(f"There is no IPv6 loopback here: {why}")


async def test_the_other_loopback_address_serves_too(ipv6_loopback: str) -> None:
    async with Simulator(host=ipv6_loopback) as zoom, httpx2.AsyncClient(trust_env=False) as http:
        assert zoom.api_url.startswith("http://[::1]:")
        assert (await http.get(f"{zoom.control_url}/state")).status_code == 200


async def test_the_end_closes_the_feed(http: httpx2.AsyncClient) -> None:
    async with Simulator() as zoom:
        client = SimulatorClient(zoom, http)
        socket_ = await client.connect_feed(await client.app_token())
        assert (await read_frame(socket_))["success"]
    async with asyncio.timeout(5):
        with pytest.raises(ConnectionClosed):
            await socket_.recv()
    await socket_.close()


def test_a_simulator_can_serve_from_its_own_thread() -> None:
    thread = SimulatorThread(progression="immediate")
    addresses = thread.start()
    try:
        assert addresses.keys() == KEYS
        state = httpx2.get(f"{addresses['control_url']}/state", trust_env=False).json()
        assert state["scenario"]["name"] == "default"
    finally:
        thread.stop()
    with pytest.raises(httpx2.ConnectError):
        httpx2.get(f"{addresses['control_url']}/state", trust_env=False)


def test_a_thread_raises_why_it_could_not_start() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        thread = SimulatorThread(port=taken.getsockname()[1])
        with pytest.raises(OSError, match="in use"):
            thread.start()
        thread.stop()


async def test_open_connections_do_not_delay_the_end() -> None:
    async with asyncio.timeout(5):
        async with Simulator() as zoom, httpx2.AsyncClient(trust_env=False) as http:
            body = {"path": "users", "delay_s": 60}
            await http.post(f"{zoom.control_url}/faults", json=body)
            taken = asyncio.Event()
            zoom.faults.on_take = taken.set
            hanging = asyncio.create_task(http.get(f"{zoom.api_url}/v2/users/me"))
            await taken.wait()
        with pytest.raises(httpx2.TransportError):
            await hanging
