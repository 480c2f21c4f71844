"""Zoom's REST API: the RTMS request, who signed in, and which meetings there are.

Nothing is repeated here but a call whose token was refused: `capture` decides when to try again.
"""

import logging
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final, Protocol
from urllib.parse import quote

from rtms_tray.capture.events import (
    Action,
    Meeting,
    MeetingFetched,
    MeetingStatus,
    Outcome,
    Replied,
)
from rtms_tray.store.secrets import CAN_BE_UNLOCKED, SecretError
from rtms_tray.support.units import Millis
from rtms_tray.zoom.errors import (
    Offline,
    ReplyLost,
    ServerTrouble,
    SignInNeeded,
    UnexpectedReply,
    ZoomTrouble,
)
from rtms_tray.zoom.json_values import JsonObject, parse_object
from rtms_tray.zoom.replies import (
    NOT_FOUND,
    NOT_STARTED,
    SCOPE_MISSING,
    MeetingListed,
    Reply,
    User,
    read_listed,
    read_meeting,
    read_meetings,
    read_user,
    scopes_in,
)

if TYPE_CHECKING:
    import httpx2

log = logging.getLogger(__name__)

MOST_PAGES: Final = 5
PAGE_SIZE: Final = 300

_FIRST_SERVER_ERROR: Final = 500
_LONGEST_NUMBER: Final = 15  # as digits; anything longer is a UUID
_FORBIDDEN_CODES: Final = frozenset({2306, NOT_STARTED, 3161, SCOPE_MISSING})


class Bearer(Protocol):
    """Provides the user's access token; `rtms_tray.zoom.tokens.TokenKeeper` is one."""

    async def token(self) -> str:
        """Return a token that should be good; raises `ZoomTrouble` or `SecretError`."""
        ...

    async def mark_refused(self, token: str) -> None:
        """Never return this token again: Zoom refused it."""
        ...

    @property
    def api_base(self) -> str:
        """The REST API's address, including `/v2`."""
        ...


class Rest:
    """Zoom's REST API, as one signed-in user; `client_id` names the app that captures.

    `dated` is told by how much Zoom's clock is ahead, by the dates of the answers to reading calls; `read` is
    shown each meeting that was fetched.
    """

    def __init__(
        self,
        http: "httpx2.AsyncClient",
        bearer: Bearer,
        client_id: str,
        clock: Callable[[], Millis],
        limit_s: float | None = None,
        dated: Callable[[Millis], None] = lambda _: None,
        read: Callable[[MeetingListed], None] = lambda _: None,
    ) -> None:
        self._read_meeting = read
        from rtms_tray.zoom.rest_transport import CALL_LIMIT_S, Transport  # noqa: PLC0415 - loads an HTTP client

        self._transport = Transport(http, bearer, clock, limit_s or CALL_LIMIT_S)
        self._client_id = client_id
        self._dated = dated

    async def send_request(self, request: int, action: Action, meeting: str) -> Replied:
        """Send an RTMS request for a meeting number or UUID; every failure is an outcome."""
        path = f"live_meetings/{_in_path(meeting)}/rtms_app/status"
        body = {"action": action.value, "settings": {"client_id": self._client_id}}
        try:
            reply = await self._transport.call("PATCH", path, body=body)
        except (ZoomTrouble, SecretError) as trouble:
            message = f"{trouble.text} {trouble.remedy}"
            return Replied(request, action, _outcome_of(trouble), message=message)
        except Exception:  # a border: the machine waits for an answer, and must get one
            log.exception("an RTMS request failed in an unexpected way")
            return Replied(request, action, Outcome.REPLY_LOST)
        reading = reply.reading
        return Replied(
            request,
            action,
            reading.outcome,
            reading.code,
            reading.message,
            reading.retry_after_s,
            reply.zoom_ahead_ms,
            reading.limit_is_daily,
        )

    async def me(self) -> User:
        """Tell who signed in; raises `ZoomTrouble`, `SecretError`."""
        user = read_user(await self._get("users/me"))
        if user is None:
            raise UnexpectedReply("no_user")
        return user

    async def live_meetings(self) -> tuple[MeetingListed, ...]:
        """List the running meetings that I host; raises `ZoomTrouble`, `SecretError`."""
        params = {"type": "live", "page_size": str(PAGE_SIZE)}
        return await self._list("users/me/meetings", params)

    async def upcoming_meetings(self) -> tuple[MeetingListed, ...]:
        """List my and others' meetings of the next 24 h; raises `ZoomTrouble`, `SecretError`."""
        return await self._list("users/me/upcoming_meetings", {})

    async def fetch_meeting(self, meeting: str) -> MeetingFetched:
        """Fetch a meeting by its number or UUID; if it can't be read, that is a status too."""
        is_number = meeting.isascii() and meeting.isdigit() and len(meeting) <= _LONGEST_NUMBER
        requested = Meeting(number=meeting) if is_number else Meeting(uuid=meeting)
        try:
            reply = await self._read(f"meetings/{_in_path(meeting)}")
        except (ZoomTrouble, SecretError):
            return MeetingFetched(requested, MeetingStatus.UNREADABLE)
        except Exception:  # a border, as in `send_request`
            log.exception("fetching a meeting failed in an unexpected way")
            return MeetingFetched(requested, MeetingStatus.UNREADABLE)
        if reply.reading.outcome is not Outcome.ACCEPTED:
            return MeetingFetched(requested, _status_of_refusal(reply))
        fields = parse_object(reply.body) or {}
        self._read_meeting(read_listed(fields))
        return read_meeting(fields, requested)

    async def _list(self, path: str, params: Mapping[str, str]) -> tuple[MeetingListed, ...]:
        meetings: list[MeetingListed] = []
        page_token = ""
        for _ in range(MOST_PAGES):
            more = {"next_page_token": page_token} if page_token else {}
            page = await self._get(path, {**params, **more})
            meetings += read_meetings(page)
            next_token = page.get("next_page_token")
            if not isinstance(next_token, str) or next_token in {"", page_token}:
                break
            page_token = next_token
        return tuple(meetings)

    async def _read(self, path: str, params: Mapping[str, str] | None = None) -> Reply:
        """Send a reading call, and say what the answer tells of Zoom's clock."""
        reply = await self._transport.call("GET", path, params=params)
        if reply.zoom_ahead_ms is not None:
            self._dated(reply.zoom_ahead_ms)
        return reply

    async def _get(self, path: str, params: Mapping[str, str] | None = None) -> JsonObject:
        reply = await self._read(path, params)
        if reply.reading.outcome is not Outcome.ACCEPTED:
            raise trouble_of(reply)
        fields = parse_object(reply.body)
        if fields is None:
            raise UnexpectedReply("not_an_object", reply.status)
        return fields


def _in_path(meeting: str) -> str:
    """Make a number or UUID safe in a path: UUIDs hold slashes, which Zoom wants encoded twice."""
    return quote(quote(meeting, safe=""), safe="")


def _outcome_of(trouble: ZoomTrouble | SecretError) -> Outcome:
    match trouble:
        case ReplyLost():
            return Outcome.REPLY_LOST
        case Offline():  # also while renewing the token: the request itself was not sent
            return Outcome.OFFLINE
        case ServerTrouble(code="rate_limited"):
            return Outcome.RATE_LIMITED
        case ServerTrouble() | UnexpectedReply():
            return Outcome.SERVER_TROUBLE
        case SecretError():
            locked = trouble.trouble in CAN_BE_UNLOCKED
            return Outcome.KEYRING_LOCKED if locked else Outcome.KEYRING_UNREADABLE
        case _:  # no sign-in, or a client that Zoom refuses
            return Outcome.SIGN_IN_NEEDED


def trouble_of(reply: Reply) -> ZoomTrouble:
    """Turn the refusal of a reading call into a trouble."""
    reading = reply.reading
    match reading.outcome:
        case Outcome.SIGN_IN_NEEDED:
            return SignInNeeded("sign_in_expired")
        case Outcome.RATE_LIMITED:
            return ServerTrouble(reply.status)
        case Outcome.SERVER_TROUBLE if reply.status >= _FIRST_SERVER_ERROR:
            return ServerTrouble(reply.status)
        case Outcome.SERVER_TROUBLE:
            return UnexpectedReply("status", reply.status)
    if reading.code == SCOPE_MISSING:
        scopes = ", ".join(scopes_in(reading.message))
        return ZoomTrouble("scope_missing", "scope_missing_named" if scopes else "", scopes=scopes)
    entry = "refused_with_words" if reading.message else "refused"
    return ZoomTrouble("refused", entry, status=reply.status, words=reading.message)


def _status_of_refusal(reply: Reply) -> MeetingStatus:
    reading = reply.reading
    if reading.code in _FORBIDDEN_CODES:
        return MeetingStatus.FORBIDDEN
    if reading.outcome is Outcome.REFUSED and (
        reply.status == 404 or reading.code == NOT_FOUND  # noqa: PLR2004 - Not Found
    ):
        return MeetingStatus.NOT_FOUND
    forbidden = reading.outcome is Outcome.REFUSED and reply.status == 403  # noqa: PLR2004 - Forbidden
    return MeetingStatus.FORBIDDEN if forbidden else MeetingStatus.UNREADABLE
