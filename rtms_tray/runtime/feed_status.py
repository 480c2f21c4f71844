"""How the event feed stands, as its reports have it."""

from rtms_tray.support.frozen import Frozen, replace
from rtms_tray.support.units import Millis
from rtms_tray.zoom.feeds import Company, Disconnected, FeedError


class FeedStatus(Frozen):
    """The event feed, as last reported."""

    kind: str = "none"
    connected: bool = False
    since: Millis | None = None
    last_event_at: Millis | None = None
    next_try_at: Millis | None = None
    error: str | None = None
    error_code: str | None = None
    remedy: str = ""
    standby: FeedError | None = None  # why one of two connections is missing
    company: Company | None = None  # what a relay says of this user's trays

    def connected_at(self, at: Millis) -> "FeedStatus":
        """Take in that events come."""
        return replace(
            self, connected=True, since=at, next_try_at=None, error=None, error_code=None
        )

    def lost_at(self, at: Millis, report: Disconnected) -> "FeedStatus":
        """Take in that no events come since then, and why; of several losses in a row the first counts."""
        error = report.error
        return replace(
            self,
            connected=False,
            since=at if self.connected else self.since,
            next_try_at=report.next_try_at,
            error=error.text if error else None,
            error_code=str(error.code) if error else None,
            remedy=error.remedy if error else "",
        )
