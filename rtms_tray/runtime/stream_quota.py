"""Tells for a while that the account is close to Zoom's limit of concurrent streams."""

from typing import Final

from rtms_tray.capture import events as e
from rtms_tray.capture.reasons import Severity
from rtms_tray.presentation.view_model import Notice
from rtms_tray.support.texts import text
from rtms_tray.support.units import MINUTE, Millis
from rtms_tray.zoom.feeds import Received

SHOWN_FOR: Final[Millis] = 30 * MINUTE
"""Zoom tells when the limit comes near, and not when it is far again."""


class StreamQuotaNotice:
    """Remembers Zoom's last warning."""

    def __init__(self) -> None:
        self._last: e.ConcurrencyNear | None = None
        self._at: Millis = 0

    def take(self, received: Received) -> None:
        """Take note where an event tells so."""
        if isinstance(received.event, e.ConcurrencyNear):
            self._last, self._at = received.event, received.at

    def notices(self, now: Millis) -> tuple[Notice, ...]:
        """What the user should know now."""
        last = self._last
        if last is None or now - self._at >= SHOWN_FOR:
            return ()
        known = last.used is not None and last.limit is not None
        return (
            Notice(
                "concurrency_near_limit",
                Severity.INFO,
                text("zoom_client.near_limit.title"),
                text("zoom_client.near_limit.text", used=last.used, limit=last.limit)
                if known
                else text("zoom_client.near_limit.text_unknown"),
                text("zoom_client.near_limit.remedy"),
            ),
        )
