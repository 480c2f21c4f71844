"""Pages open by the desktop's opener; one that opens nothing is noticed at once, whatever it is."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from rtms_tray.desktop.browser import Browser, _opener
from tests.helpers.expected_logs import ExpectedLogs
from tests.helpers.windows import until

PAGE = "https://example.com/oauth/authorize?state=a b&c=$(touch x)"


def opener(folder: Path, script: str) -> Callable[[], str]:
    """Make a program that stands for the desktop's opener."""
    file = folder / "opener"
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o700)
    return lambda: str(file)


async def test_an_opener_that_finds_no_browser_is_noticed(
    tmp_path: Path, expected_logs: ExpectedLogs
) -> None:
    expected_logs.expect("browser:WARNING:xdg-open opened no page: it ended with 3")
    missed: list[str] = []
    assert Browser(missed.append, opener(tmp_path, "exit 3")).open(PAGE)
    await until(lambda: bool(missed))
    assert missed == [PAGE]


async def test_the_page_is_one_argument_and_a_good_end_is_quiet(tmp_path: Path) -> None:
    missed: list[str] = []
    noted = tmp_path / "noted"
    script = f'printf "%s\\n" "$#" "$1" >"{noted}.new"; mv "{noted}.new" "{noted}"'
    assert Browser(missed.append, opener(tmp_path, script)).open(PAGE)
    await until(noted.exists)
    await asyncio.sleep(0.1)  # nothing is said of it: there is no event to wait for
    assert noted.read_text().splitlines() == ["1", PAGE]
    assert missed == []


async def test_an_opener_that_cannot_be_started_is_noticed(
    tmp_path: Path, expected_logs: ExpectedLogs
) -> None:
    expected_logs.expect("browser:WARNING:xdg-open cannot be started: ")
    expected_logs.expect("browser:WARNING:xdg-open opened no page: it ended with -1")
    missed: list[str] = []
    assert Browser(missed.append, lambda: str(tmp_path / "gone")).open(PAGE)
    await until(lambda: bool(missed))


async def test_one_that_stays_as_long_as_the_browser_holds_nothing_up(tmp_path: Path) -> None:
    missed: list[str] = []
    go = tmp_path / "go"
    script = f'while [ ! -e "{go}" ]; do sleep 0.05; done; touch "{tmp_path}/done"'
    assert Browser(missed.append, opener(tmp_path, script)).open(PAGE)
    await asyncio.sleep(0.1)
    assert missed == []
    go.touch()
    await until((tmp_path / "done").exists)
    assert missed == []


@pytest.mark.usefixtures("qapp")
def test_without_an_x_display_pages_open_in_qts_own_way() -> None:
    assert _opener() is None
