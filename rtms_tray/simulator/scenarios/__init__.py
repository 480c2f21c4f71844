"""Scenario files: a world to begin with, and the acts that a person or a test can play in it."""

import tomllib
from importlib import resources
from typing import Any

import msgspec
from msgspec import Struct, field

from rtms_tray.simulator.engine import Engine
from rtms_tray.simulator.messages import Json
from rtms_tray.simulator.world import Meeting, assign

MINUTE_MS = 60_000


class Step(Struct, kw_only=True, forbid_unknown_fields=True):
    """One thing to do: an act in a meeting, or (act "start", "stop" …) a click in the tray."""

    act: str
    text: str
    by: str = "host"  # host, owner, zoom; "client": the program under test does it
    meeting: int | None = None  # None: the first one
    details: dict[str, Any] = field(default_factory=dict)


class Scenario(Struct, kw_only=True, forbid_unknown_fields=True):
    """A named beginning: switches, people, meetings, and what can be played."""

    name: str = ""
    title: str
    text: str
    data: bool | None = None  # whether capture runs at the end of the play; None: it depends
    settings: dict[str, Any] = field(default_factory=dict)
    users: dict[str, dict[str, Any]] = field(default_factory=dict)
    meetings: list[dict[str, Any]] = field(default_factory=list)
    play: list[Step] = field(default_factory=list)


def names() -> list[str]:
    """List the scenarios that come with the simulator."""
    folder = resources.files(__name__)
    found = [f.name.removesuffix(".toml") for f in folder.iterdir() if f.name.endswith(".toml")]
    return sorted(found)


def load(name: str) -> Scenario:
    """Read a scenario.

    Raises:
        ValueError: there is none of this name, or its file is wrong.
    """
    if name not in names():
        raise ValueError(f"There is no scenario {name!r}; there are: {', '.join(names())}.")
    folder = resources.files(__name__)
    told = tomllib.loads((folder / f"{name}.toml").read_text(encoding="utf-8"))
    scenario = msgspec.convert(told, Scenario)
    scenario.name = name
    return scenario


def put_meeting(engine: Engine, values: Json) -> Meeting:
    """Create the meeting of this number, or change it; without a number a new one is made up.

    Raises:
        msgspec.ValidationError: a field is unknown or a value does not fit.
        ValueError: somebody in it does not exist.
    """
    world = engine.world
    number = int(values.get("number") or world.mint.meeting_number())
    meeting = world.meetings.get(number)
    if meeting is None:
        meeting = Meeting(number=number, uuid=world.mint.uuid(), start_time=engine.now())
    changes = dict(values)
    if (minutes := changes.get("starts_in_min")) is not None:
        changes["start_time"] = engine.now() + int(minutes) * MINUTE_MS
    changed = msgspec.convert(
        {**msgspec.to_builtins(meeting), **changes, "number": number}, Meeting
    )
    people = {changed.host, changed.owner, changed.host_key(), *changed.others}
    if strangers := people - world.users.keys():
        raise ValueError(f"There is nobody called {', '.join(sorted(strangers))}.")
    assign(meeting, changes)
    meeting.tidy()
    world.meetings[number] = meeting
    return meeting
