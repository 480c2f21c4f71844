"""How long to measure: at length, or as every change is."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Effort:
    """How many samples, and how long."""

    starts: int
    memories: int
    windows: int  # how often every window is opened
    idle_s: float
    commands: int
    passes: int  # of events
    events: int  # how many go through at 1,000/s
    burst: int
    asked_s: float  # for how long 500 sessions are asked after
    meetings: int  # of a long history
    others: int  # how often other programs are started
    trays: int  # that are idle at a relay
    relayed: int  # events through a relay
    moved: int  # trays that a relay sends away
    killed: int  # trays whose relay is killed


LONG: Final = Effort(
    9, 5, 50, 300, 15, 5, 5_000, 50_000, 30, 100_000, 3, 10_000, 3_000, 1_000, 5_000
)
SHORT: Final = Effort(3, 1, 3, 10, 5, 1, 1_000, 10_000, 4, 10_000, 0, 1_000, 1_000, 200, 500)
