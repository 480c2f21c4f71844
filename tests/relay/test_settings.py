"""Settings: from the environment, from files, and what must not be."""

from pathlib import Path

import pytest

from rtms_tray.relay.settings import Settings, SettingsError, load

ENVIRON = {
    "RTMS_RELAY_PUBLIC_URL": "https://Relay.Example.com/path",
    "RTMS_RELAY_CLIENT_IDS": "one, two",
    "RTMS_RELAY_WEBHOOK_SECRETS": "secret",
}


def test_the_environment_is_enough() -> None:
    settings = load(ENVIRON | {"RTMS_RELAY_PORT": "81", "RTMS_RELAY_HEARTBEAT_S": "2.5"})
    assert settings.origin == "https://relay.example.com"
    assert settings.client_ids == ["one", "two"]
    assert (settings.port, settings.heartbeat_s, settings.trusted_proxies) == (
        81,
        2.5,
        ["127.0.0.1"],
    )


def test_a_file_is_overridden_by_the_environment(tmp_path: Path) -> None:
    file = tmp_path / "relay.toml"
    file.write_text('client_ids = ["file"]\nport = 82\n', encoding="utf-8")
    settings = load(ENVIRON, file)
    assert (settings.client_ids, settings.port) == (["one", "two"], 82)


def test_a_secret_may_be_in_a_file_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("from a file\n", encoding="utf-8")
    environ = ENVIRON | {"RTMS_RELAY_WEBHOOK_SECRETS_FILE": str(tmp_path / "secret")}
    assert load(environ).webhook_secrets == ["from", "a", "file"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"RTMS_RELAY_CLIENT_IDS": ""}, "client_ids needs"),
        ({"RTMS_RELAY_WEBHOOK_SECRETS": " , "}, "webhook_secrets needs"),
        ({"RTMS_RELAY_PUBLIC_URL": "http://relay.example.com"}, "public_url must be"),
        ({"RTMS_RELAY_ZOOM_API_URL": "ftp://x"}, "zoom_api_url must be"),
        ({"RTMS_RELAY_REPLICAS": "2"}, "replicas must be"),
        ({"RTMS_RELAY_REPLICAS": "3"}, "need a cluster"),
        ({"RTMS_RELAY_PORT": "x"}, "not valid"),
        ({"RTMS_RELAY_HEARTBEAT_S": "0"}, "heartbeat_s must be above 0"),
        ({"RTMS_RELAY_RECEIVER_KEYS_FILE": "/no/such/file"}, "cannot be read"),
    ],
)
def test_what_cannot_work_is_refused_in_words(changes: dict[str, str], words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        load(ENVIRON | changes)


def test_what_is_missing_is_named() -> None:
    with pytest.raises(SettingsError, match="public_url"):
        load({})


@pytest.mark.parametrize("content", [b"port = ", b"\xff", None, b"no_such_setting = 1"])
def test_a_file_that_cannot_be_used_is_named_without_its_content(
    tmp_path: Path, content: bytes | None
) -> None:
    file = tmp_path / "relay.toml"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(SettingsError, match=r"relay\.toml|no_such_setting"):
        load(ENVIRON, file)


def test_loopback_needs_no_https() -> None:
    assert isinstance(load(ENVIRON | {"RTMS_RELAY_PUBLIC_URL": "http://127.0.0.1:80"}), Settings)
