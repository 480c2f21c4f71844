"""Nothing moves unnoticed: what everything that can happen does, in every state, is as it was written down.

A rule was changed on purpose? `python -m tests.helpers.capture_table` writes the table anew and says which cells
have changed; each of them is a consequence of the change, and should be meant.
"""

import pytest

from rtms_tray.capture.states import CaptureState
from tests.helpers.capture_inputs import INPUTS, KINDS
from tests.helpers.capture_table import HOW_MANY, STATES, WORLDS, kept, mark, marks, stories, story


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("world", WORLDS)
@pytest.mark.parametrize("state", STATES)
def test_as_written(state: CaptureState, world: str, kind: str) -> None:
    written = {name: cells[world] for name, cells in kept(state).items() if name in KINDS[kind]}
    found = marks(state, world, kind)
    changed = [name for name in found if found[name] != written.get(name)]
    assert not changed, (
        f"see: python -m tests.helpers.capture_table {state} {world!r} {changed[0]!r}"
    )


@pytest.mark.parametrize("state", STATES)
def test_it_is_whole(state: CaptureState) -> None:
    rows = kept(state)
    assert list(rows) == list(INPUTS)
    assert all("-" not in (cells["seen"], cells["unseen"]) for cells in rows.values())


@pytest.mark.parametrize("number", range(HOW_MANY))
def test_every_story_ends_as_written(number: int) -> None:
    found = mark(story(number))
    assert found == stories().get(str(number)), (
        f"see: python -m tests.helpers.capture_table story {number}"
    )
