"""Zoom's clock, as far as it can be told: by the dates of its replies and the times of its events."""

from statistics import median

from rtms_tray.capture import events as e
from rtms_tray.capture import timings
from rtms_tray.support.frozen import Frozen, replace
from rtms_tray.support.units import Millis


class NewestEvent(Frozen):
    """The newest event: when Zoom says that it happened, and when it came, by this machine's clock."""

    at: Millis
    came_at: Millis

    @property
    def ahead(self) -> Millis:
        """By how much Zoom's clock is ahead, if the event came at once; it cannot be less."""
        return self.at - self.came_at

    def tells_at(self, now: Millis) -> bool:
        """Whether it is new enough to tell anything."""
        return now - self.came_at <= timings.NEWEST_EVENT_TELLS_FOR


def newer(newest: NewestEvent | None, event: NewestEvent) -> NewestEvent:
    """Choose between the newest event so far and another that comes now."""
    late = newest is not None and newest.tells_at(event.came_at) and event.at < newest.at
    return newest if newest is not None and late else event


class ZoomClock(Frozen):
    """Zoom's clock beside this machine's; `ahead` is Zoom's minus this machine's.

    Where both are far apart, one of them is wrong: a reply's date, through a proxy's fault, or this machine's clock.
    The newest event tells which, and what it told holds until something else is told: two clocks in turn would be
    worse than either. An event that came late tells nothing, and none is ever of the future.
    """

    dates: tuple[Millis, ...] = ()  # of the last replies: how far ahead Zoom's clock was
    newest: NewestEvent | None = None
    confirmed: Millis | None = None  # how far ahead an event has shown it to be, beyond question
    ahead: Millis = 0

    @classmethod
    def ahead_by(cls, ahead: Millis) -> "ZoomClock":
        """Begin with what was known of Zoom's clock in an earlier run."""
        return cls((ahead,), None, ahead, ahead) if ahead else cls()

    @property
    def is_certain(self) -> bool:
        """Whether no event can change how far ahead it is taken to be: all dates agree with this machine's clock."""
        agree = all(abs(ahead) <= timings.CLOCK_IN_QUESTION for ahead in self.dates)
        return agree and self.confirmed is None

    def after(self, event: e.Event, now: Millis) -> "ZoomClock":
        """Take in what an event tells of Zoom's clock."""
        clock = self
        match event:
            case e.ZoomDated(int(ahead)) | e.Replied(zoom_ahead_ms=int(ahead)):
                clock = replace(self, dates=(*self.dates, ahead)[-timings.DATES_KEPT :])
            case _ if isinstance(event, e.ZoomEvent):
                clock = self._with_event(NewestEvent(event.at, now))
            case _:
                return self
        return _judged(clock, now)

    def _with_event(self, event: NewestEvent) -> "ZoomClock":
        return replace(self, newest=newer(self.newest, event))

    def newest_at(self, now: Millis) -> NewestEvent | None:
        """Give the newest event, if it is new enough to tell anything."""
        newest = self.newest
        return newest if newest and newest.tells_at(now) else None

    def dated(self, event: e.Event, now: Millis) -> e.Event:
        """Date an event that claims to be of the future as of now."""
        if isinstance(event, e.ZoomEvent) and (at := self.date(event.at, now)) != event.at:
            return replace(event, at=at)
        return event

    def date(self, at: Millis, now: Millis) -> Millis:
        """Date a moment that an event names; none is ever of the future."""
        zoom_now = now + self.ahead
        return zoom_now if at > zoom_now + timings.EVENT_AHEAD else at


def _judged(clock: ZoomClock, now: Millis) -> ZoomClock:
    dated = int(median(clock.dates)) if clock.dates else 0
    if abs(dated) <= timings.CLOCK_IN_QUESTION:
        return replace(clock, confirmed=None, ahead=dated)
    newest = clock.newest_at(now)
    known = clock.confirmed is not None and _agree(dated, clock.confirmed)
    if newest is not None and (not known or _contradicts(newest, dated)):
        confirmed = dated if _confirms(newest, dated) else None
        return replace(clock, confirmed=confirmed, ahead=confirmed or 0)
    return replace(clock, ahead=dated if known else 0)


def _contradicts(newest: NewestEvent, dated: Millis) -> bool:
    """Whether an event would be of the future; one that comes late takes back nothing of what others have told."""
    return newest.ahead - dated > timings.CLOCK_IN_QUESTION


def _confirms(newest: NewestEvent, dated: Millis) -> bool:
    """Whether the newest event is nearer to the replies' clock, by which it is not of the future."""
    if _contradicts(newest, dated):
        return False
    of_future_here = newest.ahead > timings.CLOCK_IN_QUESTION
    return of_future_here or abs(newest.ahead - dated) < abs(newest.ahead)


def _agree(one: Millis, other: Millis) -> bool:
    return abs(one - other) <= timings.CLOCK_IN_QUESTION
