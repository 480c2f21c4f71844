"""Long values in parts: Windows keeps at most 1280 characters under one name.

A long value is written as parts under names of their own, then a header under its name:
until the header stands, the value before it is still whole.
"""

import hashlib
import re
from dataclasses import dataclass
from typing import Final

PART: Final = 1000
MOST_PARTS: Final = 64
_MARK: Final = "rtms-tray-parts"
_HEADER: Final = re.compile(rf"{_MARK}:([1-9][0-9]?):([0-9a-f]{{64}})")


@dataclass(frozen=True, slots=True)
class Header:
    """Stands in for a long value: how many parts there are, and what they add up to."""

    count: int
    checksum: str

    def __str__(self) -> str:
        return f"{_MARK}:{self.count}:{self.checksum}"

    def names(self, name: str) -> tuple[str, ...]:
        """Name the parts; another value has other names, so it never overwrites them."""
        return tuple(f"{name}#{self.checksum[:8]}.{number}" for number in range(self.count))

    def fits(self, value: str) -> bool:
        """Tell whether the parts add up."""
        return self.checksum == _checksum(value)


def read_header(kept: str) -> Header | None:
    """Recognise a header; None for a value that is whole."""
    found = _HEADER.fullmatch(kept)
    return Header(int(found[1]), found[2]) if found else None


def cut(value: str) -> tuple[Header, tuple[str, ...]] | None:
    """Cut a value that is too long, or looks like a header; None for one that is kept whole.

    Windows counts UTF-16 units, of which rare characters take two.
    """
    step = PART // 2 if value and max(value) > "\uffff" else PART
    if len(value) <= step and not value.startswith(_MARK):
        return None
    parts = tuple(value[start : start + step] for start in range(0, len(value), step))
    return Header(len(parts), _checksum(value)), parts


def _checksum(value: str) -> str:
    return hashlib.sha256(value.encode(errors="surrogatepass")).hexdigest()
