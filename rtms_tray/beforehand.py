"""What is done before a request: the app owner's own Zoom is looked at, and planned meetings are waited for."""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from rtms_tray.ahead import Ahead
from rtms_tray.capture import events as e
from rtms_tray.capture.reasons import Severity
from rtms_tray.capture.units import Millis
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
LIST_AFTER_TROUBLE_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class Needs:
    """What this part needs of the program; `hosting` tells how things stand now."""

    rest: Callable[[], Rest | None]
    tell: Callable[[e.Event], None]
    hosting: Callable[[], "Hosting"]
    changed: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Hosting:
    """What decides which meetings of mine must be looked for; any change of it has them looked for again."""

    me: str | None = None
    wanted: bool = False  # every meeting that I host
    sees_since: Millis | None = None  # events tell of meetings that begin, since then
    awake_since: Millis | None = None


class Beforehand:
    """Looks at the client before every request, and for the meetings that I host, where the user wants that."""

    def __init__(self, ahead: Ahead, client: OwnClient | None, needs: Needs) -> None:
        self.ahead = ahead
        self._client = client
        self._needs = needs
        self._tasks = Tasks()
        self._hosting = Hosting()
        self._look_again = asyncio.Event()
        self._cannot_list: Notice | None = None

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

    def look_at_hosting(self) -> None:
        """Something may have changed: look for my meetings at once where it has."""
        self.ahead.note_given_up()
        hosting = self._needs.hosting()
        if hosting != self._hosting:
            self._hosting = hosting
            self._look_again.set()

    async def _list_again(self) -> None:
        while True:
            self._look_again.clear()
            wait = LIST_AGAIN_S if await self.list_hosted() else LIST_AFTER_TROUBLE_S
            with contextlib.suppress(TimeoutError):
                # Not wait_for(): Python 3.11's loses a cancellation that comes with the bell.
                async with asyncio.timeout(wait):
                    await self._look_again.wait()

    async def list_hosted(self) -> bool:
        """Ask for the meetings that I host and that run already, and plan for those to come.

        What is to come is planned only where no event would tell that it begins. Tells whether Zoom answered.
        """
        rest, hosting = self._needs.rest(), self._needs.hosting()
        if rest is None or hosting.me is None or not hosting.wanted:
            self._cannot_list = None
            return True
        try:
            self.ahead.found_running(await rest.live_meetings())
            if hosting.sees_since is None:
                self.ahead.found_hosted(await rest.upcoming_meetings())
        except (ZoomTrouble, SecretError) as trouble:
            log.info("My meetings cannot be listed: %s.", type(trouble).__name__)
            self._tell(_not_listed(trouble, hosting))
            return False
        self._tell(None)
        return True

    def _tell(self, notice: Notice | None) -> None:
        if notice != self._cannot_list:
            self._cannot_list = notice
            self._needs.changed()

    @property
    def notices(self) -> tuple[Notice, ...]:
        """That the own client is too old, and what came to nothing of the plans."""
        old = self._client.notice if self._client else None
        told = (old, self._cannot_list)
        return (*(one for one in told if one), *self.ahead.notices)

    async def close(self) -> None:
        """End what runs."""
        self.ahead.close()
        await self._tasks.close()


def _not_listed(trouble: ZoomTrouble | SecretError, hosting: Hosting) -> Notice | None:
    """Say what only the user can mend; all else passes, or is told elsewhere."""
    if not isinstance(trouble, ZoomTrouble) or trouble.code != "scope_missing":
        return None
    severity = Severity.ATTENTION if hosting.sees_since is None else Severity.INFO
    title = "Meetings that you host cannot be found"
    return Notice("hosted_not_listed", severity, title, trouble.text, trouble.remedy)
