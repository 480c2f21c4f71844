"""The plain pages that the browser shows at the end of a sign-in.

They load nothing, run nothing, and hold no secret: texts of our own only, escaped all the same.
"""

import base64
import hashlib
from dataclasses import dataclass
from html import escape
from http import HTTPStatus
from typing import Final

_STYLE: Final = (
    "body{font:18px/1.5 system-ui,sans-serif;max-width:34em;margin:15vh auto;padding:0 1em}"
    "@media(prefers-color-scheme:dark){body{background:#1c1c1e;color:#f2f2f7}}"
)
_STYLE_HASH: Final = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_HEADERS: Final = "\r\n".join(
    (
        "Cache-Control: no-store",
        "Referrer-Policy: no-referrer",
        "X-Content-Type-Options: nosniff",
        "X-Frame-Options: DENY",
        (
            f"Content-Security-Policy: default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; "
            "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        ),
        "Connection: close",
    )
)


@dataclass(frozen=True, slots=True)
class Page:
    """What the browser shows: a title, and what happened or what to do."""

    title: str
    text: str
    status: HTTPStatus = HTTPStatus.BAD_REQUEST


SIGNED_IN: Final = Page(
    "You are signed in",
    "rtms-tray has what it needs. You can close this tab and go back to it.",
    HTTPStatus.OK,
)
ALREADY_USED: Final = Page(
    "Already used",
    "This sign-in has had its answer. Look at rtms-tray for what came of it.",
    HTTPStatus.CONFLICT,
)
REPLACED: Final = Page(
    "Replaced by a newer sign-in",
    "Finish the newer one, in the browser tab that was opened last.",
    HTTPStatus.GONE,
)
STILL_WORKING: Final = Page(
    "Not finished yet",
    "rtms-tray has the answer and is still talking to Zoom. Look there for what comes of it.",
    HTTPStatus.ACCEPTED,
)


def render(page: Page) -> bytes:
    """Write a page as a whole HTTP/1.1 response that closes its connection."""
    title, text = escape(page.title), escape(page.text)
    body = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f"<title>{title} – rtms-tray</title><style>{_STYLE}</style></head>"
        f"<body><h1>{title}</h1><p>{text}</p></body></html>"
    ).encode()
    return _head(page.status, len(body), "Content-Type: text/html; charset=utf-8") + body


def redirect(path: str) -> bytes:
    """Send the browser on to a clean path, so that the code is gone from the address bar.

    A redirect does so without scripts, and the address with the code never enters the history.
    """
    return _head(HTTPStatus.SEE_OTHER, 0, f"Location: {path}")


def refuse(status: HTTPStatus, *headers: str) -> bytes:
    """Answer what is not ours to answer: the status alone, as plain text."""
    body = f"{status.value} {status.phrase}\n".encode()
    return _head(status, len(body), "Content-Type: text/plain; charset=utf-8", *headers) + body


def _head(status: HTTPStatus, length: int, *headers: str) -> bytes:
    lines = (
        f"HTTP/1.1 {status.value} {status.phrase}",
        *headers,
        f"Content-Length: {length}",
        _HEADERS,
    )
    return ("\r\n".join(lines) + "\r\n\r\n").encode()
