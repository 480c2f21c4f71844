"""The user's own program, started for real on every change of a session's state."""

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from rtms_tray.capture.states import CaptureState
from rtms_tray.presentation.overview import overview
from rtms_tray.runtime.hooks import MOST_WAITING, Hooks
from rtms_tray.store.settings import HookSettings
from rtms_tray.store.settings_file import set_value
from rtms_tray.support.frozen import replace
from tests.helpers.manual_clock import NOON
from tests.helpers.program_harness import MEETING, ProgramHarness
from tests.helpers.sessions import board, in_state, overview_inputs, unverified

S = CaptureState
LIMIT_S = 30.0
WRITES = "import sys; open(sys.argv[1], 'a').write(sys.stdin.read())"


class Stage:
    """Hooks beside overviews made by hand."""

    def __init__(self, folder: Path) -> None:
        self.told = folder / "told with spaces; $(none)"
        self.settings = HookSettings((sys.executable, "-c", WRITES, str(self.told)))
        self.changes = 0
        self.hooks = Hooks(lambda: self.settings, lambda: NOON, self._changed)

    def _changed(self) -> None:
        self.changes += 1

    def show(self, *states: CaptureState, doubtful: bool = False) -> None:
        sessions = [in_state(state, number) for number, state in enumerate(states, 1)]
        shown = [unverified(session) if doubtful else session for session in sessions]
        self.hooks.take(overview(board(*shown), overview_inputs(), NOON))

    def lines(self) -> list[dict[str, Any]]:
        if not self.told.exists():
            return []
        whole, _, _ = self.told.read_text().rpartition("\n")
        return [json.loads(line) for line in whole.splitlines()]

    async def until(self, condition: Callable[[], object]) -> None:
        end = time.monotonic() + LIMIT_S
        while not condition():
            assert time.monotonic() < end, (self.lines(), self.hooks.notices)
            await asyncio.sleep(0.01)


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    made = Stage(tmp_path)
    yield made
    await made.hooks.close()


async def test_each_change_is_handed_over_once_and_in_order(stage: Stage) -> None:
    stage.show()
    stage.show(S.REQUESTING)
    stage.show(S.SHARING)
    stage.show(S.SHARING)
    stage.show(S.SHARING, doubtful=True)
    stage.show(S.SHARING, S.PAUSED)
    await stage.until(lambda: len(stage.lines()) == 5)
    told = [(line["previous_state"], line["session"]["state"]) for line in stage.lines()]
    assert told == [
        (None, "requesting"),
        ("requesting", "sharing"),
        ("sharing", "sharing"),
        ("sharing", "sharing"),
        (None, "paused"),
    ]
    assert [bool(line["session"]["unverified_since"]) for line in stage.lines()] == [
        *(False, False),
        *(True, False),
        False,
    ]
    assert {line["schema"] for line in stage.lines()} == {1}
    assert stage.hooks.notices == ()


async def test_what_the_program_finds_at_its_start_is_no_change(stage: Stage) -> None:
    stage.show(S.SHARING)
    stage.show(S.SHARING, S.PAUSED)
    await stage.until(stage.lines)
    assert [line["session"]["state"] for line in stage.lines()] == ["paused"]


async def test_without_the_setting_nothing_is_started(stage: Stage) -> None:
    command, stage.settings = stage.settings, HookSettings()
    stage.show()
    stage.show(S.REQUESTING)
    stage.settings = command
    stage.show(S.SHARING)
    await stage.until(stage.lines)
    assert [line["session"]["state"] for line in stage.lines()] == ["sharing"]


async def test_a_program_taken_out_of_the_settings_gets_nothing_more(stage: Stage) -> None:
    stage.show()
    stage.show(S.REQUESTING)
    stage.show(S.SHARING)
    stage.settings = HookSettings()
    await stage.until(lambda: not stage.hooks._running)
    assert stage.lines() == []


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (("/no/such/program",), "No such file"),
        (("bad\0name",), "can't be started"),
        ((sys.executable, "-c", "raise SystemExit(3)"), "code 3"),
    ],
)
async def test_a_program_that_fails_is_told_until_it_works_again(
    stage: Stage, command: tuple[str, ...], words: str
) -> None:
    good, stage.settings = stage.settings, HookSettings(command)
    stage.show()
    stage.show(S.REQUESTING)
    await stage.until(lambda: stage.hooks.notices)
    (notice,) = stage.hooks.notices
    assert words in notice.text
    assert command[0] in notice.text
    stage.settings = good
    stage.show(S.SHARING)
    await stage.until(lambda: not stage.hooks.notices)
    assert stage.changes == 2


@pytest.mark.skipif(sys.platform == "win32", reason="groups of processes are POSIX's")
async def test_a_program_that_hangs_is_ended_with_all_it_started(stage: Stage) -> None:
    child = f"import time; time.sleep(3); open({str(stage.told)!r}, 'w').write('alive')"
    hangs = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    stage.settings = HookSettings((sys.executable, "-c", hangs), time_limit_s=1)
    stage.show()
    stage.show(S.REQUESTING)
    await stage.until(lambda: stage.hooks.notices)
    assert "1 s" in stage.hooks.notices[0].text
    await asyncio.sleep(3)  # nothing tells that something does not happen
    assert not stage.told.exists()


async def test_changes_that_wait_are_bounded_and_the_newest_stay(stage: Stage) -> None:
    stage.settings = replace(stage.settings, on_change=())
    stage.show()
    stage.settings = HookSettings((sys.executable, "-c", WRITES, str(stage.told)))
    for number in range(MOST_WAITING + 5):
        stage.show(S.SHARING if number % 2 else S.PAUSED)
    assert len(stage.hooks._waiting) == MOST_WAITING
    assert stage.hooks._waiting[-1]["previous_state"] == "sharing"


async def test_a_running_program_hands_over_what_its_status_would_say(
    harness: ProgramHarness, tmp_path: Path
) -> None:
    told = tmp_path / "told"
    command = json.dumps([sys.executable, "-c", WRITES, str(told)])
    set_value(harness.profile.settings_file, "hooks.on_change", command)
    await harness.do("reload")
    await harness.do("start", meeting=MEETING)

    def states() -> list[str]:
        lines = told.read_text().splitlines() if told.exists() else []
        return [json.loads(line)["session"]["state"] for line in lines]

    await harness.wait_until(lambda: bool(states()))
    sessions: Any = (await harness.status_json())["sessions"]
    newest = json.loads(told.read_text().splitlines()[-1])["session"]
    assert newest["meeting_id"] == sessions[0]["meeting_id"] == MEETING
    assert set(states()) <= {"requesting", "pending_approval"}
