"""The frames of a relay's WebSocket; what each means to a tray, the relay itself documents (`relay/tray_socket.py`)."""

from typing import Final

import msgspec

_LARGEST_SEQUENCE: Final = 2**63


class Hello(msgspec.Struct, frozen=True, tag_field="module", tag="hello"):
    """The first frame: events begin after `after` of this epoch; `gap` says why some before that are missing."""

    epoch: str
    after: int
    gap: str = ""


class Message(msgspec.Struct, frozen=True, tag_field="module", tag="message"):
    """An event: its place in the relay's order, the place before it, when the relay got it, and Zoom's envelope."""

    sequence: int
    previous: int
    received_at: int
    content: msgspec.Raw


class Heartbeat(msgspec.Struct, frozen=True, tag_field="module", tag="heartbeat"):
    """Nothing is missing up to `sequence`; `at` is the relay's clock."""

    sequence: int
    at: int
    acting: bool = True
    signed_in_elsewhere: bool = False


class Doubt(msgspec.Struct, frozen=True, tag_field="module", tag="doubt"):
    """Events may be missing from now on, until the next heartbeat."""


RelayFrame = Hello | Message | Heartbeat | Doubt
_DECODER: Final = msgspec.json.Decoder(RelayFrame)


def read_frame(data: str | bytes) -> RelayFrame | None:
    """Read a frame; None if it is neither known nor sound."""
    try:
        frame = _DECODER.decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    numbers = (getattr(frame, name, 0) for name in ("after", "sequence", "previous"))
    return frame if all(0 <= number < _LARGEST_SEQUENCE for number in numbers) else None
