"""Sends calls to Zoom's REST API; of all of it, the only part that loads an HTTP client."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

import httpx2

from rtms_tray.capture.events import Outcome
from rtms_tray.support.units import Millis
from rtms_tray.zoom.errors import Offline, ReplyLost, unreached
from rtms_tray.zoom.replies import Reply, read_reply, zoom_ahead

if TYPE_CHECKING:
    from rtms_tray.zoom.rest import Bearer

log = logging.getLogger(__name__)

CALL_LIMIT_S: Final = 10.0
"""The longest that one call may take in all, in seconds."""

LARGEST_REPLY: Final = 1024 * 1024
# A connection takes two of these (TCP, TLS). With `pool` they stay below the limit for the whole
# call, so running into that limit means that the request was on its way.
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


class Transport:
    """Sends calls to Zoom's REST API with the bearer's token, and reads the answers."""

    def __init__(
        self,
        http: httpx2.AsyncClient,
        bearer: "Bearer",
        clock: Callable[[], Millis],
        limit_s: float,
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
        """Send a call; if the token is refused, renew it and repeat the call once.

        Raises:
            ReplyLost: the call may have reached Zoom.
            ZoomTrouble: it was not sent.
            SecretError: it was not sent, because of the keyring.
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
                    body = await _bounded_body(response)
                finally:
                    await response.aclose()
        except _NOT_SENT as error:
            raise unreached(error) from None
        except (httpx2.HTTPError, TimeoutError):
            raise ReplyLost from None
        reading = read_reply(response.status_code, response.headers, body, now)
        ahead = zoom_ahead(response.headers, now)
        return Reply(response.status_code, reading, body, ahead)


async def _bounded_body(response: httpx2.Response) -> bytes:
    """Read a body up to `LARGEST_REPLY`; of a broken one, as much as came."""
    body = b""
    try:
        async for part in response.aiter_bytes():
            body += part
            if len(body) > LARGEST_REPLY:
                return b""
    except httpx2.HTTPError:  # the status has said what matters
        log.debug("the reply's body broke off")
    return body
