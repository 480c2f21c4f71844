"""Which events a feed has reported lately: what is stored twice at a relay is heard once."""

import hashlib
from typing import Final

MOST: Final = 2_000


class HeardEvents:
    """Remembers the newest events by their content, which tells when they happened."""

    def __init__(self) -> None:
        self._digests: dict[bytes, None] = {}

    def is_new(self, content: bytes) -> bool:
        """Whether this was not heard before; from now on it was."""
        digest = hashlib.blake2b(content, digest_size=16).digest()
        if digest in self._digests:
            return False
        self._digests[digest] = None
        if len(self._digests) > MOST:
            del self._digests[next(iter(self._digests))]
        return True
