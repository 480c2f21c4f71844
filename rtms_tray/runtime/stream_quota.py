"""Tells for a while that the account is close to Zoom's limit of concurrent streams."""

from typing import Final

from rtms_tray.capture import events as e
from rtms_tray.capture.reasons import Severity
from rtms_tray.presentation.view_model import Notice
from rtms_tray.support.units import MINUTE, Millis
from rtms_tray.zoom.feeds import Received

TOLD_FOR: Final[Millis] = 30 * MINUTE
"""Zoom tells when the limit comes near, and not when it is far again."""


class NearLimit:
    """Remembers the last word of it."""

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
        if last is None or now - self._at >= TOLD_FOR:
            return ()
        known = last.used is not None and last.limit is not None
        use = f"{last.used} of {last.limit}" if known else "Most"
        return (
            Notice(
                "concurrency_near_limit",
                Severity.INFO,
                "Close to Zoom's limit of streams",
                f"{use} of the account's concurrent streams are in use; at the limit no new one starts.",
                "Stop streams that nobody needs.",
            ),
        )
