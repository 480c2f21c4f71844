"""The fallback for real: a page in the browser, or a program with its arguments and the link on its input."""

import asyncio
import json
import sys
import time
from pathlib import Path

import pytest

from rtms_tray.commands.fall_back import start_fall_back
from rtms_tray.store.settings import FallbackSettings
from rtms_tray.support.command_types import RefusedError
from rtms_tray.support.texts import text

NUMBER = "98712345670"
LINK = "https://zoom.us/j/98712345670?pwd=secret"
WRITES = (
    "import json, sys; "
    "json.dump([sys.argv[2:], sys.stdin.read()], open(sys.argv[1] + '.new', 'w')); "
    "__import__('os').replace(sys.argv[1] + '.new', sys.argv[1])"
)


def nobody(url: str) -> bool:
    raise AssertionError(f"no page is opened: {url}")


def program(file: Path, *words: str) -> FallbackSettings:
    return FallbackSettings(command=(sys.executable, "-c", WRITES, str(file), *words))


def written(file: Path) -> list[object]:
    """Wait for what the program writes of itself."""
    end = time.monotonic() + 20
    while not file.exists():
        assert time.monotonic() < end, "the program was not started"
        time.sleep(0.01)
    found = json.loads(file.read_text())
    assert isinstance(found, list)
    return found


async def test_a_page_is_opened_with_the_number_in_it() -> None:
    opened: list[str] = []

    def open_url(url: str) -> bool:
        opened.append(url)
        return True

    wishes = FallbackSettings(url="https://bot.example/join/{meeting}?from=tray")
    words = await start_fall_back(wishes, NUMBER, LINK, open_url)
    assert words == text("commands.fall_back.page_opened")
    assert opened == ["https://bot.example/join/98712345670?from=tray"]


async def test_no_browser() -> None:
    with pytest.raises(RefusedError, match="no browser"):
        await start_fall_back(
            FallbackSettings(url="https://x.example"), NUMBER, None, lambda _: False
        )


@pytest.mark.promise("nothing from outside is run as a program")
async def test_a_program_gets_its_arguments_and_the_link(tmp_path: Path) -> None:
    file = tmp_path / "seen"
    wishes = program(file, "--id={meeting}", "$(touch x)", "a b; c", "{other}")
    assert "started" in await start_fall_back(wishes, NUMBER, LINK, nobody)
    assert await asyncio.to_thread(written, file) == [
        ["--id=98712345670", "$(touch x)", "a b; c", "{other}"],
        f"{LINK}\n",
    ]


async def test_without_a_link_its_input_is_empty(tmp_path: Path) -> None:
    file = tmp_path / "seen"
    await start_fall_back(program(file), NUMBER, None, nobody)
    assert await asyncio.to_thread(written, file) == [[], ""]


async def test_a_meeting_without_a_number(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="meeting ID"):
        await start_fall_back(program(tmp_path / "seen", "{meeting}"), None, None, nobody)
    file = tmp_path / "seen"
    await start_fall_back(program(file, "no placeholder"), None, None, nobody)
    assert (await asyncio.to_thread(written, file))[0] == ["no placeholder"]


@pytest.mark.parametrize("name", ["/nowhere/at-all", "/", "with\0nul"])
async def test_a_program_that_cannot_be_started(name: str) -> None:
    with pytest.raises(RefusedError, match=r"can't be started: .+Check fallback\.command"):
        await start_fall_back(FallbackSettings(command=(name,)), NUMBER, None, nobody)


def test_whether_there_is_one() -> None:
    assert not FallbackSettings().is_set_up
    assert FallbackSettings(url="https://x.example").is_set_up
    assert FallbackSettings(command=("x",)).is_set_up
