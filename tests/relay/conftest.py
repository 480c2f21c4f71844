"""What the relay's tests share: one nats-server per worker, empty for each test; a simulator; a relay."""

import shutil
from collections.abc import AsyncIterator, Iterator
from importlib.util import find_spec
from pathlib import Path

import httpx2
import pytest

if not (find_spec("nats") and find_spec("jwt")):  # the extra `relay` is not installed
    collect_ignore_glob = ["test_*.py"]
else:
    import nats
    from nats.aio.client import Client

    from rtms_tray.relay.settings import Settings
    from rtms_tray.simulator import Simulator
    from tests.helpers.nats_servers import PROGRAM, LocalNats
    from tests.helpers.relay_harness import RelayHarness, running, settings_for
    from tests.helpers.relay_routing import Routing, open_routing

    @pytest.fixture(scope="session")
    def nats_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
        """A nats-server for all tests of this worker."""
        if shutil.which(PROGRAM) is None:
            pytest.skip("There is no nats-server here.")
        server = LocalNats(tmp_path_factory.mktemp("nats"))
        server.start()
        yield server.url
        server.kill()

    @pytest.fixture
    async def bus(nats_url: str) -> AsyncIterator[Client]:
        """A connection to a nats-server in which nothing is stored."""
        client = await nats.connect(nats_url)
        js = client.jetstream()
        for info in await js.streams_info():
            assert info.config.name is not None
            await js.delete_stream(info.config.name)
        yield client
        await client.close()

    @pytest.fixture
    async def zoom() -> AsyncIterator[Simulator]:
        """A simulated Zoom whose access tokens are JWTs."""
        async with Simulator(switches={"access_tokens": "jwt"}) as simulator:
            yield simulator

    @pytest.fixture
    def settings(zoom: Simulator, nats_url: str, bus: Client, tmp_path: Path) -> Settings:
        """A relay's settings."""
        del bus  # it has emptied the server
        return settings_for(zoom, nats_url, data_folder=str(tmp_path))

    @pytest.fixture
    async def relay(settings: Settings, http: httpx2.AsyncClient) -> AsyncIterator[RelayHarness]:
        """A running relay."""
        async with running(settings, http) as harness:
            yield harness

    @pytest.fixture
    async def routing(bus: Client) -> Routing:
        """A router without a web server."""
        return await open_routing(bus)
