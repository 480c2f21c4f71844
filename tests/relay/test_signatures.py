"""Signatures: Zoom's own example of them, and everything that must not pass for one."""

import pytest

from rtms_tray.relay.signatures import (
    WINDOW_S,
    encrypted_token,
    is_recent,
    sign,
    signing_key,
)

BODY, AT = b'{"event":"meeting.started"}', "1793448000"
NOW = 1793448000.0


def test_zooms_scheme_is_followed() -> None:
    assert sign("key", AT, BODY).startswith("v0=")
    assert len(sign("key", AT, BODY)) == len("v0=") + 64
    assert sign("key", AT, BODY) != sign("key", AT, BODY + b" ")
    assert sign("key", AT, BODY) != sign("key", "1793448001", BODY)
    # https://developers.zoom.us/docs/api/webhooks/: HMAC-SHA256 of plainToken, in hexadecimal digits.
    assert encrypted_token("Jefe", "what do ya want for nothing?") == (
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"  # RFC 4231, test case 2
    )


def test_the_key_that_signed_is_found() -> None:
    for key in ("old", "new"):
        assert signing_key(["new", "old"], AT, BODY, sign(key, AT, BODY), NOW) == key


@pytest.mark.parametrize(
    "signature",
    ["", "v0=", "v0=é", sign("other", AT, BODY), sign("new", AT, BODY)[3:], sign("new", AT, b"")],
)
def test_whatever_else_is_refused(signature: str) -> None:
    assert signing_key(["new"], AT, BODY, signature, NOW) == ""


def test_without_a_key_nothing_is_genuine() -> None:
    assert signing_key([], AT, BODY, sign("", AT, BODY), NOW) == ""


@pytest.mark.parametrize("off_s", [-WINDOW_S - 1, WINDOW_S + 1])
def test_a_genuine_body_is_refused_at_another_time(off_s: int) -> None:
    assert signing_key(["new"], AT, BODY, sign("new", AT, BODY), NOW + off_s) == ""
    assert signing_key(["new"], AT, BODY, sign("new", AT, BODY), NOW + off_s * 0.99) == "new"


@pytest.mark.parametrize(
    "timestamp", ["", "x", "-1793448000", "1793448000.0", "١٧٩٣٤٤٨٠٠٠", "9" * 40]
)
def test_only_plain_seconds_are_a_time(timestamp: str) -> None:
    assert not is_recent(timestamp, NOW)
