"""What Zoom's answers to REST calls mean: outcomes, who signed in, and which meetings there are.

Pure: status, headers and body in, values out. Codes and texts are those of Zoom's page for
`PATCH /live_meetings/{meetingId}/rtms_app/status` and its pages on errors and rate limits
(zoom-facts §1.4, §2.2, §2.4).
"""

import re
from collections.abc import Iterator, Mapping
from email.utils import parsedate_to_datetime
from typing import Final

from rtms_tray.capture.events import Meeting, MeetingFetched, MeetingStatus, Outcome
from rtms_tray.support.frozen import Frozen
from rtms_tray.support.units import HOUR, SECOND, Millis
from rtms_tray.zoom.json_values import (
    JsonObject,
    as_id,
    as_int,
    as_iso_moment,
    as_number,
    as_object,
    parse_object,
    plain,
)

LONGEST_MESSAGE: Final = 300
LONGEST_TEXT: Final = 200
LONGEST_WAIT_S: Final = 48 * 3600
"""A longer wait makes no sense: Zoom's limits are by the second and by the day."""

NOT_STARTED: Final = 3000
NOT_FOUND: Final = 3001
SCOPE_MISSING: Final = 4711

_TOKEN_CODES: Final = frozenset({124, 4700, 4741})  # expired or invalid, empty, revoked
_NOT_PERMITTED: Final = 201  # of the Marketplace's calls, with 401: no other token would help
_SCOPE_TEXT: Final = "does not contain scopes"
_SCOPE_NAMES: Final = re.compile(_SCOPE_TEXT + r":?\s*\[([a-z0-9_:,\s]{1,200})\]")
_LIMIT_CODES: Final = frozenset({429, 4001})
_ALREADY_RUNNING: Final = re.compile(
    r"(?<!not )already (?:been |is )?(?:in (?:a |the )?)?"
    r"(?:started|active|running|progress|sharing|start(?:ed)? state)\b"
    r"|n['’]t (?:been )?paused\b|\bnot (?:been )?(?:in (?:a |the )?)?paused\b",
    re.IGNORECASE,
)
"""A stream runs: it has started already, or has no pause to resume from."""
_DAILY: Final = re.compile(r"daily", re.IGNORECASE)
_DAY: Final[Millis] = 24 * HOUR
_MIDNIGHT: Final = re.compile(r"GMT 00:00|00:00(?::00)? (?:GMT|UTC)", re.IGNORECASE)


class Reading(Frozen):
    """What an answer means: an outcome, Zoom's own code and words, and how long to wait."""

    outcome: Outcome
    code: int | None = None
    message: str = ""
    retry_after_s: int | None = None
    limit_is_daily: bool = False


class Reply(Frozen):
    """An answer: its status, what it means, its body, and how far ahead Zoom's clock is."""

    status: int
    reading: Reading
    body: bytes
    zoom_ahead_ms: Millis | None


def read_reply(status: int, headers: Mapping[str, str], body: bytes, now: Millis) -> Reading:
    """Read an answer to the RTMS call or any other; `headers` finds names in any case."""
    if status // 100 == 2:  # noqa: PLR2004 - a status class, clearest as a digit
        return Reading(Outcome.ACCEPTED)
    fields = parse_object(body)
    text = body.decode(errors="replace") if fields is None else fields.get("message")
    message = plain(text, LONGEST_MESSAGE)
    code = _code(as_int((fields or {}).get("code")), message)
    outcome = _outcome(status, code, message)
    if outcome not in {Outcome.RATE_LIMITED, Outcome.SERVER_TROUBLE}:
        return Reading(outcome, code, message)
    wait = _retry_after(headers, message, now)
    kind = f"{headers.get('x-ratelimit-type', '')} {message}"
    daily = outcome is Outcome.RATE_LIMITED and _DAILY.search(kind) is not None
    return Reading(outcome, code, message, wait, daily)


def scopes_in(message: str) -> tuple[str, ...]:
    """Name the scopes that a refusal says are missing; an admin's only where there is no other."""
    found = _SCOPE_NAMES.search(message)
    names = tuple(filter(None, re.split(r"[,\s]+", found[1]))) if found else ()
    return tuple(name for name in names if not name.endswith(":admin")) or names


def zoom_ahead(headers: Mapping[str, str], now: Millis) -> Millis | None:
    """Return Zoom's clock minus this machine's, by the answer's `Date` (whole seconds: ± 0.5 s)."""
    date = _http_date(headers.get("date", ""))
    return None if date is None else date + SECOND // 2 - now


def _code(code: int | None, message: str) -> int | None:
    # Zoom sends this refusal under other codes too; its text is what Zoom documents.
    return SCOPE_MISSING if _SCOPE_TEXT in message else code


def _outcome(status: int, code: int | None, message: str) -> Outcome:
    if not 400 <= status < 500:  # noqa: PLR2004 - 5xx, and unrequested redirects
        return Outcome.SERVER_TROUBLE
    if status == 429 or code in _LIMIT_CODES:  # noqa: PLR2004 - Too Many Requests
        return Outcome.RATE_LIMITED
    if code == SCOPE_MISSING:  # another token would lack it too
        return Outcome.REFUSED
    if (status == 401 and code != _NOT_PERMITTED) or code in _TOKEN_CODES:  # noqa: PLR2004 - Unauthorized
        return Outcome.SIGN_IN_NEEDED
    if code == NOT_STARTED:
        return Outcome.NOT_STARTED
    if status in {400, 409} and _ALREADY_RUNNING.search(message.replace("_", " ")):
        return Outcome.ALREADY_RUNNING
    return Outcome.CONFLICT if status == 409 else Outcome.REFUSED  # noqa: PLR2004 - Conflict


def _retry_after(headers: Mapping[str, str], message: str, now: Millis) -> int | None:
    """Return the seconds to wait, if Zoom names a time: in a header, or midnight in words."""
    text = headers.get("retry-after", "").strip()
    zoom_now = _http_date(headers.get("date", "")) or now
    at = _http_date(text) or as_iso_moment(text)
    if text.isascii() and text.isdigit() and len(text) < 10:  # noqa: PLR2004 - longer is absurd
        at = zoom_now + int(text) * SECOND
    if at is None and _MIDNIGHT.search(message):
        at = (zoom_now // _DAY + 1) * _DAY
    if at is None or at - zoom_now > LONGEST_WAIT_S * SECOND:
        return None
    return max(0, -((zoom_now - at) // SECOND))


def _http_date(text: str) -> Millis | None:
    try:
        return round(parsedate_to_datetime(text).timestamp() * SECOND)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


class User(Frozen):
    """Who signed in (`GET /users/me`); `last_client_version` is from their last log-in with a client."""

    id: str
    email: str | None
    display_name: str | None
    account_id: str | None
    last_client_version: str | None


class MeetingListed(Frozen):
    """One meeting of a list; `topic` is strangers' text, made safe to show. `start_time` is UTC."""

    number: str | None
    uuid: str | None
    topic: str
    host_id: str | None
    start_time: Millis | None
    is_host: bool | None


def read_user(fields: JsonObject) -> User | None:
    """Read `GET /users/me`; None if it doesn't say who."""
    user_id = as_id(fields.get("id"))
    if user_id is None:
        return None
    return User(
        id=user_id,
        email=plain(fields.get("email"), LONGEST_TEXT) or None,
        display_name=plain(fields.get("display_name"), LONGEST_TEXT) or None,
        account_id=as_id(fields.get("account_id")),
        last_client_version=plain(fields.get("last_client_version"), LONGEST_TEXT) or None,
    )


def read_meetings(page: JsonObject) -> Iterator[MeetingListed]:
    """Read one page of a list; entries that name no meeting are left out."""
    entries = page.get("meetings")
    for entry in entries if isinstance(entries, list) else ():
        fields = as_object(entry) or {}
        listed = read_listed(fields)
        if listed.number or listed.uuid:
            yield listed


def read_listed(fields: JsonObject) -> MeetingListed:
    """Read a meeting of a list, of an answer about it alone, or of an event."""
    is_host = fields.get("is_host")
    return MeetingListed(
        number=as_number(fields.get("id")),
        uuid=as_id(fields.get("uuid")),
        topic=plain(fields.get("topic"), LONGEST_TEXT),
        host_id=as_id(fields.get("host_id")),
        start_time=as_iso_moment(fields.get("start_time")),
        is_host=is_host if isinstance(is_host, bool) else None,
    )


def read_meeting(fields: JsonObject, requested: Meeting) -> MeetingFetched:
    """Read `GET /meetings/{…}`: which meeting it is about, and whether that runs.

    If a UUID was requested, an answer about another instance says nothing about the requested one.
    """
    answered = Meeting(
        uuid=as_id(fields.get("uuid")),
        number=as_number(fields.get("id")),
        host_id=as_id(fields.get("host_id")),
    )
    meeting = Meeting(
        requested.uuid or answered.uuid, requested.number or answered.number, answered.host_id
    )
    other = requested.uuid and answered.uuid and requested.uuid != answered.uuid
    known = {"waiting": MeetingStatus.WAITING, "started": MeetingStatus.STARTED}
    status = MeetingStatus.UNREADABLE
    if not other:
        status = known.get(plain(fields.get("status"), LONGEST_TEXT), status)
    settings = as_object(fields.get("settings")) or {}
    early = settings.get("join_before_host")
    return MeetingFetched(meeting, status, early if isinstance(early, bool) and not other else None)
