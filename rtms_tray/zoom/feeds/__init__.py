"""Feeds of Zoom's events: what a feed is, and what it reports.

A feed reports truthfully and in order: `Connected` only once events can really come, and
`Disconnected` before anything else is tried. Events that fall between the two are lost at Zoom.

`zoom_socket` is Zoom's event WebSocket as a feed. It decides by `reconnect` when to try again, keeps
one connection after the other by `handover`, each an `event_connection` whose end `endings` explains.
`vital_signs` tell when it was last seen alive; `standby` makes one feed of two. `logged` makes up for a feed's gaps by
Zoom's log of the app's webhook deliveries; what that proves, `log_catch_up` says.

`relay` is an app's own relay as a feed, which replays what was missed: `relay_session` is how it is let in,
`relay_connection` one connection, in `relay_frames`, whose end `relay_endings` explains; `heard_events` drops what
comes twice.
"""

from collections.abc import Callable
from typing import Protocol, TypeAlias, runtime_checkable

from rtms_tray.capture.bystanders import Sighting
from rtms_tray.capture.events import FeedEvent
from rtms_tray.support.frozen import Frozen
from rtms_tray.support.texts import text
from rtms_tray.support.units import Millis
from rtms_tray.zoom.event_decoder import decode
from rtms_tray.zoom.event_glance import glance
from rtms_tray.zoom.rest import Bearer

__all__ = [
    "Company",
    "Connected",
    "Disconnected",
    "Feed",
    "FeedError",
    "ForAccount",
    "Glimpsed",
    "News",
    "Pinging",
    "Received",
    "Report",
    "StandbyState",
    "TwoConnections",
    "news_of",
]


class FeedError(Frozen):
    """Why there are no events: a stable `code`, what happened, and what to do."""

    code: str
    text: str
    remedy: str

    @classmethod
    def of(cls, code: str, **values: object) -> "FeedError":
        """Create the error with this code, and its sentences in the user's language."""
        return cls(code, text(f"feed.{code}.text", **values), text(f"feed.{code}.remedy"))


class Received(Frozen):
    """An event came; `raw` is its JSON as Zoom sent it."""

    event: FeedEvent
    raw: str
    at: Millis


class Connected(Frozen):
    """Events come from now on; a feed that can bring what was missed brings it here, in order.

    With that, nothing is missing that came since then; `since` is None where what was missed is lost.
    """

    at: Millis
    since: Millis | None = None
    missed: tuple[Received, ...] = ()


class Disconnected(Frozen):
    """No events come; `next_try_at` is None only when the feed has given up.

    Without an `error` nothing is wrong: the feed connects anew at once, or has done so already. Events
    since `seen_at`, the last sign of life, may be lost; None: events never came.
    """

    at: Millis
    error: FeedError | None
    next_try_at: Millis | None
    seen_at: Millis | None = None


class Glimpsed(Frozen):
    """An event came that only says that somebody came or left: it is read further where that matters."""

    sighting: Sighting
    raw: str
    at: Millis

    @property
    def event(self) -> FeedEvent:
        """The event; reading it takes a while."""
        return decode(self.raw, self.at)


News: TypeAlias = Received | Glimpsed


def news_of(content: str, now: Millis) -> News:
    """Read an event, but only as far as needed to see that it may be strangers' affair."""
    sighting = glance(content)
    if sighting is not None:
        return Glimpsed(sighting, content, now)
    return Received(decode(content, now), content, now)


class StandbyState(Frozen):
    """Events come, but over one of two connections; without an `error`, over both again."""

    error: FeedError | None


class Company(Frozen):
    """What a relay says of this user's trays: whether this one acts on its own, and whether it signed in last."""

    acting: bool
    signed_in_elsewhere: bool


Report: TypeAlias = Connected | Disconnected | News | StandbyState | Company


class Feed(Protocol):
    """A source of Zoom's events."""

    async def run(self, report: Callable[[Report], None]) -> None:
        """Report until cancelled, or until the feed gives up; a new `run` then tries again."""
        ...

    def wake(self) -> None:
        """Connect anew at once: this machine slept, or the network is back."""
        ...

    def watch_closely(self, *, wanted: bool) -> None:
        """Notice sooner that events no longer come, because something depends on them."""
        ...

    @property
    def seen_at(self) -> Millis | None:
        """The last sign of life: up to then no event was lost; None before the first."""
        ...


@runtime_checkable
class Pinging(Protocol):
    """A feed that also sends pings of the WebSocket protocol; nobody has documented whether Zoom answers them."""

    @property
    def pings_answered(self) -> int:
        """How many were answered, over all its connections."""
        ...


@runtime_checkable
class TwoConnections(Protocol):
    """A feed over two connections, of which one is enough."""

    def retry(self) -> None:
        """Connect the one that is down at once, even if it has given up; the other is left alone."""
        ...


@runtime_checkable
class ForAccount(Protocol):
    """A feed that brings the events of one user, and so needs to know who is signed in."""

    def use_account(self, user_id: str | None, bearer: Bearer | None) -> None:
        """Bring this user's events from now on, shown by these tokens; None: nobody's."""
        ...
