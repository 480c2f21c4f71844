"""Waits for pixels: when something on the tray's panel changes, and when it looks as it did before."""

import mmap
import struct
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from tests.helpers.desktop.parts import PANEL_HEIGHT
from tests.helpers.desktop.pictures import COLOUR_ENTRY_BYTES, HEADER_WORDS

LOOK_EVERY_S: Final = 0.0005
PATIENCE_S: Final = 30.0


class Panel:
    """The tray's panel, in the memory that the X server draws into."""

    def __init__(self, framebuffer: Path) -> None:
        with framebuffer.open("rb") as file:
            self._memory = mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ)
        words = struct.unpack(f">{HEADER_WORDS}I", self._memory[: HEADER_WORDS * 4])
        header_bytes, height, row_bytes, colours = (words[i] for i in (0, 5, 12, 19))
        start = header_bytes + colours * COLOUR_ENTRY_BYTES
        self._from = start + (height - PANEL_HEIGHT) * row_bytes
        self._to = start + height * row_bytes

    def look(self) -> bytes:
        """What the panel looks like now."""
        return self._memory[self._from : self._to]

    def wait(self, until: Callable[[bytes], bool], what: str) -> float:
        """Wait for a look; hand back the moment (time.perf_counter)."""
        ends_at = time.perf_counter() + PATIENCE_S
        while not until(self.look()):
            if time.perf_counter() > ends_at:
                raise TimeoutError(f"waited in vain for {what}")
            time.sleep(LOOK_EVERY_S)
        return time.perf_counter()

    def wait_for(self, look: bytes, what: str) -> float:
        """Wait until it looks like this."""
        return self.wait(lambda now: now == look, what)

    def wait_for_other_than(self, look: bytes, what: str) -> float:
        """Wait until it no longer looks like this."""
        return self.wait(lambda now: now != look, what)

    def at_rest(self, for_s: float = 0.5) -> bytes:
        """Wait until nothing has changed for a while; hand back the look."""
        look, since = self.look(), time.perf_counter()
        while time.perf_counter() - since < for_s:
            time.sleep(0.01)
            if (now := self.look()) != look:
                look, since = now, time.perf_counter()
        return look

    def close(self) -> None:
        """Let go of the memory."""
        self._memory.close()
