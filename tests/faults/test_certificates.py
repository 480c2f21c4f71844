"""Certificates: a server in Zoom's place without a valid one gets no secret."""

import asyncio
import os
import ssl
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import trustme

from rtms_tray.simulator import Simulator
from rtms_tray.support.command_types import Exit
from tests.helpers.fault_proxy import FaultProxy
from tests.helpers.network import DAY, server_tls
from tests.helpers.program_harness import FAST_TIMING, make_profile, make_secrets, run_program
from tests.helpers.running import ROOT

MakeTls = Callable[[trustme.CA], ssl.SSLContext]


@pytest.fixture(scope="module")
def ca() -> trustme.CA:
    """A certificate authority that no program trusts by default."""
    return trustme.CA()


@pytest.fixture
def ca_file(ca: trustme.CA, tmp_path: Path) -> Path:
    """The authority's own certificate, for a program that trusts it."""
    file = tmp_path / "ca.pem"
    ca.cert_pem.write_to_path(file)
    return file


@pytest.mark.promise("certificate not trusted, expired or of another host")
async def test_an_untrusted_authority(zoom: Simulator, ca: trustme.CA, tmp_path: Path) -> None:
    async with FaultProxy(zoom.oauth_url, tls=server_tls(ca)) as net:
        profile = make_profile(tmp_path, zoom, net)
        async with run_program(
            zoom, profile, await make_secrets(zoom, net), timing=FAST_TIMING
        ) as harness:
            await harness.wait_until(lambda: "feed_untrusted" in harness.notice_codes())
            (notice,) = harness.program.overview().notices
            assert "certificate" in notice.text
            assert harness.program.overview().attention
            assert (await harness.do("start", meeting="98712345670")).exit is Exit.REFUSED
        assert net.requests == []


_REQUESTS = """
import asyncio, sys
from rtms_tray.support.clock import SystemClock
from rtms_tray.zoom.http_client import make_http
from rtms_tray.zoom.tokens import AppTokens
from rtms_tray.store.environment import custom
from rtms_tray.zoom.errors import ZoomTrouble
from rtms_tray.zoom.feeds import Connected
from rtms_tray.zoom.feeds.zoom_socket import ZoomSocketFeed
from rtms_tray.zoom.oauth import Client, OAuth

async def main(origin, socket, client_id, secret, subscription):
    reported = asyncio.Event()

    def report_once(report):
        error = None if isinstance(report, Connected) else report.error
        print(error.code if error else "connected")
        reported.set()

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
            tokens.token = lambda: asyncio.sleep(0, "a-token")  # go on to the socket
        feed = asyncio.create_task(ZoomSocketFeed(
            url=socket, subscription_id=subscription, tokens=tokens, clock=clock, random=lambda: 0.0
        ).run(report_once))
        await asyncio.wait({feed, asyncio.ensure_future(reported.wait())}, return_when="FIRST_COMPLETED")
        feed.cancel() or feed.result()

asyncio.run(main(*sys.argv[1:]))
"""


async def _request(zoom: Simulator, net: FaultProxy, trusted: Path) -> list[str]:
    """Request a token and connect the feed, in a program that trusts the tests' authority."""
    places = [net.address(url) for url in (zoom.oauth_url, zoom.events_url)]
    arguments = [*places, zoom.client_id, zoom.client_secret, zoom.subscription_id]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _REQUESTS, *arguments,
        env={**os.environ, "SSL_CERT_FILE": str(trusted), "PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, _ = await process.communicate()
    return out.decode().split()


@pytest.mark.promise("certificate not trusted, expired or of another host")
@pytest.mark.parametrize(
    ("make_tls", "output"),
    [
        (server_tls, ["token", "connected"]),
        (lambda ca: server_tls(ca, begins=-2 * DAY, ends=-DAY), ["untrusted"] * 2),
        (lambda ca: server_tls(ca, begins=DAY, ends=2 * DAY), ["untrusted"] * 2),
        (lambda ca: server_tls(ca, "zoom.us"), ["untrusted"] * 2),
    ],
    ids=["good", "expired", "not yet valid", "another host's"],
)
async def test_a_trusted_authority(
    zoom: Simulator, ca: trustme.CA, ca_file: Path, make_tls: MakeTls, output: list[str]
) -> None:
    async with FaultProxy(zoom.oauth_url, tls=make_tls(ca)) as net:
        assert await _request(zoom, net, ca_file) == output
        assert bool(net.requests) is (output[0] == "token")


@pytest.mark.promise("TLS failure")
async def test_a_server_without_tls_is_offline(
    zoom: Simulator, ca: trustme.CA, ca_file: Path
) -> None:
    received: list[bytes] = []

    async def speak_plainly(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        received.append(await reader.read(3))
        writer.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
        writer.close()

    net = FaultProxy(zoom.oauth_url, tls=server_tls(ca))
    async with await asyncio.start_server(speak_plainly, "127.0.0.1", 0) as server:
        net.port = server.sockets[0].getsockname()[1]
        assert await _request(zoom, net, ca_file) == ["offline", "offline"]
    assert {start[0] for start in received} == {0x16}, "only a ClientHello is sent"
