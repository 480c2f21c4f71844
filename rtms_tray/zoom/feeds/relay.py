"""An app's relay as a feed: each user's own events, and what was missed, over any loss of the connection.

It brings the events of whoever is signed in; while nobody is, it waits. What a relay replays ends the doubt that a
lost connection causes: one that moves to another instance is reported only if that takes long.
"""

import asyncio
from collections.abc import Callable
from typing import Final

from rtms_tray.store.relay_place import RelayPlace, RelayPlaceFile
from rtms_tray.support.units import MINUTE, SECOND, Millis
from rtms_tray.zoom.feeds import Connected, Disconnected, Received, Report
from rtms_tray.zoom.feeds.attempts import Attempts
from rtms_tray.zoom.feeds.endings import CloseCause, Ending
from rtms_tray.zoom.feeds.heard_events import HeardEvents
from rtms_tray.zoom.feeds.reconnect import ReconnectPolicy, Timing
from rtms_tray.zoom.feeds.relay_connection import RelayAccess, RelayConnection
from rtms_tray.zoom.feeds.relay_session import RelayAddress, RelaySession
from rtms_tray.zoom.feeds.vital_signs import VitalSigns
from rtms_tray.zoom.rest import Bearer

KEEP_EVERY: Final[Millis] = 10 * MINUTE
"""How often the place is written down though no event came: a relay doesn't keep everything forever."""


_BEATS: Final = 2
"""After so many heartbeats, the place of an event is written down."""


class _Bookmark:
    """Writes down how far events were reported a heartbeat ago: what they changed is on the disk by now."""

    def __init__(self, file: RelayPlaceFile, clock: Callable[[], Millis]) -> None:
        self._file = file
        self._clock = clock
        self.place = file.load()
        self._before, self._written = self.place, self.place
        self._written_at: Millis = 0
        self._due = _BEATS

    def note_events(self) -> None:
        """Note that events came: their place is to be written down, too."""
        self._due = _BEATS

    def beat(self, place: RelayPlace) -> None:
        """Write down the place of the last heartbeat, and remember this one."""
        if self._due or self._clock() - self._written_at >= KEEP_EVERY:
            self._write(self._before)
            self._due = max(self._due - 1, 0)
        self._before = self.place = place

    def close(self) -> None:
        """Write down where the feed ends."""
        self._write(self.place)

    def rename(self) -> None:
        """Take another name: another tray has this one."""
        self.place = self.place.renamed()
        self._write(self.place)

    def _write(self, place: RelayPlace) -> None:
        if place != self._written:
            self._file.save(place)
            self._written, self._written_at = place, self._clock()


class RelayFeed:
    """A relay as a feed; `random` returns numbers from 0 to 1."""

    def __init__(
        self,
        *,
        address: RelayAddress,
        session: RelaySession,
        file: RelayPlaceFile,
        clock: Callable[[], Millis],
        random: Callable[[], float],
        timing: Timing | None = None,
    ) -> None:
        self._session = session
        self._file = file
        self._clock = clock
        self._random = random
        self._timing = timing or Timing()
        self._signs = VitalSigns()
        self._access = RelayAccess(
            address, session, clock, self._timing, self._signs, HeardEvents()
        )
        self._attempts = Attempts()
        self._account: str | None = None
        self._account_known = asyncio.Event()
        self._session_account: str | None = None
        self._hole_at = -1
        self._since: Millis | None = None  # while it is reported as connected
        self._loss: asyncio.TimerHandle | None = None

    async def run(self, report: Callable[[Report], None]) -> None:
        """Report until cancelled, or until another program turns out to be this tray, too.

        On giving up, the last report is a `Disconnected` without a next try; a new `run` tries again.
        """
        policy = ReconnectPolicy(self._timing, self._random)
        bookmark = _Bookmark(self._file, self._clock)
        try:
            while True:
                await self._settle_account(report)
                ending = await self._run_attempt(report, bookmark)
                delay_s = policy.delay_after(ending)
                self._report_loss(report, ending, delay_s)
                if delay_s is None:
                    bookmark.rename()  # the next run is another tray: two with one name only fight
                    return
                await self._attempts.wait(delay_s)
        finally:
            self._expect_no_loss()
            bookmark.close()

    def wake(self) -> None:
        """Connect anew at once, whatever the socket claims; does nothing if the feed isn't running."""
        self._attempts.wake()

    def use_account(self, user_id: str | None, bearer: Bearer | None) -> None:
        """Bring this user's events from now on; None: nobody's, and the session with the relay ends."""
        self._session.bearer = bearer
        if user_id == self._account:
            return
        self._account = user_id
        if user_id is None:
            self._account_known.clear()
        else:
            self._account_known.set()
        self.wake()

    def watch_closely(self, *, wanted: bool) -> None:
        """Notice sooner that events no longer come."""
        self._signs.watch_closely(wanted=wanted)

    @property
    def seen_at(self) -> Millis | None:
        """Up to when nothing was missing; None before the first time."""
        return self._signs.last_at

    @property
    def pings_answered(self) -> int:
        """How many pings the relay has answered."""
        return self._signs.pongs

    # --- one connection after the other -------------------------------------------------------

    async def _settle_account(self, report: Callable[[Report], None]) -> None:
        """End somebody else's session, and wait until anybody is signed in."""
        if self._session_account is not None and self._session_account != self._account:
            now = self._clock()
            self._pass(report, Disconnected(now, None, None, self.seen_at))
            self._session_account = None
            await self._session.end()
        await self._account_known.wait()
        self._session_account = self._account

    async def _run_attempt(self, report: Callable[[Report], None], bookmark: _Bookmark) -> Ending:
        def take(one: Report) -> None:
            if isinstance(one, Received | Connected):
                bookmark.note_events()
            self._pass(report, one)

        connection = RelayConnection(
            self._access, bookmark.place, take, bookmark.beat, self._hole_at
        )
        try:
            return await self._attempts.run(connection.run(), "relay connection")
        finally:
            self._hole_at = connection.hole_at
            bookmark.place = connection.place

    # --- what is reported ---------------------------------------------------------------------

    def _pass(self, report: Callable[[Report], None], one: Report) -> None:
        """Report; nothing that is missing goes unnoticed, even where the loss was not reported."""
        match one:
            case Connected(at, since):
                self._expect_no_loss()
                if self._since not in {None, since}:
                    report(Disconnected(at, None, at, self.seen_at))
                self._since = since
            case Disconnected():
                self._expect_no_loss()
                self._since = None
        report(one)

    def _report_loss(
        self, report: Callable[[Report], None], ending: Ending, delay_s: float | None
    ) -> None:
        """Report that no events come; where the next connection follows at once, only if it takes long."""
        now = self._clock()
        # What is tried again at once has not failed yet.
        error = None if delay_s == 0 else ending.error
        next_try_at = None if delay_s is None else now + round(delay_s * SECOND)
        down = Disconnected(now, error, next_try_at, self.seen_at)
        if ending.cause is not CloseCause.ON_PURPOSE:
            self._pass(report, down)
        elif self._since is not None and self._loss is None:
            loop = asyncio.get_running_loop()
            self._loss = loop.call_later(self._timing.overlap_s, self._pass, report, down)

    def _expect_no_loss(self) -> None:
        if self._loss is not None:
            self._loss.cancel()
            self._loss = None
