"""Turns moments and strangers' texts into words that Qt shows as they are."""

import re
import time
from typing import Final

from rtms_tray.presentation.wording import lasting
from rtms_tray.support.units import SECOND, Millis

_LONGEST: Final = 90
_OPTION: Final = re.compile(r"(?<!\S)--[a-z][a-z-]*")
UNBROKEN_HYPHEN: Final = "\u2011"
"""Looks like a hyphen; no line ends behind it. The command line takes it for a hyphen."""


def now() -> Millis:
    """Read the wall clock, the way every surface counts time."""
    return time.time_ns() // 1_000_000


def since(title: str, start: Millis | None, at: Millis) -> str:
    """Say a state and for how long it has lasted: "Sharing · for 4 min"."""
    return title if start is None else f"{title} · for {lasting(at - start)}"


def moment(at: Millis) -> str:
    """Say a moment of another day, in the local time: "21 Nov 10:42"."""
    return time.strftime("%d %b %H:%M", time.localtime(at / SECOND)).lstrip("0")


def menu_text(text: str) -> str:
    """Keep a menu or button from reading "&" as a shortcut and a tab as a column."""
    flat = " ".join(text.split())
    short = flat if len(flat) <= _LONGEST else flat[: _LONGEST - 1] + "…"
    return short.replace("&", "&&")


def unbroken(text: str) -> str:
    """Keep lines from ending within an option of the command line, as in "--no-browser"."""
    return _OPTION.sub(lambda found: found[0].replace("-", UNBROKEN_HYPHEN), text)


def tooltip_text(text: str) -> str:
    """Keep tooltips from reading markup: some desktops take them for HTML, whoever wrote them."""
    return text.replace("<", "‹").replace(">", "›")
