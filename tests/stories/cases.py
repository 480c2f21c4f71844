"""Stories that have found something once. Each is played again in every run, by its mode and seed."""

from typing import Final

from tests.stories.modes import Mode

CASES: Final = {
    "a dead stream is verified by somebody's coming, after a gap": (Mode.GAPS, 36),
    "a stop by UUID alone is not seen": (Mode.DEVICES, 90),
    "a new server takes a pause away": (Mode.UUID, 20),
    "a stop that comes late leaves a whole meeting captured": (Mode.LATE, 15),
    "a room is told late, and the time in it stays captured": (Mode.REORDERED, 6),
    "a move to a room is taken for leaving": (Mode.ROOMS, 4),
    "a stream from before sight, and the time since the request is lost": (Mode.GAPS, 16),
    "a host who goes to a room is taken for one who comes": (Mode.LATE, 33),
    "a host's second device is taken for a host who comes": (Mode.DEVICES, 62),
    "a start by UUID alone stands beside the one request that it answers": (Mode.UUID, 3),
    "the instance before stays open beside the next": (Mode.RESTARTS, 1),
    "nothing runs, says a reply in a room, and that puts the room in doubt": (Mode.DEVICES, 55),
    "the user's word that nothing is shared settles nothing": (Mode.GAPS, 91),
    "an interruption is never over": (Mode.CLEAN, 178),
}
"""Their names say what was wrong."""
