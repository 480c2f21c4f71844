"""For calling Zoom's REST interface: the RTMS request, who I am, and which meetings there are.

Nothing is repeated here but a call whose token was refused: when to ask again is for `capture`
to decide.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol
from urllib.parse import quote

import httpx2

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
from rtms_tray.zoom import replies
from rtms_tray.zoom.errors import (
    Offline,
    ServerTrouble,
    SignInNeeded,
    UnexpectedReply,
    ZoomTrouble,
    unreached,
)
from rtms_tray.zoom.json_values import JsonObject, parse_object
from rtms_tray.zoom.replies import (
    MeetingListed,
    Reading,
    User,
    meetings_of,
    read_reply,
    seen_in,
    user_of,
    zoom_ahead,
)

# --- For sending one REST call to Zoom with the bearer's token, and reading what comes back. ---

log = logging.getLogger(__name__)

CALL_LIMIT_S: Final = 10.0
"""The longest that one call may take, all together: seconds."""

LARGEST_REPLY: Final = 1024 * 1024

# A connection counts two of these (TCP, TLS): with `pool` less than the limit for all, so that
# running into that limit means that the request was on its way.
_TIMEOUT: Final = httpx2.Timeout(connect=4.0, pool=1.0, write=CALL_LIMIT_S, read=CALL_LIMIT_S)
_NOT_SENT: Final = (
    httpx2.ConnectError,
    httpx2.ConnectTimeout,
    httpx2.PoolTimeout,
    httpx2.ProxyError,
    httpx2.UnsupportedProtocol,
    httpx2.LocalProtocolError,
    httpx2.InvalidURL,
)


class Bearer(Protocol):
    """Gives the user's access token; `rtms_tray.zoom.tokens.TokenKeeper` is one."""

    async def token(self) -> str:
        """Give a token that should be good; raises `ZoomTrouble` or `SecretError`."""
        ...

    async def mark_refused(self, token: str) -> None:
        """Hear that Zoom refused this token: the next one must be another."""
        ...

    @property
    def api_base(self) -> str:
        """The REST interface's address, including `/v2`."""
        ...


class ReplyLost(Offline):
    """The request may have reached Zoom, and no answer came."""

    def __init__(self) -> None:
        super().__init__("reply_lost")


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: the status, what it means, the body, and how far ahead Zoom's clock is."""

    status: int
    reading: Reading
    body: bytes
    zoom_ahead_ms: Millis | None


class Exchange:
    """Calls to Zoom's REST interface, as one signed-in user."""

    def __init__(
        self,
        http: httpx2.AsyncClient,
        bearer: Bearer,
        clock: Callable[[], Millis],
        limit_s: float = CALL_LIMIT_S,
    ) -> None:
        self._http = http
        self._limit_s = limit_s
        self._bearer = bearer
        self._clock = clock

    async def call(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        body: object = None,
    ) -> Reply:
        """Send a call; a refused token is renewed, and the call repeated, once.

        Raises:
            ReplyLost: the call may have reached Zoom.
            ZoomTrouble: it was not sent.
            SecretError: the same, for the keyring's sake.
        """
        token = await self._bearer.token()
        request = self._request(method, path, params, body)
        reply = await self._send(request, token)
        if reply.reading.outcome is Outcome.SIGN_IN_NEEDED:
            await self._bearer.mark_refused(token)
            token = await self._bearer.token()
            reply = await self._send(self._request(method, path, params, body), token)
        return reply

    def _request(
        self, method: str, path: str, params: Mapping[str, str] | None, body: object
    ) -> httpx2.Request:
        url = f"{self._bearer.api_base}/{path}"
        # Compressed, a small reply could unpack to a huge one.
        headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
        try:
            return self._http.build_request(
                method, url, params=params, json=body, headers=headers, timeout=_TIMEOUT
            )
        except httpx2.InvalidURL:
            raise Offline from None

    async def _send(self, request: httpx2.Request, token: str) -> Reply:
        request.headers["Authorization"] = f"Bearer {token}"
        sent_at = self._clock()
        try:
            async with asyncio.timeout(self._limit_s):
                response = await self._http.send(request, stream=True, follow_redirects=False)
                try:
                    now = (sent_at + self._clock()) // 2
                    body = await _bounded(response)
                finally:
                    await response.aclose()
        except _NOT_SENT as error:
            raise unreached(error) from None
        except (httpx2.HTTPError, TimeoutError):
            raise ReplyLost from None
        reading = read_reply(response.status_code, response.headers, body, now)
        ahead = zoom_ahead(response.headers, now)
        return Reply(response.status_code, reading, body, ahead)


async def _bounded(response: httpx2.Response) -> bytes:
    """Read a body, no further than `LARGEST_REPLY`; a broken one as far as it came."""
    body = b""
    try:
        async for part in response.aiter_bytes():
            body += part
            if len(body) > LARGEST_REPLY:
                return b""
    except httpx2.HTTPError:  # the status has said what matters
        log.debug("the reply's body broke off")
    return body


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

    async def look(self, meeting: str) -> MeetingFetched:
        """Look at the meeting with this number or UUID; what cannot be seen is a status too."""
        is_number = meeting.isascii() and meeting.isdigit() and len(meeting) <= _LONGEST_NUMBER
        asked = Meeting(number=meeting) if is_number else Meeting(uuid=meeting)
        try:
            reply = await self._exchange.call("GET", f"meetings/{_in_path(meeting)}")
        except (ZoomTrouble, SecretError):
            return MeetingFetched(asked, MeetingStatus.UNREADABLE)
        except Exception:  # a border, as in `ask`
            log.exception("looking at a meeting failed in a way that nobody thought of")
            return MeetingFetched(asked, MeetingStatus.UNREADABLE)
        if reply.reading.outcome is not Outcome.ACCEPTED:
            return MeetingFetched(asked, _unseen(reply))
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
