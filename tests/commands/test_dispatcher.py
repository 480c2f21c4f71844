"""Commands about the whole program, and the main job by commands alone."""

import asyncio
import itertools
from collections.abc import Mapping

import pytest

from rtms_tray.support.command_types import Answer, Command, Exit
from tests.helpers.status_schema import check
from tests.helpers.zoom_world import (
    MEETING,
    House,
    fault,
)

# --- the whole way ------------------------------------------------------------------------------


async def test_the_main_job(home: House) -> None:
    steps: list[tuple[str, str]] = []

    async def now(state: str) -> None:
        await home.state(state)
        status = await home.json()
        check(status)
        steps.append((state, str(status["overall"])))

    assert (await home.do("start", meeting=MEETING)).exit is Exit.DONE
    await now("pending_approval")
    home.act("approve")
    await now("sharing")
    home.act("sharing_off")
    await now("stopped")
    assert (await home.do("resend")).exit is Exit.DONE
    home.act("approve")
    await now("sharing")
    assert (await home.do("pause")) == Answer(Exit.DONE, "Paused.")
    await now("paused")
    assert (await home.do("resume")) == Answer(Exit.DONE, "Capture goes on.")
    await now("sharing")
    assert (await home.do("stop")) == Answer(Exit.DONE, "Capture is stopped.")
    await now("stopped")
    home.act("end_meeting")
    await home.state("ended")
    status = await home.json()
    check(status)
    assert status["overall"] == "idle"
    assert all(state == overall for state, overall in steps)


async def test_an_unknown_command_is_wrong_usage(home: House) -> None:
    assert (await home.do("fly")).exit is Exit.USAGE


# --- muting, reminding, looking -----------------------------------------------------------------


@pytest.mark.parametrize("minutes", ["0", "-1", "1441", "soon", "", "1e3", "²"])
async def test_impossible_minutes_are_wrong_usage(home: House, minutes: str) -> None:
    await home.do("start", meeting=MEETING)
    assert (await home.do("remind", minutes=minutes)).exit is Exit.USAGE
    assert (await home.do("mute", **{"for": minutes})).exit is Exit.USAGE


async def test_mute_is_shown_with_its_end(home: House) -> None:
    assert (await home.do("mute", **{"for": "30"})).text == "Muted for 30 min."
    assert "muted" in home.codes()
    assert (await home.do("mute", **{"for": "off"})).text == "Notifications are on."
    assert home.codes() == set()
    assert (await home.do("mute", **{"for": "meeting"})).exit is Exit.REFUSED
    await home.do("start", meeting=MEETING)
    assert (await home.do("mute", **{"for": "meeting"})).exit is Exit.DONE
    assert "muted" in home.codes()
    home.act("end_meeting")
    await home.state("ended")
    assert home.codes() == set()


async def test_show_quit_and_reminders(home: House) -> None:
    await home.do("show")
    await home.do("show", meeting="s1")
    assert home.shown == [None, "s1"]
    await home.do("start", meeting=MEETING)
    assert (await home.do("remind", minutes="5")).text == "You are reminded in 5 min."
    assert (await home.do("remind")).text == "You are reminded in 2 min."
    assert (await home.do("quit")).exit is Exit.DONE
    assert not home.ended, "the answer leaves first"
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert home.ended


async def test_status_in_words_and_as_json(sharing: House) -> None:
    answer = await sharing.do("status")
    assert answer.exit is Exit.DONE
    assert "Sharing" in answer.text
    check(answer.data)


async def test_watch_says_every_change_once(home: House) -> None:
    said: list[Mapping[str, object]] = []
    watching = asyncio.create_task(home.orders.perform(Command("watch"), said.append))
    await home.until(lambda: bool(said))
    for _ in range(3):
        home.program.changed()
        await asyncio.sleep(0)
    assert len(said) == 1, "nothing has changed"
    await home.do("start", meeting=MEETING)
    home.act("approve")
    await home.state("sharing")
    home.act("end_meeting")
    await home.state("ended")
    await asyncio.sleep(0)
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)
    states = [_overall(one) for one in said]
    assert [one for i, one in enumerate(states) if not i or states[i - 1] != one] == [
        "idle", "requesting", "pending_approval", "sharing", "idle",
    ]  # fmt: skip
    texts = [str(one["text"]).partition(" for ")[0] for one in said if one["text"]]
    assert all(one != other for one, other in itertools.pairwise(texts))
    assert not home.program.changes._waiting


def _overall(said: Mapping[str, object]) -> str:
    check(said["status"])
    assert isinstance(said["status"], dict)
    return str(said["status"]["overall"])


async def test_a_cancelled_command_leaves_nothing_behind(home: House) -> None:
    fault(home, delay_s=0.5)
    starting = asyncio.create_task(home.do("start", meeting=MEETING))
    await home.until(home.has)
    starting.cancel()
    await asyncio.gather(starting, return_exceptions=True)
    assert not home.program.changes._waiting
    await home.state("pending_approval")  # the request goes on by itself
