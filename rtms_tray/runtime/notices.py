"""Notices about the program's surroundings: the event feed, the settings."""

from dataclasses import replace
from typing import Final

from rtms_tray.capture.reasons import Severity
from rtms_tray.presentation.actions import (
    RECONNECT,
    SIGN_IN_BY_MENU,
    SWITCH_ACCOUNT,
    UNLOCK,
    Action,
    view_of,
)
from rtms_tray.presentation.view_model import FeedView, Notice
from rtms_tray.runtime.connection import Missing
from rtms_tray.runtime.watcher import FeedStatus
from rtms_tray.store.secrets import CAN_BE_UNLOCKED, SecretError
from rtms_tray.store.settings import Problem
from rtms_tray.zoom.errors import ClientRefused, ZoomTrouble

_BY_ITSELF: Final = frozenset({"offline", "connection_lost", "closed_by_zoom", "server_trouble"})
"""What the feed gets over without anybody's doing."""


def feed_view(kind: str, feed: FeedStatus, missing: Missing | None) -> FeedView:
    """Say how the event feed stands; `missing`: why it could not be built."""
    error = missing.text if missing else feed.error
    remedy = missing.remedy if missing else feed.remedy
    return FeedView(
        kind=kind,
        connected=feed.connected,
        text=_feed_text(kind, error, connected=feed.connected),
        since=feed.since,
        last_event_at=feed.last_event_at,
        next_try_at=feed.next_try_at,
        error=error,
        remedy=remedy,
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
        None if passes else view_of(RECONNECT),
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


# --- What the user is told of the sign-in beside the sessions: one notice for each thing that can be wrong. ---

ANOTHER_ACCOUNT: Final = "another_account"


def not_signed_in(trouble: ZoomTrouble) -> Notice:
    """Say why a sign-in failed or ended; a client that Zoom refuses is the settings' fault."""
    refused = isinstance(trouble, ClientRefused)
    title = "Zoom refused the app's credentials" if refused else "Not signed in"
    return _notice(
        trouble.code, title, trouble.text, trouble.remedy, None if refused else SIGN_IN_BY_MENU
    )


def another_account(text: str, remedy: str) -> Notice:
    """Say that somebody else signed in than before."""
    return _notice(ANOTHER_ACCOUNT, "Another account signed in", text, remedy, SWITCH_ACCOUNT)


def keyring_unreadable(error: SecretError) -> Notice:
    """Say that the keyring does not give the sign-in out."""
    action = UNLOCK if error.trouble in CAN_BE_UNLOCKED else None
    title = "The keyring cannot be read"
    return _notice(keyring_code(error), title, error.text, error.remedy, action)


def keyring_code(error: SecretError) -> str:
    """Name the notice that tells of a keyring's trouble."""
    return f"keyring_{error.trouble}"


def kept_in_memory_only(error: SecretError) -> Notice:
    """Say that the sign-in works, and is gone when the program ends."""
    return replace(
        keyring_unreadable(error),
        title="Signed in, but only until rtms-tray ends",
        text=f"{error.text} The sign-in is kept in memory and nowhere else.",
    )


def not_kept() -> Notice:
    """Say that the last sign-in ended with the program, because no keyring took it."""
    text = "The last sign-in could not be kept in the system's keyring, and ended with rtms-tray."
    return _notice("sign_in_not_kept", "Not signed in", text, "Sign in again.", SIGN_IN_BY_MENU)


def _notice(code: str, title: str, text: str, remedy: str, action: Action | None) -> Notice:
    view = view_of(action, primary=action is not SWITCH_ACCOUNT) if action else None
    return Notice(code, Severity.ATTENTION, title, text, remedy, view)
