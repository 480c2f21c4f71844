"""`vendor link` and `vendor file`: what an app's vendor makes for users."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from rtms_tray.cli.parser import VENDOR_OPTIONS
from rtms_tray.store.setup_link import SetupLink, parse_setup_link, read_setup_file
from rtms_tray.support.files import resources
from tests.cli.conftest import RunCli

LEAST = ("--name", "Notes & more", "--client-id", "abc", "--relay", "https://relay.example.com")
ICON = resources() / "app" / "rtms-tray.png"
GUIDE = resources() / "help" / "vendors.md"


async def test_a_link_says_what_the_options_say(cli: RunCli) -> None:
    ended = await cli("vendor", "link", *LEAST)
    assert (ended.code, ended.err) == (0, "")
    least = SetupLink(name="Notes & more", client_id="abc", relay="https://relay.example.com")
    assert parse_setup_link(ended.out.strip()) == least


def test_every_key_has_its_option() -> None:
    assert {*VENDOR_OPTIONS, "icon"} == set(SetupLink.__struct_fields__)


async def test_a_file_says_the_same_and_brings_an_icon(cli: RunCli, tmp_path: Path) -> None:
    file = tmp_path / "notes.rtms-tray"
    more: tuple[str, ...] = (
        "--sign-in-client-id=-public",
        "--environment",
        "government",
        "--help-page",
        "https://a.test/help",
    )
    more += ("--fallback-page", "https://a.test/{meeting}", "--icon", str(ICON))
    ended = await cli("vendor", "file", *LEAST, *more, str(file))
    assert (ended.code, ended.err) == (0, "")
    assert str(file) in ended.out
    setup = read_setup_file(file)
    assert (setup.icon, setup.environment) == (ICON.read_bytes(), "government")
    assert (setup.help, setup.fallback) == ("https://a.test/help", "https://a.test/{meeting}")
    assert setup.sign_in_client_id == "-public"


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--name", ""),
        ("--name", "a\nb"),
        ("--client-id", "two words"),
        ("--sign-in-client-id", "two words"),
        ("--environment", "custom"),
        ("--relay", "http://relay.example.com"),
        ("--relay", "https://127.0.0.1"),
        ("--help-page", "file:///etc/passwd"),
        ("--fallback-page", "https://localhost"),
        ("--icon", "missing.png"),
        ("--icon", str(Path(__file__))),
    ],
)
async def test_what_cannot_be_is_said_of_the_option(
    cli: RunCli, option: str, value: str, tmp_path: Path
) -> None:
    file = tmp_path / "notes.rtms-tray"
    ended = await cli("vendor", "file", *LEAST, option, value, str(file))
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith(f"rtms-tray: {option}: ")
    assert not file.exists()


@pytest.mark.parametrize("left_out", [0, 2, 4])
async def test_what_is_missing_is_named(cli: RunCli, left_out: int) -> None:
    ended = await cli("vendor", "link", *LEAST[:left_out], *LEAST[left_out + 2 :])
    assert ended.code == 2
    assert LEAST[left_out] in ended.err


@pytest.mark.parametrize("name", ["notes.txt", "no/such/folder.rtms-tray"])
async def test_only_set_up_files_are_written(cli: RunCli, tmp_path: Path, name: str) -> None:
    ended = await cli("vendor", "file", *LEAST, str(tmp_path / name))
    assert ended.code == 1
    assert ended.err.count("\n") == 1
    assert not (tmp_path / name).exists()


def example(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    assert len(found[1].splitlines()) <= 5
    return found[1]


@pytest.mark.parametrize(
    ("language", "program"), [("python", (sys.executable, "-c")), ("javascript", ("node", "-e"))]
)
def test_five_lines_of_any_back_end_make_the_same_link(
    language: str, program: tuple[str, str]
) -> None:
    if shutil.which(program[0]) is None:
        pytest.skip(f"there is no {program[0]}")
    printed = subprocess.run(
        [*program, example(language)], capture_output=True, text=True, check=True
    )
    shown = re.search(r"--name \"(.*)\" \\\n +--client-id (\S+)", GUIDE.read_text(encoding="utf-8"))
    relay = re.search(r"--relay (\S+)", GUIDE.read_text(encoding="utf-8"))
    assert shown is not None
    assert relay is not None
    expected = SetupLink(name=shown[1], client_id=shown[2], relay=relay[1])
    assert parse_setup_link(printed.stdout.strip()) == expected
