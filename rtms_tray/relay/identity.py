"""Who a tray's user is: Zoom says so, asked with the user's own access token.

The token must be of this very app. Zoom's access tokens are JWTs that name their app (`iss`: `zm:cid:…`);
that claim alone proves nothing, and nothing is accepted without it. The token is used once, and neither
stored nor logged.
"""

import logging
from collections.abc import Sequence
from typing import Final

import httpx2
import jwt
import msgspec

log = logging.getLogger(__name__)

_ISSUER: Final = "zm:cid:"
_LIMIT_S: Final = 5.0
_LONGEST_TOKEN: Final = 8192
_OK: Final = 200
_REFUSED: Final = frozenset({400, 401, 403})


class IdentityError(Exception):
    """Zoom does not vouch for this token, or it is another app's; the text is for the log and the tray."""


class ZoomUnavailableError(Exception):
    """Zoom could not be asked."""


class ZoomUser(msgspec.Struct, frozen=True):
    """A user, as Zoom names them."""

    id: str
    account_id: str


class Identities:
    """Asks Zoom who the user of an access token is."""

    def __init__(self, api_url: str, client_ids: Sequence[str], client: httpx2.AsyncClient) -> None:
        self._url = f"{api_url.rstrip('/').removesuffix('/v2')}/v2/users/me"
        self._issuers = frozenset(f"{_ISSUER}{name}" for name in client_ids)
        self._client = client

    async def of(self, token: str) -> ZoomUser:
        """Return whose token it is; raises IdentityError or ZoomUnavailableError."""
        if _issuer(token) not in self._issuers:
            raise IdentityError("This is no access token of this app.")
        try:
            reply = await self._client.get(
                self._url, headers={"Authorization": f"Bearer {token}"}, timeout=_LIMIT_S
            )
        except httpx2.HTTPError as error:
            raise ZoomUnavailableError(type(error).__name__) from None
        if reply.status_code in _REFUSED:
            raise IdentityError("Zoom does not accept this access token.")
        if reply.status_code != _OK:
            raise ZoomUnavailableError(f"HTTP {reply.status_code}")
        return _user(reply.content)


def _issuer(token: str) -> str:
    if not token.isascii() or len(token) > _LONGEST_TOKEN:
        return ""
    try:
        claims = jwt.decode(token, options={"verify_signature": False})
    except jwt.InvalidTokenError:
        return ""
    issuer = claims.get("iss")
    return issuer if isinstance(issuer, str) else ""


def _user(body: bytes) -> ZoomUser:
    try:
        user = msgspec.json.decode(body, type=ZoomUser)
    except msgspec.MsgspecError:
        raise ZoomUnavailableError("a reply that makes no sense") from None
    if not (user.id and user.account_id):
        raise ZoomUnavailableError("a reply without an ID")
    return user
