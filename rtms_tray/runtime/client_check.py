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
from rtms_tray.support.texts import text
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


class ClientVersionCheck:
    """Remembers the client's version; `inspect` reads it again."""

    def __init__(self, look: Callable[[], InstalledClient] = installed_client) -> None:
        self.seen = InstalledClient()
        self.support = owner_support(self.seen, None)
        self._version = ""
        self._look = look

    async def inspect(self, me: Me | None = None) -> Support:
        """Look at this machine, and where that tells nothing ask Zoom who signed in (`me`); never raises."""
        self.seen = await asyncio.to_thread(self._look)
        last_log_in = None
        if self.seen.supported is Value.UNKNOWN and me is not None:
            last_log_in = await self._last_log_in(me)
        self.support = owner_support(self.seen, last_log_in)
        by_machine = self.support.source is Source.MACHINE
        version = self.seen.version if by_machine else parse_version(last_log_in or "")
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
        here = self.support.source is Source.MACHINE
        return Notice(
            TOO_OLD,
            Severity.ATTENTION,
            text("zoom_client.too_old.title"),
            text(
                f"zoom_client.too_old.{'here' if here else 'elsewhere'}",
                version=self._version,
                floor=short_version(FLOOR),
            ),
            text("zoom_client.too_old.remedy"),
        )

    @property
    def notices(self) -> tuple[Notice, ...]:
        """The notice, where there is one."""
        return (self.notice,) if self.notice else ()
