"""Reads what is on the screen, straight from the X server's memory, and keeps it as PNG."""

import struct
import zlib
from dataclasses import dataclass
from pathlib import Path

HEADER_WORDS = 25
COLOUR_ENTRY_BYTES = 12
Colour = tuple[int, int, int]


@dataclass(frozen=True)
class Box:
    """A rectangle on the screen, in pixels from the top left corner."""

    x: int
    y: int
    width: int
    height: int

    @property
    def centre(self) -> tuple[int, int]:
        """Where to click to hit the middle."""
        return self.x + self.width // 2, self.y + self.height // 2


@dataclass(frozen=True)
class Picture:
    """Pixels, three bytes each (red, green, blue), row by row."""

    width: int
    height: int
    rgb: bytes

    def colour(self, x: int, y: int) -> Colour:
        """The colour of one pixel."""
        at = (y * self.width + x) * 3
        return self.rgb[at], self.rgb[at + 1], self.rgb[at + 2]

    def colours(self) -> dict[Colour, int]:
        """How many pixels there are of each colour."""
        counts: dict[Colour, int] = {}
        for pixel in zip(self.rgb[0::3], self.rgb[1::3], self.rgb[2::3], strict=True):
            counts[pixel] = counts.get(pixel, 0) + 1
        return counts

    def region(self, box: Box) -> "Picture":
        """The part of the picture inside a box that lies within it."""
        rows = (
            self.rgb[(y * self.width + box.x) * 3 : (y * self.width + box.x + box.width) * 3]
            for y in range(box.y, box.y + box.height)
        )
        return Picture(box.width, box.height, b"".join(rows))

    def difference(self, other: "Picture") -> Box | None:
        """The smallest box around all pixels that differ from another picture of this size."""
        row = self.width * 3
        changed = [
            y
            for y in range(self.height)
            if self.rgb[y * row : (y + 1) * row] != other.rgb[y * row : (y + 1) * row]
        ]
        columns = {
            at % row // 3
            for y in changed
            for at in range(y * row, (y + 1) * row)
            if self.rgb[at] != other.rgb[at]
        }
        if not columns:
            return None
        left, top = min(columns), changed[0]
        return Box(left, top, max(columns) - left + 1, changed[-1] - top + 1)

    def save(self, path: Path) -> None:
        """Write the picture as a PNG file (W3C: Portable Network Graphics)."""
        row = self.width * 3
        lines = (b"\0" + self.rgb[y * row : (y + 1) * row] for y in range(self.height))
        header = struct.pack(">IIBBBBB", self.width, self.height, 8, 2, 0, 0, 0)
        chunks = (
            (b"IHDR", header),
            (b"IDAT", zlib.compress(b"".join(lines))),
            (b"IEND", b""),
        )
        parts = (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
            for kind, data in chunks
        )
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(parts))


def read_framebuffer(path: Path) -> Picture:
    """Read the file in which Xvfb keeps its screen (option -fbdir; format: XWDFile.h)."""
    raw = path.read_bytes()
    words = struct.unpack(f">{HEADER_WORDS}I", raw[: HEADER_WORDS * 4])
    header_bytes, width, height, row_bytes, colours = (words[i] for i in (0, 4, 5, 12, 19))
    start = header_bytes + colours * COLOUR_ENTRY_BYTES
    pixels = raw[start : start + row_bytes * height]
    # Four bytes a pixel, lowest first: blue, green, red, nothing.
    rgb = bytearray(width * height * 3)
    rgb[0::3], rgb[1::3], rgb[2::3] = pixels[2::4], pixels[1::4], pixels[0::4]
    return Picture(width, height, bytes(rgb))
