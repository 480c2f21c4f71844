"""Every scenario of the mission, with each thing that nobody has shown of Zoom switched the other way.

Judged by the truth of the simulated Zoom, after every step: what the program claims for certain must be so. And by the
end: it is the same, except where `ENDS_OTHERWISE` gives another one and says why.
"""

import asyncio
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import pytest

from rtms_tray.simulator import scenarios
from rtms_tray.simulator.scenarios import Step
from rtms_tray.simulator.settings import SWITCHES, Settings
from tests.helpers.played_scenarios import (
    BEFORE,
    BEGAN,
    ENDS,
    End,
    at_the_beginning,
    play_step,
    wait_for_end,
)
from tests.helpers.program_harness import NUMBER, ProgramHarness

OTHER_WAYS: Final[Mapping[str, tuple[object, ...]]] = {
    "begins_before_approval": (True,),
    "request_waits_for_host": (True,),
    "breakout_stop_reason": (None,),
    "breakout_restarts": (False,),
    "owner_leaves": ("goes_on",),
    "owner_hands_off": ("stop", "new_host"),
    "hand_off_stop_reason": (None, 1),
    "sharing_on_restarts": (False,),
    "ended_meeting": ("gone",),
}
"""What each switch can be that it is not at first."""

BACK: Final = "scenario-12, and back"
"""The room of scenario 12 is left again: only then does it matter whether a stream restarts."""
STORIES: Final = {name: (name, ()) for name in ENDS} | {
    BACK: (
        "scenario-12",
        (Step(act="close_breakout", text="Back", details={"event_ts_offset_ms": 5_000}),),
    )
}
"""The scenario that each story begins with, and what follows, some seconds later."""

LIVE: Final = End("sharing", None, None, None, (BEGAN,))
CANCELED: Final = End(
    "stopped", "stop_canceled", "critical", None, (BEGAN, "stop_canceled:critical")
)
ROOM: Final = "in_breakout_room:info"
NORMAL_ENDS: Final = ENDS | {
    BACK: End("sharing", None, None, None, (BEGAN, ROOM, BEGAN)),
}
ENDS_OTHERWISE: Final[Mapping[tuple[str, object], Mapping[str, tuple[End, str]]]] = {
    ("begins_before_approval", True): {
        "scenario-04": (
            End("sharing", None, None, None, ("host_joined_later:attention", BEGAN)),
            "the request that is sent again begins a stream at once",
        ),
        "scenario-07": (CANCELED, "the stream ran until the host said no"),
        "m1": (LIVE, "the stream runs while the host is asked"),
        "m2": (CANCELED, "the stream ran until the host said no"),
    },
    ("owner_leaves", "goes_on"): {
        "scenario-11": (LIVE, "the stream outlives its owner's leaving"),
        "t5": (LIVE, "the stream outlives its owner's leaving"),
    },
    ("hand_off_stop_reason", None): {
        "scenario-13": (
            End("sharing", None, None, None, (BEGAN, "rtms_disabled:attention")),
            "the stream goes on; only the new request is refused",
        ),
        "t4": (LIVE, "the stream goes on"),
    },
    ("sharing_on_restarts", False): {"t2": (ENDS["t1"], "nothing restarts by itself")},
    ("breakout_restarts", False): {
        BACK: (
            End(
                "stopped",
                "back_from_breakout",
                "attention",
                None,
                (BEGAN, ROOM, "back_from_breakout:attention"),
            ),
            "the stream ended with the room, and none follows",
        ),
    },
}
"""How a story ends where Zoom does otherwise than is assumed, and why."""


def _runs() -> Iterator[tuple[str, str, object]]:
    for name in sorted(STORIES):
        for switch, values in OTHER_WAYS.items():
            yield from ((name, switch, value) for value in values)


def is_captured(harness: ProgramHarness) -> bool:
    """Whether the simulated Zoom captures for the app owner now."""
    meeting = harness.zoom.world.meetings[NUMBER]
    running = (one for one in meeting.running_streams("owner") if not one.paused)
    return any(running) and not meeting.in_breakout_room


async def check_claims(harness: ProgramHarness, after: str) -> None:
    """Compare what the program claims for certain with what is so: *sharing* at once, the rest once it is at rest."""
    if not harness.has_session():
        return
    session = harness.session()
    if session.verified and session.state == "sharing":
        assert is_captured(harness), f"sharing, after {after}"
    await harness.wait_until(lambda: agrees(harness))


def agrees(harness: ProgramHarness) -> bool:
    """Whether what the program claims for certain is so."""
    session = harness.session()
    return not session.verified or (session.state == "sharing") is is_captured(harness)


async def tell(folder: Path, name: str, switch: str, value: object) -> None:
    """Play one story at a Zoom with one switch the other way."""
    scenario, more = STORIES[name]
    usual = (NORMAL_ENDS[name], "")
    end, _ = ENDS_OTHERWISE.get((switch, value), {}).get(name, usual)
    async with at_the_beginning(scenario, folder, {switch: value}) as harness:
        for step in (*scenarios.load(scenario).play, *more):
            if state := BEFORE.get((scenario, step.act)):
                await harness.wait_for_state(state)
            await play_step(harness, step)
            await check_claims(harness, step.act)
        await wait_for_end(harness, end)
        await check_claims(harness, "the end")


PATIENT: Final = ("scenario-04", BACK)
"""They wait for many seconds: better at the same time."""


@pytest.mark.parametrize(
    "names",
    [PATIENT, *((name,) for name in sorted(STORIES) if name not in PATIENT)],
    ids=" + ".join,
)
async def test_each_story_is_true_whichever_way_zoom_does_it(
    tmp_path: Path, names: tuple[str, ...]
) -> None:
    """All ways at once: most of the time they wait."""
    async with asyncio.TaskGroup() as group:
        runs = (run for run in _runs() if run[0] in names)
        for number, (name, switch, value) in enumerate(runs):
            folder = tmp_path / str(number)
            folder.mkdir()
            group.create_task(tell(folder, name, switch, value), name=f"{name}: {switch}={value}")


def test_every_switch_that_is_not_known_is_switched() -> None:
    unknown = set(SWITCHES["What nobody has shown to be true"])
    assert set(OTHER_WAYS) == unknown
    at_first = Settings()
    for switch, values in OTHER_WAYS.items():
        assert getattr(at_first, switch) not in values, switch


def test_every_exception_is_of_a_story_that_is_told() -> None:
    told = set(_runs())
    for (switch, value), ends in ENDS_OTHERWISE.items():
        for name, (end, why) in ends.items():
            assert (name, switch, value) in told
            assert why
            assert end != NORMAL_ENDS[name], f"{name} ends as ever with {switch}"
