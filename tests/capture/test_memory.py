"""What the feed has told of meetings and streams, and how much of it is kept."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from rtms_tray.capture import board as boards
from rtms_tray.capture import events as e
from rtms_tray.capture import memory as m
from rtms_tray.capture.memory import Memory
from rtms_tray.capture.policy import MEETINGS_REMEMBERED
from tests.helpers.capture_stage import GUEST, ME, NUMBER, UUID, Stage

Told = Callable[[Memory, str], Memory]


def _meeting(memory: Memory, name: str) -> Memory:
    return m.remember(memory, e.MeetingStarted(e.Meeting(uuid=name), 0), ME)


def _early_stop(memory: Memory, name: str) -> Memory:
    return m.remember_stop(memory, e.StreamStopped(e.Meeting(), name, 0, 0), started=False)


def _stop(memory: Memory, name: str) -> Memory:
    return m.remember_stop(memory, e.StreamStopped(e.Meeting(), name, 0, 0), started=True)


def _others(memory: Memory, name: str) -> Memory:
    return m.remember_start(memory, e.StreamStarted(e.Meeting(), name, "other", 0), ME)


def _unplaced(memory: Memory, name: str) -> Memory:
    event = e.StreamStopped(e.Meeting(uuid=name), "a", 0, 0)
    return m.with_unplaced(memory, name, event)


@pytest.mark.parametrize(
    ("tell", "kept"),
    [
        (_meeting, {"meetings"}),
        (_early_stop, {"early_stops"}),
        (_stop, {"finished"}),
        (_others, {"strangers", "colleagues"}),
        (_unplaced, {"unplaced"}),
    ],
)
def test_the_oldest_of_too_many_are_forgotten(tell: Told, kept: set[str]) -> None:
    memory = Memory()
    for number in range(MEETINGS_REMEMBERED + 1):
        memory = tell(memory, str(number))
    names = list(map(str, range(1, MEETINGS_REMEMBERED + 1)))
    found = {field: list(getattr(memory, field)) for field in Memory.__slots__}
    assert found == {field: names if field in kept else [] for field in Memory.__slots__}


def test_names_that_come_one_after_the_other_are_put_together() -> None:
    stage = Stage()
    stage.zoom(e.ParticipantJoined(e.Meeting(uuid=UUID), GUEST, stage.at()))
    stage.zoom(e.ParticipantJoined(e.Meeting(UUID, NUMBER), GUEST, stage.at()))
    stage.take(boards.ask(stage.board, e.Ask(meeting_id=NUMBER), stage.now))
    assert stage.session.meeting.uuid == UUID


FULL = e.Meeting("uuid-1", "98712345670", "host", "account")


@pytest.mark.parametrize("field", ["uuid", "number", "host_id", "host_account"])
def test_of_each_name_the_older_stands_and_the_newer_fills_the_gap(field: str) -> None:
    other = replace(FULL, **{field: "another"})
    lacks = replace(FULL, **{field: None})
    assert m.joined_names(FULL, other) == FULL
    assert m.joined_names(FULL, lacks) == FULL
    assert m.joined_names(lacks, FULL) == FULL
