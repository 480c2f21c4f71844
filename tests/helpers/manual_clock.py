"""A clock that stands still until it is moved."""

from rtms_tray.support.units import Millis

NOON = 1_793_448_000_000


class ManualClock:
    """Call it for the time; set `now` to change it."""

    def __init__(self, now: Millis = NOON) -> None:
        self.now = now

    def __call__(self) -> Millis:
        """Tell the time."""
        return self.now

    def advance(self, by: Millis) -> None:
        """Let time pass."""
        self.now += by
