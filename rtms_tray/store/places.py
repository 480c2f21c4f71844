"""Where windows were, and how large: a small file in the profile's data folder."""

import json
import logging
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from rtms_tray.store.files import read_regular, write_private

log = logging.getLogger(__name__)

_FARTHEST: Final = 100_000


@dataclass(frozen=True, slots=True)
class Place:
    """A window's size and position in pixels; no position where the platform tells none."""

    width: int
    height: int
    x: int | None = None
    y: int | None = None


class Places:
    """Remembers windows by name; what cannot be read or written is forgotten, and only logged."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def get(self, name: str) -> Place | None:
        """Tell a window's last place."""
        return self._all().get(name)

    def put(self, name: str, place: Place) -> None:
        """Remember a window's place."""
        if self.get(name) == place:
            return
        places = {**self._all(), name: place}
        content = {window: asdict(known) for window, known in places.items()}
        try:
            write_private(self._path, json.dumps(content, indent=1).encode())
        except OSError as error:
            log.info("Where the windows are cannot be kept: %s", error)

    def _all(self) -> dict[str, Place]:
        try:
            content: object = json.loads(read_regular(self._path))
        except (OSError, ValueError, RecursionError):
            return {}
        read = content.items() if isinstance(content, dict) else ()
        return {name: place for name, known in read if (place := _place(known)) is not None}


def _place(content: object) -> Place | None:
    if not isinstance(content, dict):
        return None
    try:
        width, height = _number(content["width"]), _number(content["height"])
    except (KeyError, ValueError):
        return None
    try:
        return Place(width, height, _number(content["x"]), _number(content["y"]))
    except (KeyError, ValueError):
        return Place(width, height)


def _number(content: object) -> int:
    if isinstance(content, bool) or not isinstance(content, int) or abs(content) > _FARTHEST:
        raise ValueError(content)
    return content
