"""Desktop entries: how programs are named to Linux desktops, written and read."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

_PLAIN_WORD: Final = re.compile(r"[A-Za-z0-9_@+=:,./-]+")
_GROUP: Final = "[Desktop Entry]"


def exec_word(word: str) -> str:
    """Quote a word as `Exec` wants it, unless that needs nothing: not every reader knows quotes."""
    if _PLAIN_WORD.fullmatch(word):
        return word
    quoted = re.sub(r'(["`$\\])', r"\\\1", word).replace("%", "%%")
    return escaped(f'"{quoted}"')


def escaped(value: str) -> str:
    """Write a value as these files want it; raises ValueError for what they cannot hold."""
    if not value.isprintable():
        raise ValueError(f"{value!r} cannot stand in a desktop entry")
    return value.replace("\\", "\\\\")


def values_of(entry: str) -> Mapping[str, str]:
    """Read the keys of an entry's main group, as they are written; translations are keys of their own."""
    _, _, group = entry.partition(_GROUP)
    lines = (line.partition("=") for line in group.partition("\n[")[0].splitlines())
    return {
        key.strip(): value.strip()
        for key, is_pair, value in lines
        if is_pair and not key.startswith("#")
    }


def user_folder(variable: str, usual: str, environ: Mapping[str, str]) -> Path:
    """Find one of this user's folders; a name that is not absolute counts as none, as the specification says."""
    named = Path(environ.get(variable, ""))
    return named if named.is_absolute() else Path.home() / usual


def folders(variable: str, usual: str, environ: Mapping[str, str]) -> list[Path]:
    """List the folders of everybody, the most important one first."""
    named = (environ.get(variable) or usual).split(os.pathsep)
    return [Path(folder) for folder in named if Path(folder).is_absolute()]
