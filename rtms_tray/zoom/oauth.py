"""Zoom's authorization server: it turns codes and refresh tokens into access tokens.

Its requests are forms of a few fields; httpx2 carries them. What remains is how Zoom answers, with an error
body of its own, or something that isn't Zoom's at all. Endpoints, parameters and error bodies are
those of Zoom's OAuth pages and of its public-client announcement (April 2026).
"""

import asyncio
import base64
import hashlib
import json
import math
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from rtms_tray.store.environment import Environment
from rtms_tray.store.log import redacted
from rtms_tray.support.units import HOUR, SECOND, Millis
from rtms_tray.zoom.errors import (
    ClientRefused,
    Offline,
    ServerTrouble,
    SignInFailed,
    SignInNeeded,
    SignInRefused,
    UnexpectedReply,
    ZoomTrouble,
    unreached,
)
from rtms_tray.zoom.json_values import plain
from rtms_tray.zoom.replies import zoom_ahead

# Imported where it is used: it takes long to load, and is not needed before the tray icon is on the screen.
if TYPE_CHECKING:
    import httpx2

CALL_LIMIT_S: Final = 15.0
LONGEST_WORDS: Final = 200
_BODY_BYTES: Final = 64 * 1024
_VERIFIER_BYTES: Final = 48  # 64 characters; RFC 7636 allows 43 to 128

_TOKEN: Final = re.compile(r"[\x21-\x7e]+")  # what fits into a header
_ERROR_WORD: Final = re.compile(r"[a-z_]{1,40}")
_LONGEST: Final[Millis] = 24 * HOUR
_DOCUMENTED: Final[Millis] = HOUR  # Zoom: access tokens live one hour

# Zoom's OAuth error codes (its oauth-errors page), by what they mean here.
_CLIENT_CODES: Final = frozenset({4702, 4704, 4706})
_DISABLED_CODE: Final = 4717
_REDIRECT_CODE: Final = 4709
_DEAD_CODES: Final = frozenset({4700, 4711, 4733, 4734, 4735, 4738, 4740, 4741})


@dataclass(frozen=True, slots=True)
class Grant:
    """The result of a sign-in or a refresh, not stored yet.

    `refresh_token` is empty if the reply held none (an app's own token never has one).
    """

    access_token: str = field(repr=False)
    expires_at: Millis
    refresh_token: str = field(repr=False)
    api_url: str | None = None
    scope: frozenset[str] = frozenset()


def read_token(status: int, body: bytes, asked_at: Millis) -> Grant:
    """Read a token reply. Raises what `check_status` raises, and UnexpectedReply for a broken one.

    The case of names doesn't matter: one of Zoom's pages prints them in capitals. A lifetime that is
    missing or makes no sense counts as the documented hour: a guess that is too long costs one 401,
    while rejecting the reply would lose the rotated refresh token in it.
    """
    check_status(status, body)
    fields = _object(body)
    if fields is None:
        raise UnexpectedReply("not_json", status)
    if str(fields.get("token_type", "bearer")).lower() != "bearer":
        raise UnexpectedReply("unknown_token_type", status)
    access_token = _token(fields, "access_token")
    if not access_token:
        raise UnexpectedReply("no_access_token", status)
    api_url = fields.get("api_url")
    return Grant(
        access_token,
        asked_at + _lifetime(fields.get("expires_in", fields.get("expire_in"))),
        _token(fields, "refresh_token"),
        api_url if isinstance(api_url, str) else None,
        _scope(fields.get("scope")),
    )


def check_status(status: int, body: bytes) -> None:
    """Return if Zoom says yes; otherwise raise what its answer means.

    Raises ServerTrouble (5xx, 429), SignInNeeded (this code or token is dead), ClientRefused,
    SignInFailed (redirect URI), SignInRefused or UnexpectedReply.
    """
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.TOO_MANY_REQUESTS:
        raise ServerTrouble(status)
    fields = _object(body) if status >= HTTPStatus.BAD_REQUEST else None
    if fields is None:
        raise UnexpectedReply("status_without_words", status)
    raise _refusal(status, fields)


def _refusal(status: int, fields: Mapping[str, object]) -> ZoomTrouble:
    """Interpret a 4xx with Zoom's error body: {"reason": …, "error": …}, perhaps with a code."""
    error = str(fields.get("error", "")).lower()
    says = redacted(plain(fields.get("reason", fields.get("error_description")), LONGEST_WORDS))
    reason, code = says.lower(), _code(fields)
    if code == _DISABLED_CODE:
        return ClientRefused("app_disabled", says=says)
    if error in ("invalid_client", "unauthorized_client") or code in _CLIENT_CODES:
        return ClientRefused(says=says)
    if code == _REDIRECT_CODE or "redirect" in reason:
        return SignInFailed("redirect_refused", says=says)
    if error == "invalid_grant" or code in _DEAD_CODES or _is_dead(reason):
        return SignInNeeded("sign_in_expired", says=says)
    if _ERROR_WORD.fullmatch(error):
        return SignInRefused(error, says=says)
    return UnexpectedReply("status_and_unknown_error", status)


def _is_dead(reason: str) -> bool:
    """Tell whether a code or token is dead: Zoom says so as invalid_grant or as invalid_request."""
    return "invalid token" in reason or "authorization code" in reason


def _object(body: bytes) -> dict[str, object] | None:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):  # not JSON, not UTF-8, or nested too deep
        return None
    if not isinstance(value, dict):
        return None
    return {name.lower(): content for name, content in value.items()}


def _code(fields: Mapping[str, object]) -> int:
    """Find Zoom's error number under any of the names that its pages use for it."""
    for name in ("code", "errorcode", "error_code"):
        code = str(fields.get(name, ""))
        if code.isdecimal() and code.isascii() and len(code) <= len("99999"):
            return int(code)
    return 0


def _token(fields: Mapping[str, object], name: str) -> str:
    value = fields.get(name)
    return value if isinstance(value, str) and _TOKEN.fullmatch(value) else ""


def _lifetime(value: object) -> Millis:
    try:
        seconds = float(value) if isinstance(value, int | float | str) else math.nan
    except (ValueError, OverflowError):
        seconds = math.nan
    if isinstance(value, bool) or not 0 < seconds < math.inf:
        return _DOCUMENTED
    return min(int(seconds * SECOND), _LONGEST) if seconds < _LONGEST else _LONGEST


def _scope(value: object) -> frozenset[str]:
    if isinstance(value, str):
        return frozenset(value.split())
    if isinstance(value, list):
        return frozenset(item for item in value if isinstance(item, str))
    return frozenset()


@dataclass(frozen=True, slots=True)
class Client:
    """An OAuth client: an ID, with a secret (confidential) or without one (public, PKCE only)."""

    sign_in_id: str
    secret: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Pkce:
    """Proof that whoever redeems a code is the one who requested it (RFC 7636)."""

    verifier: str = field(repr=False)
    challenge: str
    method: str = "S256"  # without it Zoom would assume "plain"


def new_pkce() -> Pkce:
    """Create a new proof; never use the same one twice."""
    verifier = secrets.token_urlsafe(_VERIFIER_BYTES)
    digest = hashlib.sha256(verifier.encode()).digest()
    return Pkce(verifier, base64.urlsafe_b64encode(digest).decode().rstrip("="))


class OAuth:
    """Zoom's authorization server, for one client in one environment.

    `dated` is told by how much Zoom's clock is ahead, by the dates of the answers.

    Every call may raise `Offline`, `ServerTrouble`, `ClientRefused`, `SignInRefused` or
    `UnexpectedReply`; none of these means that a grant is dead.
    """

    def __init__(
        self,
        http: "httpx2.AsyncClient",
        environment: Environment,
        client: Client,
        clock: Callable[[], Millis],
        limit_s: float = CALL_LIMIT_S,
        dated: Callable[[Millis], None] = lambda _: None,
    ) -> None:
        self._http = http
        self._dated = dated
        self.environment = environment
        self.client = client
        self._clock = clock
        self._limit_s = limit_s

    def authorize_url(self, redirect_uri: str, state: str, pkce: Pkce) -> str:
        """Return the address that the browser has to open."""
        fields = {
            "response_type": "code",
            "client_id": self.client.sign_in_id,
            "redirect_uri": redirect_uri,
            "state": state,
            "code_challenge": pkce.challenge,
            "code_challenge_method": pkce.method,
        }
        return f"{self.environment.authorize_url}?{urlencode(fields)}"

    async def exchange(self, code: str, redirect_uri: str, verifier: str) -> Grant:
        """Redeem a sign-in code. Raises SignInFailed if Zoom doesn't accept it."""
        try:
            grant = await self._token(
                "authorization_code",
                code=code,
                redirect_uri=redirect_uri,
                code_verifier=verifier,
            )
        except SignInNeeded as dead:
            raise SignInFailed("code_refused", says=dead.says) from None
        if not grant.refresh_token:
            raise UnexpectedReply("no_refresh_token")
        return grant

    async def refresh(self, refresh_token: str) -> Grant:
        """Exchange a refresh token for a new pair. Raises SignInNeeded if the grant is dead.

        Zoom rotates refresh tokens; if a reply holds none, the old one stays valid (RFC 6749
        section 6) and is returned.
        """
        grant = await self._token("refresh_token", refresh_token=refresh_token)
        return grant if grant.refresh_token else replace(grant, refresh_token=refresh_token)

    async def app_token(self) -> Grant:
        """Get the app's own token (client credentials). Raises ClientRefused without a secret."""
        if self.client.secret is None:
            raise ClientRefused("client_secret_missing")
        return await self._token("client_credentials")

    async def revoke(self, token: str) -> None:
        """Revoke a grant. Raises SignInNeeded if Zoom no longer knows the token."""
        check_status(*await self._post(self.environment.revoke_url, {"token": token}))

    async def _token(self, grant_type: str, **fields: str) -> Grant:
        # Counted from before the call, so that a token never seems valid for longer than it is.
        asked_at = self._clock()
        status, reply = await self._post(
            self.environment.token_url, {"grant_type": grant_type, **fields}
        )
        return read_token(status, reply, asked_at)

    async def _post(self, url: str, fields: dict[str, str]) -> tuple[int, bytes]:
        """Send a form, and read the reply up to a limit. Raises Offline.

        A client without a secret names itself in the form, the others in a header (RFC 6749, sections 2.3.1 and 3.2.1).
        """
        import httpx2  # noqa: PLC0415 -- lazy, see above

        if self.client.secret is None:
            fields = {**fields, "client_id": self.client.sign_in_id}
        unsent = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.ProxyError)
        try:
            async with asyncio.timeout(self._limit_s):
                return await self._send(url, urlencode(fields))
        except unsent as error:
            raise unreached(error) from None
        except (httpx2.RequestError, TimeoutError):
            # No chained cause: its request object holds the form, and so the secrets in it.
            raise Offline("reply_lost") from None

    async def _send(self, url: str, form: str) -> tuple[int, bytes]:
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        if self.client.secret is not None:
            pair = f"{self.client.sign_in_id}:{self.client.secret}".encode()
            headers["Authorization"] = f"Basic {base64.b64encode(pair).decode()}"
        # No redirects and no credentials but ours, however the shared client is set up.
        request = self._http.stream(
            "POST",
            url,
            content=form.encode(),
            headers=headers,
            auth=None,
            follow_redirects=False,
            timeout=self._limit_s,
        )
        sent_at = self._clock()
        async with request as response:
            ahead = zoom_ahead(response.headers, (sent_at + self._clock()) // 2)
            body = bytearray()
            async for chunk in response.aiter_bytes():
                body += chunk[: _BODY_BYTES + 1 - len(body)]
                if len(body) > _BODY_BYTES:
                    break
        if ahead is not None:
            self._dated(ahead)
        return response.status_code, bytes(body)
