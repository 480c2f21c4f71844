"""A tray's session with its relay: got once for the user's access token, then renewed; in memory only."""

import asyncio
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

import msgspec

from rtms_tray.support.frozen import Frozen
from rtms_tray.support.units import SECOND, Millis
from rtms_tray.zoom.errors import Offline, SignInNeeded, unreached
from rtms_tray.zoom.feeds.endings import CloseCause, Ending
from rtms_tray.zoom.feeds.relay_endings import (
    SIGN_IN_REFUSED,
    RelayRefusal,
    ending_of_reply,
    unreachable,
)
from rtms_tray.zoom.json_values import as_id, parse_object
from rtms_tray.zoom.replies import zoom_ahead

if TYPE_CHECKING:
    import httpx2

    from rtms_tray.zoom.rest import Bearer

log = logging.getLogger(__name__)

CALL_LIMIT_S: Final = 15.0
_BODY_BYTES: Final = 64 * 1024
_OK: Final = 200
_SHORTEST: Final[Millis] = 2 * SECOND


class RelayAddress(Frozen):
    """Where a relay is: its address for calls, without a slash at the end."""

    url: str

    @classmethod
    def of(cls, url: str) -> "RelayAddress":
        """Read a setting, which may name the WebSocket's scheme."""
        return cls(re.sub(r"\Aws", "http", url.strip()).rstrip("/"))

    @property
    def host(self) -> str:
        """The host, as people read it."""
        return self.url.partition("://")[2].partition("/")[0]

    @property
    def socket_url(self) -> str:
        """The address of its WebSocket."""
        return f"ws{self.url.removeprefix('http')}/events"


class Grant(msgspec.Struct, frozen=True):
    """What a relay gives: a token, when that expires by the relay's clock (seconds), and whom it is for.

    By `vouch_by` the user's access token has to be shown again; 0: never.
    """

    token: str
    expires_at: float
    user: str
    vouch_by: float = 0.0


@dataclass(frozen=True, slots=True)
class _Reply:
    status: int
    body: bytes = field(repr=False)
    ahead: Millis  # the relay's clock minus this machine's


class RelaySession:
    """Begins, renews and ends the session; every call raises RelayRefusal, those that ask Zoom ZoomTrouble, too."""

    def __init__(
        self,
        address: RelayAddress,
        http: "httpx2.AsyncClient",
        clock: Callable[[], Millis],
    ) -> None:
        self._address = address
        self.bearer: Bearer | None = None
        """Whose tokens show who the user is; None: nobody is signed in."""
        self._http = http
        self._clock = clock
        self._token = ""
        self._renew_at: Millis = 0
        self._ends_at: Millis = 0
        self._vouch_at: Millis | None = None  # from then on, the access token is shown again
        self.user = ""
        """For whom events come; empty before the first session."""

    async def token(self, tray: str) -> str:
        """Return the session's token; a session that has ended, or never was, begins anew."""
        if not self._token or self._clock() >= self._ends_at:
            await self._begin(tray)
        return self._token

    @property
    def renewal_due(self) -> bool:
        """Whether the session should be renewed now."""
        return bool(self._token) and self._clock() >= self._renew_at

    async def renew(self) -> None:
        """Extend the session, so that its connection stays open; raises ZoomTrouble and SecretError, too."""
        voucher = await self._voucher()
        reply = await self._post("/session/renew", self._token, voucher)
        if reply.status == _OK:
            self._take(reply)
            return
        ending = self._refused(reply)
        if ending.error is not None and ending.error.code == SIGN_IN_REFUSED:
            # The session lasts for now; the next time, it is another access token.
            await self._mark_refused(voucher)
        elif ending.cause is CloseCause.TOKEN_REFUSED:
            self.drop()
        raise RelayRefusal(ending)

    async def _voucher(self) -> str:
        """Return the user's access token, where the relay wants to see it again; empty: it does not."""
        due = self._vouch_at is not None and self._clock() >= self._vouch_at
        return await self.bearer.token() if due and self.bearer is not None else ""

    async def _mark_refused(self, zoom_token: str) -> None:
        if self.bearer is not None and zoom_token:
            await self.bearer.mark_refused(zoom_token)

    def drop(self) -> None:
        """Forget the session: the relay no longer knows it, or it is somebody else's."""
        self._token, self._renew_at, self._ends_at, self._vouch_at = "", 0, 0, None

    async def end(self) -> None:
        """End the session at the relay, and forget it; one that cannot be told runs out by itself."""
        token = self._token
        self.drop()
        if token:
            try:
                await self._post("/session/end", token)
            except RelayRefusal as refusal:
                log.info("The session could not be ended at the relay: %s.", refusal)

    async def _begin(self, tray: str) -> None:
        bearer = self.bearer
        if bearer is None:
            raise SignInNeeded("signed_out")
        zoom_token = await bearer.token()
        reply = await self._post(f"/session?{urlencode({'tray': tray})}", zoom_token)
        if reply.status == _OK:
            self._take(reply)
            return
        ending = self._refused(reply)
        if ending.cause is CloseCause.TOKEN_REFUSED:
            await bearer.mark_refused(zoom_token)
        raise RelayRefusal(ending)

    def _take(self, reply: _Reply) -> None:
        try:
            grant = msgspec.json.decode(reply.body, type=Grant)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            raise RelayRefusal(ending_of_reply(404, "", self._address.host)) from None
        now = self._clock()
        self._token, self.user = grant.token, grant.user
        self._ends_at = round(grant.expires_at * SECOND) - reply.ahead
        self._renew_at = now + max((self._ends_at - now) // 2, _SHORTEST)
        left = round(grant.vouch_by * SECOND) - reply.ahead - now
        self._vouch_at = now + left // 2 if grant.vouch_by else None

    def _refused(self, reply: _Reply) -> Ending:
        code = as_id((parse_object(reply.body) or {}).get("error")) or ""
        return ending_of_reply(reply.status, code, self._address.host)

    async def _post(self, path: str, token: str, voucher: str = "") -> _Reply:
        import httpx2  # noqa: PLC0415 - takes long, and is not needed before the tray icon is shown

        unsent = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.ProxyError)
        try:
            async with asyncio.timeout(CALL_LIMIT_S):
                return await self._send(path, token, voucher)
        except unsent as error:
            trouble = unreached(error)
        except (httpx2.RequestError, TimeoutError):
            trouble = Offline("reply_lost")
        # No chained cause: its request object holds the token.
        raise RelayRefusal(unreachable(trouble, self._address.host)) from None

    async def _send(self, path: str, token: str, voucher: str) -> _Reply:
        headers = {"Authorization": f"Bearer {token}"}
        if voucher:
            headers["Zoom-Authorization"] = f"Bearer {voucher}"
        request = self._http.stream(
            "POST",
            f"{self._address.url}{path}",
            headers=headers,
            auth=None,
            follow_redirects=False,
        )
        async with request as response:
            body = b""
            async for part in response.aiter_bytes():
                body += part
                if len(body) > _BODY_BYTES:
                    break
            ahead = zoom_ahead(response.headers, self._clock()) or 0
            return _Reply(response.status_code, body[:_BODY_BYTES], ahead)
