"""For calling Zoom's REST interface: the RTMS request, who I am, and which meetings there are.

Nothing is repeated here but a call whose token was refused: when to ask again is for `capture`
to decide.
"""

import logging
from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import quote

import httpx2

from rtms_tray.capture.events import (
    Action,
    Meeting,
    MeetingSeen,
    MeetingStatus,
    Outcome,
    Replied,
)
from rtms_tray.capture.units import Millis
from rtms_tray.store.secrets import CAN_BE_UNLOCKED, SecretError
from rtms_tray.zoom import replies
from rtms_tray.zoom.errors import (
    Offline,
    ServerTrouble,
    SignInNeeded,
    UnexpectedReply,
    ZoomTrouble,
)
from rtms_tray.zoom.exchange import (
    CALL_LIMIT_S,
    Bearer,
    Exchange,
    Reply,
    ReplyLost,
)
from rtms_tray.zoom.listings import MeetingListed, User, meetings_of, seen_in, user_of
from rtms_tray.zoom.wire import JsonObject, parse_object

__all__ = ["Bearer", "MeetingListed", "Rest", "User"]

log = logging.getLogger(__name__)

MOST_PAGES: Final = 5
PAGE_SIZE: Final = 300
_FIRST_SERVER_ERROR: Final = 500
_LONGEST_NUMBER: Final = 15  # as digits; what is longer is a UUID

_FORBIDDEN_CODES: Final = frozenset({2306, 3000, 3161, replies.SCOPE_MISSING})


class Rest:
    """Zoom's REST interface, as one signed-in user; `client_id` names the app that captures."""

    def __init__(
        self,
        http: httpx2.AsyncClient,
        bearer: Bearer,
        client_id: str,
        clock: Callable[[], Millis],
        limit_s: float = CALL_LIMIT_S,
    ) -> None:
        self._exchange = Exchange(http, bearer, clock, limit_s)
        self._client_id = client_id

    async def ask(self, request: int, action: Action, meeting: str) -> Replied:
        """Send an RTMS request for a meeting number or UUID; every failure is an outcome."""
        path = f"live_meetings/{_in_path(meeting)}/rtms_app/status"
        body = {"action": action.value, "settings": {"client_id": self._client_id}}
        try:
            reply = await self._exchange.call("PATCH", path, body=body)
        except (ZoomTrouble, SecretError) as trouble:
            return Replied(request, action, _outcome_of(trouble), message=_words(trouble))
        except Exception:  # a border: the machine waits for an answer, and must get one
            log.exception("asking Zoom failed in a way that nobody thought of")
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
        )

    async def me(self) -> User:
        """Tell who signed in; raises `ZoomTrouble`, `SecretError`."""
        user = user_of(await self._get("users/me"))
        if user is None:
            raise UnexpectedReply("it does not say who signed in")
        return user

    async def live_meetings(self) -> tuple[MeetingListed, ...]:
        """List the running meetings that I host; raises `ZoomTrouble`, `SecretError`."""
        params = {"type": "live", "page_size": str(PAGE_SIZE)}
        return await self._list("users/me/meetings", params)

    async def upcoming_meetings(self) -> tuple[MeetingListed, ...]:
        """List my and others' meetings of the next 24 h; raises `ZoomTrouble`, `SecretError`."""
        return await self._list("users/me/upcoming_meetings", {})

    async def look(self, meeting: str) -> MeetingSeen:
        """Look at the meeting with this number or UUID; what cannot be seen is a status too."""
        is_number = meeting.isascii() and meeting.isdigit() and len(meeting) <= _LONGEST_NUMBER
        asked = Meeting(number=meeting) if is_number else Meeting(uuid=meeting)
        try:
            reply = await self._exchange.call("GET", f"meetings/{_in_path(meeting)}")
        except (ZoomTrouble, SecretError):
            return MeetingSeen(asked, MeetingStatus.UNREADABLE)
        except Exception:  # a border, as in `ask`
            log.exception("looking at a meeting failed in a way that nobody thought of")
            return MeetingSeen(asked, MeetingStatus.UNREADABLE)
        if reply.reading.outcome is not Outcome.ACCEPTED:
            return MeetingSeen(asked, _unseen(reply))
        return seen_in(parse_object(reply.body) or {}, asked)

    async def _list(self, path: str, params: Mapping[str, str]) -> tuple[MeetingListed, ...]:
        found: list[MeetingListed] = []
        page_token = ""
        for _ in range(MOST_PAGES):
            more = {"next_page_token": page_token} if page_token else {}
            page = await self._get(path, {**params, **more})
            found += meetings_of(page)
            next_token = page.get("next_page_token")
            if not isinstance(next_token, str) or next_token in {"", page_token}:
                break
            page_token = next_token
        return tuple(found)

    async def _get(self, path: str, params: Mapping[str, str] | None = None) -> JsonObject:
        reply = await self._exchange.call("GET", path, params=params)
        if reply.reading.outcome is not Outcome.ACCEPTED:
            raise _trouble_of(reply)
        fields = parse_object(reply.body)
        if fields is None:
            raise UnexpectedReply("it is not a JSON object", reply.status)
        return fields


def _in_path(meeting: str) -> str:
    """Make a number or UUID safe in a path: UUIDs hold slashes, which Zoom wants encoded twice."""
    return quote(quote(meeting, safe=""), safe="")


def _outcome_of(trouble: ZoomTrouble | SecretError) -> Outcome:
    match trouble:
        case ReplyLost():
            return Outcome.REPLY_LOST
        case Offline():  # also of the token's renewal: the request itself was not sent
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


def _words(trouble: ZoomTrouble | SecretError) -> str:
    return f"{trouble.text} {trouble.remedy}"


def _trouble_of(reply: Reply) -> ZoomTrouble:
    """Say what a refused reading call comes to."""
    reading = reply.reading
    match reading.outcome:
        case Outcome.SIGN_IN_NEEDED:
            return SignInNeeded("sign_in_expired")
        case Outcome.RATE_LIMITED:
            return ServerTrouble(reply.status)
        case Outcome.SERVER_TROUBLE if reply.status >= _FIRST_SERVER_ERROR:
            return ServerTrouble(reply.status)
        case Outcome.SERVER_TROUBLE:
            return UnexpectedReply(f"HTTP {reply.status}", reply.status)
    if reading.code == replies.SCOPE_MISSING:
        return ZoomTrouble(
            "scope_missing",
            "The sign-in lacks a permission (scope) that this needs.",
            "Add the scope to the app in the Zoom Marketplace, then sign in again.",
        )
    said = f" Zoom says: {reading.message}" if reading.message else ""
    return ZoomTrouble("refused", f"Zoom refused to answer (HTTP {reply.status}).{said}", "")


def _unseen(reply: Reply) -> MeetingStatus:
    reading = reply.reading
    if reading.code in _FORBIDDEN_CODES:
        return MeetingStatus.FORBIDDEN
    if reading.outcome is Outcome.REFUSED and (
        reply.status == 404 or reading.code == replies.NOT_FOUND  # noqa: PLR2004 - Not Found
    ):
        return MeetingStatus.NOT_FOUND
    forbidden = reading.outcome is Outcome.REFUSED and reply.status == 403  # noqa: PLR2004 - Forbidden
    return MeetingStatus.FORBIDDEN if forbidden else MeetingStatus.UNREADABLE
