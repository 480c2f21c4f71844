"""For reading Zoom's answers to REST calls: which outcome a status, a code and a text mean.

Pure: status, headers and body in, `Reading` out. Codes and texts are those of Zoom's page for
`PATCH /live_meetings/{meetingId}/rtms_app/status` and its pages on errors and rate limits
(zoom-facts §1.4, §2.2, §2.4).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Final

from rtms_tray.capture.events import Outcome
from rtms_tray.support.units import SECOND, Millis
from rtms_tray.zoom.wire import as_int, parse_object, plain

LONGEST_MESSAGE: Final = 300
LONGEST_WAIT_S: Final = 24 * 3600
DAILY_WAIT_S: Final = 3600
"""How long to wait where Zoom names its daily limit but not when that ends: seconds."""

NOT_STARTED: Final = 3000
NOT_FOUND: Final = 3001
SCOPE_MISSING: Final = 4711

MEANINGS: Final[Mapping[int, str]] = {
    124: "the access token is no longer valid",
    300: "the meeting number is not valid",
    2308: "only the host or an alternative host may start the app",
    2309: "only the webinar's host, alternative host or a panelist may start the app",
    2310: "Zoom could not carry it out: often no RTMS licence, or RTMS is not enabled for the app",
    2312: "this user does not exist",
    NOT_STARTED: "the meeting has not started",
    NOT_FOUND: "the meeting does not exist, or may not be seen",
    SCOPE_MISSING: "the sign-in lacks a permission (scope)",
    13262: "the app may not access meeting content",
    13267: "sharing of realtime meeting content is switched off",
    13273: "this meeting does not support RTMS apps",
    13277: "the app has not been started",
}
"""Every documented code of the RTMS call, and what it means in a few words."""

_TOKEN_CODES: Final = frozenset({124, 4700, 4741})  # expired or invalid, empty, revoked
_SCOPE_TEXT: Final = "does not contain scopes"
_ALREADY_RUNNING: Final = re.compile(
    r"already (?:been |is )?(?:started|active|running)", re.IGNORECASE
)
_DAILY: Final = re.compile(r"daily rate limit", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reply means: an outcome, Zoom's own code and words, and how long to wait."""

    outcome: Outcome
    code: int | None = None
    message: str = ""
    retry_after_s: int | None = None


def read_reply(status: int, headers: Mapping[str, str], body: bytes, now: Millis) -> Reading:
    """Read a reply to the RTMS call or any other; `headers` finds names in any case."""
    if status // 100 == 2:  # noqa: PLR2004 - a status class, said best as a digit
        return Reading(Outcome.ACCEPTED)
    fields = parse_object(body)
    text = body.decode(errors="replace") if fields is None else fields.get("message")
    message = plain(text, LONGEST_MESSAGE)
    code = _code(as_int((fields or {}).get("code")), message)
    outcome = _outcome(status, code, message)
    wait = None
    if outcome in {Outcome.RATE_LIMITED, Outcome.SERVER_TROUBLE}:
        wait = _retry_after(headers, message, now)
    return Reading(outcome, code, message, wait)


def zoom_ahead(headers: Mapping[str, str], now: Millis) -> Millis | None:
    """Tell Zoom's clock minus this machine's, from the reply's `Date` (whole seconds: ± 0.5 s)."""
    date = _http_date(headers.get("date", ""))
    return None if date is None else date + SECOND // 2 - now


def _code(code: int | None, message: str) -> int | None:
    # The same refusal has been seen under other codes: its text is what Zoom documents.
    return SCOPE_MISSING if _SCOPE_TEXT in message else code


def _outcome(status: int, code: int | None, message: str) -> Outcome:
    if not 400 <= status < 500:  # noqa: PLR2004 - 5xx, and redirects that nobody asked for
        return Outcome.SERVER_TROUBLE
    if status == 429:  # noqa: PLR2004 - Too Many Requests
        return Outcome.RATE_LIMITED
    if code == SCOPE_MISSING:  # another token would lack it too
        return Outcome.REFUSED
    if status == 401 or code in _TOKEN_CODES:  # noqa: PLR2004 - Unauthorized
        return Outcome.SIGN_IN_NEEDED
    if code == NOT_STARTED:
        return Outcome.NOT_STARTED
    if status in {400, 409} and _ALREADY_RUNNING.search(message):
        return Outcome.ALREADY_RUNNING
    return Outcome.REFUSED


def _retry_after(headers: Mapping[str, str], message: str, now: Millis) -> int | None:
    text = headers.get("retry-after", "").strip()
    seconds = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None  # noqa: PLR2004 - longer is absurd
    date = _http_date(text)
    if seconds is None and date is not None:
        zoom_now = _http_date(headers.get("date", ""))
        seconds = max(0, -((now if zoom_now is None else zoom_now) - date) // SECOND)
    if seconds is None and _DAILY.search(message):
        seconds = DAILY_WAIT_S
    return None if seconds is None else min(seconds, LONGEST_WAIT_S)


def _http_date(text: str) -> Millis | None:
    try:
        return round(parsedate_to_datetime(text).timestamp() * SECOND)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
