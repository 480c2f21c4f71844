"""Strangers' words: plain text wherever they may be shown, and shown nowhere else."""

import json
import unicodedata
from collections.abc import Iterator

import pytest

from rtms_tray.support.command_types import Exit
from rtms_tray.support.frozen import Frozen, asdict
from tests.helpers.fault_proxy import FaultProxy, answer
from tests.helpers.program_harness import MEETING, NUMBER, RTMS_PATH, ProgramHarness, ShiftedClock

STRANGE = (
    "<img src=x onerror=alert(1)><b>bold</b>&amp;",
    "\x1b]0;owned\x07\x1b[31mred\x1b[2J",
    "=cmd|' /C calc'!A0",
    "\u202egnp.exe\u2066\u200f",
    "line one\r\nline two\x00\x85\u2028three",
    "{0.__class__} %s %n ${HOME} `id` $(id)",
    "\ud800 alone",
    "x" * 100_000,
)


def strings(thing: object) -> Iterator[str]:
    """Every string inside a view."""
    if isinstance(thing, str):
        yield thing
    elif isinstance(thing, Frozen):
        for value in asdict(thing).values():
            yield from strings(value)
    elif isinstance(thing, dict):
        for key, value in thing.items():
            yield from strings(key)
            yield from strings(value)
    elif isinstance(thing, (list, tuple)):
        for item in thing:
            yield from strings(item)


def harmful(text: str) -> set[str]:
    """Characters that control a terminal, break a line, reverse the text, or are invalid."""
    return {char for char in text if unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"}}


async def everything_shown(harness: ProgramHarness) -> list[str]:
    """Everything that any surface gets, and every line that the commands print."""
    shown = [
        *strings(harness.program.overview()),
        *strings(harness.alerts),
        *strings(await harness.status_json()),
    ]
    printed = (await harness.do("status", words="yes")).text.splitlines()
    return [*shown, *printed]


@pytest.mark.promise("words from outside are plain text everywhere")
@pytest.mark.parametrize("strange", STRANGE, ids=lambda text: repr(text[:12]))
async def test_zooms_words_control_nothing(
    harness: ProgramHarness, net: FaultProxy, strange: str
) -> None:
    body = json.dumps({"code": 4242, "message": strange}).encode()
    net.next(RTMS_PATH, answer(body, 400))
    refused = await harness.do("start", meeting=MEETING)
    assert refused.exit is Exit.REFUSED
    for text in [*(await everything_shown(harness)), *refused.text.splitlines()]:
        assert harmful(text.replace("\n", "")) == set(), text[:200]
        assert len(text) < 2_000


@pytest.mark.promise("words from outside are plain text everywhere")
@pytest.mark.promise("topics and names of strangers are neither shown nor kept")
async def test_topics_and_names_go_nowhere(
    sharing: ProgramHarness, clock: ShiftedClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", "rtms_tray")
    uuid = sharing.zoom.world.meetings[NUMBER].uuid
    for name in ("meeting.participant_joined", "meeting.started", "meeting.rtms_started", "a.b"):
        for strange in STRANGE[:-2]:
            person = {"id": strange, "user_name": f"Mallory {strange}", "email": strange}
            about = {"uuid": uuid, "id": NUMBER, "topic": f"Topic {strange}", "participant": person}
            payload = {"object": about, "operator_id": strange, "meeting_uuid": uuid}
            sharing.zoom.engine.emit(
                {
                    "event": name,
                    "event_ts": clock(),
                    "payload": payload | {"rtms_stream_id": strange},
                }
            )
    sharing.act("host_stops")
    await sharing.wait_for_state("stopped")
    everything = [
        *(await everything_shown(sharing)),
        *(record.getMessage() for record in caplog.records),
    ]
    for text in everything:
        assert "Mallory" not in text
        assert "Topic" not in text
        assert harmful(text.replace("\n", "")) == set(), text[:200]


@pytest.mark.promise("words from outside are plain text everywhere")
@pytest.mark.parametrize("strange", STRANGE[:-1], ids=lambda text: repr(text[:12]))
async def test_a_strange_account_is_shown_plainly(
    harness: ProgramHarness, net: FaultProxy, strange: str
) -> None:
    body = json.dumps({"id": "somebody", "email": f"a{strange}@example.com"}).encode()
    net.next("/users/me$", answer(body))
    refused = await harness.sign_in()
    for text in [*(await everything_shown(harness)), *refused.text.splitlines()]:
        assert harmful(text.replace("\n", "")) == set(), text[:200]
