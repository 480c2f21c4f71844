"""The way to Zoom: proxies and certificates of the environment, usable and not."""

import asyncio
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import trustme

from rtms_tray.simulator import Simulator
from rtms_tray.store.environment import custom
from rtms_tray.support.clock import SystemClock
from rtms_tray.support.units import Millis
from rtms_tray.zoom.errors import ZoomTrouble
from rtms_tray.zoom.feeds import Report
from rtms_tray.zoom.feeds.zoom_socket import FeedTokens, ZoomSocketFeed
from rtms_tray.zoom.http_client import make_http
from rtms_tray.zoom.oauth import Client, OAuth
from rtms_tray.zoom.routes import proxy_for
from rtms_tray.zoom.tokens import AppTokens
from tests.helpers.fault_proxy import FaultProxy
from tests.helpers.network import server_tls
from tests.helpers.proxies import running_proxy

PROXY_VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "WSS_PROXY", "SOCKS_PROXY")
CERTIFICATES = ("SSL_CERT_FILE", "SSL_CERT_DIR")


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drop what this machine says of proxies and certificates."""
    for name in PROXY_VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    for name in CERTIFICATES:
        monkeypatch.delenv(name, raising=False)


class FixedTokens:
    """A token for the feed, where none can be requested."""

    expires_at: Millis = 2**53

    async def token(self) -> str:
        return "a-token"

    async def mark_refused(self, token: str) -> None:
        raise AssertionError(token)


async def requested(zoom: Simulator, origin: str) -> str:
    """Request a token over HTTP; say how that ended."""
    clock = SystemClock()
    async with make_http() as http:
        client = Client(zoom.client_id, zoom.client_secret)
        oauth = OAuth(http, custom(origin, origin, zoom.events_url), client, clock)
        try:
            await AppTokens(oauth, clock).token()
        except ZoomTrouble as trouble:
            return f"{trouble.code}: {trouble.text}"
    return "token"


async def connected(zoom: Simulator, url: str, tokens: FeedTokens) -> str:
    """Connect the feed; say how the first attempt ended."""
    first: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def report(one: Report) -> None:
        error = getattr(one, "error", None)
        if not first.done():
            first.set_result(f"{error.code}: {error.text}" if error else "connected")

    feed = ZoomSocketFeed(
        url=url, subscription_id=zoom.subscription_id, tokens=tokens,
        clock=SystemClock(), random=lambda: 0.0,
    )  # fmt: skip
    running = asyncio.ensure_future(feed.run(report))
    try:
        return await asyncio.wait_for(first, 20)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def app_token(zoom: Simulator) -> FixedTokens:
    """Get a token that the simulator's event socket accepts, straight from the simulator."""
    clock, tokens = SystemClock(), FixedTokens()
    async with make_http() as http:
        client = Client(zoom.client_id, zoom.client_secret)
        origin = zoom.oauth_url
        granted = AppTokens(
            OAuth(http, custom(origin, origin, zoom.events_url), client, clock), clock
        )
        token = await granted.token()
    tokens.token = lambda: asyncio.sleep(0, token)  # type: ignore[method-assign]
    return tokens


@pytest.mark.parametrize(
    ("variable", "kind", "scheme"),
    [
        ("HTTPS_PROXY", "http", "http://"),
        ("https_proxy", "http", ""),
        ("ALL_PROXY", "http", "http://"),
        ("ALL_PROXY", "socks5", "socks://"),  # as GNOME exports it
        ("all_proxy", "socks5", "socks5h://"),
    ],
)
async def test_calls_and_events_go_through_the_proxy(
    zoom: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    variable: str, kind: str, scheme: str,
) -> None:  # fmt: skip
    tokens, ca = await app_token(zoom), trustme.CA()
    ca.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    async with (
        FaultProxy(zoom.oauth_url, tls=server_tls(ca, "zoom.test")) as net,
        running_proxy(kind) as proxy,
    ):
        monkeypatch.setenv(variable, f"{scheme}127.0.0.1:{proxy.port}")
        path = urlsplit(zoom.events_url).path
        assert await requested(zoom, f"https://zoom.test:{net.port}") == "token"
        assert await connected(zoom, f"wss://zoom.test:{net.port}{path}", tokens) == "connected"
        assert proxy.hosts == ["zoom.test", "zoom.test"]


@pytest.mark.parametrize(
    ("variable", "value", "code"),
    [
        ("ALL_PROXY", "socks4://127.0.0.1:1", "proxy_unusable"),
        ("HTTPS_PROXY", "http//proxy:8080", "proxy_unusable"),
        ("https_proxy", "http://user:secret@:8080", "proxy_unusable"),
        ("HTTPS_PROXY", "http://proxy:eighty", "proxy_unusable"),
        ("HTTPS_PROXY", "http://proxy:8080/path", "proxy_unusable"),
        ("SSL_CERT_FILE", "{folder}/missing.pem", "certificates_unusable"),
        ("SSL_CERT_FILE", "{folder}", "certificates_unusable"),
        ("SSL_CERT_FILE", "{folder}/no-certificate.pem", "certificates_unusable"),
        ("SSL_CERT_DIR", "{folder}/missing", "certificates_unusable"),
    ],
)
async def test_what_cannot_be_used_is_named_and_no_secret_is(
    zoom: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    variable: str, value: str, code: str,
) -> None:  # fmt: skip
    (tmp_path / "no-certificate.pem").write_text("not one", encoding="utf-8")
    monkeypatch.setenv(variable, value.format(folder=tmp_path))
    ends = [
        await requested(zoom, "https://zoom.test"),
        await connected(zoom, "wss://zoom.test/ws", FixedTokens()),
    ]
    for end in ends:
        assert end.startswith(f"{code}: ")
        assert f"({variable})" in end
        assert "secret" not in end


@pytest.mark.parametrize("no_proxy", ["zoom.test", ".test", "*"])
def test_hosts_without_a_proxy_are_reached_directly(
    monkeypatch: pytest.MonkeyPatch, no_proxy: str
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.test:8080")
    assert proxy_for("https://zoom.test/x") == "http://proxy.test:8080"
    assert proxy_for("http://zoom.test/x") is None
    monkeypatch.setenv("NO_PROXY", no_proxy)
    assert proxy_for("wss://zoom.test/ws") is None


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_this_computer_is_reached_directly(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks4://unusable")
    assert proxy_for(f"http://{host}:1234/") is None


@pytest.mark.parametrize(
    ("given", "spelled"),
    [
        ("proxy.test:3128", "http://proxy.test:3128"),
        ("HTTP://proxy.test", "http://proxy.test:80"),
        ("https://proxy.test/", "https://proxy.test:443"),
        ("socks5://me@proxy.test", "socks5://me:@proxy.test:1080"),
        ("http://me:p%40ss@[2001:db8::1]:8080", "http://me:p%40ss@[2001:db8::1]:8080"),
    ],
)
def test_proxies_are_spelled_for_all_libraries(
    monkeypatch: pytest.MonkeyPatch, given: str, spelled: str
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", given)
    assert proxy_for("https://zoom.test") == spelled
