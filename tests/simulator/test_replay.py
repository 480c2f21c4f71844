"""A recorded session, replayed: the program shown against it claims the same, in the same order."""

import asyncio
import contextlib
import itertools
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from rtms_tray.simulator import Simulator
from rtms_tray.simulator.recordings import read
from rtms_tray.simulator.replay import Replayed
from tests.helpers.program_harness import (
    MEETING,
    NUMBER,
    ProgramHarness,
    make_profile,
    make_secrets,
    manual_simulator,
    run_signed_in,
)
from tests.helpers.recordings import Line, of_kind, recorded

LIMIT_S = 30.0


@contextlib.asynccontextmanager
async def running(folder: Path, zoom: Simulator) -> AsyncIterator[ProgramHarness]:
    store = await make_secrets(zoom)
    async with run_signed_in(zoom, make_profile(folder, zoom), store) as harness:
        yield harness


def claims(lines: list[Line]) -> list[Line]:
    return [
        {key: value for key, value in line.items() if key != "at_ms"}
        for line in of_kind(lines, "state")
    ]


def count_of_known(lines: list[Line]) -> tuple[int, int]:
    """Count what the program has said of its sessions, and how often its connection came or went."""
    connected = [line["connected"] for line in of_kind(lines, "feed")]
    return len(claims(lines)), sum(1 for _ in itertools.groupby(connected))


def knows(lines: list[Line], known: tuple[int, int]) -> bool:
    """Whether the program has said as much."""
    return all(now >= then for now, then in zip(count_of_known(lines), known, strict=True))


def has_looked(lines: list[Line]) -> bool:
    """Whether the program has asked about the meeting since its connection came back, and has been answered."""
    kinds = [line["kind"] for line in lines]
    since = kinds[len(kinds) - kinds[::-1].index("feed") :]
    return "request" in since and kinds.count("request") == kinds.count("reply")


async def live(harness: ProgramHarness, lines: list[Line]) -> None:
    """A session with some of everything: refusals, a wait, interruptions, a pause, stops, an end."""
    harness.fail_next_request(
        status=400, body={"code": 3000, "message": f"{MEETING} has not begun."}
    )
    await harness.do("start", meeting=MEETING)
    await harness.do("resend", meeting=MEETING)
    harness.act("approve")
    await harness.wait_for_state("sharing")
    await harness.do("pause")
    await harness.wait_for_state("paused")
    await harness.do("resume")
    await harness.wait_for_state("sharing")
    harness.zoom.act(NUMBER, "interrupt_receiver")  # and no time-out
    await harness.wait_for_state("interrupted")
    harness.act("new_server")
    await harness.wait_for_state("sharing")
    harness.zoom.feed.cut()
    await harness.wait_until(lambda: not harness.program.watcher.feed.connected)
    await harness.wait_for_feed()
    await harness.wait_until(lambda: has_looked(lines))  # what comes first then comes first again
    await harness.do("tell", condition="sharing", value="yes", meeting=MEETING)
    harness.act("sharing_off")
    await harness.wait_for_state("stopped")
    await harness.do("acknowledge")
    harness.act("end_meeting")
    await harness.wait_for_state("ended")


async def replay(folder: Path, file: Path, **options: Any) -> tuple[list[Line], list[Line]]:  # noqa: ANN401
    """Replay a recording with a person who clicks the same; returns what is recorded, and what was told."""
    clicks: asyncio.Queue[tuple[Line, asyncio.Future[None]]] = asyncio.Queue()
    heard: list[Line] = []
    ended = asyncio.Event()

    def take(line: Line) -> asyncio.Future[None] | None:
        heard.append(line)
        if line["kind"] == "end":
            ended.set()
        if line["kind"] != "click":
            return None
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        clicks.put_nowait((line, done))
        return done

    recording = read(file)
    then = list(recording.raw)
    moments = (at for at, line in enumerate(then) if line["kind"] == "click")

    async def click(harness: ProgramHarness, lines: list[Line]) -> None:
        """Click the same as then, once the program claims as much and knows its connection as then."""
        while True:
            line, done = await clicks.get()
            known = count_of_known(then[: next(moments)])
            await harness.wait_until(lambda known=known: knows(lines, known))  # type: ignore[misc]  # bound
            await harness.do(line["command"], **line["arguments"])
            done.set_result(None)

    scenario = Replayed(recording, take)
    async with (
        Simulator(progression="timed", scenario=scenario, seed=7, **options) as zoom,
        running(folder, zoom) as harness,
        recorded(harness) as lines,
    ):
        person = asyncio.create_task(click(harness, lines))
        waiting = asyncio.create_task(ended.wait())
        await asyncio.wait({person, waiting}, timeout=LIMIT_S, return_when="FIRST_COMPLETED")
        assert ended.is_set(), (heard, lines)
        await harness.wait_until(lambda: len(claims(lines)) >= len(claims(heard)))
        person.cancel()
    return lines, heard


async def test_what_is_claimed_of_a_recording_is_what_was_claimed_then(tmp_path: Path) -> None:
    async with (
        manual_simulator() as zoom,
        running(tmp_path / "then", zoom) as harness,
        recorded(harness) as lines,
    ):
        await live(harness, lines)
    file = tmp_path / "meeting.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    again, heard = await replay(tmp_path / "now", file)
    states = [claim["state"] for claim in claims(lines)]
    assert {"requesting", "sharing", "paused", "interrupted", "stopped", "ended"} <= set(states)
    assert claims(again) == claims(lines)
    assert of_kind(heard, "deviation") == []
    assert of_kind(heard, "click") == of_kind(lines, "click")


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("", "no recording"),
        ('{"kind": "event"}\n', "no recording"),
        ('{"kind": "recording", "schema": 2}\n', "no recording of schema 1"),
        ('{"kind": "recording", "schema": 1}\nnonsense\n', "line 2 is no JSON"),
        ('{"kind": "recording", "schema": 1}\n{"kind": 3}\n', "line 2"),
        ('{"kind": "recording", "schema": 1}\n[]\n', "line 2"),
    ],
)
def test_what_is_no_recording_is_refused(tmp_path: Path, content: str, problem: str) -> None:
    file = tmp_path / "odd.jsonl"
    file.write_text(content)
    with pytest.raises(ValueError, match=problem):
        read(file)
