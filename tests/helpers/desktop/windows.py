"""Lists the windows on the screen."""

import re
from dataclasses import dataclass

from tests.helpers.desktop.pictures import Box

# A line of `xwininfo -root -tree`: number, name, class, size, then the place on the screen.
LINE = re.compile(
    r"(?P<id>0x[0-9a-f]+) (?:\"(?P<name>.*)\"|\(has no name\)): "
    r"\((?:\"(?P<instance>.*?)\" \"(?P<kind>.*?)\")?\)\s+"
    r"(?P<width>\d+)x(?P<height>\d+)\S+\s+\+(?P<x>-?\d+)\+(?P<y>-?\d+)"
)


@dataclass(frozen=True)
class Window:
    """A window, shown or not: its number for xdotool, title, class and place on the screen."""

    number: int
    name: str
    kind: str
    box: Box


def parse_tree(text: str) -> list[Window]:
    """Read what `xwininfo -root -tree` prints; topmost windows come first."""
    return [
        Window(
            int(found["id"], 16),
            found["name"] or "",
            found["kind"] or "",
            Box(int(found["x"]), int(found["y"]), int(found["width"]), int(found["height"])),
        )
        for found in LINE.finditer(text)
    ]
