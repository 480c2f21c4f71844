"""Stories that have found something once. Each is played again in every run, by its mode and seed."""

from typing import Final

from tests.stories.modes import Mode

CASES: Final = {
    "a new server takes a pause away": (Mode.CLEAN, 9),
    "a host passes by after a gap, and a dead stream is verified": (Mode.GAPS, 36),
    "a stop by UUID alone is not seen": (Mode.GAPS, 60),
    "the way back from a room is taken for leaving": (Mode.DEVICES, 35),
    "a stream before sight, and the time since the request is lost": (Mode.DOUBLED, 53),
    "a start by UUID alone stands beside the one request that it answers": (Mode.UUID, 3),
    "a start overtaken by the reply's time-out leaves time lost": (Mode.REORDERED, 32),
    "nothing runs, says a reply in a room, and that puts the room in doubt": (Mode.UUID, 23),
    "an interruption is never over": (Mode.DEVICES, 137),
}
"""Their names say what was wrong."""
