"""For seeing Zoom's events: what a feed is, and what it reports.

A feed reports truthfully and in order: `Connected` only once events can really come, and
`Disconnected` before anything else is tried. Events that fall between the two are lost at Zoom.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from rtms_tray.capture.events import ZoomEvent
from rtms_tray.support.units import Millis


@dataclass(frozen=True, slots=True)
class FeedError:
    """Why there are no events: a stable `code`, what happened, and what to do."""

    code: str
    text: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Connected:
    """Events can be seen from now on."""

    at: Millis


@dataclass(frozen=True, slots=True)
class Disconnected:
    """Events cannot be seen; `next_try_at` is None only when the feed has given up.

    No `error` means that nothing is wrong by now: the connection is made anew at once, or a new
    one stands already, and only whether the old one brought everything is not known.
    """

    at: Millis
    error: FeedError | None
    next_try_at: Millis | None


@dataclass(frozen=True, slots=True)
class Received:
    """An event came; `raw` is its JSON as it was sent."""

    event: ZoomEvent
    raw: str
    at: Millis


Report: TypeAlias = Connected | Disconnected | Received


class Feed(Protocol):
    """A source of Zoom's events."""

    async def run(self, report: Callable[[Report], None]) -> None:
        """Report until cancelled, or until the feed gives up: then a new `run` tries again."""
        ...

    def wake(self) -> None:
        """Connect anew at once: this machine slept, or the network is back."""
        ...
