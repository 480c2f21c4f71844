"""What the log of an app's webhook deliveries proves of the time in which a feed was down. No clock, no network.

The log holds the deliveries to *another* subscription than the feed's. So an empty one proves nothing, and nothing is
proven but by witnesses, events that the feed brought itself: those before the gap and those after it must all be in the
log of one subscription, one of a stream among them, and one that came so long after the gap that the log can't be
behind. That this subscription has all of the feed's events is what whoever sets it up promises; that it has stops is
checked. Without that, only ends are told, as events that come late: a stop is a stop. But the doubt remains.
"""

from collections import deque
from typing import Final

from rtms_tray.capture import events as e
from rtms_tray.support.frozen import Frozen
from rtms_tray.support.units import HOUR, MINUTE, SECOND, Millis
from rtms_tray.zoom.delivery_log import LogEntry, LogRead, digest_of
from rtms_tray.zoom.event_decoder import decode
from rtms_tray.zoom.feeds import Connected, News, Received
from rtms_tray.zoom.json_values import as_moment, parse_object

LOOKS: Final[tuple[Millis, ...]] = (
    5 * SECOND,
    35 * SECOND,
    70 * SECOND,
    2 * MINUTE,
    5 * MINUTE,
    10 * MINUTE,
)
"""When the log is looked at, after the feed is back; with the last one, doubt is final."""
SETTLED: Final[Millis] = 30 * SECOND
"""A delivery is in the log after so long, where any later one is."""
FARTHEST: Final[Millis] = 24 * HOUR
"""How far before the gap a witness may lie."""
LATE: Final[Millis] = MINUTE
"""An event that happened up to so long before the gap may have been delivered in it."""
WITNESSES: Final = 20

_OF_STREAM: Final = e.StreamStarted | e.StreamStopped | e.StreamInterrupted
_FINAL: Final = e.StreamStopped | e.UnnamedStreamStopped | e.MeetingEnded
_BEGINS: Final = (
    e.StreamStarted | e.StreamInterrupted | e.MeetingStarted | e.BreakoutJoined | e.BreakoutLeft
)
"""Beside an end, what changes how a stream stands. Where one came in the gap, or any since, the doubt remains:
it would have to be taken in at its own time, before all that was decided since.
"""


class Witness(Frozen):
    """An event that the feed brought."""

    raw: str
    at: Millis  # when it came


class LogCatchUp:
    """Follows one feed, and says when to look at the log, from where on, and what follows from it."""

    def __init__(self) -> None:
        self._since: Millis | None = None  # nothing is missing since then, but for the gap
        self._gap_at: Millis | None = None
        self._back_at: Millis | None = None
        self._heard: deque[Witness] = deque(maxlen=WITNESSES)
        self._of_stream: Witness | None = None
        self._before: tuple[Witness, ...] = ()
        self._stream_before: Witness | None = None
        self._told: set[str] = set()
        self._has_turned = False  # since the gap
        self._looks = 0
        self._not_before: Millis = 0
        self.connections = 0
        """How many there were: what was read for an earlier one is of no use."""

    # --- the feed -----------------------------------------------------------------------------

    def connected(self, at: Millis) -> None:
        """Events come again, or for the first time."""
        self.connections += 1
        if self._gap_at is None:
            self._since = at if self._since is None else self._since
            return
        self._back_at, self._looks, self._has_turned = at, 0, False

    def lost(self, seen_at: Millis) -> None:
        """No events come; the last sign of life was then."""
        self.connections += 1
        self._back_at = None
        if self._gap_at is None and self._since is not None:
            self._gap_at = seen_at
            self._before, self._stream_before = tuple(self._heard), self._of_stream
            self._told = set()

    def hear(self, news: News) -> None:
        """The feed brings an event."""
        witness = Witness(news.raw, news.at)
        self._heard.append(witness)
        if isinstance(news, Received) and isinstance(news.event, _FINAL | _BEGINS):
            self._has_turned = True
            if isinstance(news.event, _OF_STREAM):
                self._of_stream = witness

    # --- the log ------------------------------------------------------------------------------

    @property
    def due(self) -> Millis | None:
        """When to look at the log next; None: there is nothing to look for."""
        if self._gap_at is None or self._back_at is None:
            return None
        return max(self._back_at + LOOKS[self._looks], self._not_before)

    @property
    def window_from(self) -> Millis:
        """From where on the log is to be read: from the first witness on."""
        gap_at = self._gap_at or 0
        oldest = min((one.at for one in self._witnesses_before()), default=gap_at)
        return min(oldest, gap_at) - LATE

    def failed(self, not_before: Millis = 0) -> None:
        """The log could not be read, or was not."""
        self._not_before = not_before
        self._looked()

    def proving(self, read: LogRead, now: Millis) -> str | None:
        """Name the subscription whose deliveries were all there were, if the log shows that."""
        before, due = self._witnesses_before(), self._after(now)
        late = self._long_after(read.zoom_ahead)
        if self._has_turned or not (read.complete and self._stream_before in before and late):
            return None
        wanted = {digest_of(one.raw) for one in (*before, *due)}
        held: dict[str, set[bytes | None]] = {}
        for entry in read.entries:
            held.setdefault(entry.subscription, set()).add(entry.digest)
        signs = {digest_of(one.raw) for one in late}
        return next((name for name, has in held.items() if wanted <= has and signs & has), None)

    @property
    def stop_event(self) -> str:
        """The event that has to be among those that the log's subscription delivers."""
        webinar = self._stream_before is not None and '"webinar.' in self._stream_before.raw
        return "webinar.rtms_stopped" if webinar else "meeting.rtms_stopped"

    def take(self, read: LogRead, now: Millis, *, proven: bool) -> tuple[Connected | Received, ...]:
        """Take in what the log says: all at once where nothing is missing, else what comes late."""
        gap_at, back_at, since = self._gap_at, self._back_at, self._since
        if gap_at is None or back_at is None:
            return ()
        # As of now: other things have happened since, and what they mean can't be undone.
        missed = [_received(one, now) for one in self._missed(read, gap_at, back_at, now)]
        if proven and not any(isinstance(one.event, _BEGINS) for one in missed):
            self._over(since)
            return (Connected(back_at, since, tuple(missed)),)
        if proven:
            self._over(back_at)
            return tuple(one for one in missed if isinstance(one.event, _OF_STREAM | _FINAL))
        self._looked()
        return self._ends_in(missed)

    def _ends_in(self, missed: list[Received]) -> tuple[Received, ...]:
        """List the ends that were not told yet: of anything else, a part says nothing."""
        ends = (one for one in missed if isinstance(one.event, _FINAL))
        new = tuple(one for one in ends if one.raw not in self._told)
        self._told |= {one.raw for one in new}
        return new

    # --- inside -------------------------------------------------------------------------------

    def _witnesses_before(self) -> tuple[Witness, ...]:
        stream = (self._stream_before,) if self._stream_before is not None else ()
        farthest = (self._gap_at or 0) - FARTHEST
        return tuple(one for one in {*self._before, *stream} if one.at >= farthest)

    def _after(self, now: Millis) -> tuple[Witness, ...]:
        """List what came since the gap and must be in the log by now."""
        back_at = self._back_at or 0
        return tuple(one for one in self._heard if back_at <= one.at <= now - SETTLED)

    def _long_after(self, zoom_ahead: Millis) -> tuple[Witness, ...]:
        """List what happened and came so long after the gap; what is sent again is old."""
        since = (self._back_at or 0) + SETTLED
        came = (one for one in self._heard if one.at >= since)
        return tuple(one for one in came if _happened_at(one.raw) - zoom_ahead >= since - SECOND)

    def _missed(
        self, read: LogRead, gap_at: Millis, back_at: Millis, now: Millis
    ) -> list[LogEntry]:
        """List each event of the gap once, in order; what is later the feed brings itself."""
        heard = {digest_of(one.raw) for one in (*self._witnesses_before(), *self._heard)}
        found = {one.digest: one for one in read.entries if one.digest not in heard}
        until = min(back_at + SECOND, now)
        in_gap = (
            one for one in found.values() if gap_at - LATE <= one.at - read.zoom_ahead <= until
        )
        return sorted(in_gap, key=lambda one: one.at)

    def _looked(self) -> None:
        """Count a look; after the last one the gap stays a gap."""
        self._looks += 1
        if self._looks == len(LOOKS):
            self._over(self._back_at)

    def _over(self, since: Millis | None) -> None:
        self._since, self._gap_at, self._back_at = since, None, None


def _happened_at(raw: str) -> Millis:
    return as_moment((parse_object(raw) or {}).get("event_ts")) or 0


def _received(entry: LogEntry, at: Millis) -> Received:
    """Take a delivery for an event that came at that moment."""
    return Received(decode(entry.raw, at), entry.raw, at)
