"""How Zoom's authorization server answers: token replies, and its own kind of error body.

Pure functions. Only a clear word from Zoom (JSON, with an error that it documents) ends a grant; a
page of some proxy on the way, a strange status or a broken reply never does.
"""

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final

from rtms_tray.capture.units import HOUR, SECOND, Millis
from rtms_tray.zoom.errors import (
    ClientRefused,
    ServerTrouble,
    SignInFailed,
    SignInNeeded,
    UnexpectedReply,
    ZoomTrouble,
)

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
    """What a sign-in or a refresh yields; nothing has been stored yet.

    `refresh_token` is empty where the reply held none (an app's own token never has one).
    """

    access_token: str = field(repr=False)
    expires_at: Millis
    refresh_token: str = field(repr=False)
    api_url: str | None = None
    scope: frozenset[str] = frozenset()


def read_token(status: int, body: bytes, asked_at: Millis) -> Grant:
    """Read a token reply. Raises as `check_status` does, and UnexpectedReply for what is broken.

    Names are read whatever their capitals: one of Zoom's pages prints them so. A lifetime that is
    missing or makes no sense is taken as the documented hour: too long a guess costs one 401, but
    a reply thrown away would lose the rotated refresh token in it.
    """
    check_status(status, body)
    fields = _object(body)
    if fields is None:
        raise UnexpectedReply("it is not JSON", status)
    if str(fields.get("token_type", "bearer")).lower() != "bearer":
        raise UnexpectedReply("its token is of an unknown type", status)
    access_token = _token(fields, "access_token")
    if not access_token:
        raise UnexpectedReply("it holds no access token", status)
    api_url = fields.get("api_url")
    return Grant(
        access_token,
        asked_at + _lifetime(fields.get("expires_in", fields.get("expire_in"))),
        _token(fields, "refresh_token"),
        api_url if isinstance(api_url, str) else None,
        _scope(fields.get("scope")),
    )


def check_status(status: int, body: bytes) -> None:
    """Return if Zoom says yes; else raise what its answer means.

    Raises ServerTrouble (5xx, 429), SignInNeeded (this code or token is dead), ClientRefused,
    SignInFailed (redirect URI) or UnexpectedReply.
    """
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.TOO_MANY_REQUESTS:
        raise ServerTrouble(status)
    fields = _object(body) if status >= HTTPStatus.BAD_REQUEST else None
    if fields is None:
        raise UnexpectedReply(f"HTTP {status} without Zoom's own words", status)
    raise _refusal(status, fields)


def _refusal(status: int, fields: Mapping[str, object]) -> ZoomTrouble:
    """Tell what a 4xx with Zoom's error body means: {"reason": …, "error": …}, perhaps a code."""
    error = str(fields.get("error", "")).lower()
    reason = str(fields.get("reason", fields.get("error_description", ""))).lower()
    code = _code(fields)
    if code == _DISABLED_CODE:
        return ClientRefused("app_disabled")
    if error in ("invalid_client", "unauthorized_client") or code in _CLIENT_CODES:
        return ClientRefused()
    if code == _REDIRECT_CODE or "redirect" in reason:
        return SignInFailed("redirect_refused")
    # Zoom words a dead token "Invalid Token!", as invalid_grant or as invalid_request.
    if error == "invalid_grant" or code in _DEAD_CODES or "invalid token" in reason:
        return SignInNeeded("sign_in_expired")
    word = error if _ERROR_WORD.fullmatch(error) else "no error that it documents"
    return UnexpectedReply(f"HTTP {status}, {word}", status)


def _object(body: bytes) -> dict[str, object] | None:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):  # not JSON, not UTF-8, or nested without end
        return None
    if not isinstance(value, dict):
        return None
    return {name.lower(): content for name, content in value.items()}


def _code(fields: Mapping[str, object]) -> int:
    """Find Zoom's number for an error, under any of the names that its pages use for it."""
    for name in ("code", "errorcode", "error_code"):
        text = str(fields.get(name, ""))
        if text.isdecimal() and text.isascii() and len(text) <= len("99999"):
            return int(text)
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
