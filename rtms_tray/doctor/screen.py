"""Checks of windows and tray, by a process of its own: Qt ends a program that it cannot serve."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from rtms_tray.doctor.findings import Finding, Mark, Patient, Seen, found, ok

_PROBE: Final = ("-m", "rtms_tray.desktop.tray")
_LIMIT_S: Final = 8.0
_LAST_WORDS: Final = 300


async def look(probe: Sequence[str] = _PROBE, limit_s: float = _LIMIT_S) -> Seen:
    """Start Qt beside this program, and have it say what it sees; never raises for what Qt does."""
    if getattr(sys, "frozen", False):  # a packaged program has no interpreter to start
        return Seen(trouble="")
    return await asyncio.to_thread(_look, probe, limit_s)


def _look(probe: Sequence[str], limit_s: float) -> Seen:
    try:
        ended = subprocess.run(  # noqa: S603 - our own interpreter and module
            [sys.executable, *probe],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=limit_s,
            check=False,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),  # on Windows
        )
    except subprocess.TimeoutExpired:
        return Seen(trouble="Qt does not answer.")
    return _read(ended.stdout, ended.stderr)


def _read(out: bytes, err: bytes) -> Seen:
    try:
        told = json.loads(out)
        return Seen(told["platform"], told["version"], told["tray"] is True, told["why_no_tray"])
    except (ValueError, LookupError, TypeError):
        words = " ".join(err.decode(errors="replace").split())
        return Seen(trouble=words[:_LAST_WORDS] or "Qt ended without a word.")


def once(look: Callable[[], Awaitable[Seen]] = look) -> Callable[[], Awaitable[Seen]]:
    """Look one time only, for all checks that want to know."""
    looking: list[asyncio.Future[Seen]] = []

    async def seen() -> Seen:
        if not looking:
            looking.append(asyncio.ensure_future(look()))
        return await asyncio.shield(looking[0])

    return seen


async def qt(patient: Patient) -> Finding:
    """See whether windows can be shown at all."""
    seen = await patient.screen()
    if seen.platform:
        return ok("qt", f"Qt {seen.version} draws by {seen.platform}.")
    if not seen.trouble:
        return found("qt", Mark.NOT_CHECKED, "This build cannot start Qt beside itself.")
    remedy = "Start it in a desktop session; on Linux, install what the message names."
    return found("qt", Mark.BROKEN, f"Qt cannot show windows here: {seen.trouble}", remedy)


async def tray(patient: Patient) -> Finding:
    """See whether this desktop has a tray that shows the icon."""
    seen = await patient.screen()
    if not seen.platform:
        return found("tray", Mark.NOT_CHECKED, "Qt cannot look for one.")
    if seen.tray:
        return ok("tray", "This desktop has one.")
    return found("tray", Mark.WARNING, seen.why_no_tray, "The window carries everything meanwhile.")
