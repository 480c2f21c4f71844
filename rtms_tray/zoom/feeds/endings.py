"""How an attempt at the event socket ended, and what the user should know about it.

Everything that the socket, its server or the token can do ends here, as a value.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus

from rtms_tray.store.secrets import SecretError
from rtms_tray.zoom.errors import ClientRefused, Offline, ServerTrouble, ZoomTrouble, unreached
from rtms_tray.zoom.feeds import FeedError


class CloseCause(StrEnum):
    """Why an attempt ended."""

    ON_PURPOSE = "on_purpose"  # woken, or another connection has taken over
    CLOSED = "closed"  # Zoom sent a close frame
    BROKEN = "broken"  # no close frame: the network failed, or the peer is dead
    FAILED = "failed"  # never established, for a passing cause
    TOKEN_REFUSED = "token_refused"  # noqa: S105 - a name, no password
    REFUSED = "refused"  # never established, and won't be before something is changed


@dataclass(frozen=True, slots=True)
class Ending:
    """Why an attempt ended, what to tell the user, and how long events came (None: never)."""

    cause: CloseCause
    error: FeedError | None = None
    lasted_s: float | None = None


OFFLINE: Final = FeedError(
    "offline",
    "Zoom's event feed cannot be reached.",
    "Check the network; rtms-tray goes on trying.",
)
UNTRUSTED: Final = FeedError("untrusted", *Offline.WORDS["untrusted"])
LOST: Final = FeedError(
    "connection_lost",
    "The connection to Zoom's event feed broke.",
    "rtms-tray connects again by itself.",
)
CLOSED: Final = FeedError(
    "closed_by_zoom",
    "Zoom closed the connection to its event feed.",
    "rtms-tray connects again by itself.",
)
TAKEN_OVER: Final = FeedError(
    "taken_over",
    "Another program uses this event subscription: each connection ends the other's.",
    "Create a subscription for rtms-tray alone in the app's settings at Zoom, then connect again.",
)
SECRET_REFUSED: Final = FeedError(
    "client_secret_refused",
    "Zoom's event feed refused the client ID or the client secret.",
    "Compare both with the app's credentials page in the Zoom Marketplace.",
)
UNEXPECTED: Final = FeedError(
    "unexpected",
    "The connection to Zoom's event feed failed in an unexpected way.",
    "rtms-tray goes on trying; the log says more.",
)
_TOO_MANY_REQUESTS: Final = 429


def subscription_refused(words: str = "") -> FeedError:
    """Say that Zoom refuses the subscription; `words` are Zoom's own, made safe to show."""
    said = f" (“{words}”)" if words else ""
    return FeedError(
        "subscription_refused",
        f"Zoom refused the event subscription{said}.",
        "Compare the subscription ID with the endpoint in the app's settings at Zoom.",
    )


def server_trouble(status: int) -> FeedError:
    """Say that Zoom's event server can't serve now."""
    return FeedError(
        "server_trouble",
        f"Zoom's event feed has a problem of its own (HTTP {status}).",
        "Wait a moment; rtms-tray tries again.",
    )


def ending_of_build(words: str) -> Ending:
    """Judge a `build_connection` without success, by Zoom's words."""
    if "token" in words.lower():
        return Ending(CloseCause.TOKEN_REFUSED, SECRET_REFUSED)
    return Ending(CloseCause.REFUSED, subscription_refused(words))


def ending_of_failure(failure: OSError | InvalidHandshake) -> Ending:
    """Judge why there was no connection, or no handshake."""
    if isinstance(failure, InvalidStatus):
        return _ending_of_status(failure.response.status_code)
    untrusted = unreached(failure).code == UNTRUSTED.code
    return Ending(CloseCause.FAILED, UNTRUSTED if untrusted else OFFLINE)


def _ending_of_status(status: int) -> Ending:
    if status == 401:  # noqa: PLR2004 - Unauthorized
        return Ending(CloseCause.TOKEN_REFUSED, SECRET_REFUSED)
    if 400 <= status < 500 and status != _TOO_MANY_REQUESTS:  # noqa: PLR2004 - a status class
        return Ending(CloseCause.REFUSED, subscription_refused(f"HTTP {status}"))
    return Ending(CloseCause.FAILED, server_trouble(status))


def ending_of_close(closed: ConnectionClosed, lasted_s: float) -> Ending:
    """Tell a close by Zoom, which sends a close frame first, from a connection that broke."""
    by_zoom = closed.rcvd is not None and (closed.sent is None or closed.rcvd_then_sent is True)
    cause, error = (CloseCause.CLOSED, CLOSED) if by_zoom else (CloseCause.BROKEN, LOST)
    return Ending(cause, error, lasted_s)


def ending_of_trouble(trouble: ZoomTrouble | SecretError) -> Ending:
    """Judge why there is no token for the feed."""
    match trouble:
        case SecretError():
            return Ending(CloseCause.REFUSED, FeedError("keyring", trouble.text, trouble.remedy))
        case ClientRefused():
            code = "client_secret_refused" if trouble.code == "client_refused" else trouble.code
            return Ending(CloseCause.REFUSED, FeedError(code, trouble.text, trouble.remedy))
        case Offline():
            untrusted = trouble.code == UNTRUSTED.code
            return Ending(CloseCause.FAILED, UNTRUSTED if untrusted else OFFLINE)
        case ServerTrouble():
            return Ending(CloseCause.FAILED, server_trouble(trouble.status))
    return Ending(CloseCause.FAILED, FeedError(trouble.code, trouble.text, trouble.remedy))
