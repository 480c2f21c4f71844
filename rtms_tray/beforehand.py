"""What is done before a request: the app owner's own Zoom is looked at, and planned meetings are waited for."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from rtms_tray.ahead import Ahead
from rtms_tray.capture import events as e
from rtms_tray.own_client import OwnClient
from rtms_tray.store.secrets import SecretError
from rtms_tray.tasks import Tasks
from rtms_tray.view_model import Notice
from rtms_tray.zoom.errors import ZoomTrouble
from rtms_tray.zoom.rest import Rest

log = logging.getLogger(__name__)

CLIENT_LIMIT_S: Final = 1.0
"""How long a request waits for the look at the client; one that comes later is told then."""
LIST_AGAIN_S: Final = 600.0


@dataclass(frozen=True, slots=True)
class Needs:
    """What this part needs of the program."""

    rest: Callable[[], Rest | None]
    tell: Callable[[e.Event], None]
    lists_hosted: Callable[[], bool]  # no event would tell that a meeting of mine begins
    changed: Callable[[], None]


class Beforehand:
    """Looks at the client before every request, and lists the meetings that I host where needed."""

    def __init__(self, ahead: Ahead, client: OwnClient | None, needs: Needs) -> None:
        self.ahead = ahead
        self._client = client
        self._needs = needs
        self._tasks = Tasks()

    def begin(self) -> None:
        """Take up the plans, and begin to look."""
        self.ahead.begin()
        self._tasks.spawn(self._list_again(), "list meetings to come")

    async def look_at_client(self) -> str:
        """Look at the app owner's own Zoom; hands back what the user must know before asking."""
        if self._client is None:
            return ""
        look = self._tasks.spawn(self._look(self._client), "look at the Zoom client")
        await asyncio.wait([look], timeout=CLIENT_LIMIT_S)
        notice = self._client.notice
        return f"{notice.title}. {notice.text} {notice.remedy}" if notice else ""

    async def _look(self, client: OwnClient) -> None:
        rest = self._needs.rest()
        support = await client.look(rest.me if rest else None)
        self._needs.tell(e.OwnerClientSeen(support.value, support.source))
        self._needs.changed()

    async def _list_again(self) -> None:
        while True:
            await self.list_hosted()
            await asyncio.sleep(LIST_AGAIN_S)

    async def list_hosted(self) -> None:
        """Plan for the meetings of the next day that I host, where no event tells that they begin."""
        rest = self._needs.rest()
        if rest is None or not self._needs.lists_hosted():
            return
        try:
            self.ahead.found_hosted(await rest.upcoming_meetings())
        except (ZoomTrouble, SecretError) as trouble:
            log.info("Meetings to come cannot be listed: %s.", type(trouble).__name__)

    @property
    def notices(self) -> tuple[Notice, ...]:
        """That the own client is too old, and what came to nothing of the plans."""
        old = self._client.notice if self._client else None
        return (*((old,) if old else ()), *self.ahead.notices)

    async def close(self) -> None:
        """End what runs."""
        self.ahead.close()
        await self._tasks.close()
