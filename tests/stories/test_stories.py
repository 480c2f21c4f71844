"""The program never claims what is not so, and knows what it could know, in random meetings."""

import ast
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.stories.__main__ import main
from tests.stories.cases import CASES
from tests.stories.modes import Mode
from tests.stories.run import Row, add, play_mode
from tests.stories.story import Story

COUNT: Final = int(os.environ.get("RTMS_TRAY_STORIES", "500"))

PUBLIC: Final = {
    "rtms_tray.zoom.event_decoder",
    "rtms_tray.capture.board",
    "rtms_tray.capture.effects",
    "rtms_tray.capture.events",
    "rtms_tray.capture.routing",
    "rtms_tray.capture.timings",  # Policy and AutoResend alone: what the user chooses
    "rtms_tray.history.restore",  # a restart keeps only what it saves
    "rtms_tray.presentation.overview",
    "rtms_tray.presentation.session_view",
    "rtms_tray.presentation.status_json",
    "rtms_tray.presentation.view_model",
    "rtms_tray.runtime.bystanders",
    "rtms_tray.support.frozen",
    "rtms_tray.zoom.delivery_log",  # what is read of the log …
    "rtms_tray.zoom.feeds",
    "rtms_tray.zoom.feeds.log_catch_up",  # … and what the feed makes of it: under judgement, too
}
RELAY: Final = {
    "rtms_tray.relay.journal",
    "rtms_tray.relay.records",
    "rtms_tray.relay.router",
    "rtms_tray.relay.webhook_events",
}
"""The other program under judgement: what comes by it is what it makes of Zoom's events."""


@pytest.mark.parametrize("mode", Mode)
def test_random_stories_find_nothing(mode: Mode) -> None:
    row = play_mode(mode, 1, COUNT)
    print(row.text())
    assert not row.fails, row.text()


@pytest.mark.parametrize("name", CASES)
def test_what_was_found_once_stays_mended(name: str) -> None:
    mode, seed = CASES[name]
    row = Row(mode)
    add(row, seed)
    assert not row.fails, row.text()


def test_a_story_is_the_same_every_time(capsys: pytest.CaptureFixture[str]) -> None:
    told = []
    for _ in range(2):
        main(["--mode", "together", "--seed", "7", "--log"])
        told.append(capsys.readouterr().out)
    assert told[0] == told[1]
    assert "STATUS" in told[0]


@pytest.mark.parametrize("seed", [31, 100, 172])
def test_the_delivery_log_ends_doubt_in_some_stories(seed: int) -> None:
    story = Story(Mode.LOG, seed)
    story.play()
    assert story.delivery_log.proofs
    assert not story.judge.findings


def _imports(file: Path) -> Iterator[tuple[str, str]]:
    """List the modules of the program that a file imports, and the names from them."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from ((name.name, "") for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module == "rtms_tray.capture":
            yield from ((f"{node.module}.{name.name}", "") for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.module or "", name.name) for name in node.names)


def test_the_judge_knows_the_program_by_its_public_face_alone() -> None:
    for file in Path(__file__).parent.glob("*.py"):
        for module, name in _imports(file):
            if module.startswith("rtms_tray"):
                public = RELAY if file.name == "relay.py" else PUBLIC
                assert module in public, f"{file.name} imports {module}"
            assert module != "rtms_tray.capture.timings" or name in {"AutoResend", "Policy"}
