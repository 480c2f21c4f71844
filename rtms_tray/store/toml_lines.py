"""Where a key stands in a TOML text: the standard parser does not tell."""

import re
from typing import Final

_TABLE: Final = re.compile(r"\s*\[\s*([^\[\]]+?)\s*\]\s*(#.*)?")
_KEY: Final = re.compile(r"\s*((?:[\w-]+|\"[^\"]*\"|'[^']*'|\s*\.\s*)+?)\s*=")


def line_of(text: str, key: str) -> int | None:
    """Find the line (from 1) that sets a dotted key; None where it is set in an unusual way."""
    table = ""
    section = key.partition(".")[0]
    inline = None
    for number, line in enumerate(text.splitlines(), 1):
        if found := _TABLE.fullmatch(line):
            table = _plain(found[1])
            if table == key:
                return number
        elif found := _KEY.match(line):
            name = _plain(found[1])
            dotted = f"{table}.{name}" if table else name
            if dotted == key or dotted.startswith(f"{key}."):
                return number
            inline = number if dotted == section else inline
    return inline


def _plain(name: str) -> str:
    return re.sub(r"\s*\.\s*", ".", re.sub(r"[\"']", "", name.strip()))
