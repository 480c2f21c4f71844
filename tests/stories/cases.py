"""Stories that have found something once. Each is played again in every run, by its mode and seed."""

from typing import Final

from tests.stories.modes import Mode

CASES: Final = {
    "a dead stream is verified by somebody's coming, after a gap": (Mode.GAPS, 36),
    "a host who goes to a room is taken for one who comes": (Mode.ROOMS, 57),
    "a move to a room is taken for leaving": (Mode.ROOMS, 14),
    "a change of rooms, told in the wrong order, is taken for coming back": (Mode.RESTARTS, 33),
    "a start and its stop, both told after the end, change nothing": (Mode.LATE, 114),
    "a start by UUID alone stands beside the one request that it answers": (Mode.UUID, 4),
    "a start with the number stands beside the request that waits for the meeting": (
        Mode.DEVICES,
        13,
    ),
    "the instance before stays open beside the next": (Mode.UUID, 8),
    "the stop of a stream that nobody told of is not believed": (Mode.CLEAN, 118),
    "nothing runs, says a reply in a room, and that puts the room in doubt": (Mode.RESTARTS, 80),
    "the user's word that nothing is shared settles nothing": (Mode.RESTARTS, 54),
}
"""Their names say what was wrong."""
