"""Grants and tokens that tests of Zoom's side use, and the recorded reports of a feed."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from rtms_tray.support.frozen import replace
from rtms_tray.support.units import HOUR, Millis
from rtms_tray.zoom.feeds import Disconnected, Report
from rtms_tray.zoom.feeds.relay import RelayFeed
from rtms_tray.zoom.feeds.zoom_socket import Timing, ZoomSocketFeed
from rtms_tray.zoom.oauth import Grant
from tests.helpers.manual_clock import NOON
from tests.helpers.scripted_server import oauth_reply

SECRET_NAME = "rtms-tray.refresh_token/test"
DEAD = oauth_reply(400, reason="Invalid Token!", error="invalid_grant")
"""Zoom's answer about a grant that is dead."""

# Long enough never to run out in a test that does not want it to.
CALM = Timing(
    open_s=5, build_s=5, heartbeat_s=60, answer_s=30, close_s=1,
    first_delay_s=0.01, last_delay_s=0.02, first_slow_delay_s=30, last_slow_delay_s=60,
)  # fmt: skip
BEATING = replace(CALM, heartbeat_s=0.06, answer_s=0.03, good_after_s=30)
QUICK = replace(CALM, first_slow_delay_s=0.01, last_slow_delay_s=0.02, overlap_s=5)
"""Of a relay: refusals are tried again at once."""

MakeFeed = Callable[[Timing], ZoomSocketFeed]
BeginRelay = Callable[..., RelayFeed]
Start = Callable[[ZoomSocketFeed], asyncio.Task[None]]


def grant(number: int, life: Millis = HOUR, api_url: str | None = None) -> Grant:
    """A grant given at noon, known by its number."""
    return Grant(f"access-{number}", NOON + life, f"refresh-{number}", api_url)


@dataclass
class Tokens:
    """Returns token-0 until that is refused, then token-1, and so on; or raises its trouble."""

    expires_at: Millis = 0
    api_base: str = ""
    trouble: Exception | None = None
    refusals: list[str] = field(default_factory=list)
    gate: asyncio.Event | None = None  # no token is returned before this is set

    async def token(self) -> str:
        """Return the current token."""
        if self.gate:
            await self.gate.wait()
        if self.trouble:
            raise self.trouble
        return f"token-{len(self.refusals)}"

    async def mark_refused(self, token: str) -> None:
        """Record the refusal, and change the token."""
        self.refusals.append(token)


@dataclass
class Reports:
    """Records what a feed reports, and waits for it."""

    all: list[Report] = field(default_factory=list)
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    def __call__(self, report: Report) -> None:
        self.all.append(report)
        self._changed.set()

    def of(self, kind: type) -> list[Report]:
        """Return the reports of one kind."""
        return [report for report in self.all if isinstance(report, kind)]

    def error_codes(self) -> list[str | None]:
        """Return the error of each disconnection; None where there was none."""
        down = (report for report in self.all if isinstance(report, Disconnected))
        return [report.error.code if report.error else None for report in down]

    def last_down(self) -> Disconnected:
        """Return the newest report, which must be a disconnection."""
        report = self.all[-1]
        assert isinstance(report, Disconnected)
        return report

    async def until(self, holds: Callable[[], object]) -> None:
        """Wait until something holds, checking after each report (and often)."""
        async with asyncio.timeout(10):
            while not holds():
                self._changed.clear()
                waiting = asyncio.create_task(self._changed.wait())
                await asyncio.wait({waiting}, timeout=0.01)
                waiting.cancel()

    async def count(self, kind: type, number: int) -> None:
        """Wait until there are this many reports of a kind."""
        await self.until(lambda: len(self.of(kind)) >= number)
