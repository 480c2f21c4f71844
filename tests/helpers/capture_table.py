"""The whole table: what everything that can happen makes of a session, in every state and several worlds.

Beside it stand stories: long rows of things that happen, one after the other, in no sensible order.
Kept as a few letters a cell. `python -m tests.helpers.capture_table` writes it anew, and says which cells changed;
`python -m tests.helpers.capture_table sharing unseen "feed up"` tells a cell in full. What is meant stands in the
other tests: this table holds that nothing moves unnoticed.
"""

import sys
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass, replace
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

from rtms_tray.capture import alerts
from rtms_tray.capture import routing as boards
from rtms_tray.capture.events import Action
from rtms_tray.capture.falling_back import falls_back
from rtms_tray.capture.machine import deadline_of
from rtms_tray.capture.policy import AutoResend, Policy
from rtms_tray.capture.session import Sight
from rtms_tray.capture.states import CaptureState
from tests.helpers.capture_inputs import INPUTS, KINDS
from tests.helpers.capture_rows import Do
from tests.helpers.capture_stage import GUEST, OWN_MEETING, PATH_TO, Stage, brought_to

FOLDER = Path(__file__).parents[1] / "capture" / "table"
STATES = tuple(PATH_TO)
STORIES = FOLDER / "stories.txt"
HOW_MANY = 250
_STEPS = 25
_PAUSES_S = (0, 0, 0.5, 3, 6, 30, 70, 130, 900)
_DEADLINES = 2
_FAR_S = 13 * 3_600
_DERIVED = (
    alerts.alert_of, alerts.sight_alert, alerts.refusal_alert, alerts.rooms_alert,
    alerts.others_alert, alerts.client_alert,
    alerts.wants_attention, falls_back, deadline_of,
)  # fmt: skip


def _seen(state: CaptureState) -> Stage:
    return brought_to(state)


def _unseen(state: CaptureState) -> Stage:
    stage = brought_to(state)
    stage.feed_down()
    stage.wait(1)
    return stage


def _after_a_gap(state: CaptureState) -> Stage:
    stage = brought_to(state)
    stage.gap(10)
    return stage


def _without_feed(state: CaptureState) -> Stage:
    stage = brought_to(state)
    sessions = tuple(replace(one, sight=Sight()) for one in stage.board.sessions)
    stage.board = replace(stage.board, sight=Sight(), sessions=sessions)
    return stage


def _of_my_own(state: CaptureState) -> Stage:
    return brought_to(state, Stage(Policy(AutoResend.OFF), meeting=OWN_MEETING, zoom_ahead_s=7))


def _by_itself(state: CaptureState) -> Stage:
    return brought_to(state, Stage(Policy(AutoResend.HOST_JOINED, fall_back=True)))


def _not_asked_here(state: CaptureState) -> Stage:
    stage = Stage()
    stage.joins(GUEST)
    stage.started()
    for way in _FROM_SHARING.get(state, ()):
        way(stage)
    assert stage.state is state
    return stage


_FROM_SHARING: dict[CaptureState, tuple[Do, ...]] = {
    CaptureState.PAUSED: (lambda stage: stage.done(Action.PAUSE),),
    CaptureState.INTERRUPTED: (lambda stage: stage.interrupted(),),
    CaptureState.STOPPED: (lambda stage: stage.stopped(1),),
    CaptureState.PAUSED_BREAKOUT: (lambda stage: stage.enters_room(),),
}
WORLDS = {
    "seen": _seen,
    "unseen": _unseen,
    "after a gap": _after_a_gap,
    "without a feed": _without_feed,
    "my own, Zoom ahead": _of_my_own,
    "resent by itself": _by_itself,
    "not asked here": _not_asked_here,
}
"""What may be different about a session in the same state; the first is the ordinary one."""


Rows = dict[str, dict[str, str]]
"""A state's cells, by input and world."""


def begun(state: CaptureState, world: str) -> Stage | None:
    """Make a session in this state and world; none where there is no such session."""
    try:
        return WORLDS[world](state)
    except AssertionError:
        return None


def cell(start: Stage, name: str) -> str:
    """Tell what an input makes of a session, and what time alone makes of that."""
    stage = Stage()
    stage.__dict__.update(start.__dict__, effects=[])
    INPUTS[name](stage)
    told = [_told(stage)]
    for _ in range(_DEADLINES):
        due = boards.deadline(stage.board)
        if due is None or due - stage.now > _FAR_S * 1_000:
            break
        stage.clear()
        stage.wait(max(due - stage.now, 0) / 1_000)
        states = [(one.state, one.why, one.timers) for one in stage.board.sessions]
        told.append(f"{due} {_text(states)} {_text(stage.effects)}")
    return "\n".join(told)


def _told(stage: Stage) -> str:
    derived = [[way(one) for way in _DERIVED] for one in stage.board.sessions]
    return f"{_text(stage.board)} {_text(derived)} {_text(stage.effects)}"


@cache
def _names(kind: type) -> tuple[str, ...]:
    return tuple(one.name for one in fields(kind) if one.name != "policy")


def _text(value: Any) -> str:  # noqa: ANN401 - anything on a board
    """Write a value; what is empty in it is left out, so that a new field alone changes nothing."""
    kind: type = type(value)
    if is_dataclass(value):
        parts = [(name, getattr(value, name)) for name in _names(kind)]
        return f"{kind.__name__}({_row((k, _text(v)) for k, v in parts if v)})"
    if isinstance(value, Mapping):
        return "{" + _row((str(name), _text(part)) for name, part in value.items()) + "}"
    if isinstance(value, frozenset):
        return "{" + ", ".join(sorted(map(str, value))) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_text, value)) + "]"
    return str(value)


def _row(parts: Iterable[tuple[str, str]]) -> str:
    return ", ".join(f"{name}={text}" for name, text in parts)


def story(number: int) -> str:
    """Tell a story: what happens, and what comes of each thing."""
    beginnings = [way for name, way in WORLDS.items() if name != "not asked here"]
    stage = beginnings[number % len(beginnings)](STATES[number % len(STATES)])
    told = []
    for step in range(_STEPS):
        drawn = int.from_bytes(blake2b(f"{number} {step}".encode(), digest_size=8).digest())
        name = list(INPUTS)[drawn % len(INPUTS)]
        stage.clear()
        try:
            INPUTS[name](stage)
        except (
            IndexError
        ):  # the last session has been forgotten: there is nothing left to happen to
            stage.ask()
        told.append(f"{name}: {_told(stage)}")
        stage.wait(_PAUSES_S[drawn // len(INPUTS) % len(_PAUSES_S)])
    return "\n".join(told)


def stories() -> dict[str, str]:
    """Read what is kept of the stories."""
    text = STORIES.read_text(encoding="utf-8") if STORIES.exists() else ""
    return dict(line.split("\t") for line in text.splitlines())


def mark(text: str) -> str:
    """Shorten a cell to what the table keeps of it."""
    return blake2b(text.encode(), digest_size=4).hexdigest()


def marks(state: CaptureState, world: str, kind: str) -> dict[str, str]:
    """Work out the cells of one state and world, for one kind of inputs."""
    start = begun(state, world)
    return {name: "-" if start is None else mark(cell(start, name)) for name in KINDS[kind]}


def kept(state: CaptureState) -> Rows:
    """Read what is kept of a state."""
    path = FOLDER / f"{state}.txt"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    return {name: dict(zip(WORLDS, cells, strict=False)) for name, *cells in rows}


def written(rows: Rows) -> str:
    """Write the cells of a state."""
    lines = ["# Made by `python -m tests.helpers.capture_table`. Columns: " + ", ".join(WORLDS)]
    lines += ["\t".join([name, *cells.values()]) for name, cells in rows.items()]
    return "\n".join(lines) + "\n"


def write() -> None:
    """Write the table of every state, and tell what has changed."""
    FOLDER.mkdir(exist_ok=True)
    for state in STATES:
        before = kept(state)
        columns = {
            world: {name: one for kind in KINDS for name, one in marks(state, world, kind).items()}
            for world in WORLDS
        }
        rows = {name: {world: columns[world][name] for world in WORLDS} for name in INPUTS}
        for name, cells in rows.items():
            changed = [world for world in WORLDS if before.get(name, {}).get(world) != cells[world]]
            if changed and before:
                sys.stdout.write(f"{state}: {name}: {', '.join(changed)}\n")
        (FOLDER / f"{state}.txt").write_text(written(rows), encoding="utf-8")
    told = [f"{number}\t{mark(story(number))}\n" for number in range(HOW_MANY)]
    STORIES.write_text("".join(told), encoding="utf-8")


def main(arguments: list[str]) -> None:
    """Write the table, or tell one cell in full."""
    if not arguments:
        write()
        return
    if arguments[0] == "story":
        sys.stdout.write(story(int(arguments[1])) + "\n")
        return
    state, world, name = arguments
    start = begun(CaptureState(state), world)
    told = "there is no such session" if start is None else cell(start, name)
    sys.stdout.write(f"{told}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
