"""Finds the meetings that the app owner hosts, where the user wants each of them to be captured."""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from typing import Final

from rtms_tray.capture.reasons import Severity
from rtms_tray.presentation.view_model import Notice
from rtms_tray.runtime.planner import ScheduledRequests
from rtms_tray.store.secrets import SecretError
from rtms_tray.support.frozen import Frozen
from rtms_tray.support.texts import text
from rtms_tray.support.units import Millis
from rtms_tray.zoom.errors import ZoomTrouble
from rtms_tray.zoom.rest import Rest

log = logging.getLogger(__name__)

LIST_AGAIN_S: Final = 600.0
LIST_AFTER_TROUBLE_S: Final = 60.0


class Hosting(Frozen):
    """What decides which meetings must be looked for; after any change of it they are listed again."""

    me: str | None = None
    wanted: bool = False  # every meeting that I host
    sees_since: Millis | None = None  # events tell of meetings that begin, since then
    awake_since: Millis | None = None


class HostedMeetingPoller:
    """Lists the meetings that I host, and has the running ones asked for and the coming ones planned."""

    def __init__(
        self,
        scheduled: ScheduledRequests,
        *,
        rest: Callable[[], Rest | None],
        hosting: Callable[[], Hosting],
        changed: Callable[[], None],
    ) -> None:
        self._scheduled = scheduled
        self._rest = rest
        self._hosting = hosting
        self._changed = changed
        self._listed_for = Hosting()
        self._list_now = asyncio.Event()
        self._failure: Notice | None = None

    @property
    def notices(self) -> tuple[Notice, ...]:
        """That the meetings cannot be listed, where only the user can mend that."""
        return (self._failure,) if self._failure else ()

    def look_at_hosting(self) -> None:
        """Something may have changed: list the meetings at once where it has."""
        self._scheduled.note_given_up()
        hosting = self._hosting()
        if hosting != self._listed_for:
            self._listed_for = hosting
            self._list_now.set()

    async def run(self) -> None:
        """List the meetings now and then, and at once after a change."""
        while True:
            self._list_now.clear()
            wait = LIST_AGAIN_S if await self.list_hosted() else LIST_AFTER_TROUBLE_S
            with contextlib.suppress(TimeoutError):
                # Not wait_for(): Python 3.11's loses a cancellation that comes with the event.
                async with asyncio.timeout(wait):
                    await self._list_now.wait()

    async def list_hosted(self) -> bool:
        """Ask for the meetings that I host and that run already, and plan for those to come.

        What is to come is planned only where no event would tell that it begins. Returns whether Zoom answered, if
        only that it takes no more: then asking sooner would not help.
        """
        rest, hosting = self._rest(), self._hosting()
        if rest is None or hosting.me is None or not hosting.wanted:
            self._failure = None
            return True
        try:
            self._scheduled.found_running(await rest.live_meetings())
            if hosting.sees_since is None:
                self._scheduled.found_hosted(await rest.upcoming_meetings())
        except (ZoomTrouble, SecretError) as trouble:
            log.info("My meetings cannot be listed: %s.", type(trouble).__name__)
            self._show_failure(_failure_notice(trouble, hosting))
            return isinstance(trouble, ZoomTrouble) and trouble.code == "rate_limited"
        self._show_failure(None)
        return True

    def _show_failure(self, notice: Notice | None) -> None:
        if notice != self._failure:
            self._failure = notice
            self._changed()


def _failure_notice(trouble: ZoomTrouble | SecretError, hosting: Hosting) -> Notice | None:
    """Say what only the user can mend; all else passes, or is told elsewhere."""
    if not isinstance(trouble, ZoomTrouble) or trouble.code != "scope_missing":
        return None
    severity = Severity.ATTENTION if hosting.sees_since is None else Severity.INFO
    title = text("planning.hosted_not_listed")
    return Notice("hosted_not_listed", severity, title, trouble.text, trouble.remedy)
