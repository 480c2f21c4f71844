"""Grants for tests, told apart by a number, and Zoom's answer for a dead one."""

from rtms_tray.support.units import HOUR, Millis
from rtms_tray.zoom.oauth import Grant
from tests.helpers.manual_clock import NOON
from tests.helpers.scripted_server import oauth_reply

NAME = "rtms-tray.refresh_token/test"
DEAD = oauth_reply(400, reason="Invalid Token!", error="invalid_grant")


def grant(number: int, life: Millis = HOUR, api_url: str | None = None) -> Grant:
    """Make a grant that was given at noon."""
    return Grant(f"access-{number}", NOON + life, f"refresh-{number}", api_url)
