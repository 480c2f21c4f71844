"""Commands about the whole program, and the main job by commands alone."""

import asyncio
import itertools
from collections.abc import Mapping

import pytest

from rtms_tray.commands import program_commands
from rtms_tray.support.command_types import Answer, Command, Exit
from rtms_tray.support.texts import text
from tests.helpers.program_harness import MEETING, ProgramHarness
from tests.helpers.status_schema import check

# --- the whole way ------------------------------------------------------------------------------


async def test_the_main_job(harness: ProgramHarness) -> None:
    steps: list[tuple[str, str]] = []

    async def now(state: str) -> None:
        await harness.wait_for_state(state)
        status = await harness.status_json()
        check(status)
        steps.append((state, str(status["overall"])))

    assert (await harness.do("start", meeting=MEETING)).exit is Exit.DONE
    await now("pending_approval")
    harness.act("approve")
    await now("sharing")
    harness.act("sharing_off")
    await now("stopped")
    assert (await harness.do("resend")).exit is Exit.DONE
    harness.act("approve")
    await now("sharing")
    assert (await harness.do("pause")) == Answer(Exit.DONE, "Paused.")
    await now("paused")
    assert (await harness.do("resume")) == Answer(Exit.DONE, "Capture resumed.")
    await now("sharing")
    assert (await harness.do("stop")) == Answer(Exit.DONE, "Capture stopped.")
    await now("stopped")
    harness.act("end_meeting")
    await harness.wait_for_state("ended")
    status = await harness.status_json()
    check(status)
    assert status["overall"] == "idle"
    assert all(state == overall for state, overall in steps)


async def test_an_unknown_command_is_wrong_usage(harness: ProgramHarness) -> None:
    assert (await harness.do("fly")).exit is Exit.USAGE


# --- muting, reminding, looking -----------------------------------------------------------------


@pytest.mark.parametrize("minutes", ["0", "-1", "1441", "soon", "", "1e3", "²"])
async def test_impossible_minutes_are_wrong_usage(harness: ProgramHarness, minutes: str) -> None:
    await harness.do("start", meeting=MEETING)
    assert (await harness.do("remind", minutes=minutes)).exit is Exit.USAGE
    assert (await harness.do("mute", **{"for": minutes})).exit is Exit.USAGE


async def test_mute_is_shown_with_its_end(harness: ProgramHarness) -> None:
    assert (await harness.do("mute", **{"for": "30"})).text == text(
        "commands.mute.minutes", minutes=30
    )
    assert "muted" in harness.notice_codes()
    assert (await harness.do("mute", **{"for": "off"})).text == "Notifications are on."
    assert harness.notice_codes() == set()
    assert (await harness.do("mute", **{"for": "meeting"})).exit is Exit.REFUSED
    await harness.do("start", meeting=MEETING)
    assert (await harness.do("mute", **{"for": "meeting"})).exit is Exit.DONE
    assert "muted" in harness.notice_codes()
    harness.act("end_meeting")
    await harness.wait_for_state("ended")
    assert harness.notice_codes() == set()


async def test_show_quit_and_reminders(harness: ProgramHarness) -> None:
    await harness.do("show")
    await harness.do("show", meeting="s1")
    assert harness.shown_windows == [None, "s1"]
    await harness.do("start", meeting=MEETING)
    assert (await harness.do("remind", minutes="5")).text == text(
        "commands.session.reminder", minutes=5
    )
    assert (await harness.do("remind")).text == text("commands.session.reminder", minutes=2)
    assert (await harness.do("quit")).exit is Exit.DONE
    assert not harness.ended, "the answer leaves first"
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert harness.ended


async def test_status_in_words_and_as_json(sharing: ProgramHarness) -> None:
    answer = await sharing.do("status")
    assert answer.exit is Exit.DONE
    assert answer.text.startswith(text("session.capture.capturing"))
    check(answer.data)


async def test_watch_says_every_change_once(harness: ProgramHarness) -> None:
    said: list[Mapping[str, object]] = []
    watching = asyncio.create_task(harness.commands.perform(Command("watch"), said.append))
    await harness.wait_until(lambda: bool(said))
    for _ in range(3):
        harness.program.changed()
        await asyncio.sleep(0)
    assert len(said) == 1, "nothing has changed"
    await harness.share()
    harness.act("end_meeting")
    await harness.wait_for_state("ended")
    await asyncio.sleep(0)
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)
    states = [_overall(message) for message in said]
    assert [state for i, state in enumerate(states) if not i or states[i - 1] != state] == [
        "idle", "requesting", "pending_approval", "sharing", "idle",
    ]  # fmt: skip
    texts = [str(message["text"]).partition(" for ")[0] for message in said if message["text"]]
    assert all(text != after for text, after in itertools.pairwise(texts))
    assert not harness.program.news._waiting


async def test_watch_tells_many_changes_together_where_each_takes_long(
    harness: ProgramHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(program_commands, "pause_after", lambda _took: 0.05)
    said: list[Mapping[str, object]] = []
    watching = asyncio.create_task(harness.commands.perform(Command("watch"), said.append))
    await harness.wait_until(lambda: bool(said))
    await harness.share()
    await harness.wait_until(lambda: _overall(said[-1]) == "sharing")
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)
    assert not harness.program.news._waiting


def _overall(said: Mapping[str, object]) -> str:
    check(said["status"])
    assert isinstance(said["status"], dict)
    return str(said["status"]["overall"])


async def test_a_cancelled_command_leaves_nothing_behind(harness: ProgramHarness) -> None:
    harness.fail_next_request(delay_s=0.5)
    starting = asyncio.create_task(harness.do("start", meeting=MEETING))
    await harness.wait_until(harness.has_session)
    starting.cancel()
    await asyncio.gather(starting, return_exceptions=True)
    assert not harness.program.changes._waiting
    await harness.wait_for_state("pending_approval")  # the request goes on by itself
