"""Notices about the program's surroundings: the event feed, the settings."""

from typing import Final

from rtms_tray.capture.reasons import Severity
from rtms_tray.connection import Missing
from rtms_tray.store.problems import Problem
from rtms_tray.view_model import ActionView, FeedView, Notice
from rtms_tray.watcher import FeedStatus

_BY_ITSELF: Final = frozenset({"offline", "connection_lost", "closed_by_zoom", "server_trouble"})
"""What the feed gets over without anybody's doing."""


def feed_view(kind: str, feed: FeedStatus, missing: Missing | None) -> FeedView:
    """Say how the event feed stands; `missing`: why it could not be built."""
    error = missing.text if missing else feed.error
    return FeedView(
        kind=kind,
        connected=feed.connected,
        text=_feed_text(kind, error, connected=feed.connected),
        since=feed.since,
        last_event_at=feed.last_event_at,
        next_try_at=feed.next_try_at,
        error=error,
    )


def _feed_text(kind: str, error: str | None, *, connected: bool) -> str:
    if kind == "none":
        return "no event feed: rtms-tray cannot see what happens"
    if connected:
        return "connected"
    return f"not connected: {error}" if error else "connecting…"


def feed_notice(feed: FeedStatus, missing: Missing | None) -> Notice | None:
    """Tell that events cannot be seen, and whether that passes by itself."""
    if missing is not None:
        return attention(missing.code, "No event feed", missing.text, missing.remedy)
    if feed.error is None or feed.connected:
        return None
    passes = feed.next_try_at is not None and feed.error_code in _BY_ITSELF
    return Notice(
        f"feed_{feed.error_code}",
        Severity.INFO if passes else Severity.ATTENTION,
        "Event feed not connected",
        feed.error,
        feed.remedy,
        None if passes else ActionView("reconnect", "Try again"),
    )


def attention(code: str, title: str, text: str, remedy: str) -> Notice:
    """Make a notice that asks for attention."""
    return Notice(code, Severity.ATTENTION, title, text, remedy)


def of_problem(problem: Problem) -> Notice:
    """Tell what is wrong with a setting, and where."""
    severity = Severity.ATTENTION if problem.blocking else Severity.INFO
    place = f" (line {problem.line})" if problem.line else ""
    where = f"{problem.key}{place}: " if problem.key else place
    return Notice(
        f"settings_{problem.key or 'file'}".replace(".", "_"),
        severity,
        "Check the settings",
        f"{where}{problem.text}",
        problem.remedy,
    )
