"""From the start of a process to its icon, and to a connected feed."""

from collections.abc import Iterator
from typing import Final

from tests.benchmarks.effort import Effort
from tests.benchmarks.figures import Figure
from tests.benchmarks.station import FLOOR_TRAY, PROGRAM, Station

ICON_REACH: Final = 1.1
FEED_REACH: Final = 3.0
_MS: Final = 1000


def figures(here: Station, effort: Effort) -> Iterator[Figure]:
    """Start the program and the floor in turns: to the icon's pixels, and to a connected feed."""
    icons, feeds, floors = [], [], []
    for _ in range(effort.starts):
        with here.running(FLOOR_TRAY) as floor:
            floors.append(here.icon_after_s(floor) * _MS)
            here.panel.at_rest()
        with here.running(PROGRAM) as ours:
            icons.append(here.icon_after_s(ours) * _MS)
            feeds.append(here.feed_after_s(ours) * _MS)
            here.panel.at_rest()
    yield Figure("start → icon pixels", "ms", icons, ICON_REACH, floors)
    yield Figure("start → feed connected", "ms", feeds, FEED_REACH, floors, limit=4 * FEED_REACH)
