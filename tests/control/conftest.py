"""A control server with a scripted commander."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from rtms_tray.control.address import Address, TcpAddress, UnixAddress
from rtms_tray.control.server import ControlServer
from tests.control.fakes import FakeCommander


@pytest.fixture
def commander() -> FakeCommander:
    return FakeCommander()


@pytest.fixture(params=["unix", "tcp"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Address:
    if request.param == "tcp":
        return TcpAddress(tmp_path / "control" / "control.json")
    return UnixAddress((tmp_path / "control" / "socket",))


@pytest.fixture
async def server(address: Address, commander: FakeCommander) -> AsyncIterator[ControlServer]:
    server = ControlServer(address, commander)
    await server.start()
    yield server
    await server.stop()
