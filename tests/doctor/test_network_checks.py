"""Checks of the way to Zoom, beside a simulator: well and unwell."""

import socket
from pathlib import Path

import pytest
import trustme

from rtms_tray.doctor.check_types import CheckStatus
from rtms_tray.simulator import Simulator
from rtms_tray.simulator.faults import Fault
from rtms_tray.store.profile import Profile
from rtms_tray.store.settings_file import set_value
from tests.doctor.check_helpers import checked, now
from tests.helpers.network import server_tls
from tests.helpers.program_harness import make_profile
from tests.helpers.scripted_server import Reply, ScriptedServer


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drop which certificates this machine names."""
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    monkeypatch.delenv("SSL_CERT_DIR", raising=False)


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    """Give a profile that is about the real Zoom, which these checks do not call."""
    return Profile("default", tmp_path, tmp_path / "data", tmp_path / "logs")


async def test_the_proxy_is_named_without_its_password(
    profile: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://me:secret@proxy.test:3128")
    found = (await checked(profile, "proxy"))["proxy"]
    assert (found.status, found.text) == (CheckStatus.OK, "in use (proxy.test:3128)")


async def test_a_simulated_zoom_needs_no_proxy(
    zoom: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks4://proxy.test")
    found = (await checked(make_profile(tmp_path, zoom), "proxy"))["proxy"]
    assert (found.status, found.text) == (CheckStatus.OK, "OK (none)")


@pytest.mark.parametrize(
    ("code", "variable", "value"),
    [
        ("proxy", "ALL_PROXY", "socks4://proxy.test"),
        ("certificates", "SSL_CERT_FILE", "/nowhere/ca.pem"),
        ("certificates", "SSL_CERT_DIR", "/nowhere"),
    ],
)
async def test_a_variable_that_leaves_no_way_to_zoom_is_named(
    profile: Profile, monkeypatch: pytest.MonkeyPatch, code: str, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    found = await checked(profile, code, "zoom")
    for result in found.values():
        assert result.status is CheckStatus.BROKEN
        assert variable in result.text
        assert "restart rtms-tray" in result.remedy


async def test_certificates_that_can_be_read(
    profile: Profile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (await checked(profile, "certificates"))["certificates"].text == "OK (the system's)"
    trustme.CA().cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    found = (await checked(profile, "certificates"))["certificates"]
    assert (found.status, found.text) == (CheckStatus.OK, "OK (from SSL_CERT_FILE)")


async def test_zoom_answers_and_the_clocks_agree(zoom: Simulator, tmp_path: Path) -> None:
    found = await checked(make_profile(tmp_path, zoom), "zoom", "clock")
    assert found["zoom"].status is CheckStatus.OK
    assert found["clock"].status is CheckStatus.OK


async def test_zoom_does_not_answer(zoom: Simulator, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        profile = make_profile(tmp_path, zoom, zoom__api_url=url)
        found = (await checked(profile, "zoom"))["zoom"]
    assert found.status is CheckStatus.BROKEN
    assert url.removeprefix("http://") in found.text


async def test_zoom_has_trouble_of_its_own(zoom: Simulator, tmp_path: Path) -> None:
    profile = make_profile(tmp_path, zoom)
    zoom.faults.add(Fault(path="/oauth/token", status=503))
    found = (await checked(profile, "zoom"))["zoom"]
    assert found.status is CheckStatus.BROKEN
    assert "503" in found.text


@pytest.mark.parametrize(("off_s", "word"), [(-3600, "behind"), (3600, "ahead of")])
async def test_a_clock_that_is_wrong(
    zoom: Simulator, tmp_path: Path, off_s: int, word: str
) -> None:
    at = now() + off_s * 1000
    found = (await checked(make_profile(tmp_path, zoom), "clock", at=at))["clock"]
    assert found.status is CheckStatus.WARNING
    assert word in found.text
    seconds = int("".join(filter(str.isdigit, found.text)))
    assert 3595 <= seconds <= 3605


async def test_settings_that_name_no_zoom(tmp_path: Path) -> None:
    profile = Profile("default", tmp_path, tmp_path / "data", tmp_path / "logs")
    set_value(profile.settings_file, "zoom.environment", "custom")
    found = await checked(profile, "zoom", "clock")
    assert {result.status for result in found.values()} == {CheckStatus.NOT_CHECKED}


@pytest.mark.parametrize("headers", [(), ("Date: soon",)])
async def test_an_answer_without_a_good_date_says_nothing_of_the_clock(
    zoom: Simulator, tmp_path: Path, headers: tuple[str, ...]
) -> None:
    async with ScriptedServer() as server:
        server.script(Reply(200, b"", headers))
        url = server.origin
        profile = make_profile(tmp_path, zoom, zoom__api_url=url, zoom__oauth_url=url)
        found = await checked(profile, "zoom", "clock")
    assert found["zoom"].status is CheckStatus.OK
    assert found["clock"].status is CheckStatus.NOT_CHECKED


async def test_a_certificate_that_nobody_trusts_is_named(zoom: Simulator, tmp_path: Path) -> None:
    async with ScriptedServer(tls=server_tls(trustme.CA())) as server:
        url = server.origin
        profile = make_profile(tmp_path, zoom, zoom__api_url=url, zoom__oauth_url=url)
        found = (await checked(profile, "zoom"))["zoom"]
    assert found.status is CheckStatus.BROKEN
    assert "certificate" in found.text
    assert "another network" in found.remedy


async def test_a_relay_that_is_not_used(zoom: Simulator, tmp_path: Path) -> None:
    found = (await checked(make_profile(tmp_path, zoom), "relay"))["relay"]
    assert (found.status, found.text) == (CheckStatus.NOT_CHECKED, "not used")


@pytest.mark.parametrize(
    ("status", "outcome", "words"),
    [
        (200, CheckStatus.OK, "OK ({host})"),
        (404, CheckStatus.BROKEN, "{host} doesn't give out events (HTTP 404)"),
        (503, CheckStatus.BROKEN, "{host} has a problem (HTTP 503)"),
    ],
)
async def test_a_relay_is_asked_whether_it_is_ready(
    zoom: Simulator, tmp_path: Path, status: int, outcome: CheckStatus, words: str
) -> None:
    async with ScriptedServer() as server:
        server.script(Reply(status))
        host = server.origin.removeprefix("http://")
        profile = make_profile(tmp_path, zoom, feed__kind="relay", feed__url=f"{server.origin}/r/")
        found = (await checked(profile, "relay"))["relay"]
        assert (found.status, found.text) == (outcome, words.format(host=host))
        assert server.requests[0].target == "/r/readyz"
