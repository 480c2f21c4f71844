"""Certificates: whoever answers in Zoom's place without a good one hears no secret."""

import asyncio
import os
import ssl
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rtms_tray.simulator import Simulator
from rtms_tray.support.command_types import Exit
from tests.helpers.fault_proxy import FaultProxy
from tests.helpers.program_harness import FAST_TIMING, make_profile, make_secrets, run_program
from tests.helpers.running import ROOT

if TYPE_CHECKING:
    from tests.helpers.certificates import Authority

certificates = pytest.importorskip("tests.helpers.certificates", reason="needs cryptography")

DAY = timedelta(days=1)
Server = Callable[["Authority"], ssl.SSLContext]


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> "Authority":
    made: Authority = certificates.Authority(tmp_path_factory.mktemp("certificates"))
    return made


@pytest.mark.promise("certificate not trusted, expired or of another host")
async def test_of_an_authority_that_nobody_trusts(
    zoom: Simulator, authority: "Authority", tmp_path: Path
) -> None:
    async with FaultProxy(zoom.oauth_url, tls=authority.server()) as net:
        profile = make_profile(tmp_path, zoom, net)
        async with run_program(
            zoom, profile, await make_secrets(zoom, net), timing=FAST_TIMING
        ) as harness:
            await harness.wait_until(lambda: "feed_untrusted" in harness.notice_codes())
            (notice,) = harness.program.overview().notices
            assert "certificate" in notice.text
            assert harness.program.overview().attention
            assert (await harness.do("start", meeting="98712345670")).exit is Exit.REFUSED
        assert net.said == []


_ASK = """
import asyncio, sys
from rtms_tray.support.clock import SystemClock
from rtms_tray.runtime.network import make_http
from rtms_tray.zoom.tokens import AppTokens
from rtms_tray.store.environment import custom
from rtms_tray.zoom.errors import ZoomTrouble
from rtms_tray.zoom.feeds import Connected
from rtms_tray.zoom.feeds.zoom_socket import ZoomSocketFeed
from rtms_tray.zoom.oauth import Client, OAuth

async def main(origin, socket, client_id, secret, subscription):
    said = asyncio.Event()

    def hear(report):
        error = None if isinstance(report, Connected) else report.error
        print(error.code if error else "connected")
        said.set()

    async with make_http() as http:
        clock = SystemClock()
        tokens = AppTokens(
            OAuth(http, custom(origin, origin, socket), Client(client_id, secret), clock), clock
        )
        try:
            await tokens.token()
            print("token")
        except ZoomTrouble as trouble:
            print(trouble.code)
            tokens.token = lambda: asyncio.sleep(0, "a-token")  # the socket is to be tried as well
        feed = asyncio.create_task(ZoomSocketFeed(
            url=socket, subscription_id=subscription, tokens=tokens, clock=clock, random=lambda: 0.0
        ).run(hear))
        await asyncio.wait({feed, asyncio.ensure_future(said.wait())}, return_when="FIRST_COMPLETED")
        feed.cancel() or feed.result()

asyncio.run(main(*sys.argv[1:]))
"""


async def _ask(zoom: Simulator, net: FaultProxy, trusted: Path) -> list[str]:
    """Ask for a token, then for the event feed, as a program that trusts the tests' authority."""
    places = [net.address(url) for url in (zoom.oauth_url, zoom.events_url)]
    arguments = [*places, zoom.client_id, zoom.client_secret, zoom.subscription_id]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _ASK, *arguments,
        env={**os.environ, "SSL_CERT_FILE": str(trusted), "PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, _ = await process.communicate()
    return out.decode().split()


@pytest.mark.promise("certificate not trusted, expired or of another host")
@pytest.mark.parametrize(
    ("server", "said"),
    [
        (lambda authority: authority.server(), ["token", "connected"]),
        (lambda authority: authority.server(begins=-2 * DAY, ends=-DAY), ["untrusted"] * 2),
        (lambda authority: authority.server(begins=DAY, ends=2 * DAY), ["untrusted"] * 2),
        (lambda authority: authority.server("zoom.us"), ["untrusted"] * 2),
    ],
    ids=["good", "expired", "not yet good", "another host's"],
)
async def test_of_an_authority_that_is_trusted(
    zoom: Simulator, authority: "Authority", server: Server, said: list[str]
) -> None:
    async with FaultProxy(zoom.oauth_url, tls=server(authority)) as net:
        assert await _ask(zoom, net, authority.file) == said
        assert bool(net.said) is (said[0] == "token")


@pytest.mark.promise("TLS failure")
async def test_what_speaks_no_tls_is_offline(zoom: Simulator, authority: "Authority") -> None:
    came: list[bytes] = []

    async def speak_plainly(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        came.append(await reader.read(3))
        writer.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
        writer.close()

    net = FaultProxy(zoom.oauth_url, tls=authority.server())
    async with await asyncio.start_server(speak_plainly, "127.0.0.1", 0) as server:
        net.port = server.sockets[0].getsockname()[1]
        assert await _ask(zoom, net, authority.file) == ["offline", "offline"]
    assert {start[0] for start in came} == {0x16}, "nothing but a hello is sent"
