"""Who signed a request: Zoom, by the app's secret token, or the app's own receiver, by its key.

Both sign `v0:TIMESTAMP:BODY` with HMAC-SHA256 (https://developers.zoom.us/docs/api/webhooks/).
"""

import hashlib
import hmac
from collections.abc import Sequence
from typing import Final

WINDOW_S: Final = 5 * 60
"""How far a request's time may be off: a recorded one cannot be played again later."""


def sign(key: str, timestamp: str, body: bytes) -> str:
    """Return the signature of a body that is sent at this time (seconds)."""
    message = b"v0:" + timestamp.encode() + b":" + body
    return "v0=" + hmac.new(key.encode(), message, hashlib.sha256).hexdigest()


def signing_key(
    keys: Sequence[str], timestamp: str, body: bytes, signature: str, now_s: float
) -> str:
    """Return the key that signed this body, not long ago; empty: none. Every wrong signature takes the same time."""
    given = signature.encode("utf-8", "replace")
    found = ""
    for key in keys:
        if hmac.compare_digest(sign(key, timestamp, body).encode(), given):
            found = key
    return found if is_recent(timestamp, now_s) else ""


def is_recent(timestamp: str, now_s: float) -> bool:
    """Whether a time in seconds is within the window."""
    digits = timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= len("9999999999")
    return digits and abs(int(timestamp) - now_s) <= WINDOW_S


def encrypted_token(key: str, plain_token: str) -> str:
    """Return the answer to Zoom's `endpoint.url_validation`."""
    return hmac.new(key.encode(), plain_token.encode(), hashlib.sha256).hexdigest()
