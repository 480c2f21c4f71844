"""Where tokens may go: Zoom's own hosts, the custom environment's, and nowhere else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtms_tray.store.environment import COMMERCIAL, GOVERNMENT, custom, is_loopback

LOCAL = custom("http://127.0.0.1:8080", "http://127.0.0.1:8081", "ws://127.0.0.1:8082/ws")


def test_the_commercial_addresses() -> None:
    assert COMMERCIAL.authorize_url == "https://zoom.us/oauth/authorize"
    assert COMMERCIAL.token_url == "https://zoom.us/oauth/token"
    assert COMMERCIAL.revoke_url == "https://zoom.us/oauth/revoke"
    assert COMMERCIAL.api == "https://api.zoom.us/v2"


def test_the_government_addresses() -> None:
    assert GOVERNMENT.token_url == "https://zoomgov.com/oauth/token"
    assert GOVERNMENT.api == "https://api.zoomgov.com/v2"


@pytest.mark.parametrize(
    ("api_url", "base"),
    [
        ("https://api-us.zoom.us", "https://api-us.zoom.us/v2"),
        ("https://api-eu.zoom.us/", "https://api-eu.zoom.us/v2"),
        ("https://API-EU.zoom.us/v2/", "https://api-eu.zoom.us/v2"),
        ("https://api-us.zoom.us:443/v2", "https://api-us.zoom.us/v2"),
        ("https://zoom.us", "https://zoom.us/v2"),
    ],
)
def test_zooms_regional_base_is_followed(api_url: str, base: str) -> None:
    assert COMMERCIAL.trusted_api(api_url) == base


@pytest.mark.promise("tokens go to Zoom's own hosts only")
@pytest.mark.parametrize(
    "api_url",
    [
        None,
        "",
        "http://api.zoom.us",
        "https://api.zoom.us.evil.example",
        "https://evilzoom.us",
        "https://zoom.us@evil.example",
        "https://user@api.zoom.us",
        "https://api.zoom.us:8443",
        "https://api.zoom.us:port",
        "https://evil.example/.zoom.us",
        "https://evil.example#.zoom.us",
        "https://api.zoom.us/v2/../../x",
        "https://api.zoom.us?x=1",
        "https://.zoom.us",
        "https://api..zoom.us",
        "https://evil.example\\.zoom.us",
        "https://api.zоom.us",  # a Cyrillic look-alike
        "https://[::1",
        "https://127.0.0.1",
        "http://127.0.0.1:8081",
        "https://api.zoomgov.com",
        "ftp://api.zoom.us",
        "api.zoom.us",
    ],
)
def test_anything_else_is_not_followed(api_url: str | None) -> None:
    assert COMMERCIAL.trusted_api(api_url) == COMMERCIAL.api


@pytest.mark.promise("tokens go to Zoom's own hosts only")
def test_the_clouds_do_not_trust_each_other() -> None:
    assert GOVERNMENT.trusted_api("https://api-x.zoomgov.com") == "https://api-x.zoomgov.com/v2"
    assert GOVERNMENT.trusted_api("https://api.zoom.us") == GOVERNMENT.api


@pytest.mark.parametrize(
    "api_url", ["http://127.0.0.1:8080/v2", "http://127.0.0.1:9999", "https://api.zoom.us"]
)
def test_an_api_address_of_the_users_own_is_never_overruled(api_url: str) -> None:
    assert LOCAL.trusted_api(api_url) == LOCAL.api
    mixed = custom("http://127.0.0.1:1", "https://api.example", "")
    assert mixed.trusted_api("http://127.0.0.1:1") == "https://api.example/v2", "nor downgraded"


def test_a_custom_environment_has_no_hosts_of_zooms() -> None:
    assert not LOCAL.is_zoom_host("api.zoom.us")


@pytest.mark.promise("tokens go to Zoom's own hosts only")
@given(st.text())
def test_no_text_raises_or_leads_away_from_zoom(api_url: str) -> None:
    assert COMMERCIAL.trusted_api(api_url) == COMMERCIAL.api


@pytest.mark.promise("tokens go to Zoom's own hosts only")
@given(st.from_regex(r"[a-z0-9.@:/\\#?-]{0,20}zoom\.us[a-z0-9.@:/\\#?-]{0,10}", fullmatch=True))
def test_lookalike_hosts_are_not_trusted(rest: str) -> None:
    base = COMMERCIAL.trusted_api(f"https://{rest}")
    host = base.removeprefix("https://").removesuffix("/v2")
    assert COMMERCIAL.is_zoom_host(host)


@pytest.mark.parametrize("api", ["https://zoom.test", "https://zoom.test/", "https://zoom.test/v2"])
def test_a_custom_api_is_given_with_or_without_v2(api: str) -> None:
    assert custom("https://zoom.test", api, "").api == "https://zoom.test/v2"


def test_origins_are_written_in_one_way() -> None:
    environment = custom("HTTPS://Zoom.Test:443/", "http://[::1]:80", "wss://zoom.test:443/ws")
    assert (environment.oauth, environment.api, environment.events) == (
        "https://zoom.test",
        "http://[::1]/v2",
        "wss://zoom.test/ws",
    )


@pytest.mark.promise("only https and wss, except on this computer")
@pytest.mark.parametrize(
    ("oauth", "api", "events", "named"),
    [
        ("http://zoom.test", "https://zoom.test", "", "zoom.oauth_url"),
        ("https://zoom.test", "http://zoom.test", "", "zoom.api_url"),
        ("https://zoom.test", "https://zoom.test", "ws://zoom.test/ws", "feed.url"),
        ("https://zoom.test", "https://zoom.test", "https://zoom.test/ws", "feed.url"),
        ("https://zoom.test", "https://zoom.test", "wss://zoom.test/ws?a=b", "feed.url"),
        ("", "https://zoom.test", "", "zoom.oauth_url"),
        ("https://zoom.test/oauth", "https://zoom.test", "", "zoom.oauth_url"),
        ("https://zoom.test", "https://zoom.test/v3", "", "zoom.api_url"),
        ("https://me:pw@zoom.test", "https://zoom.test", "", "zoom.oauth_url"),
        ("https://zoom.test:99999", "https://zoom.test", "", "zoom.oauth_url"),
        ("https://zoom test", "https://zoom.test", "", "zoom.oauth_url"),
    ],
)
def test_a_wrong_address_is_named(oauth: str, api: str, events: str, named: str) -> None:
    with pytest.raises(ValueError, match=named) as caught:
        custom(oauth, api, events)
    assert "pw" not in str(caught.value)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.9.1", "::1"])
def test_loopback(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["zoom.us", "10.0.0.1", "127.0.0.1.evil.example", "localhost.x"])
def test_not_loopback(host: str) -> None:
    assert not is_loopback(host)
