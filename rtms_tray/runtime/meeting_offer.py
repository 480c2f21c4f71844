"""Offers to start capture in the meeting that the app owner is in, once, where nothing captures it.

Zoom's own events say which meeting that is. Where none come, this computer's Zoom client shows that it is in some
meeting, and the meetings of now may leave only one that it can be: that is said as a guess, never as a fact.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Final

from rtms_tray.presentation.meeting_offer import offer_view
from rtms_tray.presentation.view_model import (
    JoinedView,
    OfferSource,
    OfferView,
    Overview,
    SignInState,
)
from rtms_tray.runtime.connector import ClientMeetings
from rtms_tray.store.secrets import SecretError
from rtms_tray.support.frozen import Frozen
from rtms_tray.zoom.errors import ZoomTrouble
from rtms_tray.zoom.rest import Rest

log = logging.getLogger(__name__)

Guess = tuple[OfferSource, str]
"""How it is known, and the meeting's number."""
Spawn = Callable[[Coroutine[Any, Any, None], str], object]


class OfferTimes(Frozen):
    """Seconds: before an offer, in which capture may start by other ways; without a window, until a meeting is over."""

    settle_s: float = 8.0
    gone_s: float = 20.0
    guess_s: float = 10.0


_USUAL: Final = OfferTimes()


async def no_guess() -> Guess | None:
    """Know nothing of meetings."""
    return None


class MeetingOffers:
    """Watches what runs, and keeps the one offer that there may be."""

    def __init__(
        self,
        wanted: Callable[[], bool],
        changed: Callable[[], None],
        spawn: Spawn,
        guess: Callable[[], Awaitable[Guess | None]] = no_guess,
        times: OfferTimes = _USUAL,
    ) -> None:
        self._wanted = wanted
        self._changed = changed
        self._spawn = spawn
        self._guess = guess
        self._times = times
        self._overview: Overview | None = None
        self._client = False  # is in a meeting
        self._client_served = False  # that meeting has, or had, a session
        self._gone: asyncio.TimerHandle | None = None
        self._settled: asyncio.TimerHandle | None = None
        self._about: JoinedView | bool = False  # True: the client's meeting, whichever it is
        self.view: OfferView | None = None

    async def follow(self, client_meetings: ClientMeetings) -> None:
        """Hear from the system what this computer's Zoom client does, until cancelled."""
        with client_meetings(self.client_told):
            await asyncio.get_running_loop().create_future()

    def client_told(self, in_meeting: bool) -> None:  # noqa: FBT001  what the system tells
        """Take from the system whether this computer's Zoom client is in a meeting."""
        if in_meeting:
            self._stay()
            if not self._client:
                self._client, self._client_served = True, False
                self._look_again()
        elif self._client and self._gone is None:
            # Between rooms, and when it changes its layout, Zoom's window is gone for a moment.
            loop = asyncio.get_running_loop()
            self._gone = loop.call_later(self._times.gone_s, self._client_left)

    def look(self, overview: Overview) -> None:
        """Take from an overview what runs; makes, keeps or takes away the offer."""
        self._overview = overview
        about = self._occasion(overview)
        if about != self._about:
            self._about = about
            self._begin()

    def close(self) -> None:
        """Offer nothing more."""
        self._stay()
        self._wait_no_more()

    # --- what it is about ---------------------------------------------------------------------

    def _occasion(self, overview: Overview) -> JoinedView | bool:
        if any(session.open for session in overview.sessions):
            self._client_served = True
            return False
        if overview.account.state is not SignInState.SIGNED_IN or not self._wanted():
            return False
        known = {session.meeting_uuid for session in overview.sessions}
        joined = next((one for one in overview.joined if one.meeting_uuid not in known), None)
        if joined is not None:
            return joined
        return self._client and not self._client_served and not overview.joined

    def _client_left(self) -> None:
        self._gone = None
        self._client = False
        self._look_again()

    def _look_again(self) -> None:
        if self._overview is not None:
            self.look(self._overview)

    def _stay(self) -> None:
        if self._gone is not None:
            self._gone.cancel()
            self._gone = None

    # --- the offer ----------------------------------------------------------------------------

    def _begin(self) -> None:
        """Offer after a while; take an offer away that is over, at once."""
        self._wait_no_more()
        if self._about is False:
            self._show(None)
        elif self.view is not None:  # the same meeting, of which more is known
            self._offer()
        else:
            loop = asyncio.get_running_loop()
            self._settled = loop.call_later(self._times.settle_s, self._offer)

    def _wait_no_more(self) -> None:
        if self._settled is not None:
            self._settled.cancel()
            self._settled = None

    def _offer(self) -> None:
        self._settled = None
        if isinstance(self._about, JoinedView):
            about = self._about
            meeting = about.meeting_id or about.meeting_uuid
            self._show(offer_view(OfferSource.EVENTS, meeting, about.meeting))
        else:
            self._spawn(self._guess_and_offer(), "guess which meeting it is")

    async def _guess_and_offer(self) -> None:
        guess = None
        try:
            async with asyncio.timeout(self._times.guess_s):
                guess = await self._guess()
        except TimeoutError:
            log.info("Which meeting this computer's Zoom is in could not be guessed in time.")
        if self._about is True:
            self._show(offer_view(*guess) if guess else offer_view(OfferSource.NONE))

    def _show(self, view: OfferView | None) -> None:
        if view != self.view:
            self.view = view
            self._changed()


async def only_one_hosted(rest: Rest | None) -> Guess | None:
    """Guess that it is the meeting that the app owner hosts and that runs, where that is one alone."""
    try:
        live = await rest.live_meetings() if rest is not None else ()
    except (ZoomTrouble, SecretError) as trouble:
        log.info("My meetings cannot be listed: %s.", type(trouble).__name__)
        return None
    numbers = {meeting.number for meeting in live if meeting.number is not None}
    return (OfferSource.HOSTED, numbers.pop()) if len(numbers) == 1 else None
