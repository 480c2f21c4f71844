"""What a relay's refusals and closes mean: how the attempt ended, and what the user should know.

A relay answers with a status and, in JSON, a code of its own; it closes a WebSocket with a code.
"""

from typing import Final

from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus

from rtms_tray.zoom.errors import Offline, unreached
from rtms_tray.zoom.feeds import FeedError
from rtms_tray.zoom.feeds.endings import CloseCause, Ending

MOVING: Final = 1012
TOO_SLOW: Final = 4008
REPLACED: Final = 4000
SESSION_OVER: Final = 4401
TOO_MANY: Final = 4429
SIGN_IN_REFUSED: Final = "relay_sign_in_refused"
_RESUME: Final = frozenset({MOVING, TOO_SLOW})
_UNAUTHORIZED, _TOO_MANY_REQUESTS = 401, 429


class RelayRefusal(Exception):  # noqa: N818 - not every refusal is an error of anybody's
    """A relay gives no session; `ending` says why."""

    def __init__(self, ending: Ending) -> None:
        super().__init__(ending.error.code if ending.error else ending.cause)
        self.ending = ending


def ending_of_reply(status: int, code: str, host: str) -> Ending:
    """Judge an answer that is no success; `code` is the relay's own, where it gave one."""
    if 300 <= status < 400:  # noqa: PLR2004 - a status class
        error = FeedError.of("relay_redirected", host=host, status=status)
        return Ending(CloseCause.FAILED, error)
    if status == _UNAUTHORIZED:
        return _ending_of_code(code, host)
    if status == _TOO_MANY_REQUESTS:
        return _ending(CloseCause.FAILED, "relay_busy", host)
    if status >= 500:  # noqa: PLR2004 - a status class
        return Ending(CloseCause.FAILED, FeedError.of("relay_trouble", host=host, status=status))
    return Ending(CloseCause.REFUSED, FeedError.of("no_relay", host=host, status=status))


def _ending_of_code(code: str, host: str) -> Ending:
    match code:
        case "not_this_app":
            return _ending(CloseCause.REFUSED, "relay_of_other_app", host)
        case "refused_by_zoom":
            return _ending(CloseCause.TOKEN_REFUSED, SIGN_IN_REFUSED, host)
        case _:
            return _ending(CloseCause.TOKEN_REFUSED, "relay_session_over", host)


def ending_of_failure(failure: OSError | InvalidHandshake, host: str) -> Ending:
    """Judge why there was no connection."""
    if isinstance(failure, InvalidStatus):
        return ending_of_reply(failure.response.status_code, "", host)
    return unreachable(unreached(failure), host)


def unreachable(trouble: Offline, host: str) -> Ending:
    """Say that the relay cannot be reached, or why this computer keeps from it."""
    if trouble.code in {"offline", "reply_lost"}:
        return _ending(CloseCause.FAILED, "relay_offline", host)
    return Ending(CloseCause.FAILED, FeedError(trouble.code, trouble.text, trouble.remedy))


def ending_of_close(closed: ConnectionClosed, host: str, lasted_s: float | None) -> Ending:
    """Say what a close means; `lasted_s` is how long nothing was missing, None where that never was so.

    Whoever is sent away before anything came has to wait like after any failure.
    """
    code = closed.rcvd.code if closed.rcvd is not None else None
    if code in _RESUME and lasted_s is not None:
        return Ending(CloseCause.ON_PURPOSE, None, lasted_s)
    if code == SESSION_OVER:
        error = FeedError.of("relay_session_over", host=host)
        return Ending(CloseCause.TOKEN_REFUSED, error, lasted_s)
    if code == REPLACED:
        return Ending(CloseCause.TAKEN_OVER, FeedError.of("relay_taken_over", host=host), lasted_s)
    if code == TOO_MANY:
        return Ending(CloseCause.REFUSED, FeedError.of("relay_too_many", host=host))
    return lost(host, lasted_s)


def lost(host: str, lasted_s: float | None = None) -> Ending:
    """Say that the connection broke, or never came to be."""
    return Ending(CloseCause.BROKEN, FeedError.of("relay_lost", host=host), lasted_s)


def _ending(cause: CloseCause, code: str, host: str) -> Ending:
    return Ending(cause, FeedError.of(code, host=host))
