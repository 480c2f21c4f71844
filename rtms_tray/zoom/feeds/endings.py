"""How an attempt at the event socket ended, and what the user should know about it.

Everything that the socket, its server or the token can do ends here, as a value.
"""

from enum import StrEnum
from typing import Final

from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus

from rtms_tray.store.secrets import SecretError
from rtms_tray.support.frozen import Frozen, replace
from rtms_tray.support.texts import text
from rtms_tray.zoom.errors import (
    ClientRefused,
    Offline,
    ServerTrouble,
    SignInRefused,
    ZoomTrouble,
    unreached,
)
from rtms_tray.zoom.feeds import FeedError


class CloseCause(StrEnum):
    """Why an attempt ended."""

    ON_PURPOSE = "on_purpose"  # woken, or another connection has taken over
    CLOSED = "closed"  # Zoom sent a close frame
    BROKEN = "broken"  # no close frame: the network failed, or the peer is dead
    FAILED = "failed"  # never established, for a passing cause
    TOKEN_REFUSED = "token_refused"  # noqa: S105 - a name, no password
    REFUSED = "refused"  # never established, and won't be before something is changed
    TAKEN_OVER = "taken_over"  # by another program, which would only fight back


class Ending(Frozen):
    """Why an attempt ended, what to tell the user, and how long events came (None: never)."""

    cause: CloseCause
    error: FeedError | None = None
    lasted_s: float | None = None


_TOO_MANY_REQUESTS: Final = 429


def lost(cause: CloseCause, lasted_s: float | None = None) -> Ending:
    """Say that a connection broke, or never came to be."""
    return Ending(cause, FeedError.of("connection_lost"), lasted_s)


def _subscription_refused(words: str) -> Ending:
    """Say that Zoom refuses the subscription; `words` are Zoom's own, made safe to show."""
    error = FeedError.of("subscription_refused")
    if words:
        sentence = text("feed.subscription_refused.text_with_words", words=words)
        error = replace(error, text=sentence)
    return Ending(CloseCause.REFUSED, error)


def ending_of_build(words: str) -> Ending:
    """Judge a `build_connection` without success, by Zoom's words."""
    if "token" in words.lower():
        return Ending(CloseCause.TOKEN_REFUSED, FeedError.of("client_secret_refused"))
    return _subscription_refused(words)


def ending_of_failure(failure: OSError | InvalidHandshake) -> Ending:
    """Judge why there was no connection, or no handshake."""
    if isinstance(failure, InvalidStatus):
        return _ending_of_status(failure.response.status_code)
    return _unreachable(unreached(failure))


def _ending_of_status(status: int) -> Ending:
    if 300 <= status < 400:  # noqa: PLR2004 - a status class
        return Ending(CloseCause.FAILED, FeedError.of("redirected", status=status))
    if status == 401:  # noqa: PLR2004 - Unauthorized
        return Ending(CloseCause.TOKEN_REFUSED, FeedError.of("client_secret_refused"))
    if 400 <= status < 500 and status != _TOO_MANY_REQUESTS:  # noqa: PLR2004 - a status class
        return _subscription_refused(f"HTTP {status}")
    return Ending(CloseCause.FAILED, FeedError.of("server_trouble", status=status))


def ending_of_close(closed: ConnectionClosed, lasted_s: float) -> Ending:
    """Tell a close by Zoom, which sends a close frame first, from a connection that broke."""
    by_zoom = closed.rcvd is not None and (closed.sent is None or closed.rcvd_then_sent is True)
    if by_zoom:
        return Ending(CloseCause.CLOSED, FeedError.of("closed_by_zoom"), lasted_s)
    return lost(CloseCause.BROKEN, lasted_s)


def ending_of_trouble(trouble: ZoomTrouble | SecretError) -> Ending:
    """Judge why there is no token for the feed."""
    match trouble:
        case SecretError():
            return Ending(CloseCause.REFUSED, _error_of(trouble, "keyring"))
        case ClientRefused(code="client_refused"):
            return Ending(CloseCause.REFUSED, _error_of(trouble, "client_secret_refused"))
        case ClientRefused() | SignInRefused():
            return Ending(CloseCause.REFUSED, _error_of(trouble, trouble.code))
        case Offline():
            return _unreachable(trouble)
        case ServerTrouble():
            return Ending(CloseCause.FAILED, FeedError.of("server_trouble", status=trouble.status))
    return Ending(CloseCause.FAILED, _error_of(trouble, trouble.code))


def _unreachable(trouble: Offline) -> Ending:
    known = trouble.code not in {"offline", "reply_lost"}
    error = _error_of(trouble, trouble.code) if known else FeedError.of("offline")
    return Ending(CloseCause.FAILED, error)


def _error_of(trouble: ZoomTrouble | SecretError, code: str) -> FeedError:
    return FeedError(code, trouble.text, trouble.remedy)
