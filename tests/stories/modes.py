"""What stands between a meeting and the program: the kinds of noise, each a mode of its own."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

SECOND: Final = 1_000
MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE


class Mode(StrEnum):
    """One kind of noise, or all together."""

    CLEAN = "clean"
    LATE = "late"
    DOUBLED = "doubled"
    REORDERED = "reordered"
    GAPS = "gaps"
    SKEWED = "skewed"
    UUID = "uuid"
    DEVICES = "devices"
    ROOMS = "rooms"
    RESTARTS = "restarts"
    TOGETHER = "together"
    RELAY = "relay"
    LOG = "log"


@dataclass(frozen=True, slots=True)
class Noise:
    """How much of each noise a story has; shares are probabilities."""

    late: float = 0.0  # of an event
    doubled: float = 0.0  # of an event
    spread: int = 0  # how far apart events may arrive, in ms, beyond the field's usual
    gaps: int = 0  # at most
    skew: int = 0  # of this machine's clock, at most, in ms
    uuid_only: float = 0.1  # of a story
    devices: float = 0.0  # of a story: several devices of one account
    rooms: float = 0.1  # of an incident: somebody goes to a breakout room
    restarts: int = 0  # at most
    relay: bool = False  # events come by the app's relay, which replays what was missed
    log: bool = False  # the app has a webhook, too, and its deliveries can be read afterwards


NOISES: Final = {
    Mode.CLEAN: Noise(rooms=0.0, uuid_only=0.0),
    Mode.LATE: Noise(late=0.2),
    Mode.DOUBLED: Noise(doubled=0.5),
    Mode.REORDERED: Noise(spread=20 * SECOND),
    Mode.GAPS: Noise(gaps=3),
    Mode.SKEWED: Noise(skew=12 * MINUTE),
    Mode.UUID: Noise(uuid_only=1.0),
    Mode.DEVICES: Noise(devices=1.0),
    Mode.ROOMS: Noise(rooms=0.6, devices=0.1),
    Mode.RESTARTS: Noise(restarts=2),
    Mode.TOGETHER: Noise(
        late=0.05, doubled=0.2, spread=6 * SECOND, gaps=2, skew=5 * MINUTE,
        uuid_only=0.3, devices=0.4, rooms=0.35, restarts=1,
    ),
    Mode.RELAY: Noise(
        doubled=0.2, spread=3 * SECOND, gaps=3, skew=5 * MINUTE, devices=0.3, rooms=0.3, restarts=1, relay=True,
    ),
    Mode.LOG: Noise(doubled=0.1, spread=2 * SECOND, gaps=3, log=True, devices=0.3, rooms=0.3),
}  # fmt: skip

COMPLETE: Final = frozenset(
    {
        Mode.CLEAN, Mode.DOUBLED, Mode.REORDERED, Mode.SKEWED, Mode.UUID, Mode.DEVICES, Mode.ROOMS,
        Mode.RELAY,
    }
)  # fmt: skip
"""Modes in which every event comes, and within a minute: here the program has to know nearly everything."""
