"""For sending one REST call to Zoom with the bearer's token, and reading what comes back.

Refused, the token is renewed and the call repeated once. What matters most about a failure is
whether the request may have reached Zoom (it prompts a host): only what proves that it did not
is `Offline`, everything else `ReplyLost`.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

import httpx2

from rtms_tray.capture.events import Outcome
from rtms_tray.capture.units import Millis
from rtms_tray.zoom.errors import Offline, unreached
from rtms_tray.zoom.replies import Reading, read_reply, zoom_ahead

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

    async def refused(self, token: str) -> None:
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
            await self._bearer.refused(token)
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
