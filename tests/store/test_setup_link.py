"""Set-up links and files: what they may say, and what refuses the whole of them."""

import base64
import json
import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtms_tray.store.settings import RULES, build, completeness, flatten
from rtms_tray.store.settings import Settings as AllSettings
from rtms_tray.store.setup_link import (
    SetupLink,
    SetupLinkError,
    absolute,
    is_demo,
    make_setup,
    parse_setup_link,
    read_setup,
    read_setup_file,
    write_setup_file,
    write_setup_link,
)

LINK = "rtms-tray:setup?name=Notetaker&client_id=abc&relay=https%3A%2F%2Frelay.example.com"
LEAST = SetupLink(name="Notetaker", client_id="abc", relay="https://relay.example.com")
ALL = SetupLink(
    name="Notes & more",
    client_id="abc",
    sign_in_client_id="public",
    environment="government",
    relay="https://relay.example.com/trays",
    help="https://example.com/help",
    fallback="https://example.com/record?meeting={meeting}",
)


def png(width: int, height: int) -> bytes:
    sides = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    return b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + sides + b"0" * 60


ICON = png(48, 48)


def in_file(folder: Path, content: str) -> Path:
    path = folder / "notetaker.rtms-tray"
    path.write_text(content, encoding="utf-8")
    return path


def refused(link: str) -> str:
    with pytest.raises(SetupLinkError) as error:
        parse_setup_link(link)
    return str(error.value)


@pytest.mark.parametrize("setup", [LEAST, ALL])
def test_what_is_written_is_read_again(setup: SetupLink, tmp_path: Path) -> None:
    assert parse_setup_link(write_setup_link(setup)) == setup
    assert read_setup_file(in_file(tmp_path, write_setup_file(setup))) == setup


def test_a_file_may_hold_an_icon_and_a_link_does_not(tmp_path: Path) -> None:
    setup = make_setup({"name": "N", "client_id": "a", "relay": "https://r.example"}, ICON)
    assert read_setup_file(in_file(tmp_path, write_setup_file(setup))).icon == ICON
    assert parse_setup_link(write_setup_link(setup)).icon == b""
    assert "icon" in refused(f"{LINK}&icon={base64.b64encode(ICON).decode()}")


@pytest.mark.parametrize("start", ["rtms-tray:setup?", "RTMS-Tray:setup?", "rtms-tray://setup/?"])
def test_browsers_write_the_scheme_in_their_own_ways(start: str) -> None:
    assert parse_setup_link(start + LINK.partition("?")[2]) == LEAST


def test_who_asks_is_the_relay_s_host() -> None:
    assert LEAST.host == "relay.example.com"
    deceiving = LINK.replace("relay.example.com", "zoom.us%40evil.example")
    assert "relay" in refused(deceiving)


LAST_NAMES = {key.partition(".")[2] for key in RULES} - set(SetupLink.__struct_fields__)


@pytest.mark.promise("a set-up link names an app, and nothing else")
@pytest.mark.parametrize("key", [*RULES, *sorted(LAST_NAMES), "command", "path"])
def test_no_other_setting_can_be_changed(key: str) -> None:
    assert key in refused(f"{LINK}&{key}=value")


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("&environment=custom", "environment"),
        ("&help=http%3A%2F%2Fexample.com", "help"),
        ("&help=file%3A%2F%2F%2Fetc%2Fpasswd", "help"),
        ("&help=javascript%3Aalert(1)", "help"),
        ("&help=https%3A%2F%2Fuser%40example.com", "help"),
        ("&fallback=https%3A%2F%2Flocalhost%2Fx", "fallback"),
        ("&fallback=%2Fusr%2Fbin%2Ftrue", "fallback"),
        ("&sign_in_client_id=two words", "sign_in_client_id"),
        ("&name=Again", "twice"),
    ],
)
def test_what_is_not_allowed_refuses_the_whole_link(change: str, named: str) -> None:
    assert named in refused(LINK + change)


@pytest.mark.parametrize(
    "relay",
    [
        "http://relay.example.com",
        "ftp://relay.example.com",
        "https://127.0.0.1:1",
        "http://localhost",
        "https://[::1]",
        "relay.example.com",
        "https://r.example/?token=x",
        "https://r.example/#x",
        "https://r.exa\nmple",
        " https://r.example",
        "https://r.example/" + "x" * 2_000,
    ],
)
def test_a_relay_is_another_computer_and_encrypted(relay: str) -> None:
    with pytest.raises(SetupLinkError, match="relay"):
        make_setup({"name": "N", "client_id": "a", "relay": relay})


def test_the_demo_s_relay_is_on_this_computer() -> None:
    link = "rtms-tray:setup?name=Demo&client_id=a&relay=http://127.0.0.1:8080"
    assert parse_setup_link(link, demo=True).host == "127.0.0.1:8080"
    assert "relay" in refused(link)


def test_an_empty_part_counts_as_absent() -> None:
    assert parse_setup_link(f"{LINK}&environment=&help=") == LEAST


@pytest.mark.parametrize("name", ["", "   ", "x" * 61, "a\nb", "a\u202eb", "a\u200bb", "\x1b[1m"])
def test_names_are_short_plain_text(name: str) -> None:
    with pytest.raises(SetupLinkError, match="name"):
        make_setup({"name": name, "client_id": "a", "relay": "https://r.example"})


@pytest.mark.parametrize("key", ["name", "client_id", "relay"])
def test_what_is_missing_is_named(key: str) -> None:
    values = {"name": "N", "client_id": "a", "relay": "https://r.example", key: ""}
    with pytest.raises(SetupLinkError, match=key):
        make_setup(values)


NO_ICONS = (b"GIF89a", png(48, 48)[:20], png(0, 48), png(48, 40_000), png(48, 48) + b"0" * 70_000)


@pytest.mark.parametrize(
    "icon", ["no base64!", *(base64.b64encode(icon).decode() for icon in NO_ICONS)]
)
def test_an_icon_is_a_small_png(icon: str, tmp_path: Path) -> None:
    content = {"name": "N", "client_id": "a", "relay": "https://r.example", "icon": icon}
    with pytest.raises(SetupLinkError, match="icon"):
        read_setup_file(in_file(tmp_path, json.dumps(content)))


@pytest.mark.parametrize(
    "content", ["", "[7]", "7", "[[1]]", '{"name": 7}', '{"name": {}}', "[" * 100_000, "\0"]
)
def test_what_is_no_set_up_file_is_refused(content: str, tmp_path: Path) -> None:
    with pytest.raises(SetupLinkError, match="notetaker"):
        read_setup_file(in_file(tmp_path, content))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SetupLinkError, match="missing"):
        read_setup_file(tmp_path / "missing.rtms-tray")


@pytest.mark.parametrize(
    "link", ["", "https://example.com", "rtms-tray:start?meeting=1", "rtms-tray:setup?x", LINK * 99]
)
def test_what_is_no_set_up_link_is_refused(link: str) -> None:
    refused(link)


@given(st.text(alphabet=string.printable + "ä&=%+\u202e", max_size=300))
def test_no_link_ever_fails_otherwise(rest: str) -> None:
    try:
        setup = parse_setup_link(f"rtms-tray:setup?{rest}")
    except SetupLinkError:
        return
    assert parse_setup_link(write_setup_link(setup)) == setup


def test_what_it_changes_are_settings_that_are_allowed_and_complete() -> None:
    for setup in (LEAST, ALL):
        values = flatten(AllSettings())
        for key, value in setup.settings().items():
            values[key] = RULES[key].read(value)
        assert completeness(build(values)) == ()


def test_a_file_is_named_by_its_path_or_its_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "of mine & more"
    folder.mkdir()
    file = in_file(folder, write_setup_file(LEAST))
    monkeypatch.chdir(folder)
    for named in (str(file), file.as_uri(), f" {file.name}\n", LINK):
        assert read_setup(named) == LEAST
        assert read_setup(absolute(named)) == LEAST
    monkeypatch.chdir(tmp_path)
    assert read_setup(absolute(f"{folder.name}/{file.name}")) == LEAST


@pytest.mark.parametrize(
    "given", ["", "--profile=x", "/etc/passwd", "https://example.com/a.html", "a\0b", "setup?x"]
)
def test_what_is_neither_link_nor_file_is_refused(given: str) -> None:
    for named in (given, absolute(given)):
        with pytest.raises(SetupLinkError, match="neither"):
            read_setup(named)


@pytest.mark.parametrize(
    "given", ["a\0b.rtms-tray", "https://example.com/a.rtms-tray", "x" * 300 + ".rtms-tray"]
)
def test_what_cannot_be_read_is_refused(given: str) -> None:
    with pytest.raises(SetupLinkError):
        read_setup(absolute(given))


@pytest.mark.parametrize(
    ("environment", "url", "demo"),
    [
        ("custom", "http://127.0.0.1:1", True),
        ("custom", "https://zoom.example.com", False),
        ("commercial", "http://127.0.0.1:1", False),
        ("custom", "", False),
    ],
)
def test_the_demo_is_where_zoom_itself_is_simulated(
    environment: str, url: str, *, demo: bool
) -> None:
    values = flatten(AllSettings()) | {"zoom.environment": environment, "zoom.oauth_url": url}
    assert is_demo(build(values)) is demo
