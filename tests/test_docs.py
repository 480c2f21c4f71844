"""What README and the pages of `docs` show is there, and the commands in them are ones."""

import re
import shlex
from pathlib import Path

import dev
import pytest

from rtms_tray.cli.main import main
from rtms_tray.cli.parser import OWN_OPTIONS, make_parser

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
LONGEST_README = 120
VALUES = {
    "TIME": "2026-11-20T10:00",
    "CONDITION": "sharing",
    "CODE": "de",
    "VALUE": "yes",
    "MINUTES": "5",
}
"""What may stand for a placeholder that is checked; for others, itself may."""


def blocks(page: Path) -> list[str]:
    """The lines of a page's code blocks, without what a comment says."""
    fenced = re.compile(r"^ *```\w*\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
    found = fenced.findall(page.read_text("utf-8"))
    return [line.partition(" #")[0].strip() for block in found for line in block.splitlines()]


def test_the_readme_is_short() -> None:
    assert len(PAGES[0].read_text("utf-8").splitlines()) <= LONGEST_README


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_link_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)\)", page.read_text("utf-8"))
    local = [link for link in links if not link.startswith("https://")]
    assert [link for link in local if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_commands_of_the_checkout_exist(page: Path) -> None:
    named = re.findall(r"packaging/dev\.py (?:--venv \S+ )?([a-z]+)", page.read_text("utf-8"))
    assert set(named) <= set(dev.COMMANDS)


def shown_in_blocks() -> list[str]:
    lines = [line for page in PAGES for line in blocks(page)]
    return [line for line in lines if line.startswith("rtms-tray ")]


def shown_in_the_table() -> list[str]:
    """The first cells of the table of commands, with one choice of each."""
    table = (ROOT / "docs" / "command-line.md").read_text("utf-8").replace("\\|", "|")
    cells = re.findall(r"^\| (`.*?) \| ", table, re.MULTILINE)
    shown = [code for cell in cells for code in re.findall(r"`([^`]+)`", cell)]
    optional = re.compile(r" \[.*?\]")
    return [optional.sub("", re.sub(r"(\w+)(\|\w+)+", r"\1", code)) for code in shown]


def test_every_command_in_the_table_is_understood() -> None:
    shown = [code for code in shown_in_the_table() if not code.startswith("-")]
    assert len(shown) > 30
    for code in shown:
        words = [VALUES.get(word, word) for word in shlex.split(code)]
        if words[0] not in OWN_OPTIONS:
            assert make_parser(words).parse_args(words).command == words[0]


def test_the_settings_that_a_page_shows_can_be_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RTMS_TRAY_HOME", str(tmp_path))
    commands = [shlex.split(line)[1:] for line in shown_in_blocks()]
    settings = [words for words in commands if words[:2] == ["settings", "set"] and words[3:]]
    assert len(settings) > 3
    assert [words for words in settings if main(words) != 0] == []
    for words in commands:
        if words not in settings:
            make_parser(words).parse_args(words)
