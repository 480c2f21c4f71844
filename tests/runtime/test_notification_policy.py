"""Which news reach the user, and what a click on each does."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest

from rtms_tray.capture.effects import Announce, Category, Withdraw
from rtms_tray.capture.reasons import Code, Severity, Why
from rtms_tray.capture.session import Session
from rtms_tray.capture.states import CaptureState
from rtms_tray.presentation.actions import Offer
from rtms_tray.presentation.meeting_offer import offer_view
from rtms_tray.presentation.mute import Mute
from rtms_tray.presentation.overview import overview
from rtms_tray.presentation.view_model import (
    AccountView,
    ActionView,
    Notice,
    OfferSource,
    SignInState,
)
from rtms_tray.runtime.connector import Dependencies
from rtms_tray.runtime.notification_policy import (
    OFFER_CATEGORY,
    SIGN_IN_CATEGORY,
    Notification,
    NotificationPolicy,
    notification_of,
)
from rtms_tray.runtime.notification_summary import GATHERED_S
from rtms_tray.runtime.program import Program
from rtms_tray.store.profile import Profile
from rtms_tray.store.secrets import MemoryStore
from rtms_tray.store.settings import NotificationSettings
from rtms_tray.support.command_types import Command
from rtms_tray.support.frozen import replace
from rtms_tray.support.tasks import ChangeSignal
from rtms_tray.support.units import MINUTE
from tests.helpers.manual_clock import NOON, ManualClock
from tests.helpers.sessions import board, in_state, overview_inputs

S = CaptureState


class Rig:
    """A policy with a program that only holds what it looks at."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.shown: list[Notification] = []
        self.withdrawn: list[tuple[str, str]] = []
        self.policy = NotificationPolicy(program, self._show, self._withdraw)
        self.changes = ChangeSignal()

    def _show(self, notification: Notification) -> None:
        self.shown.append(notification)
        self.changes.ring()

    def _withdraw(self, session: str, category: str) -> None:
        self.withdrawn.append((session, category))
        self.changes.ring()

    def announce(
        self,
        about: Session,
        severity: Severity = Severity.CRITICAL,
        category: Category = Category.CAPTURE,
        code: Code | None = None,
    ) -> None:
        """Let the watcher announce something about a session."""
        self.program.watcher.board = board(about)
        why = Why(code) if code else about.why
        assert why is not None
        self.policy.alert(Announce(about.key, category, severity, why))

    @property
    def only(self) -> Notification:
        """The one message."""
        (notification,) = self.shown
        return notification


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[Rig]:
    profile = Profile("default", tmp_path, tmp_path / "data", tmp_path / "logs")
    async with httpx2.AsyncClient() as http:
        program = Program(Dependencies(profile, MemoryStore(), http, ManualClock()))
        yield Rig(program)
        await program.close()


async def test_a_notification_says_what_and_where(rig: Rig) -> None:
    rig.announce(in_state(S.STOPPED))
    shown = rig.only
    assert (shown.session, shown.category, shown.severity) == (
        "s1", Category.CAPTURE, Severity.CRITICAL,
    )  # fmt: skip
    assert shown.text.endswith(" Meeting 987 1234 5670")
    assert shown.title
    assert shown.code == Code.STOP_HOST


async def test_where_a_question_decides_it_comes_before_what_happened(rig: Rig) -> None:
    rig.announce(in_state(S.NO_ANSWER), Severity.ATTENTION)
    assert rig.shown[0].text.startswith("Help narrow it down: ")


async def test_a_session_that_is_gone_can_still_be_spoken_of(rig: Rig) -> None:
    rig.policy.alert(Announce("s9", Category.CAPTURE, Severity.INFO, Why(Code.SEEN_BY_USER)))
    assert rig.only.session == "s9"


async def test_zooms_number_is_filled_in(rig: Rig) -> None:
    refused = replace(in_state(S.REFUSED), why=Why(Code.REFUSED_OTHERWISE, 4242))
    rig.announce(refused)
    assert "4242" in rig.only.text


async def test_what_is_resolved_is_withdrawn_even_while_muted(rig: Rig) -> None:
    rig.program.mute = Mute(NOON + MINUTE)
    rig.policy.alert(Withdraw("s1", Category.SIGHT))
    assert rig.withdrawn == [("s1", Category.SIGHT)]


@pytest.mark.parametrize(
    ("severity", "enabled", "info", "muted", "heard"),
    [
        (Severity.INFO, True, True, False, True),
        (Severity.INFO, True, False, False, False),
        (Severity.ATTENTION, True, False, False, True),
        (Severity.INFO, True, True, True, False),
        (Severity.ATTENTION, True, True, True, False),
        (Severity.CRITICAL, True, True, True, True),
        (Severity.CRITICAL, False, True, False, False),
    ],
)
async def test_what_the_user_wants_to_hear(
    rig: Rig, severity: Severity, *, enabled: bool, info: bool, muted: bool, heard: bool
) -> None:
    wishes = NotificationSettings(enabled=enabled, info=info)
    rig.program.settings = replace(rig.program.settings, notifications=wishes)
    rig.program.mute = Mute(NOON + MINUTE) if muted else Mute()
    rig.announce(in_state(S.STOPPED), severity)
    assert bool(rig.shown) is heard
    # What the older message on it said no longer holds, wanted or not.
    assert rig.withdrawn == ([] if heard else [("s1", Category.CAPTURE)])


ENDED = Notice(
    "invalid_grant", Severity.ATTENTION, "Not signed in", "Zoom ended it.", "",
    ActionView("sign-in", "Sign in…"),
)  # fmt: skip


async def test_a_sign_in_that_ended_by_itself_is_told_once_and_taken_back(rig: Rig) -> None:
    for state, notices in (
        (SignInState.SIGNED_OUT, (ENDED,)),  # so it was when the program started
        (SignInState.SIGNED_IN, ()),
        (SignInState.SIGNED_OUT, (ENDED,)),
        (SignInState.SIGNED_OUT, (ENDED,)),
        (SignInState.SIGNED_IN, ()),
        (SignInState.SIGNED_OUT, ()),  # the user signed out
    ):
        view = replace(rig.program.overview(), account=AccountView(state), notices=notices)
        rig.policy.show(view)
    assert (rig.only.session, rig.only.category, rig.only.title) == (
        "",
        SIGN_IN_CATEGORY,
        ENDED.title,
    )
    assert rig.only.code == ENDED.code
    assert rig.only.offers == (Offer("Sign in", Command("sign-in", {"browser": "yes"})),)
    assert rig.withdrawn == [("", SIGN_IN_CATEGORY), ("", SIGN_IN_CATEGORY)]


# --- many meetings at once ----------------------------------------------------------------------

REFUSED = Why(Code.RTMS_DISABLED)


def of(number: int, state: CaptureState = S.STOPPED) -> Session:
    """Make a meeting of its own."""
    made = in_state(state, number)
    return replace(made, meeting=replace(made.meeting, number=f"9871234567{number}"))


def tell(rig: Rig, *sessions: Session) -> None:
    """Let the watcher announce how these stand, all at once."""
    rig.program.watcher.board = board(*sessions)
    for session in sessions:
        assert session.why is not None
        why = session.why
        rig.policy.alert(Announce(session.key, Category.CAPTURE, Severity.CRITICAL, why))


async def gathered(rig: Rig, many: int) -> list[Notification]:
    assert await rig.changes.until(lambda: len(rig.shown) >= many, 10)
    return rig.shown


async def test_many_that_change_at_once_are_told_in_one(rig: Rig) -> None:
    tell(rig, *(of(number) for number in range(1, 6)))
    (one,) = await gathered(rig, 1)
    assert (one.session, one.category, one.severity) == ("", "summary", Severity.CRITICAL)
    assert one.title == "Not capturing in 5 meetings"
    assert one.text == "987 1234 5671, 987 1234 5672, 987 1234 5673 and 2 more"
    assert (one.opens, one.state) == (Command("show"), S.STOPPED)
    assert [offer.command for offer in one.offers] == [Command("show")]
    assert rig.withdrawn == [(f"s{number}", Category.CAPTURE) for number in range(1, 6)]


async def test_each_meeting_says_its_own_where_they_differ(rig: Rig) -> None:
    tell(rig, of(1), of(2, S.INTERRUPTED), of(3, S.DENIED))
    (one,) = await gathered(rig, 1)
    assert one.title == "News of 3 meetings"
    assert one.text.splitlines() == [
        "Not capturing: 987 1234 5671, 987 1234 5673",
        "May be capturing: 987 1234 5672",
    ]


async def test_two_are_told_one_by_one_and_one_alone_at_once(rig: Rig) -> None:
    tell(rig, of(1), of(2))
    assert [shown.session for shown in rig.shown] == ["s1", "s2"]  # nothing else is open
    rig.shown.clear()
    rig.program.watcher.board = board(*(of(number) for number in range(1, 6)))
    for key in ("s1", "s2"):
        rig.policy.alert(Announce(key, Category.CAPTURE, Severity.CRITICAL, Why(Code.STOP_HOST)))
    assert rig.shown == []  # more may come in a moment
    assert [shown.session for shown in await gathered(rig, 2)] == ["s1", "s2"]


async def test_what_is_over_before_it_is_told_is_not_told(rig: Rig) -> None:
    tell(rig, *(of(number) for number in range(1, 4)))
    rig.policy.alert(Withdraw("s2", Category.CAPTURE))
    assert [shown.session for shown in await gathered(rig, 2)] == ["s1", "s3"]


async def test_the_one_notification_stays_true_and_ends(rig: Rig) -> None:
    tell(rig, *(of(number) for number in range(1, 5)))
    await gathered(rig, 1)
    rig.policy.alert(Withdraw("s1", Category.CAPTURE))
    rig.policy.alert(Announce("s2", Category.CAPTURE, Severity.ATTENTION, REFUSED))
    shown = await gathered(rig, 3)
    assert {one.session for one in shown[1:]} == {"", "s2"}
    last = next(one for one in reversed(shown) if not one.session)
    assert (last.title, last.text) == (
        "Not capturing in 2 meetings",
        "987 1234 5673, 987 1234 5674",
    )
    for key in ("s3", "s4"):
        rig.policy.alert(Withdraw(key, Category.CAPTURE))
    assert await rig.changes.until(lambda: ("", "summary") in rig.withdrawn, 10)
    assert len(rig.shown) == 3


async def test_at_the_end_nothing_more_is_told(rig: Rig) -> None:
    tell(rig, *(of(number) for number in range(1, 4)))
    rig.policy.close()
    await asyncio.sleep(2 * GATHERED_S)
    assert rig.shown == []


async def test_an_offer_is_told_once_and_withdrawn_when_it_is_over(rig: Rig) -> None:
    offer = offer_view(OfferSource.EVENTS, "98712345670")
    resting = overview(board(), overview_inputs(), NOON)
    offering = replace(resting, offer=offer)
    for view in (resting, offering, replace(offering, title="Still"), resting):
        rig.policy.show(view)
    assert rig.only.text == "You're in Meeting 987 1234 5670."
    assert rig.only.offers == (
        Offer("Start capture", Command("start", {"meeting": "98712345670"})),
    )
    assert rig.withdrawn[-1] == ("", OFFER_CATEGORY)


@pytest.mark.parametrize(("enabled", "muted"), [(False, False), (True, True)])
async def test_an_offer_that_nobody_wants_to_hear_is_not_told(
    rig: Rig, *, enabled: bool, muted: bool
) -> None:
    wishes = NotificationSettings(enabled=enabled)
    rig.program.settings = replace(rig.program.settings, notifications=wishes)
    resting = overview(board(), overview_inputs(), NOON)
    rig.policy.show(replace(resting, offer=offer_view(OfferSource.NONE), muted=muted))
    assert rig.shown == []


@pytest.mark.parametrize(
    ("code", "title"),
    [
        (Code.HOST_ABSENT, "Reminder: Waiting for the host"),
        (Code.REMINDER, "Has the host joined?"),
        (Code.MAYBE_OVER, "Is this meeting over?"),
    ],
)
def test_a_reminder_is_no_news(code: Code, title: str) -> None:
    reminder = Announce("s1", Category.REMINDER, Severity.ATTENTION, Why(code))
    assert notification_of(reminder, None, NOON).title == title
