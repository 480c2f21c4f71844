"""For reading the frames of Zoom's event socket: an envelope, with JSON inside JSON.

Shapes as seen in the field (zoom-facts §4): `{"module": …, "content": "…", "success": true}`.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import msgspec

from rtms_tray.zoom.wire import as_id, parse_object, plain

HEARTBEAT: Final = '{"module":"heartbeat"}'
_LONGEST_WORDS: Final = 200


class Module(StrEnum):
    """What a frame is about."""

    BUILD_CONNECTION = "build_connection"
    HEARTBEAT = "heartbeat"
    MESSAGE = "message"


_MODULES: Final = {module.value: module for module in Module}


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame that makes sense: `content` is an event's JSON, or words of Zoom's server."""

    module: Module
    success: bool
    content: str

    @property
    def words(self) -> str:
        """The content, safe to show."""
        return plain(self.content, _LONGEST_WORDS)


def read_frame(data: str | bytes) -> Frame | None:
    """Read a frame; None for what is no envelope, or of a module that is not known."""
    envelope = parse_object(data)
    module = _MODULES.get(as_id(envelope.get("module")) or "") if envelope else None
    if envelope is None or module is None:
        return None
    content = envelope.get("content", "")
    if not isinstance(content, str):
        content = msgspec.json.encode(content).decode()
    return Frame(module, envelope.get("success") is not False, content)
