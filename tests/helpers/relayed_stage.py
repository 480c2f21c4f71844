"""A stage whose feed is a relay: while the connection is down, the relay keeps the events."""

from collections.abc import Callable

from rtms_tray.capture import events as e
from rtms_tray.capture.states import CaptureState
from rtms_tray.capture.timings import Policy
from tests.helpers.capture_stage import (
    I_AM,
    IN_SIGHT_FOR,
    THE_HOST,
    Stage,
)
from tests.helpers.manual_clock import NOON

_S = CaptureState
SINCE = NOON - IN_SIGHT_FOR

Story = Callable[["RelayedStage"], None]


class RelayedStage(Stage):
    """A stage whose feed is a relay: while it is down, the relay keeps the events."""

    def __init__(self, policy: Policy | None = None) -> None:
        super().__init__(policy)
        self.missing = False
        self.kept: list[e.Kept] = []

    def zoom(self, event: e.ZoomEvent) -> None:
        """Deliver an event, or keep it."""
        if self.missing:
            self.kept.append(e.Kept(event, self.now))
        else:
            super().zoom(event)

    def lose(self) -> None:
        """The connection to the relay breaks."""
        self.missing = True
        self.feed_down()

    def catch_up(self, since: int = SINCE) -> None:
        """The connection is back, with everything that was missed."""
        self.missing = False
        kept, self.kept = tuple(self.kept), []
        self.all(e.CaughtUp(self.now, since, kept))


def shared(policy: Policy | None = None) -> RelayedStage:
    """A stage on which the meeting is captured and everybody is there."""
    stage = RelayedStage(policy)
    stage.meeting_started()
    for person in (THE_HOST, I_AM):
        stage.joins(person)
    stage.ask()
    stage.reply()
    stage.wait(5)
    stage.started()
    stage.wait(60)
    stage.clear()
    return stage


def asked(policy: Policy | None = None) -> RelayedStage:
    """A stage on which the host is known to be absent, and the request waits for them."""
    stage = RelayedStage(policy)
    stage.meeting_started()
    stage.joins(I_AM)
    stage.ask()
    stage.reply()
    stage.wait(60)
    assert stage.state is _S.WAITING_FOR_HOST
    stage.clear()
    return stage


def stops_and_starts(stage: RelayedStage) -> None:
    """The host turns it off, and somebody turns it on again."""
    stage.wait(10)
    stage.stopped(1)
    stage.wait(30)
    stage.started("b")
    stage.wait(30)
