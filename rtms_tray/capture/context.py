"""What all sessions share: who the app owner is, what the user chose, whether events can come, the clocks."""

from rtms_tray.capture import events as e
from rtms_tray.capture import timings
from rtms_tray.capture.clocks import ZoomClock
from rtms_tray.capture.timings import Policy
from rtms_tray.support.frozen import Frozen, field, replace
from rtms_tray.support.units import Millis


class Sight(Frozen):
    """Whether events can come: `possible` if a feed is set up, `up_since` while it is connected."""

    possible: bool = False
    up_since: Millis | None = None

    @property
    def up(self) -> bool:
        """Whether events can come now."""
        return self.up_since is not None

    @property
    def blind(self) -> bool:
        """Whether a feed that should be there is down."""
        return self.possible and not self.up


class Context(Frozen):
    """What a step knows beside its session and the event; no session has a copy of it."""

    now: Millis = 0  # this machine's clock
    me: str | None = None
    account: str | None = None  # the app owner's Zoom account
    policy: Policy = field(default_factory=Policy)
    sight: Sight = field(default_factory=Sight)
    sight_before: Sight = field(default_factory=Sight)  # before the event at hand
    clock: ZoomClock = field(default_factory=ZoomClock)
    acting: bool = True  # another tray of the same user does not act on its own
    replaying: bool = False  # events are told that came earlier: more are to follow at once

    def after(self, event: e.Event, now: Millis) -> "Context":
        """Take in what an event changes for every session."""
        clock = self.clock.after(event, now)
        context = replace(self, now=now, sight_before=self.sight, clock=clock)
        match event:
            case e.FeedConfigured(possible):
                return replace(context, sight=replace(self.sight, possible=possible))
            case e.FeedUp(at, since):
                # A connection that takes over from one that still stands leaves no gap.
                up_since = self.sight.up_since or at
                return replace(
                    context, sight=Sight(True, min(up_since, at if since is None else since))
                )
            case e.ActingChanged(acting):
                return replace(context, acting=acting)
            case e.Slept(_, at) if self.sight.up:
                return replace(context, sight=replace(self.sight, up_since=at))
            case e.FeedDown():
                return replace(context, sight=Sight(possible=True))
            case e.SignedIn(user_id, account_id):
                return replace(context, me=user_id, account=account_id)
            case e.PolicyChanged(policy):
                return replace(context, policy=policy)
            case _:
                return context

    def at(self, now: Millis) -> "Context":
        """The same at another moment."""
        return replace(self, now=now)

    def is_own(self, meeting: e.Meeting) -> bool:
        """Whether the app owner is this meeting's host."""
        return self.me is not None and meeting.host_id == self.me

    @property
    def zoom_ahead(self) -> Millis:
        """Zoom's clock minus this machine's."""
        return self.clock.ahead

    @property
    def zoom_now(self) -> Millis:
        """The time on Zoom's clock."""
        return self.now + self.zoom_ahead

    def is_old_news(self, zoom_at: Millis) -> bool:
        """Whether an event is so late that it was not seen as it happened."""
        return self.zoom_now - zoom_at > timings.OLD_NEWS

    def sees_since(self, at: Millis) -> bool:
        """Whether events have come without a gap since this moment of this machine's clock."""
        up_since = self.sight.up_since
        return up_since is not None and up_since <= at + timings.CLOCK_MARGIN

    def local(self, zoom_at: Millis) -> Millis:
        """Convert an event's `event_ts` to this machine's clock; never into the future."""
        return min(zoom_at - self.zoom_ahead, self.now)
