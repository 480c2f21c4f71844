"""Stories that have found something once. Each is played again in every run, by its mode and seed."""

from typing import Final

from tests.stories.modes import Mode

CASES: Final = {
    "a dead stream is verified by somebody's coming, after a gap": (Mode.GAPS, 36),
    "a host who goes to a room is taken for one who comes": (Mode.ROOMS, 57),
    "a host who was there before is taken for one who comes": (Mode.CLEAN, 345),
    "a move to a room is taken for leaving": (Mode.ROOMS, 14),
    "a change of rooms, told in the wrong order, is taken for coming back": (Mode.RESTARTS, 33),
    "the end of a room that may have been missed is proven by a stop": (Mode.TOGETHER, 332),
    "coming back from a room ends doubt of a gap before it": (Mode.GAPS, 175),
    "a start and its stop, both told after the end, change nothing": (Mode.LATE, 114),
    "a stop that came before its start is forgotten": (Mode.LATE, 91),
    "an unnamed stream goes on after its stop, once back from a room": (Mode.LATE, 774),
    "a late start without operator makes the stream somebody else's": (Mode.LATE, 865),
    "a late event unsettles the clock": (Mode.TOGETHER, 318),
    "a start by UUID alone stands beside the one request that it answers": (Mode.UUID, 17),
    "a start with the number stands beside the request that waits for the meeting": (
        Mode.DEVICES,
        13,
    ),
    "the instance before stays open beside the next": (Mode.UUID, 8),
    "the stop of a stream that nobody told of is not believed": (Mode.CLEAN, 118),
    "a reply about an older instance outlives the stream": (Mode.UUID, 308),
    "nothing runs, says a reply in a room, and that puts the room in doubt": (Mode.RESTARTS, 80),
    "the user's word that nothing is shared settles nothing": (Mode.RESTARTS, 54),
    "that the user left puts in doubt what Zoom has stopped": (Mode.CLEAN, 1221),
    "who hands over and leaves from a room is taken for not captured": (Mode.ROOMS, 637),
    "a stream from before sight, and the time since the request is lost": (Mode.CLEAN, 92),
    "a stream without a name that stopped in the room goes on": (Mode.ROOMS, 962),
    "an interruption is never over": (Mode.CLEAN, 178),
}
"""Their names say what was wrong."""
