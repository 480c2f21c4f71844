"""Nothing moves by itself, so people who want less motion need no setting: what waits says so in words."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import rtms_tray
from rtms_tray.support.files import resources

MOVING: Final = ("Animation", "QMovie", "QTimeLine", "QProgressBar")
"""Parts of the names of Qt's classes that move."""
DRAWN: Final = ("desktop", "demo")


def imported() -> Iterator[str]:
    package = Path(rtms_tray.__file__).parent
    for folder in DRAWN:
        for path in sorted((package / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("PySide6"):
                    yield from (name.name for name in node.names)


def test_no_window_uses_what_moves() -> None:
    names = set(imported())
    assert "QWidget" in names
    assert [name for name in sorted(names) if any(part in name for part in MOVING)] == []


def test_no_icon_moves() -> None:
    icons = sorted(resources().rglob("*.svg"))
    assert icons
    assert [icon.name for icon in icons if "<animate" in icon.read_text(encoding="utf-8")] == []
