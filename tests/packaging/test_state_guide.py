"""The guide to states and reasons says what the program says."""

import state_guide

from rtms_tray.capture.instances import Inherited
from rtms_tray.capture.merging import Merged
from rtms_tray.capture.reasons import REASONS
from rtms_tray.capture.states import CaptureState
from rtms_tray.capture.transitions import TABLE, TIMERS, Row

UNSAID = {Inherited, Merged}
"""Sentences below the table speak of these: they lead from any state to any other."""


def test_it_is_up_to_date() -> None:
    written = state_guide.GUIDE.read_text(encoding="utf-8")
    assert written == state_guide.guide(), "run: python packaging/state_guide.py"


def test_every_state_and_reason_is_in_it() -> None:
    text = state_guide.guide()
    for state in CaptureState:
        assert f"| {spoken(state)} | " in text
    for code, reason in REASONS.items():
        assert f"`{code}`" in text
        assert f"### {reason.title}\n" in text


def test_nothing_is_left_to_fill_in() -> None:
    assert not {"{", "}", "<"} & set(state_guide.guide().replace("<br/>", ""))


def test_it_names_every_change_of_state_and_no_other() -> None:
    guide = state_guide.guide()
    rows = guide[guide.index("| to | when | from |") :].split("\n\n")[0].splitlines()[2:]
    named = set()
    for row in rows:
        after, _, before = (cell.strip() for cell in row.strip("|").split("|"))
        named |= {(one, after) for one in states_named(before) if one != after}
    table = [row for row in (*TABLE, *TIMERS) if not (isinstance(row, Row) and row.event in UNSAID)]
    expected = {(a, b) for row in table for a in row.states for b in row.to if a is not b}
    assert named == {(spoken(a), spoken(b)) for a, b in expected}


def states_named(cell: str) -> set[str]:
    every = {spoken(state) for state in CaptureState} - {"signed out"}
    if cell == "any":
        return every
    if cell.startswith("any but "):
        return every - set(cell.removeprefix("any but ").split(", "))
    return set(cell.split(", "))


def spoken(state: CaptureState) -> str:
    return str(state).replace("_", " ")
