"""Turns moments and strangers' texts into words that Qt shows as they are."""

import time
from typing import Final

from rtms_tray.capture.units import HOUR, MINUTE, SECOND, Millis

_LONGEST: Final = 90


def now() -> Millis:
    """Read the wall clock, the way every surface counts time."""
    return time.time_ns() // 1_000_000


def length(span: Millis) -> str:
    """Say how long: "3 s", "4 min", "2 h 5 min"."""
    if span < MINUTE:
        return f"{max(0, span) // SECOND} s"
    if span < HOUR:
        return f"{span // MINUTE} min"
    hours, minutes = span // HOUR, span % HOUR // MINUTE
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def since(title: str, start: Millis | None, at: Millis) -> str:
    """Say a state and for how long it has lasted: "Sharing · for 4 min"."""
    return title if start is None else f"{title} · for {length(at - start)}"


def clock(moment: Millis) -> str:
    """Say a moment as the local time of day: "10:42"."""
    return time.strftime("%H:%M", time.localtime(moment / SECOND))


def menu_text(text: str) -> str:
    """Keep a menu or button from reading "&" as a shortcut and a tab as a column."""
    flat = " ".join(text.split())
    short = flat if len(flat) <= _LONGEST else flat[: _LONGEST - 1] + "…"
    return short.replace("&", "&&")


def tooltip_text(text: str) -> str:
    """Keep tooltips from reading markup: some desktops take them for HTML, whoever wrote them."""
    return text.replace("<", "‹").replace(">", "›")
