"""Scenario files: the state to begin with, and the steps that a person or a test can play."""

import tomllib
from importlib import resources
from typing import Any

import msgspec
from msgspec import Struct, field

from rtms_tray.simulator import connections
from rtms_tray.simulator.engine import Engine
from rtms_tray.simulator.payloads import Json
from rtms_tray.simulator.world import Meeting, update_fields

MINUTE_MS = 60_000


class Step(Struct, kw_only=True, forbid_unknown_fields=True):
    """One step: an action in a meeting, or (act "start", "stop" …) a click in the tray."""

    act: str
    text: str
    by: str = "host"  # host, owner, zoom; "client": in the program under test
    meeting: int | None = None  # None: the first one
    details: dict[str, Any] = field(default_factory=dict)


class Scenario(Struct, kw_only=True, forbid_unknown_fields=True):
    """A named start: settings, people, meetings, and the steps to play."""

    name: str = ""
    title: str
    text: str
    data: bool | None = None  # whether capture runs after the last step; None: it depends
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
        ValueError: there is no scenario of this name, or its file is invalid.
    """
    if name not in names():
        raise ValueError(f"There is no scenario {name!r}. Choose one of: {', '.join(names())}.")
    folder = resources.files(__name__)
    content = tomllib.loads((folder / f"{name}.toml").read_text(encoding="utf-8"))
    scenario = msgspec.convert(content, Scenario)
    scenario.name = name
    return scenario


def put_meeting(engine: Engine, values: Json) -> Meeting:
    """Create the meeting with this number, or change it; without a number one is generated.

    Raises:
        msgspec.ValidationError: a field is unknown or a value does not fit.
        ValueError: a person in it does not exist.
    """
    world = engine.world
    number = int(values.get("number") or world.ids.meeting_number())
    meeting = world.meetings.get(number)
    if meeting is None:
        meeting = Meeting(number=number, uuid=world.ids.uuid(), start_time=engine.now())
    changes = dict(values)
    if (minutes := changes.get("starts_in_min")) is not None:
        changes["start_time"] = engine.now() + int(minutes) * MINUTE_MS
    changed = msgspec.convert(
        {**msgspec.to_builtins(meeting), **changes, "number": number}, Meeting
    )
    people = {changed.host, changed.owner, changed.current_host(), *changed.others}
    if strangers := people - world.users.keys():
        raise ValueError(f"There is no user called {', '.join(sorted(strangers))}.")
    update_fields(meeting, changes)
    connections.settle(world, meeting)
    world.meetings[number] = meeting
    return meeting
