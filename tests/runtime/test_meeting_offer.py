"""The offer to start where the app owner is: once, quietly, and never beside a capture that is there."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from rtms_tray.capture.states import CaptureState
from rtms_tray.presentation.overview import overview
from rtms_tray.presentation.view_model import (
    AccountView,
    JoinedView,
    OfferSource,
    Overview,
    SignInState,
)
from rtms_tray.runtime.meeting_offer import Guess, MeetingOffers, OfferTimes, only_one_hosted
from rtms_tray.simulator import Simulator
from rtms_tray.simulator.faults import Fault
from rtms_tray.support.frozen import replace
from rtms_tray.support.tasks import ChangeSignal, Tasks
from tests.helpers.manual_clock import NOON
from tests.helpers.program_harness import (
    LATER,
    ProgramHarness,
    make_profile,
    make_secrets,
    run_program,
)
from tests.helpers.sessions import board, in_state, overview_inputs

S = CaptureState
AT_REST = overview(board(), overview_inputs(), NOON)
JOINED = JoinedView("98712345670", "/uuid1+AAAAAAAAAAAAA==", "Meeting 987 1234 5670")
ELSEWHERE = JoinedView(None, "/uuid2+AAAAAAAAAAAAA==", "Meeting /uuid2+A…")
QUICK = OfferTimes(settle_s=0.01, gone_s=0.01, guess_s=0.05)
SLOW = OfferTimes(settle_s=60, gone_s=60, guess_s=60)
LIMIT_S = 10


def at(state: CaptureState, *joined: JoinedView) -> Overview:
    """Make an overview with one session."""
    return replace(overview(board(in_state(state)), overview_inputs(), NOON), joined=joined)


class Rig:
    """Offers whose every change is noted."""

    def __init__(self) -> None:
        self.wanted = True
        self.guess: Guess | None = None
        self.changes = ChangeSignal()
        self.shown: list[OfferSource | None] = []
        self.tasks = Tasks()
        self.offers = self.make(QUICK)

    def make(
        self, times: OfferTimes, guess: Callable[[], Awaitable[Guess | None]] | None = None
    ) -> MeetingOffers:
        self.offers = MeetingOffers(
            lambda: self.wanted, self._changed, self.tasks.spawn, guess or self._guess, times
        )
        return self.offers

    async def _guess(self) -> Guess | None:
        return self.guess

    def _changed(self) -> None:
        self.shown.append(self.offers.view.source if self.offers.view else None)
        self.changes.ring()

    async def until(self, *shown: OfferSource | None) -> None:
        assert await self.changes.until(lambda: self.shown == list(shown), LIMIT_S), self.shown


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    rig = Rig()
    yield rig
    rig.offers.close()
    await rig.tasks.close()


async def test_the_clients_meeting_is_offered_without_saying_which(rig: Rig) -> None:
    rig.offers.look(AT_REST)
    rig.offers.client_told(True)
    rig.offers.client_told(True)
    await rig.until(OfferSource.NONE)
    view = rig.offers.view
    assert view is not None
    assert view.text == "Zoom is in a meeting on this computer."
    assert view.action.arguments == (("part", "start-dialog"),)
    assert view.entry.label == "Start in the meeting I'm in…"
    rig.offers.client_told(False)
    rig.offers.client_told(False)
    await rig.until(OfferSource.NONE, None)


async def test_the_only_meeting_of_mine_is_a_guess(rig: Rig) -> None:
    rig.guess = OfferSource.HOSTED, "98712345670"
    rig.offers.client_told(True)
    rig.offers.look(AT_REST)
    await rig.until(OfferSource.HOSTED)
    view = rig.offers.view
    assert view is not None
    assert "It may be Meeting 987 1234 5670" in view.text
    assert view.action.arguments == (("meeting", "98712345670"),)
    assert view.entry.label == "Start in Meeting 987 1234 5670"


async def test_a_guess_that_takes_too_long_is_none(rig: Rig) -> None:
    async def never() -> Guess | None:
        await asyncio.get_running_loop().create_future()
        return None

    offers = rig.make(QUICK, never)
    offers.look(AT_REST)
    offers.client_told(True)
    await rig.until(OfferSource.NONE)


async def test_a_guess_that_comes_when_the_meeting_is_over_is_dropped(rig: Rig) -> None:
    asked, go_on = asyncio.Event(), asyncio.Event()

    async def late() -> Guess | None:
        asked.set()
        await go_on.wait()
        return OfferSource.HOSTED, "98712345670"

    offers = rig.make(QUICK, late)
    offers.look(AT_REST)
    offers.client_told(True)
    await asked.wait()
    offers.look(at(S.REQUESTING))
    go_on.set()
    await rig.tasks.finish()
    assert rig.shown == []


async def test_what_events_say_is_certain_and_known(rig: Rig) -> None:
    rig.offers.look(replace(AT_REST, joined=(JOINED,)))
    await rig.until(OfferSource.EVENTS)
    view = rig.offers.view
    assert view is not None
    assert view.text == "You're in Meeting 987 1234 5670."
    assert view.action.arguments == (("meeting", "98712345670"),)


async def test_a_meeting_without_a_number_is_offered_by_its_uuid(rig: Rig) -> None:
    rig.offers.look(replace(AT_REST, joined=(ELSEWHERE,)))
    await rig.until(OfferSource.EVENTS)
    assert rig.offers.view is not None
    assert rig.offers.view.action.arguments == (("meeting", ELSEWHERE.meeting_uuid),)


async def test_more_becomes_known_of_the_same_meeting(rig: Rig) -> None:
    rig.offers.look(AT_REST)
    rig.offers.client_told(True)
    await rig.until(OfferSource.NONE)
    rig.offers.look(replace(AT_REST, joined=(JOINED,)))
    await rig.until(OfferSource.NONE, OfferSource.EVENTS)
    rig.offers.look(AT_REST)  # that person has left on another device
    await rig.until(OfferSource.NONE, OfferSource.EVENTS, OfferSource.NONE)


async def test_nothing_is_offered_beside_a_session_nor_in_its_meeting_later(rig: Rig) -> None:
    rig.offers.client_told(True)
    rig.offers.look(at(S.SHARING))
    rig.offers.look(at(S.ENDED, JOINED))  # given up, or stopped for good
    rig.offers.look(at(S.ENDED))
    await asyncio.sleep(10 * QUICK.settle_s)
    assert rig.shown == []
    rig.offers.look(at(S.ENDED, JOINED, ELSEWHERE))
    await rig.until(OfferSource.EVENTS)
    rig.offers.look(at(S.REQUESTING))
    await rig.until(OfferSource.EVENTS, None)


async def test_the_next_meeting_is_offered_again(rig: Rig) -> None:
    rig.offers.client_told(True)
    rig.offers.look(at(S.SHARING))
    rig.offers.look(at(S.ENDED))
    rig.offers.client_told(False)
    await asyncio.sleep(10 * QUICK.gone_s)
    rig.offers.client_told(True)
    await rig.until(OfferSource.NONE)


async def test_a_window_that_is_gone_for_a_moment_ends_nothing(rig: Rig) -> None:
    offers = rig.make(replace(QUICK, gone_s=60))
    offers.look(AT_REST)
    offers.client_told(True)
    await rig.until(OfferSource.NONE)
    offers.client_told(False)
    offers.client_told(True)
    assert offers.view is not None
    assert rig.shown == [OfferSource.NONE]


@pytest.mark.parametrize("state", [SignInState.SIGNED_OUT, SignInState.LOCKED])
async def test_who_cannot_start_is_offered_nothing(rig: Rig, state: SignInState) -> None:
    offers = rig.make(SLOW)
    offers.client_told(True)
    offers.look(replace(AT_REST, account=AccountView(state)))
    assert offers._settled is None


async def test_who_does_not_want_it_is_offered_nothing(rig: Rig) -> None:
    rig.wanted = False
    offers = rig.make(SLOW)
    offers.look(AT_REST)
    offers.client_told(True)
    assert offers._settled is None
    rig.wanted = True
    offers.look(AT_REST)
    assert offers._settled is not None


async def test_the_end_of_the_program_leaves_nothing_behind(rig: Rig) -> None:
    offers = rig.make(SLOW)
    offers.look(AT_REST)
    offers.client_told(True)
    offers.client_told(False)
    offers.close()
    assert (offers._settled, offers._gone) == (None, None)


# --- guessing -----------------------------------------------------------------------------------


async def test_the_one_that_i_host_and_that_runs(harness: ProgramHarness) -> None:
    harness.zoom.world.meetings[int(LATER)].host = "owner"
    harness.act("owner_joins", int(LATER))
    rest = harness.program.rest
    assert await only_one_hosted(rest) == (OfferSource.HOSTED, LATER)


async def test_no_guess_where_there_is_none_or_no_list(harness: ProgramHarness) -> None:
    assert await only_one_hosted(None) is None
    assert await only_one_hosted(harness.program.rest) is None
    harness.zoom.faults.add(Fault(path=r"/meetings$", status=500, times=9))
    assert await only_one_hosted(harness.program.rest) is None


async def test_the_program_asks_the_system_until_it_ends(zoom: Simulator, tmp_path: Path) -> None:
    left = asyncio.Event()

    @contextmanager
    def client_meetings(told: Callable[[bool], None]) -> Iterator[bool]:
        told(True)
        try:
            yield True
        finally:
            left.set()

    store = await make_secrets(zoom)
    profile = make_profile(tmp_path, zoom, behaviour__offer_start="true")
    async with run_program(zoom, profile, store, client_meetings=client_meetings) as harness:
        await harness.sign_in()
        await harness.wait_until(lambda: harness.program.offers._settled is not None)
        harness.program.offers._offer()
        await harness.wait_until(lambda: harness.program.overview().offer is not None)
    assert left.is_set()
