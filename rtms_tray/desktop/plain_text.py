"""Words as Qt must show them: never read as markup or as shortcuts, never broken in the wrong place."""

import re
from typing import Final

_LONGEST: Final = 90
_OPTION: Final = re.compile(r"(?<!\S)--[a-z][a-z-]*")
UNBROKEN_HYPHEN: Final = "\u2011"
"""Looks like a hyphen, but no line ends behind it. The command line accepts it as a hyphen."""


def menu_text(words: str) -> str:
    """Keep a menu or button from taking "&" for a shortcut and a tab for a column."""
    flat = " ".join(words.split())
    short = flat if len(flat) <= _LONGEST else flat[: _LONGEST - 1] + "…"
    return short.replace("&", "&&")


def shortened(words: str, most: int) -> str:
    """Cut words that somebody else wrote, and may have written at length."""
    return words if len(words) <= most else f"{words[: most - 1].rstrip()}…"


def unbroken(words: str) -> str:
    """Keep lines from ending within an option of the command line, as in "--no-browser"."""
    return _OPTION.sub(lambda found: found[0].replace("-", UNBROKEN_HYPHEN), words)


def tooltip_text(words: str) -> str:
    """Keep tooltips from reading markup: some desktops take them for HTML."""
    return words.replace("<", "‹").replace(">", "›")
