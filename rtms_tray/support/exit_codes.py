"""How a command can end; alone here, because starting needs it and little else."""

from enum import IntEnum


class Exit(IntEnum):
    """How a command ended; the numbers are an interface."""

    DONE = 0
    REFUSED = 1
    USAGE = 2
    NOT_RUNNING = 3
    STILL_TRYING = 4
