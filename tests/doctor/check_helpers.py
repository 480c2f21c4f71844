"""Runs the doctor's checks without a running instance."""

import time

from rtms_tray.doctor.check_runner import run_checks
from rtms_tray.doctor.check_types import CheckContext, CheckResult, Display
from rtms_tray.store.profile import Profile
from rtms_tray.store.secrets import MemoryStore, SecretStore
from rtms_tray.zoom.http_client import make_http
from tests.helpers.manual_clock import ManualClock

DISPLAY = Display("xcb", "6.11.0", has_tray=True)


def now() -> int:
    """Return the time."""
    return time.time_ns() // 1_000_000


async def checked(
    profile: Profile,
    *only: str,
    store: SecretStore | None = None,
    display: Display = DISPLAY,
    at: int | None = None,
) -> dict[str, CheckResult]:
    """Run these checks, or all; returns the results by their codes."""

    async def probed() -> Display:
        return display

    async with make_http() as http:
        clock = ManualClock(now() if at is None else at)
        context = CheckContext(profile, store or MemoryStore(), http, clock, None, probed)
        return {result.code: result for result in await run_checks(context, only)}
