"""Knows whether the app owner's own Zoom client is new enough, before any request goes out.

Zoom says nothing where it is too old (scenario 3), so this machine's client is looked at; only where that
tells nothing, Zoom is asked for the version of the last log-in.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final

from rtms_tray.capture.conditions import Source, Value
from rtms_tray.capture.reasons import Severity
from rtms_tray.presentation.view_model import Notice
from rtms_tray.store.secrets import SecretError
from rtms_tray.zoom.client_version import (
    FLOOR,
    InstalledClient,
    Support,
    installed_client,
    owner_support,
    parse_version,
    short_version,
)
from rtms_tray.zoom.errors import ZoomTrouble
from rtms_tray.zoom.replies import User

log = logging.getLogger(__name__)

Me = Callable[[], Awaitable[User]]

TOO_OLD: Final = "own_client_too_old"


class OwnClient:
    """Remembers what was last seen of the client; `look` looks again."""

    def __init__(self, look: Callable[[], InstalledClient] = installed_client) -> None:
        self.seen = InstalledClient()
        self.support = owner_support(self.seen, None)
        self._version = ""
        self._look = look

    async def look(self, me: Me | None = None) -> Support:
        """Look at this machine, and where that tells nothing ask Zoom who signed in (`me`); never raises."""
        self.seen = await asyncio.to_thread(self._look)
        told = None
        if self.seen.supported is Value.UNKNOWN and me is not None:
            told = await self._last_log_in(me)
        self.support = owner_support(self.seen, told)
        by_machine = self.support.source is Source.MACHINE
        version = self.seen.version if by_machine else parse_version(told or "")
        self._version = short_version(version) if version else ""
        return self.support

    async def _last_log_in(self, me: Me) -> str | None:
        try:
            return (await me()).last_client_version
        except (ZoomTrouble, SecretError) as trouble:
            log.info("The last log-in's version cannot be asked: %s.", type(trouble).__name__)
            return None

    @property
    def notice(self) -> Notice | None:
        """What the user should know before asking: that nothing will be captured with this client."""
        if self.support.value is not Value.NO:
            return None
        return Notice(
            TOO_OLD,
            Severity.ATTENTION,
            "Your Zoom is too old",
            self._text(),
            "Update Zoom and join again; if you join from another device, its Zoom counts.",
        )

    def _text(self) -> str:
        place = (
            "on this machine"
            if self.support.source is Source.MACHINE
            else "with which you last logged in"
        )
        return (
            f"The Zoom {place} is {self._version}; capture needs {short_version(FLOOR)} or later. "
            "Zoom itself would not say so."
        )
